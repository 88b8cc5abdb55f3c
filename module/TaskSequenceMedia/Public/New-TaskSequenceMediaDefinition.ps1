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
        The medium starts a computer and gets everything else from the site. Aliases: BootableMedia, BootableMediaOption.

    .PARAMETER Prestaged
        The medium is a WIM that a factory or a depot applies to a disk: an operating system with what starts the computer beside it. The
        computer finds its task sequence at a management point when it is started first. Aliases: PrestagedMedia, PrestagedMediaOption.

    .PARAMETER Capture
        The medium captures the Windows that it is started in. Aliases: CaptureMedia, CaptureMediaOption.

    .PARAMETER StandAlone
        The medium carries its task sequence with everything that it needs, and asks no site. Aliases: StandAloneMedia,
        StandAloneMediaOption.

    .PARAMETER Path
        The ISO file, the WIM of a prestaged medium or, with -MediaType Folder, the folder to make. Wildcard characters are taken as
        they are; it need not exist. Aliases: MediaPath, OutputPath, MediaFile, DriveName.

    .PARAMETER MediaType
        What the medium is written to: CdDvd, a disc image, which is the default, or Folder, a folder with the files of the medium.
        Alias: MediaInputType.

    .PARAMETER MediaLabel
        The name that the disc shows; 'Configuration Manager' when not given. Of a prestaged medium the name of the image; that of the
        operating system when not given. Aliases: Label, VolumeLabel.

    .PARAMETER IncludeAutorun
        Puts a file autorun.inf on the medium. Virus scanners often block it. Alias: IncludeAutoRunInf.

    .PARAMETER SiteFacts
        What is to be known about the site: the path of a facts file (JSON), or an object or hashtable that holds the facts. Several
        paths may be given, also of export files of task sequences (zip): what the facts files do not know, the export files tell.

    .PARAMETER SiteFactsMaximumAge
        The oldest that the site facts may be, in days; any age, when not given.

    .PARAMETER BootImage
        The boot image: its package ID, or the path of a .wim file. Stand-alone media take that of their task sequence when not given.
        Aliases: BootImagePackage, BootImageId.

    .PARAMETER TaskSequence
        The task sequence that the computers will run, by its package ID. Alias: TaskSequenceId.

    .PARAMETER Application
        Applications to put on the medium beyond those of the task sequence: their IDs, or names that only one has. Alias: Applications.

    .PARAMETER IncludeApplicationDependency
        Also those that the applications of the medium need. Alias: IncludeApplicationDependencies.

    .PARAMETER Package
        Packages to put on the medium beyond those of the task sequence, by their package IDs. Alias: Packages.

    .PARAMETER DriverPackage
        Driver packages to put on the medium beyond those of the task sequence, by their package IDs. Aliases: DriverPackages,
        PackageDriver, PackageDrivers.

    .PARAMETER MediaSize
        How much a disc holds: Size650MB, Size4GB, Size8GB, Dvd5, Dvd9, BluRay25, a number of bytes (20GB), or SizeUnlimited, which is the
        default. What does not fit on one disc is made as several; their numbers stand behind the name of the file.

    .PARAMETER SplitImage
        Operating system images of 4 GiB and more are carried in parts (.swm), so that the medium can be copied to a stick with FAT32. Without it
        they are split only where the folder of the medium lies on such a stick.

    .PARAMETER MediaStartDate
        From when on the medium may be used, as a time or text that is one; at any time, when not given. Alias: Start.

    .PARAMETER MediaExpirationDate
        Until when the medium may be used, as a time or text that is one; for ever, when not given. Alias: Expiration.

    .PARAMETER OperatingSystemImage
        The operating system image of a prestaged medium: its package ID, or the path of a .wim file. It should be the one that the task
        sequence installs. Aliases: OperatingSystemImagePackage, OperatingSystemImagePackageId.

    .PARAMETER OperatingSystemImageIndex
        The number of the image in that file, from 1. Needed when it holds several. Alias: ImageIndex.

    .PARAMETER ReplaceImageFile
        Files of the operating system image that lie where files of the medium go give way to them. Without it they stay, and a warning
        names them. -Force says the same.

    .PARAMETER ImageIntegrity
        The WIM gets an integrity table, by which wimlib and DISM (/CheckIntegrity) find where it is damaged.

    .PARAMETER ImageCompression
        How hard the files beside those of the operating system are compressed: Normal, which is the default, Fast or Maximum. The data
        of the operating system stays as it is compressed.

    .PARAMETER NoPrompt
        The medium starts without waiting for a key: for virtual machines, which cannot press one in time.

    .PARAMETER BootLoader
        Which of the boot loaders in the boot image the medium starts with: FromBootImage, the usual one, whoever signed it, which is the
        default; WindowsProductionPCA2011, the usual one, which must be signed so; WindowsUEFICA2023, the one of the folders whose names
        end in _EX, which must be signed so; or Both, which makes two media of one plan.

    .PARAMETER TargetArchitecture
        The computers that are to start from the medium: X86, X64 or Arm64. Only checks look at it.

    .PARAMETER TargetSecureBoot
        What the computers trust that the medium is for: 2011, 2023 (or those of 2011 are revoked), or Both. Only checks look at it.

    .PARAMETER DistributionPoint
        Where content comes from, in the order in which it is asked for: content libraries (folders or shares that hold PkgLib, DataLib
        and FileLib), and distribution points (http://server, https://server, or the name of a server). A folder that holds only FileLib
        is a further drive of the library before it. Packages as plain files serve too: another medium (a folder or drive with SMS\PKG), a
        share with a folder a package, or the source folder of one package, as PS100012=FOLDER. A folder whose name could be that of a server and that is not there yet is given
        as ./NAME. Alias: DistributionPoints.

    .PARAMETER BootImageDistributionPoint
        A name of New-CMTaskSequenceMedia: asked after those of -DistributionPoint. Aliases: BootImageDistributionPointServerName,
        DistributionPointServerName.

    .PARAMETER TaskSequenceDistributionPoint
        A name of New-CMTaskSequenceMedia: asked after those of -BootImageDistributionPoint. Alias:
        TaskSequenceDistributionPointServerName.

    .PARAMETER CommandPackageDistributionPoint
        A name of New-CMTaskSequenceMedia: asked last of all. Alias: CommandDistributionPointServerName.

    .PARAMETER CachePath
        The folder in which content of distribution points is kept for the next medium; one of the user's, when not given.

    .PARAMETER NoCache
        Keeps nothing: content goes from the distribution point into the medium.

    .PARAMETER ThrottleLimit
        How many files are asked for at once, 1 to 64; 4, when not given.

    .PARAMETER TrustedCertificate
        Certificates to trust beside those of the system when a distribution point is asked over HTTPS: files (PEM or DER) of authorities,
        or thumbprints of servers.

    .PARAMETER DistributionPointCertificatePath
        The client certificate for distribution points that want one: PKCS #12 (.pfx, .p12), or on Windows
        Cert:\CurrentUser\My\THUMBPRINT.

    .PARAMETER DistributionPointCertificatePassword
        The password of that file: a SecureString or a reference, as for MediaPassword.

    .PARAMETER ManagementPoint
        Management points as URLs, most preferred first. Alias: ManagementPoints.

    .PARAMETER BootImageManagementPoint
        A name of New-CMTaskSequenceMedia: management points that come after those of -ManagementPoint. Aliases:
        BootImageManagementPoints, BootImageManagementPointServerName, BootImageManagementPointServerNames, ManagementPointServerName.

    .PARAMETER MediaMode
        Dynamic: the medium asks a management point which one serves its place in the network. SiteBased: it uses those that it names.

    .PARAMETER SiteCode
        The site code. When given, the site facts must be of this site.

    .PARAMETER MediaPassword
        The password of the medium: a SecureString, or where it can be found: 'env:NAME', 'file:PATH' or 'secret:VAULT/NAME'
        (about_TaskSequenceMedia says more). Text of any other form is refused. Without a password anybody who has the medium can use
        it. Alias: Password.

    .PARAMETER NoPassword
        It is meant that the medium has no password: no warning about that.

    .PARAMETER RequirePassword
        Without a password nothing is made: an error instead of a warning.

    .PARAMETER VariablesEncryption
        The cipher of the variables file: Aes128, which every client reads and which is the default, or Aes256.

    .PARAMETER Variable
        Task sequence variables: a hashtable, an ordered one ([ordered]@{}), or objects with Name and Value. The order is kept; those of
        a plain hashtable come in the order of their names. Aliases: TaskSequenceVariables, Variables.

    .PARAMETER SensitiveVariable
        Names of variables whose values the log does not show.

    .PARAMETER LogVariableValue
        Which values of variables the log shows: NonSensitive, those that neither -SensitiveVariable names nor look like a secret, which
        is the default; or None.

    .PARAMETER PrestartCommand
        The command line that runs in Windows PE before a task sequence is chosen, such as 'cmd /C start.cmd'. Aliases:
        PreExecCommandLine, PrestartCommandLine.

    .PARAMETER PrestartPackage
        The files that the prestart command needs: a package ID, or the path of a folder. A folder whose name looks like a package ID
        is given as ./NAME. Alias: CommandPackage.

    .PARAMETER CreatedBy
        Who made the medium: at most 50 characters.

    .PARAMETER Version
        The version of the medium, in your own words: at most 32 characters.

    .PARAMETER Comment
        What the medium is for: at most 127 characters.

    .PARAMETER AllowUnattended
        The medium asks nothing when it starts (but for its password). Alias: AllowUnattendedDeployment.

    .PARAMETER AllowUnknownMachine
        Computers that the site does not know may use the medium. Alias: EnableUnknownSupport.

    .PARAMETER UserDeviceAffinity
        How the person at the computer becomes its primary user: DoNotAllow, which is the default, AdministratorApproval or AutoApproval.

    .PARAMETER Certificate
        The certificate that the medium gets: an object of Import-TaskSequenceMediaCertificate or New-TaskSequenceMediaCertificate. A
        fresh self-signed one is made, when none is given. HTTPS management points want one that the site's PKI issued.

    .PARAMETER CertificatePath
        The same by its file: PKCS #12 (.pfx, .p12), or on Windows Cert:\CurrentUser\My\THUMBPRINT. Alias: ImportCertificatePath.

    .PARAMETER CertificatePassword
        The password of that file: a SecureString or a reference, as for MediaPassword. Alias: ImportCertificatePassword.

    .PARAMETER CertificateEncryption
        How the certificate file on the medium is encrypted: Classic (triple DES, which every Windows PE reads), which is the default, or
        Pbes2 (AES-256, newer ones only).

    .PARAMETER CertificateStartTime
        When the certificate of the medium begins to be valid, as a time or text that is one; now, when not given. Alias: StartDate.

    .PARAMETER CertificateExpireTime
        When the certificate of the medium ends, as a time or text that is one; one year after its start, when not given. Alias:
        ExpirationDate.

    .PARAMETER Epoch
        The time that the disc bears, in seconds since 1970 (UTC); that of the build, when not given. With it, equal input gives equal
        bytes everywhere but in the variables file, whose certificate is always fresh. Alias: SourceDateEpoch.

    .PARAMETER ConsolePath
        The folder of a Configuration Manager console or site server. The programs that start the medium in a running Windows come from
        there; without it they come from the boot image. Capture media cannot do without it.

    .PARAMETER CapturePolicyPath
        What a capture medium does, as no public source has it: a capture medium that the console made (image or folder), its Policy.xml, a
        policy as text, or a task sequence (XML).

    .PARAMETER IgnoreTestFailure
        Makes the medium although checks of the definition failed, as far as it can be made at all. -Force does not do that.

    .PARAMETER MediaProfile
        A JSON file with values of the media profile that shall differ from the built-in ones: names and forms that no public source
        proves.

    .PARAMETER TemporaryFolder
        The folder for temporary files; that of the system, when not given. Aliases: TemporaryDirectory, StagingArea, StagingFolder.

    .PARAMETER LogPath
        The log file; CreateTSMedia.log in the temporary folder of the system, when not given.

    .PARAMETER AllowUacPrompt
        Has no effect: nothing here needs elevated rights. Taken so that calls of New-CMBootableMedia run.

    .PARAMETER NoAutoRun
        Has no effect but a warning: a medium has no autorun.inf unless -IncludeAutorun is given. Not together with that.

    .PARAMETER DisableWildcardHandling
        Has no effect: wildcard characters are always taken as they are. Not together with -ForceWildcardHandling.

    .PARAMETER ForceWildcardHandling
        Has no effect: wildcard characters are always taken as they are. Not together with -DisableWildcardHandling.

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

    .EXAMPLE
        New-TaskSequenceMediaDefinition -Capture -Path ./out/capture.iso -SiteFacts ./site/facts.json -BootImage PS100005 -DistributionPoint ./site/SCCMContentLib -ConsolePath ./site/console -CapturePolicyPath ./site/capture.xml

        A capture medium that does what a task sequence in a file says.

    .EXAMPLE
        New-TaskSequenceMediaDefinition -StandAlone -TaskSequence PS100030 -Path ./out/standalone.iso -SiteFacts ./site/facts.json -DistributionPoint ./site/SCCMContentLib, ./site/SCCMContentLibE -NoPassword

        A medium that carries a task sequence with everything that it needs.

    .EXAMPLE
        New-TaskSequenceMediaDefinition -Prestaged -MediaMode Dynamic -Path ./out/factory.wim -SiteFacts ./site/facts.json -BootImage PS100005 -TaskSequence PS100030 -OperatingSystemImage PS100020 -DistributionPoint ./site/SCCMContentLib, ./site/SCCMContentLibE -ManagementPoint http://mp1.contoso.test -NoPassword

        A WIM for the factory: the operating system image PS100020, and what starts the computer.

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
        [Alias('BootableMedia', 'BootableMediaOption')]
        [switch]$Bootable,

        [Parameter(Mandatory = $true, ParameterSetName = 'Prestaged')]
        [Alias('PrestagedMedia', 'PrestagedMediaOption')]
        [switch]$Prestaged,

        [Parameter(Mandatory = $true, ParameterSetName = 'Capture')]
        [Alias('CaptureMedia', 'CaptureMediaOption')]
        [switch]$Capture,

        [Parameter(Mandatory = $true, ParameterSetName = 'StandAlone')]
        [Alias('StandAloneMedia', 'StandAloneMediaOption')]
        [switch]$StandAlone,

        [Parameter(Mandatory = $true, ParameterSetName = 'Bootable')]
        [Parameter(Mandatory = $true, ParameterSetName = 'Prestaged')]
        [Parameter(Mandatory = $true, ParameterSetName = 'Capture')]
        [Parameter(Mandatory = $true, ParameterSetName = 'StandAlone')]
        [Alias('MediaPath', 'OutputPath', 'MediaFile', 'DriveName')]
        [ValidateNotNullOrEmpty()]
        [string]$Path,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Capture')]
        [Parameter(ParameterSetName = 'StandAlone')]
        [Alias('MediaInputType')]
        [ValidateSet('CdDvd', 'Folder', '')]      # here and below: empty text counts as not given
        [string]$MediaType,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Prestaged')]
        [Parameter(ParameterSetName = 'Capture')]
        [Parameter(ParameterSetName = 'StandAlone')]
        [Alias('Label', 'VolumeLabel')]
        [string]$MediaLabel,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Capture')]
        [Parameter(ParameterSetName = 'StandAlone')]
        [Alias('IncludeAutoRunInf')]
        [switch]$IncludeAutorun,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Prestaged')]
        [Parameter(ParameterSetName = 'Capture')]
        [Parameter(ParameterSetName = 'StandAlone')]
        [object]$SiteFacts,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Prestaged')]
        [Parameter(ParameterSetName = 'Capture')]
        [Parameter(ParameterSetName = 'StandAlone')]
        [object]$SiteFactsMaximumAge,

        [Parameter(Mandatory = $true, ParameterSetName = 'Bootable')]
        [Parameter(Mandatory = $true, ParameterSetName = 'Prestaged')]
        [Parameter(Mandatory = $true, ParameterSetName = 'Capture')]
        [Parameter(ParameterSetName = 'StandAlone')]
        [Alias('BootImagePackage', 'BootImageId')]
        [ArgumentCompleter({
                param($CommandName, $ParameterName, $WordToComplete, $CommandAst, $FakeBoundParameters)
                & (Get-Command -Name $CommandName).Module {       # a completer does not run inside the module
                    Get-TsmFactCompletion -ParameterName $args[0] -WordToComplete $args[1] -SiteFacts $args[2]
                } $ParameterName $WordToComplete $FakeBoundParameters['SiteFacts']
            })]
        [ValidateNotNullOrEmpty()]
        [string]$BootImage,

        [Parameter(Mandatory = $true, ParameterSetName = 'StandAlone')]
        [Parameter(Mandatory = $true, ParameterSetName = 'Prestaged')]
        [Alias('TaskSequenceId')]
        [ValidateNotNullOrEmpty()]
        [string]$TaskSequence,

        [Parameter(ParameterSetName = 'StandAlone')]
        [Parameter(ParameterSetName = 'Prestaged')]
        [Alias('Applications')]
        [string[]]$Application,

        [Parameter(ParameterSetName = 'StandAlone')]
        [Parameter(ParameterSetName = 'Prestaged')]
        [Alias('IncludeApplicationDependencies')]
        [switch]$IncludeApplicationDependency,

        [Parameter(ParameterSetName = 'StandAlone')]
        [Parameter(ParameterSetName = 'Prestaged')]
        [Alias('Packages')]
        [string[]]$Package,

        [Parameter(ParameterSetName = 'StandAlone')]
        [Parameter(ParameterSetName = 'Prestaged')]
        [Alias('DriverPackages', 'PackageDriver', 'PackageDrivers')]
        [string[]]$DriverPackage,

        [Parameter(ParameterSetName = 'StandAlone')]
        [object]$MediaSize,

        [Parameter(ParameterSetName = 'StandAlone')]
        [switch]$SplitImage,

        [Parameter(ParameterSetName = 'StandAlone')]
        [Alias('Start')]
        [object]$MediaStartDate,

        [Parameter(ParameterSetName = 'StandAlone')]
        [Alias('Expiration')]
        [object]$MediaExpirationDate,

        [Parameter(Mandatory = $true, ParameterSetName = 'Prestaged')]
        [Alias('OperatingSystemImagePackage', 'OperatingSystemImagePackageId')]
        [ArgumentCompleter({
                param($CommandName, $ParameterName, $WordToComplete, $CommandAst, $FakeBoundParameters)
                & (Get-Command -Name $CommandName).Module {       # a completer does not run inside the module
                    Get-TsmFactCompletion -ParameterName $args[0] -WordToComplete $args[1] -SiteFacts $args[2]
                } $ParameterName $WordToComplete $FakeBoundParameters['SiteFacts']
            })]
        [ValidateNotNullOrEmpty()]
        [string]$OperatingSystemImage,

        [Parameter(ParameterSetName = 'Prestaged')]
        [Alias('ImageIndex')]
        [object]$OperatingSystemImageIndex,

        [Parameter(ParameterSetName = 'Prestaged')]
        [switch]$ReplaceImageFile,

        [Parameter(ParameterSetName = 'Prestaged')]
        [switch]$ImageIntegrity,

        [Parameter(ParameterSetName = 'Prestaged')]
        [ValidateSet('Normal', 'Fast', 'Maximum', '')]
        [string]$ImageCompression,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Capture')]
        [Parameter(ParameterSetName = 'StandAlone')]
        [switch]$NoPrompt,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Prestaged')]
        [Parameter(ParameterSetName = 'Capture')]
        [Parameter(ParameterSetName = 'StandAlone')]
        [ValidateSet('FromBootImage', 'WindowsProductionPCA2011', 'WindowsUEFICA2023', 'Both', '')]
        [string]$BootLoader,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Prestaged')]
        [Parameter(ParameterSetName = 'Capture')]
        [Parameter(ParameterSetName = 'StandAlone')]
        [ValidateSet('X86', 'X64', 'Arm64', '')]
        [string]$TargetArchitecture,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Prestaged')]
        [Parameter(ParameterSetName = 'Capture')]
        [Parameter(ParameterSetName = 'StandAlone')]
        [ValidateSet('2011', '2023', 'Both', '')]
        [string]$TargetSecureBoot,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Prestaged')]
        [Parameter(ParameterSetName = 'Capture')]
        [Parameter(ParameterSetName = 'StandAlone')]
        [Alias('DistributionPoints')]
        [string[]]$DistributionPoint,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Prestaged')]
        [Parameter(ParameterSetName = 'Capture')]
        [Parameter(ParameterSetName = 'StandAlone')]
        [Alias('BootImageDistributionPointServerName', 'DistributionPointServerName')]
        [string[]]$BootImageDistributionPoint,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Prestaged')]
        [Parameter(ParameterSetName = 'StandAlone')]
        [Alias('TaskSequenceDistributionPointServerName')]
        [string[]]$TaskSequenceDistributionPoint,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Prestaged')]
        [Parameter(ParameterSetName = 'StandAlone')]
        [Alias('CommandDistributionPointServerName')]
        [string[]]$CommandPackageDistributionPoint,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Prestaged')]
        [Parameter(ParameterSetName = 'Capture')]
        [Parameter(ParameterSetName = 'StandAlone')]
        [string]$CachePath,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Prestaged')]
        [Parameter(ParameterSetName = 'Capture')]
        [Parameter(ParameterSetName = 'StandAlone')]
        [switch]$NoCache,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Prestaged')]
        [Parameter(ParameterSetName = 'Capture')]
        [Parameter(ParameterSetName = 'StandAlone')]
        [object]$ThrottleLimit,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Prestaged')]
        [Parameter(ParameterSetName = 'Capture')]
        [Parameter(ParameterSetName = 'StandAlone')]
        [string[]]$TrustedCertificate,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Prestaged')]
        [Parameter(ParameterSetName = 'Capture')]
        [Parameter(ParameterSetName = 'StandAlone')]
        [string]$DistributionPointCertificatePath,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Prestaged')]
        [Parameter(ParameterSetName = 'Capture')]
        [Parameter(ParameterSetName = 'StandAlone')]
        [object]$DistributionPointCertificatePassword,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Prestaged')]
        [Alias('ManagementPoints')]
        [ArgumentCompleter({
                param($CommandName, $ParameterName, $WordToComplete, $CommandAst, $FakeBoundParameters)
                & (Get-Command -Name $CommandName).Module {       # a completer does not run inside the module
                    Get-TsmFactCompletion -ParameterName $args[0] -WordToComplete $args[1] -SiteFacts $args[2]
                } $ParameterName $WordToComplete $FakeBoundParameters['SiteFacts']
            })]
        [string[]]$ManagementPoint,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Prestaged')]
        [Alias('BootImageManagementPoints', 'BootImageManagementPointServerName', 'BootImageManagementPointServerNames', 'ManagementPointServerName')]
        [string[]]$BootImageManagementPoint,

        [Parameter(Mandatory = $true, ParameterSetName = 'Bootable')]
        [Parameter(Mandatory = $true, ParameterSetName = 'Prestaged')]
        [ValidateSet('Dynamic', 'SiteBased')]
        [string]$MediaMode,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Prestaged')]
        [Parameter(ParameterSetName = 'Capture')]
        [Parameter(ParameterSetName = 'StandAlone')]
        [ArgumentCompleter({
                param($CommandName, $ParameterName, $WordToComplete, $CommandAst, $FakeBoundParameters)
                & (Get-Command -Name $CommandName).Module {       # a completer does not run inside the module
                    Get-TsmFactCompletion -ParameterName $args[0] -WordToComplete $args[1] -SiteFacts $args[2]
                } $ParameterName $WordToComplete $FakeBoundParameters['SiteFacts']
            })]
        [string]$SiteCode,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Prestaged')]
        [Parameter(ParameterSetName = 'StandAlone')]
        [Alias('Password')]
        [object]$MediaPassword,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Prestaged')]
        [Parameter(ParameterSetName = 'StandAlone')]
        [switch]$NoPassword,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Prestaged')]
        [Parameter(ParameterSetName = 'StandAlone')]
        [switch]$RequirePassword,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Prestaged')]
        [Parameter(ParameterSetName = 'StandAlone')]
        [ValidateSet('Aes128', 'Aes256', '')]
        [string]$VariablesEncryption,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Prestaged')]
        [Parameter(ParameterSetName = 'StandAlone')]
        [Alias('TaskSequenceVariables', 'Variables')]
        [object]$Variable,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Prestaged')]
        [Parameter(ParameterSetName = 'StandAlone')]
        [string[]]$SensitiveVariable,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Prestaged')]
        [Parameter(ParameterSetName = 'StandAlone')]
        [ValidateSet('NonSensitive', 'None', '')]
        [string]$LogVariableValue,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Prestaged')]
        [Parameter(ParameterSetName = 'StandAlone')]
        [Alias('PreExecCommandLine', 'PrestartCommandLine')]
        [string]$PrestartCommand,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Prestaged')]
        [Parameter(ParameterSetName = 'StandAlone')]
        [Alias('CommandPackage')]
        [ArgumentCompleter({
                param($CommandName, $ParameterName, $WordToComplete, $CommandAst, $FakeBoundParameters)
                & (Get-Command -Name $CommandName).Module {       # a completer does not run inside the module
                    Get-TsmFactCompletion -ParameterName $args[0] -WordToComplete $args[1] -SiteFacts $args[2]
                } $ParameterName $WordToComplete $FakeBoundParameters['SiteFacts']
            })]
        [string]$PrestartPackage,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Prestaged')]
        [Parameter(ParameterSetName = 'Capture')]
        [Parameter(ParameterSetName = 'StandAlone')]
        [string]$CreatedBy,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Prestaged')]
        [Parameter(ParameterSetName = 'Capture')]
        [Parameter(ParameterSetName = 'StandAlone')]
        [string]$Version,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Prestaged')]
        [Parameter(ParameterSetName = 'Capture')]
        [Parameter(ParameterSetName = 'StandAlone')]
        [string]$Comment,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Prestaged')]
        [Parameter(ParameterSetName = 'StandAlone')]
        [Alias('AllowUnattendedDeployment')]
        [switch]$AllowUnattended,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Prestaged')]
        [Alias('EnableUnknownSupport')]
        [switch]$AllowUnknownMachine,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Prestaged')]
        [ValidateSet('DoNotAllow', 'AdministratorApproval', 'AutoApproval', '')]
        [string]$UserDeviceAffinity,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Prestaged')]
        [Parameter(ParameterSetName = 'StandAlone')]
        [psobject]$Certificate,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Prestaged')]
        [Parameter(ParameterSetName = 'StandAlone')]
        [Alias('ImportCertificatePath')]
        [string]$CertificatePath,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Prestaged')]
        [Parameter(ParameterSetName = 'StandAlone')]
        [Alias('ImportCertificatePassword')]
        [object]$CertificatePassword,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Prestaged')]
        [Parameter(ParameterSetName = 'StandAlone')]
        [ValidateSet('Classic', 'Pbes2', '')]
        [string]$CertificateEncryption,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Prestaged')]
        [Parameter(ParameterSetName = 'StandAlone')]
        [Alias('StartDate')]
        [object]$CertificateStartTime,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Prestaged')]
        [Parameter(ParameterSetName = 'StandAlone')]
        [Alias('ExpirationDate')]
        [object]$CertificateExpireTime,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Capture')]
        [Parameter(ParameterSetName = 'StandAlone')]
        [Alias('SourceDateEpoch')]
        [object]$Epoch,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Capture')]
        [Parameter(ParameterSetName = 'StandAlone')]
        [string]$ConsolePath,

        [Parameter(ParameterSetName = 'Capture')]
        [string]$CapturePolicyPath,

        [Parameter()]      # also beside a definition, a report or a plan that comes through the pipeline
        [switch]$IgnoreTestFailure,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Prestaged')]
        [Parameter(ParameterSetName = 'Capture')]
        [Parameter(ParameterSetName = 'StandAlone')]
        [string]$MediaProfile,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Prestaged')]
        [Parameter(ParameterSetName = 'Capture')]
        [Parameter(ParameterSetName = 'StandAlone')]
        [Alias('TemporaryDirectory', 'StagingArea', 'StagingFolder')]
        [string]$TemporaryFolder,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Prestaged')]
        [Parameter(ParameterSetName = 'Capture')]
        [Parameter(ParameterSetName = 'StandAlone')]
        [string]$LogPath,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Prestaged')]
        [Parameter(ParameterSetName = 'Capture')]
        [Parameter(ParameterSetName = 'StandAlone')]
        [switch]$AllowUacPrompt,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Prestaged')]
        [Parameter(ParameterSetName = 'Capture')]
        [Parameter(ParameterSetName = 'StandAlone')]
        [switch]$NoAutoRun,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Prestaged')]
        [Parameter(ParameterSetName = 'Capture')]
        [Parameter(ParameterSetName = 'StandAlone')]
        [switch]$DisableWildcardHandling,

        [Parameter(ParameterSetName = 'Bootable')]
        [Parameter(ParameterSetName = 'Prestaged')]
        [Parameter(ParameterSetName = 'Capture')]
        [Parameter(ParameterSetName = 'StandAlone')]
        [switch]$ForceWildcardHandling
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
