function Get-TsmCarriedDefinition {
    <#
    .SYNOPSIS
        The definition itself, or the one that a report or plan carries, however the report came out.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory = $true)] [AllowNull()] [object]$InputObject)
    $ErrorActionPreference = 'Stop'
    if (Test-TsmTypeName -InputObject $InputObject -Noun 'Definition') { return $InputObject }
    foreach ($noun in 'TestReport', 'Plan') {
        if (Test-TsmTypeName -InputObject $InputObject -Noun $noun) {
            $definition = Get-TsmProperty $InputObject 'Definition'
            if ($null -ne $definition) { return $definition }
        }
    }
    $message = Get-TsmText 'InputKind' (Get-TsmObjectTitle -InputObject $InputObject) 'Definition, TestReport, Plan'
    throw (New-TsmErrorRecord TSM1018 $message -Target $InputObject -Action (Get-TsmText 'InputKindAction'))
}
