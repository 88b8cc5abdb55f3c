function ConvertTo-TsmVariable {
    <#
    .SYNOPSIS
        Task sequence variables from a hashtable, an ordered one, or objects with Name and Value, in their order.
    .DESCRIPTION
        A plain hashtable has no order of its own: its variables come in the order of their names, so that equal input gives an
        equal medium. A SecureString is refused as value: what would be written is the name of its type.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory = $true)] [AllowNull()] [object]$Variable)
    $ErrorActionPreference = 'Stop'
    $pairs = [System.Collections.Generic.List[object]]::new()
    foreach ($item in @($Variable)) {
        if ($null -eq $item) { continue }
        if ($item -is [System.Collections.IDictionary] -and -not ($item.Contains('Name') -and $item.Contains('Value') -and $item.Count -eq 2)) {
            $names = @($item.Keys)
            if ($item -isnot [System.Collections.Specialized.IOrderedDictionary]) { [array]::Sort($names, [StringComparer]::Ordinal) }
            foreach ($name in $names) { $pairs.Add(@($name, $item[$name])) }
            continue
        }
        $name = Get-TsmProperty $item 'Name'
        if ($null -eq $name) { $name = Get-TsmProperty $item 'Key' }
        if ($null -eq $name -or $item -is [string]) {
            $action = Get-TsmText 'VariableKindAction'
            throw (New-TsmErrorRecord TSM1018 (Get-TsmText 'VariableKind' ($item.GetType().Name)) -Target 'Variable' -Action $action)
        }
        $pairs.Add(@($name, (Get-TsmProperty $item 'Value')))
    }
    foreach ($pair in $pairs) {
        if ($pair[1] -is [securestring] -or $pair[1] -is [pscredential]) {
            $action = Get-TsmText 'VariableSecureAction'
            throw (New-TsmErrorRecord TSM1008 (Get-TsmText 'VariableSecure' $pair[0]) -Target ([string]$pair[0]) -Action $action)
        }
        $object = [pscustomobject]@{ PSTypeName = 'TaskSequenceMedia.Variable'; Name = [string]$pair[0]; Value = [string]$pair[1] }
        Add-TsmText -InputObject $object -Text { $this.Name }
    }
}
