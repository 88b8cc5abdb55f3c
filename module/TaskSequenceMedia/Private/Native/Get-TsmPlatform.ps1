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
    $system = 'Other'
    foreach ($name in 'Windows', 'Linux') {
        if ($runtime::IsOSPlatform([System.Runtime.InteropServices.OSPlatform]::Create($name.ToUpperInvariant()))) { $system = $name }
    }
    @{ System = $system; Architecture = [string]$runtime::ProcessArchitecture }
}
