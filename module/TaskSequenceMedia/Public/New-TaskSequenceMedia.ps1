function New-TaskSequenceMedia {
    <#
    .SYNOPSIS
        Makes a task sequence medium: builds it, reads it back, and only then puts it in its place.

    .DESCRIPTION
        Takes definitions, reports or plans through the pipeline, or the parameters of New-TaskSequenceMediaDefinition.

        The medium is written beside its target and verified there. A medium that exists at the target stays as it was until the new one
        is verified; a run that fails or is stopped leaves nothing behind. Beside the medium a manifest is written
        (<name>.manifest.json) that lists every file with size and SHA-256.

        A medium that cannot be made is an error that does not end the pipeline; the next one is tried. With -ErrorAction Stop it ends.

    .PARAMETER InputObject
        A definition, a report of Test-TaskSequenceMediaDefinition, or a plan. A report that failed is refused; a plan is made only if it
        is still the same. Aliases: Definition, Plan.

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

    .PARAMETER Force
        Asks nothing, whatever $ConfirmPreference says. No check is left out.

    .PARAMETER WhatIf
        Gives the plan of the medium instead of the medium, and writes nothing: no medium, no log, no temporary file.

    .PARAMETER Confirm
        Asks before the medium is made.

    .INPUTS
        TaskSequenceMedia.Definition, TaskSequenceMedia.TestReport, TaskSequenceMedia.Plan

    .OUTPUTS
        TaskSequenceMedia.Media; with WhatIf TaskSequenceMedia.Plan

    .EXAMPLE
        New-TaskSequenceMedia -Bootable -MediaMode SiteBased -MediaType CdDvd -Path ./out/boot.iso -SiteFacts ./site/facts.json -BootImage PS100005 -DistributionPoint ./site/SCCMContentLib -ManagementPoint http://mp1.contoso.test -MediaPassword $secret

        Makes a bootable medium with a password.

    .EXAMPLE
        Import-TaskSequenceMediaDefinition ./definition.json | Test-TaskSequenceMediaDefinition | New-TaskSequenceMedia | Test-TaskSequenceMedia

        The whole way: reads a definition, asks whether its medium can be made, makes it, and reads it back.

    .EXAMPLE
        $plan = Import-TaskSequenceMediaDefinition ./definition.json | New-TaskSequenceMedia -WhatIf
        $plan.Entries | Format-Table Path, Size

        Shows every file that the medium would hold.

    .LINK
        New-TaskSequenceMediaDefinition

    .LINK
        Test-TaskSequenceMedia

    .LINK
        about_TaskSequenceMedia
    #>
    [CmdletBinding(DefaultParameterSetName = 'InputObject', PositionalBinding = $false, SupportsShouldProcess = $true, ConfirmImpact = 'Medium')]
    [OutputType('TaskSequenceMedia.Media', 'TaskSequenceMedia.Plan')]
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSAvoidUsingPlainTextForPassword', '', Justification = 'A SecureString or a reference; other text is refused.')]
    param(
        [Parameter(Mandatory = $true, Position = 0, ParameterSetName = 'InputObject', ValueFromPipeline = $true)]
        [Alias('Definition', 'Plan')]
        [psobject]$InputObject,

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
        [string]$LogPath,

        [switch]$Force
    )

    begin {
        Use-TsmCallerPreference -Cmdlet $PSCmdlet
        if ($Force -and -not $PSBoundParameters.ContainsKey('Confirm')) { $ConfirmPreference = 'None' }
    }

    process {
        $results = @()
        try {
            $work = if ($PSCmdlet.ParameterSetName -eq 'InputObject') {
                Get-TsmInputDefinition -InputObject $InputObject -Noun Definition, TestReport, Plan
            } else {
                @{ Definition = New-TsmDefinition -Cmdlet $PSCmdlet -Bound $PSBoundParameters; PlanId = $null }
            }
            $faults = @(Get-TsmDefinitionFault -Definition $work.Definition)
            foreach ($fault in $faults) { Write-TsmError -Cmdlet $PSCmdlet -Record $fault -Preference $ErrorActionPreference }
            if ($faults.Count -eq 0 -and $WhatIfPreference) {
                $results = @(Invoke-TsmDefinitionOperation -Cmdlet $PSCmdlet -Operation resolve -Definition $work.Definition)
            }
            if ($faults.Count -eq 0 -and ($results.Count -gt 0 -or -not $WhatIfPreference)) {
                $text = Get-TsmBuildText -Definition $work.Definition -Plan $results
                if ($PSCmdlet.ShouldProcess($text.Description, $text.Question, $text.Caption)) {
                    $results = @(Invoke-TsmDefinitionOperation -Cmdlet $PSCmdlet -Operation create @work)
                }
            }
        } catch {
            Write-TsmCaughtError -Cmdlet $PSCmdlet -Record $_ -Preference $ErrorActionPreference
        }
        $results
    }
}
