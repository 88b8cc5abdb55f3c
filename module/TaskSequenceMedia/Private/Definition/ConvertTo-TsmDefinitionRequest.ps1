function ConvertTo-TsmDefinitionRequest {
    <#
    .SYNOPSIS
        A definition object as the native library and definition files know it: an ordered hashtable with camelCase names.
    .DESCRIPTION
        What is not given is left out. So is a SecureString: only references to secrets are written.
    #>
    [CmdletBinding()]
    [OutputType([System.Collections.Specialized.OrderedDictionary])]
    param([Parameter(Mandatory = $true)] [psobject]$Definition)
    $ErrorActionPreference = 'Stop'
    $request = [ordered]@{}
    $field = Get-TsmDefinitionField
    foreach ($name in $field.Keys) {
        $value = Get-TsmProperty $Definition $name
        if ($null -eq $value) { continue }
        switch ($field[$name]) {
            'Number' { $value = [long]$value }
            'Size' { $value = if ($value -is [string]) { $value } else { [long]$value } }
            'Switch' { $value = if ([bool]$value) { $true } }
            { $_ -like '*List' } { $value = [string[]]@($value) }
            'Time' { $value = if ($value -is [string]) { $value } else { ConvertTo-TsmTimeText -Time $value } }
            'Variable' {
                $value = @(foreach ($item in @($value)) { [ordered]@{ name = [string]$item.Name; value = [string]$item.Value } })
            }
            'Facts' { $value = ConvertTo-TsmPlainData -InputObject $value }
            'Secret' { $value = if ($value.PSObject.BaseObject -isnot [securestring]) { [string]$value } }
            default { $value = [string]$value }
        }
        $nothing = $null -eq $value -or (($value -is [string] -or $value -is [array]) -and $value.Length -eq 0)
        if (-not $nothing) { $request[$name.Substring(0, 1).ToLowerInvariant() + $name.Substring(1)] = $value }
    }
    $request
}
