function Test-TaskSequenceMedia {
    <#
    .SYNOPSIS
        Reads a task sequence medium back and reports whether it is right.

    .DESCRIPTION
        Opens the disc image as a stranger would: its structure, its boot entries, every file of its manifest by hash, and, with the
        password, what its variables hold. The report has one record a check.

        A medium that comes from New-TaskSequenceMedia brings its password along.

    .PARAMETER InputObject
        A medium object, a file object, or the path of a medium. A plan, which New-TaskSequenceMedia gives under -WhatIf, is passed over.
        Alias: Media.

    .PARAMETER Path
        The disc images. Wildcard characters are a pattern, unless there is a file of just that name. Of a set of discs, the path of
        its definition leads to the first disc that is there.

    .PARAMETER LiteralPath
        The disc images, no character of their names being a pattern. Alias: PSPath.

    .PARAMETER Manifest
        The manifest to compare with; when not given, the one beside the medium, if there is one. Alias: ManifestPath.

    .PARAMETER MediaPassword
        The password of the medium: a SecureString, or where it can be found, as 'env:NAME' or 'file:PATH'. Alias: Password.

    .PARAMETER MediaProfile
        A JSON file with values of the media profile that shall differ from the built-in ones.

    .PARAMETER Quiet
        Gives $true or $false instead of the report. A report with warnings is $true.

    .INPUTS
        TaskSequenceMedia.Media, System.IO.FileInfo, System.String

    .OUTPUTS
        TaskSequenceMedia.TestReport; with Quiet System.Boolean

    .EXAMPLE
        $definition | New-TaskSequenceMedia | Test-TaskSequenceMedia

        Makes a medium and shows the report about it.

    .EXAMPLE
        Test-TaskSequenceMedia -Path ./media/*.iso -MediaPassword env:MEDIA_PASSWORD | Where-Object Outcome -eq 'Failed'

        The media of a folder that are not right.

    .EXAMPLE
        Get-ChildItem ./media/boot.iso | Test-TaskSequenceMedia -MediaPassword $secret -Quiet

        $true or $false for one medium.

    .LINK
        New-TaskSequenceMedia

    .LINK
        Get-TaskSequenceMedia

    .LINK
        about_TaskSequenceMedia
    #>
    [CmdletBinding(DefaultParameterSetName = 'InputObject', PositionalBinding = $false)]
    [OutputType('TaskSequenceMedia.TestReport', [bool])]
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSAvoidUsingPlainTextForPassword', '', Justification = 'A SecureString or a reference; other text is refused.')]
    param(
        [Parameter(Mandatory = $true, Position = 0, ParameterSetName = 'InputObject', ValueFromPipeline = $true)]
        [Alias('Media')]
        [psobject]$InputObject,

        [Parameter(Mandatory = $true, ParameterSetName = 'Path')]
        [ValidateNotNullOrEmpty()]
        [string[]]$Path,

        [Parameter(Mandatory = $true, ParameterSetName = 'LiteralPath')]
        [Alias('PSPath')]
        [ValidateNotNullOrEmpty()]
        [string[]]$LiteralPath,

        [Alias('ManifestPath')]
        [string]$Manifest,

        [Alias('Password')]
        [object]$MediaPassword,

        [string]$MediaProfile,

        [switch]$Quiet
    )

    begin {
        Use-TsmCallerPreference -Cmdlet $PSCmdlet
    }

    process {
        $asked = switch ($PSCmdlet.ParameterSetName) {
            'Path' { $Path }
            'LiteralPath' { $LiteralPath }
            default { , $InputObject }
        }
        $literal = $PSCmdlet.ParameterSetName -eq 'LiteralPath'
        $options = @{ Cmdlet = $PSCmdlet; Manifest = $Manifest; MediaPassword = $MediaPassword; MediaProfile = $MediaProfile; Operation = 'testMedia' }
        # a pipeline, not a loop: a 'break' of the commands behind this one must reach the caller's loop
        @(Get-TsmMediaWork -Cmdlet $PSCmdlet -Asked $asked -Literal:$literal) | ForEach-Object {
            $reports = @()
            try {
                $reports = @(Invoke-TsmMediaOperation @options -Target $_)
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
}
