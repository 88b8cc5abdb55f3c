function New-TsmDefinition {
    <#
    .SYNOPSIS
        The definition that the parameters of a public command ask for: paths absolute, words in their official spelling.
    .DESCRIPTION
        What is given as nothing or as empty text counts as not given. The parameters are those of New-TaskSequenceMediaDefinition;
        others that a command has are passed over.
    #>
    [CmdletBinding()]
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'Makes an object in memory.')]
    param(
        [Parameter(Mandatory = $true)] [System.Management.Automation.PSCmdlet]$Cmdlet,
        [Parameter(Mandatory = $true)] [System.Collections.IDictionary]$Bound
    )
    $ErrorActionPreference = 'Stop'
    $value = [ordered]@{ Kind = 'Bootable'; MediaType = 'CdDvd' }
    $words = @{ MediaType = @('CdDvd'); MediaMode = @('Dynamic', 'SiteBased') }
    foreach ($name in 'MediaType', 'MediaMode', 'MediaLabel', 'SiteCode') {
        $text = if ($Bound.ContainsKey($name)) { [string]$Bound[$name] } else { '' }
        if (-not $text) { continue }
        $word = $text
        if ($words.ContainsKey($name)) { $word = @(@($words[$name]) -eq $text)[0] }
        $value[$name] = $word
    }
    foreach ($name in 'Path', 'MediaProfile', 'TemporaryFolder', 'LogPath') {
        if ($Bound.ContainsKey($name) -and $Bound[$name]) {
            $value[$name] = Resolve-TsmPath -Cmdlet $Cmdlet -LiteralPath $Bound[$name]
        }
    }
    $bootImage = [string]$Bound['BootImage']
    $value['BootImage'] = if (Test-TsmWimPath -BootImage $bootImage) {
        Resolve-TsmPath -Cmdlet $Cmdlet -LiteralPath $bootImage
    } else { $bootImage.Trim() }
    $value['SiteFacts'] = ConvertTo-TsmFactsArgument -Cmdlet $Cmdlet -SiteFacts $Bound['SiteFacts']
    $value['DistributionPoint'] = @(foreach ($library in @($Bound['DistributionPoint'])) {
            if ($library) { Resolve-TsmPath -Cmdlet $Cmdlet -LiteralPath $library }
        })
    $value['ManagementPoint'] = @($Bound['ManagementPoint'])
    $value['MediaPassword'] = ConvertTo-TsmPasswordArgument -Cmdlet $Cmdlet -MediaPassword $Bound['MediaPassword']
    $value['Variable'] = @(ConvertTo-TsmVariable -Variable $Bound['Variable'])
    foreach ($name in 'AllowUnattended', 'AllowUnknownMachine') { $value[$name] = [bool]$Bound[$name] }
    foreach ($name in 'SiteFactsMaximumAge', 'CertificateStartTime', 'CertificateExpireTime', 'Epoch') { $value[$name] = $Bound[$name] }
    New-TsmDefinitionObject -Value $value
}
