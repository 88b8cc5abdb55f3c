function Get-TsmInputDefinition {
    <#
    .SYNOPSIS
        The definition, and the plan's identity, of what came through the pipeline: a definition, a report about one, or a plan.
    .DESCRIPTION
        A report that failed is an error (TSM1015) which repeats its failed checks. An object of another kind is one too (TSM1018).
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)] [AllowNull()] [object]$InputObject,
        [Parameter(Mandatory = $true)] [ValidateSet('Definition', 'TestReport', 'Plan')] [string[]]$Noun
    )
    $ErrorActionPreference = 'Stop'
    $kind = foreach ($candidate in $Noun) {
        if (Test-TsmTypeName -InputObject $InputObject -Noun $candidate) { $candidate }
    }
    $work = @{ Definition = $null; PlanId = $null }
    switch ($kind) {
        'Definition' { $work.Definition = $InputObject }
        'Plan' {
            $work.Definition = Get-TsmProperty $InputObject 'Definition'
            $work.PlanId = Get-TsmProperty $InputObject 'PlanId'
        }
        'TestReport' {
            $work.Definition = Get-TsmProperty $InputObject 'Definition'
            if ($null -ne $work.Definition -and [string](Get-TsmProperty $InputObject 'Outcome') -eq 'Failed') {
                throw (New-TsmReportFailure -Report $InputObject)
            }
        }
    }
    if ($null -eq $work.Definition) {
        $message = Get-TsmText 'InputKind' (Get-TsmObjectTitle -InputObject $InputObject) ($Noun -join ', ')
        throw (New-TsmErrorRecord TSM1018 $message -Target $InputObject -Action (Get-TsmText 'InputKindAction'))
    }
    $work
}
