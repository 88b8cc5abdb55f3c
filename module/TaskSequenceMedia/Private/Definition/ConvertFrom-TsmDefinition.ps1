function ConvertFrom-TsmDefinition {
    <#
    .SYNOPSIS
        The definition object of what the native library gave back.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory = $true)] [psobject]$Definition)
    $ErrorActionPreference = 'Stop'
    $value = @{}
    $field = Get-TsmDefinitionField
    foreach ($name in $field.Keys) {
        $item = Get-TsmProperty $Definition $name
        switch ($field[$name]) {
            'Variable' { $item = @(ConvertTo-TsmVariable -Variable $item) }
            'Time' { $item = ConvertFrom-TsmTimeText -Text $item }
        }
        $value[$name] = $item
    }
    New-TsmDefinitionObject -Value $value
}
