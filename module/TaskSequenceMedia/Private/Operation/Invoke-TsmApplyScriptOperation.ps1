function Invoke-TsmApplyScriptOperation {
    <#
    .SYNOPSIS
        Runs the native job 'exportApplyScript' for one medium.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)] [System.Management.Automation.PSCmdlet]$Cmdlet,
        [Parameter(Mandatory = $true)] [string]$Path,
        [Parameter(Mandatory = $true)] [string]$Destination,
        [AllowNull()] [string[]]$Firmware,
        [Parameter(Mandatory = $true)] [int]$Disk,
        [Parameter(Mandatory = $true)] [int]$EfiSize,
        [AllowNull()] [AllowEmptyString()] [string]$MediaProfile,
        [AllowNull()] [AllowEmptyString()] [string]$TemporaryFolder,
        [switch]$Force
    )
    $callerAction = $ErrorActionPreference
    $ErrorActionPreference = 'Stop'
    $request = [ordered]@{ op = 'exportApplyScript'; path = $Path; destination = $Destination; disk = $Disk; efiSize = $EfiSize; replace = [bool]$Force }
    if ($Firmware) { $request['firmware'] = [string[]]@($Firmware | ForEach-Object { $_.Substring(0, 1).ToUpperInvariant() + $_.Substring(1).ToLowerInvariant() }) }
    if ($MediaProfile) { $request['mediaProfile'] = Resolve-TsmPath -Cmdlet $Cmdlet -LiteralPath $MediaProfile }
    if ($TemporaryFolder) { $request['temporaryFolder'] = Resolve-TsmPath -Cmdlet $Cmdlet -LiteralPath $TemporaryFolder }
    $ErrorActionPreference = $callerAction
    $result = @(Invoke-TsmOperation -Cmdlet $Cmdlet -Request $request -MediaPassword $null)
    $ErrorActionPreference = 'Stop'
    foreach ($item in $result) { ConvertTo-TsmApplyScript -Script $item }
}
