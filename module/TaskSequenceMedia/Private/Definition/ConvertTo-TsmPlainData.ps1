function ConvertTo-TsmPlainData {
    <#
    .SYNOPSIS
        Objects and hashtables as ordered hashtables of plain values, ready for JSON: times as RFC 3339 text, names as they are.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)] [AllowNull()] [object]$InputObject,
        [int]$Depth = 0
    )
    $ErrorActionPreference = 'Stop'
    if ($null -eq $InputObject) { return $null }
    if ($Depth -gt 24) { throw (New-TsmErrorRecord TSM1102 (Get-TsmText 'FactsDeep') -Category InvalidData -Target 'SiteFacts') }
    $base = $InputObject.PSObject.BaseObject
    if ($base -is [string] -or $base -is [bool] -or $base -is [decimal] -or $base.GetType().IsPrimitive) {
        if ($base -is [char]) { return [string]$base }
        return $base
    }
    if ($base -is [datetime] -or $base -is [DateTimeOffset]) { return ConvertTo-TsmTimeText -Time $base }
    if ($base -is [System.Collections.IDictionary]) {
        $plain = [ordered]@{}
        foreach ($key in $base.Keys) { $plain[[string]$key] = ConvertTo-TsmPlainData -InputObject $base[$key] -Depth ($Depth + 1) }
        return $plain
    }
    if ($base -is [System.Collections.IEnumerable]) {
        $list = [System.Collections.Generic.List[object]]::new()
        foreach ($item in $base) { $list.Add((ConvertTo-TsmPlainData -InputObject $item -Depth ($Depth + 1))) }
        return , $list.ToArray()
    }
    if ($base -is [System.Management.Automation.PSCustomObject]) {
        $plain = [ordered]@{}
        foreach ($property in $InputObject.PSObject.Properties) {
            $plain[$property.Name] = ConvertTo-TsmPlainData -InputObject $property.Value -Depth ($Depth + 1)
        }
        return $plain
    }
    [string]::Format([cultureinfo]::InvariantCulture, '{0}', $base)
}
