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
    $names = @{ Windows = 'tsm_native.dll'; Linux = 'libtsm_native.so' }
    $prefixes = @{ Windows = 'win'; Linux = 'linux' }
    if (-not $names.ContainsKey($System) -or $Architecture -notin 'X64', 'Arm64') {
        $message = "TaskSequenceMedia runs in 64-bit processes on Windows and Linux; this process is $Architecture on $System."
        throw (New-TsmErrorRecord TSM1990 $message -Target $Architecture)
    }
    $rid = $prefixes[$System] + '-' + $Architecture.ToLowerInvariant()
    $path = [System.IO.Path]::Combine($ModuleRoot, 'runtimes', $rid, 'native', $names[$System])
    if ($Override) { $path = [System.IO.Path]::GetFullPath($Override) }
    @{ Rid = $rid; Path = $path }
}
