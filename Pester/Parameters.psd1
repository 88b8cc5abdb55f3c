# The parameters with which media are described (New-TaskSequenceMediaDefinition, New-TaskSequenceMedia), one row each, in their order.
# Tests hold the commands against this table, and docs/parameters.md is made from it.
#
#   Name, Alias, Required   as the commands have them
#   From                    whose name it is: B New-CMBootableMedia, P New-CMPrestageMedia alone, T New-CMTaskSequenceMedia; none: ours
#   Of                      the kind of medium that has it, where it is not bootable media
#   Value                   what a test gives; {site} and {root} stand for folders, {http} and {https} for distribution points, {authority}
#                           for the certificate behind the second, {closed} and {closedAuthority} for one that wants a client certificate,
#                           {client} and {clientPassword} for that certificate, ! for a SecureString, @ for a hashtable of one variable, # for a certificate
#   With                    what it needs beside it
#   Shows                   where the value makes a difference:
#     Plan                  the plan has another identity: the medium has other files or bytes
#     Set                   it says which kind of medium is meant
#     Folder                the medium is a folder
#     Place                 the plan is for another place
#     Check <id>            the report says otherwise in this check
#     Error <number>        what is given, or not given, is refused
#     File                  a file is made at the value, or in the folder
#     Kept                  nothing is kept for the next medium
#     AtOnce                the distribution point is asked for so many files at once, and no more
#     Needed <number>       without it, what it stands beside is refused
#     Certificate           the medium has this certificate
#     Log                   the log says otherwise
#     Medium <property>     the medium made says otherwise
#     Merged <name>         it is added to what another parameter names
#     Made                  the medium is made although a check fails
#     Notice                nothing, and it is said: the product's own command does not heed it either
@{
    Parameters = @(
        @{ Name = 'Bootable'; Alias = 'BootableMedia', 'BootableMediaOption'; Required = $true; Shows = 'Set' }
        @{ Name = 'Prestaged'; Alias = 'PrestagedMedia', 'PrestagedMediaOption'; Of = 'Prestaged'; Required = $true; Shows = 'Set' }
        @{ Name = 'Capture'; Alias = 'CaptureMedia', 'CaptureMediaOption'; Required = $true; Shows = 'Set' }
        @{ Name = 'StandAlone'; Alias = 'StandAloneMedia', 'StandAloneMediaOption'; Required = $true; Shows = 'Set' }
        @{ Name = 'Path'; Alias = 'MediaPath', 'OutputPath', 'MediaFile', 'DriveName'; From = 'B'; Required = $true; Value = '{root}/out/other.iso'; Shows = 'Place' }
        @{ Name = 'MediaType'; Alias = 'MediaInputType'; From = 'B'; Value = 'Folder'; Shows = 'Folder' }
        @{ Name = 'MediaLabel'; Alias = 'Label', 'VolumeLabel'; Value = 'Boot 2027'; Shows = 'Plan' }
        @{ Name = 'IncludeAutorun'; Alias = 'IncludeAutoRunInf'; Value = $true; Shows = 'Plan' }
        @{ Name = 'SiteFacts'; Value = '{root}/other.json'; Shows = 'Plan' }
        @{ Name = 'SiteFactsMaximumAge'; Value = 3; With = @{ SiteFacts = '{root}/old.json' }; Shows = 'Check definition.facts' }
        @{ Name = 'BootImage'; Alias = 'BootImagePackage', 'BootImageId'; From = 'B'; Required = $true; Value = 'PS100006'; Shows = 'Plan' }
        @{ Name = 'TaskSequence'; Alias = 'TaskSequenceId'; Of = 'StandAlone'; Required = $true; Value = 'PS100031'; With = @{ TaskSequence = 'PS100030' }; Shows = 'Plan' }
        @{ Name = 'Application'; Alias = 'Applications'; Of = 'StandAlone'; Value = 'Application with two contents'; With = @{ TaskSequence = 'PS100031' }; Shows = 'Plan' }
        @{ Name = 'IncludeApplicationDependency'; Alias = 'IncludeApplicationDependencies'; Of = 'StandAlone'; Value = $true; With = @{ TaskSequence = 'PS100031'; SiteFacts = '{root}/needs.json'; Application = 'Runtime of the application' }; Shows = 'Plan' }
        @{ Name = 'Package'; Alias = 'Packages'; Of = 'StandAlone'; Value = 'PS100012'; With = @{ TaskSequence = 'PS100031' }; Shows = 'Plan' }
        @{ Name = 'DriverPackage'; Alias = 'DriverPackages', 'PackageDriver', 'PackageDrivers'; Of = 'StandAlone'; Value = 'PS100015'; With = @{ TaskSequence = 'PS100031' }; Shows = 'Plan' }
        @{ Name = 'MediaSize'; Of = 'StandAlone'; Value = 'Size4GB'; With = @{ TaskSequence = 'PS100031' }; Shows = 'Plan' }
        @{ Name = 'SplitImage'; Of = 'StandAlone'; Value = $true; With = @{ TaskSequence = 'PS100031' }; Shows = 'Check definition.split-image' }
        @{ Name = 'MediaStartDate'; Alias = 'Start'; Of = 'StandAlone'; Value = '2050-01-01T00:00:00Z'; With = @{ TaskSequence = 'PS100031' }; Shows = 'Plan' }
        @{ Name = 'MediaExpirationDate'; Alias = 'Expiration'; Of = 'StandAlone'; Value = '2050-01-01T00:00:00Z'; With = @{ TaskSequence = 'PS100031' }; Shows = 'Plan' }
        @{ Name = 'OperatingSystemImage'; Alias = 'OperatingSystemImagePackage', 'OperatingSystemImagePackageId'; Of = 'Prestaged'; From = 'P'; Required = $true; Value = '{root}/two.wim'; With = @{ OperatingSystemImageIndex = 1 }; Shows = 'Plan' }
        @{ Name = 'OperatingSystemImageIndex'; Alias = 'ImageIndex'; Of = 'Prestaged'; From = 'P'; Value = 2; With = @{ OperatingSystemImage = '{root}/two.wim' }; Shows = 'Needed TSM1533' }
        @{ Name = 'ReplaceImageFile'; Of = 'Prestaged'; Value = $true; With = @{ OperatingSystemImage = '{root}/two.wim'; OperatingSystemImageIndex = 2 }; Shows = 'Check definition.image-paths' }
        @{ Name = 'ImageIntegrity'; Of = 'Prestaged'; Value = $true; Shows = 'Plan' }
        @{ Name = 'ImageCompression'; Of = 'Prestaged'; Value = 'Fast'; Shows = 'Plan' }
        @{ Name = 'NoPrompt'; Value = $true; Shows = 'Plan' }
        @{ Name = 'BootLoader'; Value = 'WindowsUEFICA2023'; Shows = 'Plan' }
        @{ Name = 'TargetArchitecture'; Value = 'Arm64'; Shows = 'Check definition.target-architecture' }
        @{ Name = 'TargetSecureBoot'; Value = '2023'; Shows = 'Check definition.secure-boot' }
        @{ Name = 'DistributionPoint'; Alias = 'DistributionPoints'; From = 'B'; Value = '{root}/none'; Shows = 'Error TSM1201' }
        @{ Name = 'BootImageDistributionPoint'; Alias = 'BootImageDistributionPointServerName', 'DistributionPointServerName'; From = 'T'; Value = '{root}/none'; Shows = 'Merged DistributionPoint' }
        @{ Name = 'TaskSequenceDistributionPoint'; Alias = 'TaskSequenceDistributionPointServerName'; From = 'T'; Value = '{root}/none'; Shows = 'Merged DistributionPoint' }
        @{ Name = 'CommandPackageDistributionPoint'; Alias = 'CommandDistributionPointServerName'; From = 'T'; Value = '{root}/none'; Shows = 'Merged DistributionPoint' }
        @{ Name = 'CachePath'; Value = '{root}/cache'; With = @{ DistributionPoint = '{http}' }; Shows = 'File' }
        @{ Name = 'NoCache'; Value = $true; With = @{ DistributionPoint = '{http}' }; Shows = 'Kept' }
        @{ Name = 'ThrottleLimit'; Value = 3; With = @{ DistributionPoint = '{http}'; PrestartCommand = 'cmd /C start.cmd'; PrestartPackage = 'PS100011' }; Shows = 'AtOnce' }
        @{ Name = 'TrustedCertificate'; Value = '{authority}'; With = @{ DistributionPoint = '{https}'; NoCache = $true }; Shows = 'Needed TSM1213' }
        @{ Name = 'DistributionPointCertificatePath'; Value = '{client}'; With = @{ DistributionPoint = '{closed}'; TrustedCertificate = '{closedAuthority}'; DistributionPointCertificatePassword = '{clientPassword}'; NoCache = $true }; Shows = 'Needed TSM1003' }
        @{ Name = 'DistributionPointCertificatePassword'; Value = '{clientPassword}'; With = @{ DistributionPoint = '{closed}'; TrustedCertificate = '{closedAuthority}'; DistributionPointCertificatePath = '{client}'; NoCache = $true }; Shows = 'Needed TSM1306' }
        @{ Name = 'ManagementPoint'; Alias = 'ManagementPoints'; From = 'B'; Value = 'http://mp2.contoso.test'; Shows = 'Plan' }
        @{ Name = 'BootImageManagementPoint'; Alias = 'BootImageManagementPoints', 'BootImageManagementPointServerName', 'BootImageManagementPointServerNames', 'ManagementPointServerName'; From = 'T'; Value = 'http://mp2.contoso.test'; Shows = 'Merged ManagementPoint' }
        @{ Name = 'MediaMode'; From = 'B'; Required = $true; Value = 'Dynamic'; Shows = 'Plan' }
        @{ Name = 'SiteCode'; From = 'B'; Value = 'XYZ'; Shows = 'Error TSM1107' }
        @{ Name = 'MediaPassword'; Alias = 'Password'; From = 'B'; Value = '!'; Shows = 'Plan' }
        @{ Name = 'NoPassword'; Value = $true; Shows = 'Check definition.password' }
        @{ Name = 'RequirePassword'; Value = $true; Shows = 'Error TSM1022' }
        @{ Name = 'VariablesEncryption'; Value = 'Aes256'; Shows = 'Check definition.encryption' }
        @{ Name = 'Variable'; Alias = 'TaskSequenceVariables', 'Variables'; From = 'B'; Value = '@'; Shows = 'Plan' }
        @{ Name = 'SensitiveVariable'; Value = 'Zone'; With = @{ Variable = '@' }; Shows = 'Log' }
        @{ Name = 'LogVariableValue'; Value = 'None'; With = @{ Variable = '@' }; Shows = 'Log' }
        @{ Name = 'PrestartCommand'; Alias = 'PreExecCommandLine', 'PrestartCommandLine'; From = 'B'; Value = 'cmd /C start.cmd'; Shows = 'Plan' }
        @{ Name = 'PrestartPackage'; Alias = 'CommandPackage'; From = 'B'; Value = 'PS100012'; With = @{ PrestartCommand = 'cmd /C start.cmd' }; Shows = 'Plan' }
        @{ Name = 'CreatedBy'; Value = 'Desk 7'; Shows = 'Plan' }
        @{ Name = 'Version'; Value = '7.1'; Shows = 'Plan' }
        @{ Name = 'Comment'; Value = 'Hall 3'; Shows = 'Plan' }
        @{ Name = 'AllowUnattended'; Alias = 'AllowUnattendedDeployment'; From = 'B'; Value = $true; Shows = 'Plan' }
        @{ Name = 'AllowUnknownMachine'; Alias = 'EnableUnknownSupport'; From = 'B'; Value = $true; Shows = 'Plan' }
        @{ Name = 'UserDeviceAffinity'; From = 'B'; Value = 'AutoApproval'; Shows = 'Plan' }
        @{ Name = 'Certificate'; Value = '#'; Shows = 'Certificate' }
        @{ Name = 'CertificatePath'; Alias = 'ImportCertificatePath'; From = 'B'; Value = '{root}/media.pfx'; With = @{ CertificatePassword = '!' }; Shows = 'Certificate' }
        @{ Name = 'CertificatePassword'; Alias = 'ImportCertificatePassword'; From = 'B'; Value = '!'; With = @{ CertificatePath = '{root}/media.pfx' }; Shows = 'Needed TSM1306' }
        @{ Name = 'CertificateEncryption'; Value = 'Pbes2'; Shows = 'Check definition.encryption' }
        @{ Name = 'CertificateStartTime'; Alias = 'StartDate'; From = 'B'; Value = '2026-03-04T05:06:07Z'; Shows = 'Medium Certificate.NotBefore' }
        @{ Name = 'CertificateExpireTime'; Alias = 'ExpirationDate'; From = 'B'; Value = '2036-03-04T05:06:07Z'; Shows = 'Medium Certificate.NotAfter' }
        @{ Name = 'Epoch'; Alias = 'SourceDateEpoch'; Value = 1700000000; Shows = 'Medium Times' }
        @{ Name = 'ConsolePath'; Value = '{site}/console'; Shows = 'Plan' }
        @{ Name = 'CapturePolicyPath'; Of = 'Capture'; Value = '{site}/capture.xml'; Shows = 'Needed TSM1340' }
        @{ Name = 'IgnoreTestFailure'; Value = $true; With = @{ ManagementPoint = 'https://cmg.contoso.test/CCM_Proxy_MutualAuth/7'; MediaPassword = '!' }; Shows = 'Made' }
        @{ Name = 'MediaProfile'; Value = '{root}/profile.json'; Shows = 'Plan' }
        @{ Name = 'TemporaryFolder'; Alias = 'TemporaryDirectory', 'StagingArea', 'StagingFolder'; From = 'B'; Value = '{root}/none'; Shows = 'Error TSM1406' }
        @{ Name = 'LogPath'; Value = '{root}/log/other.log'; Shows = 'File' }
        @{ Name = 'AllowUacPrompt'; From = 'B'; Value = $true; Shows = 'Notice' }
        @{ Name = 'NoAutoRun'; From = 'B'; Value = $true; Shows = 'Notice' }
        @{ Name = 'DisableWildcardHandling'; From = 'B'; Value = $true; Shows = 'Notice' }
        @{ Name = 'ForceWildcardHandling'; From = 'B'; Value = $true; Shows = 'Notice' }
    )
}
