function Import-TaskSequenceMediaDefinition {
    <#
    .SYNOPSIS
        Reads definitions of task sequence media from JSON files.

    .DESCRIPTION
        Relative paths in a definition file start at the folder of that file. A fault is reported with its line and column, a field that
        is not known with the nearest one that is. A file that cannot be read is an error of its own; the others are read.

        Passwords never stand in a definition file, only references to them (env:NAME, file:PATH).

    .PARAMETER Path
        The definition files. Wildcard characters are a pattern, unless there is a file of just that name.

    .PARAMETER LiteralPath
        The definition files, no character of their names being a pattern. Alias: PSPath.

    .INPUTS
        System.String, System.IO.FileInfo

    .OUTPUTS
        TaskSequenceMedia.Definition

    .EXAMPLE
        Import-TaskSequenceMediaDefinition ./definition.json | Test-TaskSequenceMediaDefinition

        Asks whether the medium of a definition file can be made.

    .EXAMPLE
        Get-ChildItem *.json | Import-TaskSequenceMediaDefinition | New-TaskSequenceMedia -WhatIf

        Shows the plans of all definition files of the current folder.

    .LINK
        Export-TaskSequenceMediaDefinition

    .LINK
        about_TaskSequenceMedia
    #>
    [CmdletBinding(DefaultParameterSetName = 'Path', PositionalBinding = $false)]
    [OutputType('TaskSequenceMedia.Definition')]
    param(
        [Parameter(Mandatory = $true, Position = 0, ParameterSetName = 'Path', ValueFromPipeline = $true, ValueFromPipelineByPropertyName = $true)]
        [ValidateNotNullOrEmpty()]
        [string[]]$Path,

        [Parameter(Mandatory = $true, ParameterSetName = 'LiteralPath', ValueFromPipelineByPropertyName = $true)]
        [Alias('PSPath')]
        [ValidateNotNullOrEmpty()]
        [string[]]$LiteralPath
    )

    begin {
        Use-TsmCallerPreference -Cmdlet $PSCmdlet
    }

    process {
        $literal = $PSCmdlet.ParameterSetName -eq 'LiteralPath'
        $asked = if ($literal) { $LiteralPath } else { $Path }
        $asked | ForEach-Object {
            $definitions = @()
            try {
                $definitions = @(foreach ($file in @(Resolve-TsmItemPath -Cmdlet $PSCmdlet -Path $_ -Literal:$literal)) {
                        try {
                            Read-TsmDefinitionFile -Path $file
                        } catch {
                            Write-TsmCaughtError -Cmdlet $PSCmdlet -Record $_ -Preference $ErrorActionPreference
                        }
                    })
            } catch {
                Write-TsmCaughtError -Cmdlet $PSCmdlet -Record $_ -Preference $ErrorActionPreference
            }
            $definitions
        }
    }
}
