function Add-TsmPart {
    <#
    .SYNOPSIS
        Keeps elements of an array that the next output is too big to hold, by the name of its field.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)] [hashtable]$Parts,
        [Parameter(Mandatory = $true)] [psobject]$Item
    )
    $ErrorActionPreference = 'Stop'
    if (-not $Parts.ContainsKey($Item.field)) { $Parts[$Item.field] = [System.Collections.Generic.List[object]]::new() }
    $Parts[$Item.field].AddRange([object[]]$Item.items)
}
