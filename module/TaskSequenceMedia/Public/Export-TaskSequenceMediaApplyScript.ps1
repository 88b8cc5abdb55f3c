function Export-TaskSequenceMediaApplyScript {
    <#
    .SYNOPSIS
        Writes what a factory or depot needs to put prestaged media on disks: a script, recipes for the disk, and a guide with hashes.

    .DESCRIPTION
        The folder gets apply.cmd, which runs in Windows PE, the diskpart recipes that it uses for UEFI (GPT) and BIOS (MBR), and guide.txt,
        one page for the person at the computer. The script checks the SHA-256 of the image, prepares the disk, checks that the volumes
        are formatted, applies the image with DISM or wimlib-imagex, and makes the disk start the boot image.

        Everything is read from the image itself: prestaged media that the console made can be named as well.

    .PARAMETER Path
        The prestaged medium (.wim). Wildcard characters are a pattern, unless there is a file of just that name. Of several media the first
        one gets -Destination itself, each further one a folder of its name in it.

    .PARAMETER LiteralPath
        The prestaged medium, no character of its name being a pattern. Alias: PSPath.

    .PARAMETER Destination
        The folder for the files; it is made when it is not there.

    .PARAMETER Firmware
        The firmware of the computers: Uefi, Bios or both; all that the medium starts with, when not given.

    .PARAMETER Disk
        The number of the disk that the script takes unless it is told another one; 0, when not given.

    .PARAMETER EfiSize
        MB of the EFI system partition, 100 to 32768; 260, when not given.

    .PARAMETER MediaProfile
        A JSON file with values of the media profile that shall differ from the built-in ones.

    .PARAMETER TemporaryFolder
        The folder for temporary files; that of the system, when not given. Aliases: TemporaryDirectory, StagingArea, StagingFolder.

    .PARAMETER Force
        Replaces files of an earlier run.

    .PARAMETER WhatIf
        Says what would be written, and writes nothing.

    .PARAMETER Confirm
        Asks before the files are written.

    .INPUTS
        System.String, System.IO.FileInfo, TaskSequenceMedia.Media

    .OUTPUTS
        TaskSequenceMedia.ApplyScript

    .EXAMPLE
        Export-TaskSequenceMediaApplyScript ./media/hall3.wim -Destination ./depot/hall3

        Writes the files for every firmware that the medium starts with.

    .EXAMPLE
        Export-TaskSequenceMediaApplyScript ./media/hall3.wim -Destination ./depot/hall3 -Firmware Uefi -Disk 1 -Force |
            Select-Object -ExpandProperty Hashes

        The files for UEFI and the second disk; shows the SHA-1 of each file that a computer starts from.

    .LINK
        New-TaskSequenceMedia

    .LINK
        about_TaskSequenceMedia
    #>
    [CmdletBinding(DefaultParameterSetName = 'Path', PositionalBinding = $false, SupportsShouldProcess = $true, ConfirmImpact = 'Low')]
    [OutputType('TaskSequenceMedia.ApplyScript')]
    param(
        [Parameter(Mandatory = $true, Position = 0, ParameterSetName = 'Path', ValueFromPipeline = $true, ValueFromPipelineByPropertyName = $true)]
        [ValidateNotNullOrEmpty()]
        [string[]]$Path,

        [Parameter(Mandatory = $true, ParameterSetName = 'LiteralPath', ValueFromPipelineByPropertyName = $true)]
        [Alias('PSPath')]
        [ValidateNotNullOrEmpty()]
        [string[]]$LiteralPath,

        [Parameter(Mandatory = $true)]
        [ValidateNotNullOrEmpty()]
        [string]$Destination,

        [ValidateSet('Uefi', 'Bios')]
        [string[]]$Firmware,

        [ValidateRange(0, 999)]
        [int]$Disk = 0,

        [ValidateRange(100, 32768)]
        [int]$EfiSize = 260,

        [string]$MediaProfile,

        [Alias('TemporaryDirectory', 'StagingArea', 'StagingFolder')]
        [string]$TemporaryFolder,

        [switch]$Force
    )

    begin {
        Use-TsmCallerPreference -Cmdlet $PSCmdlet
        $used = @{}
    }

    process {
        $options = @{
            Cmdlet = $PSCmdlet; Firmware = $Firmware; Disk = $Disk; EfiSize = $EfiSize; MediaProfile = $MediaProfile
            TemporaryFolder = $TemporaryFolder; Force = $Force
        }
        $literal = $PSCmdlet.ParameterSetName -eq 'LiteralPath'
        # a pipeline, not a loop: a 'break' of the commands behind this one must reach the caller's loop
        @(if ($literal) { $LiteralPath } else { $Path }) | ForEach-Object {
            $scripts = @()
            try {
                $places = @(Get-TsmApplyScriptPlace -Cmdlet $PSCmdlet -Path $_ -Literal:$literal -Destination $Destination -Used $used)
                $scripts = @(foreach ($place in $places) {
                        if ($PSCmdlet.ShouldProcess($place.Folder, (Get-TsmText 'ExportApplyScriptAction' $place.Medium))) {
                            Invoke-TsmApplyScriptOperation @options -Path $place.Medium -Destination $place.Folder
                        }
                    })
            } catch {
                Write-TsmCaughtError -Cmdlet $PSCmdlet -Record $_ -Preference $ErrorActionPreference
            }
            $scripts
        }
    }
}
