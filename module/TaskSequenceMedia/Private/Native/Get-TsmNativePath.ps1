function Get-TsmNativePath {
    <#
    .SYNOPSIS
        The runtime identifier and the path of the native library for a platform; TSM1990 where there is none. Looks at nothing.
    #>
    [CmdletBinding()]
    [OutputType([hashtable])]
    param(
        [Parameter(Mandatory = $true)] [string]$System,
        [Parameter(Mandatory = $true)] [string]$Architecture,
        [Parameter(Mandatory = $true)] [string]$ModuleRoot,
        [AllowNull()] [AllowEmptyString()] [string]$Override
    )
    $ErrorActionPreference = 'Stop'
    $rid, $name = switch ("$System $Architecture") {
        'Windows X64' { 'win-x64', 'tsm_native.dll' }
        'Windows Arm64' { 'win-arm64', 'tsm_native.dll' }
        'Linux X64' { 'linux-x64', 'libtsm_native.so' }
        'Linux Arm64' { 'linux-arm64', 'libtsm_native.so' }
        default {
            $message = "TaskSequenceMedia runs in 64-bit processes on Windows and Linux; this process is $Architecture on $System."
            throw (New-TsmErrorRecord TSM1990 $message -Target $Architecture)
        }
    }
    $path = if ($Override) { $Override } else { "$ModuleRoot/runtimes/$rid/native/$name" }
    @{ Rid = $rid; Path = [System.IO.Path]::GetFullPath($path) }
}
