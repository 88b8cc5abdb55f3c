function Get-TaskSequenceMedia {
    <#
    .SYNOPSIS
        Says what a task sequence medium is: its site, boot image, certificate, management points.

    .DESCRIPTION
        Reads the facts from the disc image itself. What only the password opens stays empty when the password is not given.
        The values of task sequence variables are never told, only their names.

    .PARAMETER Path
        The disc images. Wildcard characters are a pattern, unless there is a file of just that name. Of a set of discs, the path of
        its definition leads to the first disc that is there.

    .PARAMETER LiteralPath
        The disc images, no character of their names being a pattern. Alias: PSPath.

    .PARAMETER MediaPassword
        The password of the medium: a SecureString, or where it can be found, as 'env:NAME' or 'file:PATH'. Alias: Password.

    .PARAMETER MediaProfile
        A JSON file with values of the media profile that shall differ from the built-in ones.

    .PARAMETER ProfileEvidence
        Gives, instead of the medium, one record for each value that the media profile assumes: what is assumed, what this medium shows,
        and what would settle it. A medium that the Configuration Manager console made settles most of what is only inferred.

    .INPUTS
        System.String, System.IO.FileInfo, TaskSequenceMedia.Media

    .OUTPUTS
        TaskSequenceMedia.Media; with ProfileEvidence TaskSequenceMedia.Evidence; of a program, a boot image or a folder that is no medium
        TaskSequenceMedia.BootLoader

    .EXAMPLE
        Get-TaskSequenceMedia ./media/boot.iso

        Shows what can be known without the password.

    .EXAMPLE
        Get-ChildItem ./media/*.iso | Get-TaskSequenceMedia -MediaPassword $secret | Where-Object DaysRemaining -lt 60

        The media of a folder whose certificates end within sixty days.

    .EXAMPLE
        Get-TaskSequenceMedia ./media/boot.iso -MediaPassword $secret -ProfileEvidence | Where-Object Verdict -eq 'Different'

        What a medium shows to be other than this version assumes.

    .EXAMPLE
        (Get-TaskSequenceMedia ./media/boot.iso).BootImage.Loader.Signers

        Every signature of the boot loader, with the authority that it leads to. A boot image (.wim), a boot loader (.efi) or the folder of
        a stick can be named too.

    .LINK
        Test-TaskSequenceMedia

    .LINK
        about_TaskSequenceMedia
    #>
    [CmdletBinding(DefaultParameterSetName = 'Path', PositionalBinding = $false)]
    [OutputType('TaskSequenceMedia.Media', 'TaskSequenceMedia.Evidence', 'TaskSequenceMedia.BootLoader')]
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
        [object]$MediaPassword,

        [string]$MediaProfile,

        [switch]$ProfileEvidence
    )

    begin {
        Use-TsmCallerPreference -Cmdlet $PSCmdlet
    }

    process {
        $literal = $PSCmdlet.ParameterSetName -eq 'LiteralPath'
        $asked = if ($literal) { $LiteralPath } else { $Path }
        $operation = if ($ProfileEvidence) { 'profileEvidence' } else { 'getMedia' }
        $options = @{ Cmdlet = $PSCmdlet; MediaPassword = $MediaPassword; MediaProfile = $MediaProfile; Operation = $operation }
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
