function Resolve-TaskSequenceMedia {
    <#
    .SYNOPSIS
        Makes the plan of a task sequence medium: every file with its size, hash and source. Nothing is written.

    .DESCRIPTION
        Equal input gives a plan of equal PlanId. New-TaskSequenceMedia takes a plan and makes the medium only if the plan is still the same.

    .PARAMETER InputObject
        The definition, a report about one, or a bundle; a report that failed is an error. Alias: Definition.

    .INPUTS
        TaskSequenceMedia.Definition, TaskSequenceMedia.TestReport, TaskSequenceMedia.Bundle

    .OUTPUTS
        TaskSequenceMedia.Plan

    .EXAMPLE
        $plan = $definition | Resolve-TaskSequenceMedia
        $plan.Entries | Sort-Object Size -Descending | Select-Object -First 5

        Shows the five biggest files of a medium.

    .EXAMPLE
        $definition | Resolve-TaskSequenceMedia | New-TaskSequenceMedia

        Makes the medium of a plan.

    .LINK
        New-TaskSequenceMedia

    .LINK
        about_TaskSequenceMedia
    #>
    [CmdletBinding(PositionalBinding = $false)]
    [OutputType('TaskSequenceMedia.Plan')]
    param(
        [Parameter(Mandatory = $true, Position = 0, ValueFromPipeline = $true)]
        [Alias('Definition')]
        [psobject]$InputObject
    )

    begin {
        Use-TsmCallerPreference -Cmdlet $PSCmdlet
    }

    process {
        $plans = @()
        try {
            $work = Get-TsmInputDefinition -InputObject $InputObject -Noun Definition, TestReport, Bundle
            $plans = @(Invoke-TsmDefinitionOperation -Cmdlet $PSCmdlet -Operation resolve -Definition $work.Definition)
        } catch {
            Write-TsmCaughtError -Cmdlet $PSCmdlet -Record $_ -Preference $ErrorActionPreference
        }
        $plans
    }
}
