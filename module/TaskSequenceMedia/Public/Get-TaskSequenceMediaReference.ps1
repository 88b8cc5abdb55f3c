function Get-TaskSequenceMediaReference {
    <#
    .SYNOPSIS
        Says what a task sequence needs, step by step: packages, images, drivers, applications, child task sequences.

    .DESCRIPTION
        Reads the task sequence from the facts of a site, from an export file of the console, or from its text, and gives one object
        for each thing that it refers to: the boot image first, then in the order of the steps. Steps of child task sequences have the
        step that runs the child in front. Nothing is asked of any server, and nothing is written.

        IsNeeded says whether a medium that carries this task sequence has to bring it: what only disabled steps use, and what is only
        known when the task sequence runs, is not. IsKnown says whether the site facts know it; Remedy says where to get what is needed
        and not known.

        What is odd about the task sequence is told as warnings that begin with their number: a child that leads back, a step that
        was imported without its content, a list of references that is stale, a step that this program does not know. With -StandAlone,
        steps that stand-alone media cannot run are told as well. Values of variables that hold secrets are never read out.

    .PARAMETER Path
        The files: site facts (JSON), export files (zip) or texts of task sequences (XML). Wildcard characters are a pattern, unless
        there is a file of just that name.

    .PARAMETER LiteralPath
        The files, no character of their names being a pattern. Alias: PSPath.

    .PARAMETER TaskSequence
        The package ID or the name of the task sequence, where the file has several. Aliases: TaskSequenceId, TaskSequenceName.

    .PARAMETER SiteFacts
        A facts file that says what the site knows, beside an export file or a text.

    .PARAMETER StandAlone
        Tells also what stand-alone media cannot run.

    .INPUTS
        System.String, System.IO.FileInfo

    .OUTPUTS
        TaskSequenceMedia.Reference

    .EXAMPLE
        Get-TaskSequenceMediaReference ./site/facts.json -TaskSequence PS100030

        What a task sequence of the site needs.

    .EXAMPLE
        Get-TaskSequenceMediaReference ./site/facts.json -TaskSequence PS100030 | Where-Object { $_.IsNeeded -and -not $_.IsKnown }

        What is needed and cannot be had with these facts.

    .EXAMPLE
        Get-TaskSequenceMediaReference ./site/facts.json -TaskSequence PS100030 -StandAlone -WarningVariable odd | Out-Null
        $odd

        What speaks against a stand-alone medium with this task sequence.

    .LINK
        New-TaskSequenceMedia

    .LINK
        about_TaskSequenceMedia
    #>
    [CmdletBinding(DefaultParameterSetName = 'Path', PositionalBinding = $false)]
    [OutputType('TaskSequenceMedia.Reference')]
    param(
        [Parameter(Mandatory = $true, Position = 0, ParameterSetName = 'Path', ValueFromPipeline = $true)]
        [ValidateNotNullOrEmpty()]
        [string[]]$Path,

        [Parameter(Mandatory = $true, ParameterSetName = 'LiteralPath', ValueFromPipelineByPropertyName = $true)]
        [Alias('PSPath')]
        [ValidateNotNullOrEmpty()]
        [string[]]$LiteralPath,

        [Alias('TaskSequenceId', 'TaskSequenceName')]
        [string]$TaskSequence,

        [string]$SiteFacts,

        [switch]$StandAlone
    )

    begin {
        Use-TsmCallerPreference -Cmdlet $PSCmdlet
    }

    process {
        $kind = $PSCmdlet.ParameterSetName
        $asked = if ($kind -eq 'Path') { $Path } else { $LiteralPath }
        $options = @{ Cmdlet = $PSCmdlet; TaskSequence = $TaskSequence; SiteFacts = $SiteFacts; StandAlone = $StandAlone }
        # a pipeline, not a loop: a 'break' of the commands behind this one must reach the caller's loop
        @($asked) | ForEach-Object {
            $references = @()
            try {
                $references = @(Get-TsmReference @options -Name $_ -Literal:($kind -eq 'LiteralPath'))
            } catch {
                Write-TsmCaughtError -Cmdlet $PSCmdlet -Record $_ -Preference $ErrorActionPreference
            }
            $references
        }
    }
}
