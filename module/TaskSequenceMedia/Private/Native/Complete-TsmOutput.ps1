function Complete-TsmOutput {
    <#
    .SYNOPSIS
        The object of an output event: parts put back in their places, type name on top.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)] [psobject]$Item,
        [Parameter(Mandatory = $true)] [hashtable]$Parts
    )
    $ErrorActionPreference = 'Stop'
    $value = $Item.value
    foreach ($field in @($Parts.Keys)) {
        $value.PSObject.Properties[$field].Value = $Parts[$field].ToArray()
        $Parts.Remove($field)
    }
    $value.PSObject.TypeNames.Insert(0, $Item.typeName)
    $value
}
