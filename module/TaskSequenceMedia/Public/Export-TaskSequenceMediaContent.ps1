function Export-TaskSequenceMediaContent {
    <#
    .SYNOPSIS
        Writes everything that a task sequence medium is made from into a bundle, for a computer without any connection.

    .DESCRIPTION
        The bundle holds the definition, the site facts, the content as a content library, and the files of this computer that the
        definition names. It is a disc image when the name of -Path ends in .iso, else a folder; there must be nothing at -Path. What was
        written is read back before the bundle has its name. Import-TaskSequenceMediaContent makes a medium of the same plan from it.

        No password is in it. A certificate file is left out, with the warning TSM1245: carry it by itself, and set CertificatePath in the
        definition of the imported bundle.

    .PARAMETER InputObject
        The definition, or a report or plan that holds one; a report that failed is an error. Alias: Definition.

    .PARAMETER Path
        The bundle to write. Wildcard characters are taken as they are.

    .PARAMETER WhatIf
        Says what would be written, and writes nothing.

    .PARAMETER Confirm
        Asks before the bundle is written.

    .INPUTS
        TaskSequenceMedia.Definition, TaskSequenceMedia.TestReport, TaskSequenceMedia.Plan

    .OUTPUTS
        TaskSequenceMedia.Bundle

    .EXAMPLE
        $definition | Export-TaskSequenceMediaContent -Path ./bundle.iso

        Writes a bundle that is one file.

    .EXAMPLE
        $definition | Export-TaskSequenceMediaContent -Path ./bundle | Select-Object -ExpandProperty Packages

        Writes a bundle that is a folder, and shows the packages in it.

    .LINK
        Import-TaskSequenceMediaContent

    .LINK
        about_TaskSequenceMedia
    #>
    [CmdletBinding(PositionalBinding = $false, SupportsShouldProcess = $true, ConfirmImpact = 'Low')]
    [OutputType('TaskSequenceMedia.Bundle')]
    param(
        [Parameter(Mandatory = $true, ValueFromPipeline = $true)]
        [Alias('Definition')]
        [psobject]$InputObject,

        [Parameter(Mandatory = $true, Position = 0)]
        [ValidateNotNullOrEmpty()]
        [string]$Path
    )

    begin {
        Use-TsmCallerPreference -Cmdlet $PSCmdlet
    }

    process {
        $bundle = @()
        try {
            $work = Get-TsmInputDefinition -InputObject $InputObject -Noun Definition, TestReport, Plan
            $target = Resolve-TsmPath -Cmdlet $PSCmdlet -LiteralPath $Path
            if ($PSCmdlet.ShouldProcess($target, (Get-TsmText 'ExportContentAction'))) {
                $bundle = @(Invoke-TsmDefinitionOperation -Cmdlet $PSCmdlet -Operation exportContent -Definition $work.Definition -Path $target)
            }
        } catch {
            Write-TsmCaughtError -Cmdlet $PSCmdlet -Record $_ -Preference $ErrorActionPreference
        }
        $bundle
    }
}
