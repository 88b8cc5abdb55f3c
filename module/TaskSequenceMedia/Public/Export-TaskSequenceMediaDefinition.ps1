function Export-TaskSequenceMediaDefinition {
    <#
    .SYNOPSIS
        Writes the definition of a task sequence medium to a JSON file.

    .DESCRIPTION
        The file can be read again by Import-TaskSequenceMediaDefinition and by the program tsmedia. It holds no secrets: a reference to
        a password is written as it is, a SecureString is left out, with a warning.

    .PARAMETER InputObject
        The definition, or a report or plan that holds one. Alias: Definition.

    .PARAMETER Path
        The file to write. Wildcard characters are taken as they are.

    .PARAMETER LiteralPath
        The same as Path, under the name that scripts know. Alias: PSPath.

    .PARAMETER Force
        Replaces a file that exists.

    .PARAMETER PassThru
        Gives the definition on, which otherwise ends here.

    .PARAMETER WhatIf
        Says what would be written, and writes nothing.

    .PARAMETER Confirm
        Asks before the file is written.

    .INPUTS
        TaskSequenceMedia.Definition, TaskSequenceMedia.TestReport, TaskSequenceMedia.Plan

    .OUTPUTS
        None; with PassThru TaskSequenceMedia.Definition

    .EXAMPLE
        $definition | Export-TaskSequenceMediaDefinition -Path ./boot-x64.json

        Keeps a definition for later.

    .EXAMPLE
        $definition | Export-TaskSequenceMediaDefinition -Path ./boot-x64.json -Force -PassThru | Resolve-TaskSequenceMedia

        Keeps a definition, replacing what was kept before, and makes its plan.

    .LINK
        Import-TaskSequenceMediaDefinition

    .LINK
        about_TaskSequenceMedia
    #>
    [CmdletBinding(DefaultParameterSetName = 'Path', PositionalBinding = $false, SupportsShouldProcess = $true, ConfirmImpact = 'Medium')]
    [OutputType('TaskSequenceMedia.Definition')]
    param(
        [Parameter(Mandatory = $true, ValueFromPipeline = $true)]
        [Alias('Definition')]
        [psobject]$InputObject,

        [Parameter(Mandatory = $true, Position = 0, ParameterSetName = 'Path')]
        [ValidateNotNullOrEmpty()]
        [string]$Path,

        [Parameter(Mandatory = $true, ParameterSetName = 'LiteralPath')]
        [Alias('PSPath')]
        [ValidateNotNullOrEmpty()]
        [string]$LiteralPath,

        [switch]$Force,

        [switch]$PassThru
    )

    begin {
        Use-TsmCallerPreference -Cmdlet $PSCmdlet
    }

    process {
        $definition = $null
        try {
            $asked = if ($PSCmdlet.ParameterSetName -eq 'LiteralPath') { $LiteralPath } else { $Path }
            $file = Resolve-TsmPath -Cmdlet $PSCmdlet -LiteralPath $asked
            $definition = Get-TsmCarriedDefinition -InputObject $InputObject
            Assert-TsmNewFile -Path $file -Force:$Force
            if ($PSCmdlet.ShouldProcess($file, (Get-TsmText 'ExportAction'))) {
                Write-TsmDefinitionFile -Definition $definition -Path $file -Cmdlet $PSCmdlet
            }
        } catch {
            $definition = $null
            Write-TsmCaughtError -Cmdlet $PSCmdlet -Record $_ -Preference $ErrorActionPreference
        }
        if ($PassThru -and $null -ne $definition) { $definition }
    }
}
