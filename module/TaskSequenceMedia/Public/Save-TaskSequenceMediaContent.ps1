function Save-TaskSequenceMediaContent {
    <#
    .SYNOPSIS
        Fetches the content of a task sequence medium from its distribution points, ahead of the build.

    .DESCRIPTION
        Everything goes into the cache of the definition, where New-TaskSequenceMedia finds it: the build then asks distribution points for
        records only. What is in the cache already is checked and not fetched again; what was broken off goes on where it stopped.

        Libraries that are folders or shares are read where they lie and never copied: for them nothing is fetched, and Sources is empty.

    .PARAMETER InputObject
        The definition, or a report about one; a report that failed is an error. Alias: Definition.

    .PARAMETER WhatIf
        Says what would be fetched, and fetches nothing.

    .PARAMETER Confirm
        Asks before content is fetched.

    .INPUTS
        TaskSequenceMedia.Definition, TaskSequenceMedia.TestReport

    .OUTPUTS
        TaskSequenceMedia.Content

    .EXAMPLE
        $definition | Save-TaskSequenceMediaContent

        Fetches what the medium needs, and gives an object a package.

    .EXAMPLE
        $definition | Save-TaskSequenceMediaContent | Where-Object { $_.Sources.Count -gt 0 }

        Shows the packages of which something had to be fetched.

    .LINK
        Get-TaskSequenceMediaContent

    .LINK
        Clear-TaskSequenceMediaContent

    .LINK
        about_TaskSequenceMedia
    #>
    [CmdletBinding(PositionalBinding = $false, SupportsShouldProcess = $true, ConfirmImpact = 'Low')]
    [OutputType('TaskSequenceMedia.Content')]
    param(
        [Parameter(Mandatory = $true, Position = 0, ValueFromPipeline = $true)]
        [Alias('Definition')]
        [psobject]$InputObject
    )

    begin {
        Use-TsmCallerPreference -Cmdlet $PSCmdlet
    }

    process {
        $content = @()
        try {
            $work = Get-TsmInputDefinition -InputObject $InputObject -Noun Definition, TestReport
            if ($PSCmdlet.ShouldProcess($work.Definition.Path, (Get-TsmText 'SaveContentAction'))) {
                $content = @(Invoke-TsmDefinitionOperation -Cmdlet $PSCmdlet -Operation saveContent -Definition $work.Definition)
            }
        } catch {
            Write-TsmCaughtError -Cmdlet $PSCmdlet -Record $_ -Preference $ErrorActionPreference
        }
        $content
    }
}
