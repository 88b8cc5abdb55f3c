function Invoke-TsmApplyScriptOperation {
    <#
    .SYNOPSIS
        Runs the native job 'exportApplyScript' for the media that one path names. The first medium of a call gets the destination itself,
        further ones a folder of their name in it.
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
        [switch]$Force,
        [Parameter(Mandatory = $true)] [hashtable]$Used,
        [switch]$Literal
    )
    $callerAction = $ErrorActionPreference
    $ErrorActionPreference = 'Stop'
    $folder = Resolve-TsmPath -Cmdlet $Cmdlet -LiteralPath $Destination
    foreach ($file in @(Resolve-TsmItemPath -Cmdlet $Cmdlet -Path $Path -Literal:$Literal)) {
        $target = if ($Used.Count -eq 0) { $folder } else { [System.IO.Path]::Combine($folder, [System.IO.Path]::GetFileNameWithoutExtension($file)) }
        $Used[$target] = $true
        $request = [ordered]@{ op = 'exportApplyScript'; path = $file; destination = $target; disk = $Disk; efiSize = $EfiSize; replace = [bool]$Force }
        if ($Firmware) { $request['firmware'] = [string[]]@($Firmware | ForEach-Object { $_.Substring(0, 1).ToUpperInvariant() + $_.Substring(1).ToLowerInvariant() }) }
        if ($MediaProfile) { $request['mediaProfile'] = Resolve-TsmPath -Cmdlet $Cmdlet -LiteralPath $MediaProfile }
        if ($TemporaryFolder) { $request['temporaryFolder'] = Resolve-TsmPath -Cmdlet $Cmdlet -LiteralPath $TemporaryFolder }
        if (-not $Cmdlet.ShouldProcess($target, (Get-TsmText 'ExportApplyScriptAction' $file))) { continue }
        $ErrorActionPreference = $callerAction
        $result = @(Invoke-TsmOperation -Cmdlet $Cmdlet -Request $request -MediaPassword $null)
        $ErrorActionPreference = 'Stop'
        foreach ($item in $result) { ConvertTo-TsmApplyScript -Script $item }
    }
}
