function Get-TsmDefinitionField {
    <#
    .SYNOPSIS
        The names of a definition's properties, in order. In JSON the first letter is a small one.
    #>
    [CmdletBinding()]
    [OutputType([string[]])]
    param()
    $ErrorActionPreference = 'Stop'
    'SchemaVersion', 'Kind', 'Path', 'MediaType', 'MediaLabel', 'MediaMode', 'SiteCode', 'SiteFacts', 'SiteFactsMaximumAge', 'BootImage'
    'DistributionPoint', 'ManagementPoint', 'MediaPassword', 'Variable', 'AllowUnattended', 'AllowUnknownMachine', 'CertificateStartTime'
    'CertificateExpireTime', 'Epoch', 'MediaProfile', 'TemporaryFolder', 'LogPath'
}
