function Get-TaskSequenceMedia {
    <#
    .SYNOPSIS
        Says what a task sequence medium is: its site, boot image, certificate, management points.

    .DESCRIPTION
        Reads the facts from the disc image itself. What only the password opens stays empty when the password is not given.
        The values of task sequence variables are never told, only their names.

    .PARAMETER Path
        The disc images. Wildcard characters are a pattern, unless there is a file of just that name.

    .PARAMETER LiteralPath
        The disc images, no character of their names being a pattern. Alias: PSPath.

    .PARAMETER MediaPassword
        The password of the medium: a SecureString, or where it can be found, as 'env:NAME' or 'file:PATH'. Alias: Password.

    .INPUTS
        System.String, System.IO.FileInfo, TaskSequenceMedia.Media

    .OUTPUTS
        TaskSequenceMedia.Media

    .EXAMPLE
        Get-TaskSequenceMedia ./media/boot.iso

        Shows what can be known without the password.

    .EXAMPLE
        Get-ChildItem ./media/*.iso | Get-TaskSequenceMedia -MediaPassword $secret | Where-Object DaysRemaining -lt 60

        The media of a folder whose certificates end within sixty days.

    .LINK
        Test-TaskSequenceMedia

    .LINK
        about_TaskSequenceMedia
    #>
    [CmdletBinding(DefaultParameterSetName = 'Path', PositionalBinding = $false)]
    [OutputType('TaskSequenceMedia.Media')]
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSAvoidUsingPlainTextForPassword', '', Justification = 'A SecureString or a reference; other text is refused.')]
    param(
        [Parameter(Mandatory = $true, Position = 0, ParameterSetName = 'Path', ValueFromPipeline = $true, ValueFromPipelineByPropertyName = $true)]
        [ValidateNotNullOrEmpty()]
        [string[]]$Path,

        [Parameter(Mandatory = $true, ParameterSetName = 'LiteralPath', ValueFromPipelineByPropertyName = $true)]
        [Alias('PSPath')]
        [ValidateNotNullOrEmpty()]
        [string[]]$LiteralPath,

        [Parameter(ValueFromPipelineByPropertyName = $true)]
        [Alias('Password')]
        [object]$MediaPassword
    )

    begin {
        Use-TsmCallerPreference -Cmdlet $PSCmdlet
    }

    process {
        $literal = $PSCmdlet.ParameterSetName -eq 'LiteralPath'
        $asked = if ($literal) { $LiteralPath } else { $Path }
        $options = @{ Cmdlet = $PSCmdlet; Manifest = $null; MediaPassword = $MediaPassword; Operation = 'getMedia' }
        # a pipeline, not a loop: a 'break' of the commands behind this one must reach the caller's loop
        @(Get-TsmMediaWork -Cmdlet $PSCmdlet -Asked $asked -Literal:$literal) | ForEach-Object {
            $media = @()
            try {
                $media = @(Invoke-TsmMediaOperation @options -Target $_)
            } catch {
                Write-TsmCaughtError -Cmdlet $PSCmdlet -Record $_ -Preference $ErrorActionPreference
            }
            $media
        }
    }
}
