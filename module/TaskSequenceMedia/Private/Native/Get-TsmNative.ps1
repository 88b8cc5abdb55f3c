function Get-TsmNative {
    <#
    .SYNOPSIS
        The native library, bound at first use and checked once: there, loadable, of this ABI number and of this product version.
    .DESCRIPTION
        The bound type is kept for the whole process, so that further runspaces and imports find it. The parameters are what this
        process and this module are; tests give others.
    #>
    [CmdletBinding()]
    [OutputType([type])]
    param(
        [hashtable]$Platform = (Get-TsmPlatform),
        [string]$Override = [Environment]::GetEnvironmentVariable('TSM_NATIVE_PATH'),
        [uint32]$Abi = 1,
        [version]$Version = $ExecutionContext.SessionState.Module.Version
    )
    $ErrorActionPreference = 'Stop'
    $root = $ExecutionContext.SessionState.Module.ModuleBase
    $path = (Get-TsmNativePath -System $Platform.System -Architecture $Platform.Architecture -ModuleRoot $root -Override $Override).Path
    $key = "TaskSequenceMedia.Native|$Abi|$Version|$path"
    $known = [AppDomain]::CurrentDomain.GetData($key)
    if ($known) { return $known }

    if (-not [System.IO.File]::Exists($path)) {
        throw (New-TsmErrorRecord TSM1991 "The native library '$path' is not there." -Target $path)
    }
    try {
        $native = New-TsmBinding -Path $path
        $found = $native::tsm_abi_version()
    } catch {
        $message = "The native library '$path' cannot be loaded."
        throw (New-TsmErrorRecord TSM1995 $message -Target $path -Exception $_.Exception.GetBaseException())
    }
    if ($found -ne $Abi) {
        $message = "The native library '$path' has the ABI number $found, but this module needs $Abi."
        throw (New-TsmErrorRecord TSM1992 $message -Target $path)
    }
    # Taken apart by hand: the JSON cmdlets would make a third of the time of the first use.
    $answer = (Send-TsmRequest -Native $native -Bytes ([System.Text.Encoding]::UTF8.GetBytes('{"op":"version"}'))).Text
    if ($answer -notmatch '"version":"([0-9.]+)[^"]*","product":"TaskSequenceMedia"' -or $Matches[1] -ne [string]$Version) {
        $message = "The native library '$path' is another version than this module, which is TaskSequenceMedia $Version`: $answer"
        throw (New-TsmErrorRecord TSM1992 $message -Target $path)
    }
    [AppDomain]::CurrentDomain.SetData($key, $native)
    $native
}
