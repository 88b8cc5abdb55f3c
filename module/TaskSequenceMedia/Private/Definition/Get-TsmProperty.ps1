function Get-TsmProperty {
    <#
    .SYNOPSIS
        The value of a property or key, whatever the case of its name; nothing when there is none.
    .DESCRIPTION
        Objects that came from JSON lack the properties that were absent there, which strict mode makes an error.
        A list comes item by item, as from every command: wrap the call in @() where a list is meant.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true, Position = 0)] [AllowNull()] [object]$InputObject,
        [Parameter(Mandatory = $true, Position = 1)] [string]$Name
    )
    $ErrorActionPreference = 'Stop'
    if ($null -eq $InputObject) { return $null }
    if ($InputObject -is [System.Collections.IDictionary]) {
        foreach ($key in $InputObject.Keys) {
            if ([string]::Equals([string]$key, $Name, [StringComparison]::OrdinalIgnoreCase)) { return $InputObject[$key] }
        }
        return $null
    }
    $property = $InputObject.PSObject.Properties[$Name]
    if ($null -eq $property) { return $null }
    $property.Value
}
