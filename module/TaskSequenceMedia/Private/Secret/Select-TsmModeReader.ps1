function Select-TsmModeReader {
    <#
    .SYNOPSIS
        Who besides the owner may read a file with the Unix permission bits given, in words.
    #>
    [CmdletBinding()]
    [OutputType([string[]])]
    param([Parameter(Mandatory = $true)] [int]$Mode)
    $ErrorActionPreference = 'Stop'
    if ($Mode -band 32) { Get-TsmText 'ReaderGroup' }
    if ($Mode -band 4) { Get-TsmText 'ReaderOthers' }
}
