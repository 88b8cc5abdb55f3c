function New-TaskSequenceMedia {
    <#
    .SYNOPSIS
        Makes a task sequence medium: builds it, reads it back, and only then puts it in its place.

    .DESCRIPTION
        Takes definitions, reports, plans or bundles through the pipeline, or the parameters of New-TaskSequenceMediaDefinition.

        The medium is written beside its target and verified there. A medium that exists at the target stays as it was until the new one
        is verified; a run that fails or is stopped leaves nothing behind. Beside the medium a manifest is written
        (<name>.manifest.json) that lists every file with size and SHA-256.

        A medium that cannot be made is an error that does not end the pipeline; the next one is tried. With -ErrorAction Stop it ends.

    .PARAMETER InputObject
        A definition, a report of Test-TaskSequenceMediaDefinition, a plan, or a bundle. A report that failed is refused, unless
        -IgnoreTestFailure says otherwise; a plan, also that of a bundle, is made only if it is still the same. Aliases: Definition, Plan.

    <help of the parameters of New-TaskSequenceMediaDefinition>

    .PARAMETER Force
        Asks nothing, whatever $ConfirmPreference says. No check is left out.

    .PARAMETER WhatIf
        Gives the plan of the medium instead of the medium, and writes nothing: no medium, no log, no temporary file.

    .PARAMETER Confirm
        Asks before the medium is made.

    .INPUTS
        TaskSequenceMedia.Definition, TaskSequenceMedia.TestReport, TaskSequenceMedia.Plan, TaskSequenceMedia.Bundle

    .OUTPUTS
        TaskSequenceMedia.Media; with WhatIf TaskSequenceMedia.Plan

    .EXAMPLE
        New-TaskSequenceMedia -Bootable -MediaMode SiteBased -MediaType CdDvd -Path ./out/boot.iso -SiteFacts ./site/facts.json -BootImage PS100005 -DistributionPoint ./site/SCCMContentLib -ManagementPoint http://mp1.contoso.test -MediaPassword $secret

        Makes a bootable medium with a password.

    .EXAMPLE
        Import-TaskSequenceMediaDefinition ./definition.json | Test-TaskSequenceMediaDefinition | New-TaskSequenceMedia | Test-TaskSequenceMedia

        The whole way: reads a definition, asks whether its medium can be made, makes it, and reads it back.

    .EXAMPLE
        $plan = Import-TaskSequenceMediaDefinition ./definition.json | New-TaskSequenceMedia -WhatIf
        $plan.Entries | Format-Table Path, Size

        Shows every file that the medium would hold.

    .EXAMPLE
        $old = @{
            MediaMode           = 'Dynamic'
            MediaType           = 'CdDvd'
            Path                = './out/boot.iso'
            AllowUnknownMachine = $true
            BootImage           = 'PS100005'
            DistributionPoint   = './site/SCCMContentLib', './site/SCCMContentLibE'
            ManagementPoint     = 'http://mp1.contoso.test'
            MediaPassword       = $secret
            PrestartCommand     = 'cmd /C start.cmd'
            PrestartPackage     = 'PS100012'
        }
        New-TaskSequenceMedia -Bootable @old -SiteFacts ./site/facts.json

        A call of New-CMBootableMedia with another name and -Bootable, and with IDs, paths and URLs in the place of objects.

    .LINK
        New-TaskSequenceMediaDefinition

    .LINK
        Test-TaskSequenceMedia

    .LINK
        about_TaskSequenceMedia
    #>
    [CmdletBinding(DefaultParameterSetName = 'InputObject', PositionalBinding = $false, SupportsShouldProcess = $true, ConfirmImpact = 'Medium')]
    [OutputType('TaskSequenceMedia.Media', 'TaskSequenceMedia.Plan')]
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSAvoidUsingPlainTextForPassword', '', Justification = 'A SecureString or a reference; other text is refused.')]
    param(
        [Parameter(Mandatory = $true, Position = 0, ParameterSetName = 'InputObject', ValueFromPipeline = $true)]
        [Alias('Definition', 'Plan')]
        [psobject]$InputObject,

        # <parameters of New-TaskSequenceMediaDefinition>

        [switch]$Force
    )

    begin {
        Use-TsmCallerPreference -Cmdlet $PSCmdlet
        if ($Force -and -not $PSBoundParameters.ContainsKey('Confirm')) { $ConfirmPreference = 'None' }
    }

    process {
        $results = @()
        try {
            $work = if ($PSCmdlet.ParameterSetName -eq 'InputObject') {
                Get-TsmInputDefinition -InputObject $InputObject -Noun Definition, TestReport, Plan, Bundle -IgnoreTestFailure:$IgnoreTestFailure
            } else {
                @{ Definition = New-TsmDefinition -Cmdlet $PSCmdlet -Bound $PSBoundParameters; PlanId = $null }
            }
            if ($Force -and $work.Definition.Kind -eq 'Prestaged') {      # the object of the caller stays as it is
                $work.Definition = $work.Definition.PSObject.Copy()
                $work.Definition.ReplaceImageFile = $true
            }
            $faults = @(Get-TsmDefinitionFault -Definition $work.Definition)
            foreach ($fault in $faults) { Write-TsmError -Cmdlet $PSCmdlet -Record $fault -Preference $ErrorActionPreference }
            if ($faults.Count -eq 0 -and $WhatIfPreference) {
                $results = @(Invoke-TsmDefinitionOperation -Cmdlet $PSCmdlet -Operation resolve -Definition $work.Definition)
            }
            if ($faults.Count -eq 0 -and ($results.Count -gt 0 -or -not $WhatIfPreference)) {
                $text = Get-TsmBuildText -Definition $work.Definition -Plan $results
                if ($PSCmdlet.ShouldProcess($text.Description, $text.Question, $text.Caption)) {
                    $results = @(Invoke-TsmDefinitionOperation -Cmdlet $PSCmdlet -Operation create @work)
                }
            }
        } catch {
            Write-TsmCaughtError -Cmdlet $PSCmdlet -Record $_ -Preference $ErrorActionPreference
        }
        $results
    }
}
