function Test-TsmWimPath {
    <#
    .SYNOPSIS
        Whether a boot image is given as the path of a .wim file rather than as a package ID.
    #>
    [CmdletBinding()]
    [OutputType([bool])]
    param([Parameter(Mandatory = $true)] [string]$BootImage)
    $ErrorActionPreference = 'Stop'
    $BootImage.IndexOfAny([char[]]'/\') -ge 0 -or $BootImage.EndsWith('.wim', [StringComparison]::OrdinalIgnoreCase)
}
