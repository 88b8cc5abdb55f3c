function Test-TaskSequenceMediaDefinition {
    <#
    .SYNOPSIS
        Says whether a task sequence medium can be made as it is defined. Nothing is written.

    .DESCRIPTION
        Reads the site facts, the boot image and the content that the medium needs, checks rooms and rights at the target, and reports
        one record a check. The report carries the definition, so that it can stand in the middle of a pipeline: New-TaskSequenceMedia
        refuses a report that failed and goes on with the next.

    .PARAMETER InputObject
        The definition, or a plan that holds one. Alias: Definition.

    .PARAMETER Quiet
        Gives $true or $false instead of the report. A report with warnings is $true.

    .INPUTS
        TaskSequenceMedia.Definition, TaskSequenceMedia.Plan

    .OUTPUTS
        TaskSequenceMedia.TestReport; with Quiet System.Boolean

    .EXAMPLE
        $definition | Test-TaskSequenceMediaDefinition

        Shows the outcome and every check.

    .EXAMPLE
        ($definition | Test-TaskSequenceMediaDefinition).Checks | Where-Object Outcome -ne 'Passed' | Format-List

        Shows what somebody should look at, with the remedies.

    .EXAMPLE
        if ($definition | Test-TaskSequenceMediaDefinition -Quiet) { $definition | New-TaskSequenceMedia }

        Makes the medium when it can be made.

    .LINK
        New-TaskSequenceMedia

    .LINK
        about_TaskSequenceMedia
    #>
    [CmdletBinding(PositionalBinding = $false)]
    [OutputType('TaskSequenceMedia.TestReport', [bool])]
    param(
        [Parameter(Mandatory = $true, Position = 0, ValueFromPipeline = $true)]
        [Alias('Definition')]
        [psobject]$InputObject,

        [switch]$Quiet
    )

    begin {
        Use-TsmCallerPreference -Cmdlet $PSCmdlet
    }

    process {
        $reports = @()
        try {
            $work = Get-TsmInputDefinition -InputObject $InputObject -Noun Definition, Plan
            $reports = @(Invoke-TsmDefinitionOperation -Cmdlet $PSCmdlet -Operation testDefinition -Definition $work.Definition)
        } catch {
            Write-TsmCaughtError -Cmdlet $PSCmdlet -Record $_ -Preference $ErrorActionPreference
        }
        if ($Quiet) {
            $reports.Count -gt 0 -and $reports[0].Outcome -ne 'Failed'
        } else {
            $reports
        }
    }
}
