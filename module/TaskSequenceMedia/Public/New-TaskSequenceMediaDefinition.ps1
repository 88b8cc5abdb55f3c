function New-TaskSequenceMediaDefinition {
    <#
    .SYNOPSIS
        Describes a task sequence medium: what it shall be, without making it.

    .DESCRIPTION
        The definition is an object that the other commands take through the pipeline. It holds absolute paths and no secrets but a
        SecureString that is given as password, which stays in this PowerShell process.

        Everything that can be seen to be wrong without reading a file is reported, each fault as an error of its own.
        Optional parameters that are given as $null or as empty text count as not given.

    .PARAMETER Bootable
        The medium starts a computer and gets everything else from the site. Alias: BootableMedia.

    .PARAMETER Path
        The ISO file to make. Wildcard characters are taken as they are; the file need not exist. Aliases: MediaPath, OutputPath, MediaFile.

    .PARAMETER MediaType
        What the medium is written to. CdDvd, a disc image, is the default and the only one of this version. Alias: MediaInputType.

    .PARAMETER MediaLabel
        The name that the disc shows; 'Configuration Manager' when not given. Aliases: Label, VolumeLabel.

    .PARAMETER SiteFacts
        What is to be known about the site: the path of a facts file (JSON), or an object or hashtable that holds the facts.

    .PARAMETER SiteFactsMaximumAge
        The oldest that the site facts may be, in days; any age, when not given.

    .PARAMETER BootImage
        The boot image: its package ID, or the path of a .wim file. Aliases: BootImagePackage, BootImageId.

    .PARAMETER DistributionPoint
        Content libraries (folders or shares that hold PkgLib, DataLib and FileLib) in the order in which they are asked. A folder that
        holds only FileLib is a further drive of the library before it. Aliases: DistributionPoints, BootImageDistributionPoint.

    .PARAMETER ManagementPoint
        Management points as URLs, most preferred first. Aliases: ManagementPoints, BootImageManagementPoint.

    .PARAMETER MediaMode
        Dynamic: the medium asks a management point which one serves its place in the network. SiteBased: it uses those that it names.

    .PARAMETER SiteCode
        The site code. When given, the site facts must be of this site.

    .PARAMETER MediaPassword
        The password of the medium: a SecureString, or where it can be found, as 'env:NAME' or 'file:PATH'. Text of any other form is
        refused. A file must be readable by its owner only. Without a password anybody who has the medium can use it. Alias: Password.

    .PARAMETER Variable
        Task sequence variables: a hashtable, an ordered one ([ordered]@{}), or objects with Name and Value. The order is kept; those of
        a plain hashtable come in the order of their names. Aliases: TaskSequenceVariables, Variables.

    .PARAMETER AllowUnattended
        The medium asks nothing when it starts (but for its password). Alias: AllowUnattendedDeployment.

    .PARAMETER AllowUnknownMachine
        Computers that the site does not know may use the medium. Alias: EnableUnknownSupport.

    .PARAMETER CertificateStartTime
        When the certificate of the medium begins to be valid; now, when not given. Alias: StartDate.

    .PARAMETER CertificateExpireTime
        When the certificate of the medium ends; one year after its start, when not given. Alias: ExpirationDate.

    .PARAMETER Epoch
        The time that the disc bears, in seconds since 1970 (UTC); that of the build, when not given. With it, equal input gives equal
        bytes everywhere but in the variables file, whose certificate is always fresh. Alias: SourceDateEpoch.

    .PARAMETER MediaProfile
        A JSON file with values of the media profile that shall differ from the built-in ones: names and forms that no public source
        proves.

    .PARAMETER TemporaryFolder
        The folder for temporary files; that of the system, when not given. Aliases: TemporaryDirectory, StagingArea, StagingFolder.

    .PARAMETER LogPath
        The log file; CreateTSMedia.log in the temporary folder of the system, when not given.

    .INPUTS
        None.

    .OUTPUTS
        TaskSequenceMedia.Definition

    .EXAMPLE
        New-TaskSequenceMediaDefinition -Bootable -MediaMode SiteBased -Path ./out/boot.iso -SiteFacts ./site/facts.json -BootImage PS100005 -DistributionPoint ./site/SCCMContentLib -ManagementPoint http://mp1.contoso.test -MediaPassword env:MEDIA_PASSWORD

        A bootable medium whose password stands in the environment variable MEDIA_PASSWORD.

    .EXAMPLE
        $definition = @{
            Bootable          = $true
            MediaMode         = 'Dynamic'
            Path              = './out/boot.iso'
            MediaLabel        = 'Boot 2027'
            SiteFacts         = './site/facts.json'
            BootImage         = 'PS100005'
            DistributionPoint = './site/SCCMContentLib'
            ManagementPoint   = 'http://mp1.contoso.test'
            MediaPassword     = $secret
            Variable          = [ordered]@{ Department = 'Sales'; Language = 'de-DE' }
        }
        New-TaskSequenceMediaDefinition @definition | Test-TaskSequenceMediaDefinition

        Describes a medium with two task sequence variables and asks whether it can be made.

    .LINK
        New-TaskSequenceMedia

    .LINK
        Test-TaskSequenceMediaDefinition

    .LINK
        about_TaskSequenceMedia
    #>
    [CmdletBinding(DefaultParameterSetName = 'Bootable', PositionalBinding = $false)]
    [OutputType('TaskSequenceMedia.Definition')]
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'Makes an object in memory.')]
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSAvoidUsingPlainTextForPassword', '', Justification = 'A SecureString or a reference; other text is refused.')]
    param(
        [Parameter(Mandatory = $true, ParameterSetName = 'Bootable')]
        [Alias('BootableMedia')]
        [switch]$Bootable,

        [Parameter(Mandatory = $true, ParameterSetName = 'Bootable')]
        [Alias('MediaPath', 'OutputPath', 'MediaFile')]
        [ValidateNotNullOrEmpty()]
        [string]$Path,

        [Parameter(ParameterSetName = 'Bootable')]
        [Alias('MediaInputType')]
        [ArgumentCompleter({ 'CdDvd' })]
        [ValidatePattern('^(CdDvd)?$')]      # not ValidateSet: an empty value counts as not given
        [string]$MediaType,

        [Parameter(ParameterSetName = 'Bootable')]
        [Alias('Label', 'VolumeLabel')]
        [string]$MediaLabel,

        [Parameter(ParameterSetName = 'Bootable')]
        [object]$SiteFacts,

        [Parameter(ParameterSetName = 'Bootable')]
        [ValidateRange(0, 36500)]
        [Nullable[int]]$SiteFactsMaximumAge,

        [Parameter(Mandatory = $true, ParameterSetName = 'Bootable')]
        [Alias('BootImagePackage', 'BootImageId')]
        [ArgumentCompleter({
                param($CommandName, $ParameterName, $WordToComplete, $CommandAst, $FakeBoundParameters)
                & (Get-Command -Name $CommandName).Module {       # a completer does not run inside the module
                    Get-TsmBootImageCompletion -WordToComplete $args[0] -SiteFacts $args[1]
                } $WordToComplete $FakeBoundParameters['SiteFacts']
            })]
        [ValidateNotNullOrEmpty()]
        [string]$BootImage,

        [Parameter(ParameterSetName = 'Bootable')]
        [Alias('DistributionPoints', 'BootImageDistributionPoint')]
        [string[]]$DistributionPoint,

        [Parameter(ParameterSetName = 'Bootable')]
        [Alias('ManagementPoints', 'BootImageManagementPoint')]
        [string[]]$ManagementPoint,

        [Parameter(Mandatory = $true, ParameterSetName = 'Bootable')]
        [ValidateSet('Dynamic', 'SiteBased')]
        [string]$MediaMode,

        [Parameter(ParameterSetName = 'Bootable')]
        [string]$SiteCode,

        [Parameter(ParameterSetName = 'Bootable')]
        [Alias('Password')]
        [object]$MediaPassword,

        [Parameter(ParameterSetName = 'Bootable')]
        [Alias('TaskSequenceVariables', 'Variables')]
        [object]$Variable,

        [Parameter(ParameterSetName = 'Bootable')]
        [Alias('AllowUnattendedDeployment')]
        [switch]$AllowUnattended,

        [Parameter(ParameterSetName = 'Bootable')]
        [Alias('EnableUnknownSupport')]
        [switch]$AllowUnknownMachine,

        [Parameter(ParameterSetName = 'Bootable')]
        [Alias('StartDate')]
        [Nullable[datetime]]$CertificateStartTime,

        [Parameter(ParameterSetName = 'Bootable')]
        [Alias('ExpirationDate')]
        [Nullable[datetime]]$CertificateExpireTime,

        [Parameter(ParameterSetName = 'Bootable')]
        [Alias('SourceDateEpoch')]
        [Nullable[long]]$Epoch,

        [Parameter(ParameterSetName = 'Bootable')]
        [string]$MediaProfile,

        [Parameter(ParameterSetName = 'Bootable')]
        [Alias('TemporaryDirectory', 'StagingArea', 'StagingFolder')]
        [string]$TemporaryFolder,

        [Parameter(ParameterSetName = 'Bootable')]
        [string]$LogPath
    )

    begin {
        Use-TsmCallerPreference -Cmdlet $PSCmdlet
    }

    process {
        $definition = $null
        $faults = @()
        try {
            $definition = New-TsmDefinition -Cmdlet $PSCmdlet -Bound $PSBoundParameters
            $faults = @(Get-TsmDefinitionFault -Definition $definition)
        } catch {
            $PSCmdlet.ThrowTerminatingError((Copy-TsmCaughtError -Cmdlet $PSCmdlet -Record $_))
        }
        if ($faults.Count -gt 0) {
            # the most telling fault ends the command, so that it is the one that 'catch' gets; the others come before it
            for ($index = 1; $index -lt $faults.Count; $index++) {
                Write-TsmError -Cmdlet $PSCmdlet -Record $faults[$index] -Preference $ErrorActionPreference
            }
            $PSCmdlet.ThrowTerminatingError($faults[0])
        }
        $definition
    }
}
