function Get-TsmInputDefinition {
    <#
    .SYNOPSIS
        The definition, and the plan's identity, of what came through the pipeline: a definition, a report about one, a plan, or a bundle.
    .DESCRIPTION
        A report that failed is an error (TSM1015) which repeats its failed checks, unless its definition or the command says that this
        does not matter. An object of another kind is an error too (TSM1018).
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)] [AllowNull()] [object]$InputObject,
        [Parameter(Mandatory = $true)] [ValidateSet('Definition', 'TestReport', 'Plan', 'Bundle')] [string[]]$Noun,
        [switch]$IgnoreTestFailure
    )
    $ErrorActionPreference = 'Stop'
    $kind = foreach ($candidate in $Noun) {
        if (Test-TsmTypeName -InputObject $InputObject -Noun $candidate) { $candidate }
    }
    $work = @{ Definition = $null; PlanId = $null }
    switch ($kind) {
        'Definition' { $work.Definition = $InputObject }
        { $_ -in 'Plan', 'Bundle' } {
            $work.Definition = Get-TsmProperty $InputObject 'Definition'
            $work.PlanId = Get-TsmProperty $InputObject 'PlanId'
        }
        'TestReport' {
            $work.Definition = Get-TsmProperty $InputObject 'Definition'
            $failed = [string](Get-TsmProperty $InputObject 'Outcome') -eq 'Failed'
            $matters = -not ($IgnoreTestFailure -or (Get-TsmProperty $work.Definition 'IgnoreTestFailure'))
            if ($null -ne $work.Definition -and $failed -and $matters) {
                throw (New-TsmReportFailure -Report $InputObject)
            }
        }
    }
    if ($null -eq $work.Definition) {
        $message = Get-TsmText 'InputKind' (Get-TsmObjectTitle -InputObject $InputObject) ($Noun -join ', ')
        throw (New-TsmErrorRecord TSM1018 $message -Target $InputObject -Action (Get-TsmText 'InputKindAction'))
    }
    if ($IgnoreTestFailure) {
        $work.Definition = $work.Definition.PSObject.Copy()      # the one that was given stays as it is
        $work.Definition | Add-Member -NotePropertyName IgnoreTestFailure -NotePropertyValue $true -Force
    }
    $work
}
