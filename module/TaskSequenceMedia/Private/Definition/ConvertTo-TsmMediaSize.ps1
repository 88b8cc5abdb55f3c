function ConvertTo-TsmMediaSize {
    <#
    .SYNOPSIS
        How much a disc holds, as a definition keeps it: a word in its official spelling, or a number of bytes.
    .DESCRIPTION
        None, which New-CMStandaloneMedia knows too, is the same as SizeUnlimited.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)] [string]$Name,
        [Parameter(Mandatory = $true)] [object]$Value
    )
    $ErrorActionPreference = 'Stop'
    $text = ([string]$Value).Trim()
    if ($text -eq 'None') { return 'SizeUnlimited' }
    $word = 'SizeUnlimited', 'Size650MB', 'Size4GB', 'Size8GB', 'Dvd5', 'Dvd9', 'BluRay25' | Where-Object { $_ -eq $text }
    if ($word) { return $word }
    $bytes = [long]0
    if ([long]::TryParse($text, [ref]$bytes) -and $bytes -gt 0) { return $bytes }
    throw (New-TsmErrorRecord TSM1051 (Get-TsmText 'SizeForm' $Name $text) -Target $Value -Action (Get-TsmText 'SizeFormAction'))
}
