function New-TsmDefinitionObject {
    <#
    .SYNOPSIS
        A definition object that has every property, in the order in which people read them.
    #>
    [CmdletBinding()]
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'Makes an object in memory.')]
    param([Parameter(Mandatory = $true)] [System.Collections.IDictionary]$Value)
    $ErrorActionPreference = 'Stop'
    $properties = [ordered]@{ PSTypeName = 'TaskSequenceMedia.Definition' }
    $field = Get-TsmDefinitionField
    foreach ($name in $field.Keys) {
        $item = if ($Value.Contains($name)) { $Value[$name] } else { $null }
        switch ($field[$name]) {
            'Switch' { $item = [bool]$item }
            { $_ -like '*List' } { $item = [string[]]@(@($item) | Where-Object { -not [string]::IsNullOrWhiteSpace($_) }) }
            'Variable' { $item = [object[]]@(@($item) | Where-Object { $null -ne $_ }) }
        }
        $properties[$name] = $item
    }
    if ($null -eq $properties['SchemaVersion']) { $properties['SchemaVersion'] = 1 }
    [pscustomobject]$properties
}
