function ConvertFrom-TsmJsonElement {
    <#
    .SYNOPSIS
        What ConvertFrom-Json would make of a System.Text.Json element, except that text never becomes a time.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory = $true)] [object]$Element)
    $ErrorActionPreference = 'Stop'
    switch ([string]$Element.ValueKind) {
        'Object' {
            $properties = [ordered]@{}
            foreach ($property in $Element.EnumerateObject()) {
                $value = ConvertFrom-TsmJsonElement -Element $property.Value
                if ([string]$property.Value.ValueKind -eq 'Array') { $value = [object[]]@($value) }
                $properties[$property.Name] = $value
            }
            [pscustomobject]$properties
        }
        'Array' {
            foreach ($item in $Element.EnumerateArray()) {
                $value = ConvertFrom-TsmJsonElement -Element $item
                if ([string]$item.ValueKind -eq 'Array') { , [object[]]@($value) } else { $value }
            }
        }
        'String' { $Element.GetString() }
        'Number' {
            $whole = [long]0
            if ($Element.TryGetInt64([ref]$whole)) { $whole } else { $Element.GetDouble() }
        }
        'True' { $true }
        'False' { $false }
        default { $null }
    }
}
