function Get-TaskSequenceMediaBootImage {
    <#
    .SYNOPSIS
        Says what a boot image is: architecture, versions, boot files, drivers, optional components.

    .DESCRIPTION
        Reads a .wim file, or the boot image package of a content library, without mounting it; a few small files are taken out of it
        meanwhile. Nothing is changed, and no elevated rights are needed.

        Firmware says which computers a medium of it starts: BIOS, UEFI or both. BootFiles says for each boot file where the image has it.
        Whether the drivers are those that a computer needs, only you know: Drivers lists them, those of Windows marked by IsInbox.

    .PARAMETER Path
        The .wim files. Wildcard characters are a pattern, unless there is a file of just that name.

    .PARAMETER LiteralPath
        The .wim files, no character of their names being a pattern. Alias: PSPath.

    .PARAMETER PackageId
        The boot images by their package IDs. Aliases: BootImage, BootImagePackage, BootImageId.

    .PARAMETER DistributionPoint
        Content libraries (folders or shares that hold PkgLib, DataLib and FileLib) that may have the packages, in the order in which they
        are asked. Alias: DistributionPoints.

    .PARAMETER TemporaryFolder
        The folder for temporary files; that of the system, when not given. Aliases: TemporaryDirectory, StagingArea, StagingFolder.

    .PARAMETER MediaProfile
        A JSON file with values of the media profile that shall differ from the built-in ones.

    .INPUTS
        System.String, System.IO.FileInfo

    .OUTPUTS
        TaskSequenceMedia.BootImageInfo

    .EXAMPLE
        Get-TaskSequenceMediaBootImage -PackageId PS100005 -DistributionPoint ./site/SCCMContentLib

        The boot image of a package, in a content library.

    .EXAMPLE
        $image = Get-TaskSequenceMediaBootImage -PackageId PS100005 -DistributionPoint ./site/SCCMContentLib
        $image.Drivers | Where-Object { $_.Kind -in 'Network', 'Storage' -and -not $_.IsInbox }
        $image.BootFiles | Where-Object { $_.IsRequired -and -not $_.IsThere }

        The drivers for network and storage that were added to a boot image, and the boot files that it lacks.

    .EXAMPLE
        Get-ChildItem ./site -Filter *.wim -Recurse | Get-TaskSequenceMediaBootImage | Where-Object Firmware -notcontains 'UEFI'

        The boot images below a folder from which no UEFI computer starts.

    .LINK
        New-TaskSequenceMedia

    .LINK
        about_TaskSequenceMedia
    #>
    [CmdletBinding(DefaultParameterSetName = 'Path', PositionalBinding = $false)]
    [OutputType('TaskSequenceMedia.BootImageInfo')]
    param(
        [Parameter(Mandatory = $true, Position = 0, ParameterSetName = 'Path', ValueFromPipeline = $true)]
        [ValidateNotNullOrEmpty()]
        [string[]]$Path,

        [Parameter(Mandatory = $true, ParameterSetName = 'LiteralPath', ValueFromPipelineByPropertyName = $true)]
        [Alias('PSPath')]
        [ValidateNotNullOrEmpty()]
        [string[]]$LiteralPath,

        [Parameter(Mandatory = $true, ParameterSetName = 'PackageId')]
        [Alias('BootImage', 'BootImagePackage', 'BootImageId')]
        [ValidateNotNullOrEmpty()]
        [string[]]$PackageId,

        [Parameter(Mandatory = $true, ParameterSetName = 'PackageId')]
        [Alias('DistributionPoints')]
        [ValidateNotNullOrEmpty()]
        [string[]]$DistributionPoint,

        [Alias('TemporaryDirectory', 'StagingArea', 'StagingFolder')]
        [string]$TemporaryFolder,

        [string]$MediaProfile
    )

    begin {
        Use-TsmCallerPreference -Cmdlet $PSCmdlet
    }

    process {
        $asked = switch ($PSCmdlet.ParameterSetName) {
            'Path' { $Path }
            'LiteralPath' { $LiteralPath }
            default { $PackageId }
        }
        $options = @{ Cmdlet = $PSCmdlet; DistributionPoint = $DistributionPoint; TemporaryFolder = $TemporaryFolder; MediaProfile = $MediaProfile }
        $kind = $PSCmdlet.ParameterSetName
        # a pipeline, not a loop: a 'break' of the commands behind this one must reach the caller's loop
        @($asked) | ForEach-Object {
            $images = @()
            try {
                $images = @(Get-TsmBootImageInfo @options -Name $_ -Kind $kind)
            } catch {
                Write-TsmCaughtError -Cmdlet $PSCmdlet -Record $_ -Preference $ErrorActionPreference
            }
            $images
        }
    }
}
