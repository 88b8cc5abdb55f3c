function Get-TsmPlatform {
    <#
    .SYNOPSIS
        The operating system and the processor architecture of this process, which need not be that of the computer.
    #>
    [CmdletBinding()]
    [OutputType([hashtable])]
    param()
    $ErrorActionPreference = 'Stop'
    $runtime = [System.Runtime.InteropServices.RuntimeInformation]
    $linux = $runtime::IsOSPlatform([System.Runtime.InteropServices.OSPlatform]::Linux)
    $system = if ([System.IO.Path]::DirectorySeparatorChar -eq '\') { 'Windows' } elseif ($linux) { 'Linux' } else { 'Other' }
    @{ System = $system; Architecture = [string]$runtime::ProcessArchitecture }
}
