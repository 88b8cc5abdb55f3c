function Get-TsmBootImageInfo {
    <#
    .SYNOPSIS
        The boot images that one name stands for: a path with or without wildcard characters, or a package ID.
    .DESCRIPTION
        One image that cannot be read does not keep the others from being told.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)] [System.Management.Automation.PSCmdlet]$Cmdlet,
        [Parameter(Mandatory = $true)] [string]$Name,
        [Parameter(Mandatory = $true)] [ValidateSet('Path', 'LiteralPath', 'PackageId')] [string]$Kind,
        [AllowNull()] [string[]]$DistributionPoint,
        [AllowNull()] [string]$TemporaryFolder,
        [AllowNull()] [string]$MediaProfile
    )
    $callerAction = $ErrorActionPreference
    $ErrorActionPreference = 'Stop'
    $names = @($Name)
    if ($Kind -ne 'PackageId') { $names = @(Resolve-TsmItemPath -Cmdlet $Cmdlet -Path $Name -Literal:($Kind -eq 'LiteralPath')) }
    $libraries = [string[]]@($DistributionPoint | Where-Object { $_ } | ForEach-Object { Resolve-TsmPath -Cmdlet $Cmdlet -LiteralPath $_ })
    $request = [ordered]@{ op = 'getBootImage'; bootImage = $null; distributionPoint = $libraries }
    if ($TemporaryFolder) { $request['temporaryFolder'] = Resolve-TsmPath -Cmdlet $Cmdlet -LiteralPath $TemporaryFolder }
    if ($MediaProfile) { $request['mediaProfile'] = Resolve-TsmPath -Cmdlet $Cmdlet -LiteralPath $MediaProfile }
    foreach ($one in $names) {
        $request['bootImage'] = $one
        $ErrorActionPreference = $callerAction
        $result = @(Invoke-TsmOperation -Cmdlet $Cmdlet -Request $request -MediaPassword $null)
        $ErrorActionPreference = 'Stop'
        foreach ($image in $result) { ConvertTo-TsmBootImageInfo -Image $image }
    }
}
