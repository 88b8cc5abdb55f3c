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
    foreach ($name in Get-TsmDefinitionField) {
        $properties[$name] = if ($Value.Contains($name)) { $Value[$name] } else { $null }
    }
    if ($null -eq $properties['SchemaVersion']) { $properties['SchemaVersion'] = 1 }
    foreach ($name in 'DistributionPoint', 'ManagementPoint') {
        $properties[$name] = [string[]]@(@($properties[$name]) | Where-Object { -not [string]::IsNullOrWhiteSpace($_) })
    }
    $properties['Variable'] = [object[]]@(@($properties['Variable']) | Where-Object { $null -ne $_ })
    foreach ($name in 'AllowUnattended', 'AllowUnknownMachine') { $properties[$name] = [bool]$properties[$name] }
    [pscustomobject]$properties
}
