function Get-TsmPlatform {
    <#
    .SYNOPSIS
        The operating system and the processor architecture of this process, which need not be that of the computer.
    #>
    [CmdletBinding()]
    [OutputType([hashtable])]
    param()
    $ErrorActionPreference = 'Stop'
    # Windows PowerShell has no $IsLinux; it is looked at elsewhere only.
    $system = if ([System.IO.Path]::DirectorySeparatorChar -eq '\') { 'Windows' } elseif ($IsLinux) { 'Linux' } else { 'Other' }
    @{ System = $system; Architecture = [string][System.Runtime.InteropServices.RuntimeInformation]::ProcessArchitecture }
}
