# The manifest of TaskSequenceMedia. The version is that of the workspace (Cargo.toml); a test compares them.
@{
    RootModule             = 'TaskSequenceMedia.psm1'
    ModuleVersion          = '0.1.0'
    GUID                   = '5c1f0b0e-4a5e-4f0d-9a43-8d7a2f6f1c52'
    Author                 = 'The TaskSequenceMedia authors'
    CompanyName            = 'The TaskSequenceMedia authors'
    Copyright              = '(c) The TaskSequenceMedia authors. MIT license.'
    Description            = 'Makes, checks and reads task sequence media for Microsoft Configuration Manager: a definition goes through a pipeline and comes out as a verified bootable ISO.'

    CompatiblePSEditions   = @('Desktop', 'Core')
    PowerShellVersion      = '5.1'
    DotNetFrameworkVersion = '4.7.2'

    FormatsToProcess       = @('TaskSequenceMedia.Format.ps1xml')

    FunctionsToExport      = @(
        'Clear-TaskSequenceMediaContent'
        'Export-TaskSequenceMediaApplyScript'
        'Export-TaskSequenceMediaContent'
        'Export-TaskSequenceMediaDefinition'
        'Get-TaskSequenceMedia'
        'Get-TaskSequenceMediaBootImage'
        'Get-TaskSequenceMediaContent'
        'Get-TaskSequenceMediaReference'
        'Import-TaskSequenceMediaCertificate'
        'Import-TaskSequenceMediaContent'
        'Import-TaskSequenceMediaDefinition'
        'New-TaskSequenceMedia'
        'New-TaskSequenceMediaCertificate'
        'New-TaskSequenceMediaDefinition'
        'Resolve-TaskSequenceMedia'
        'Save-TaskSequenceMediaContent'
        'Test-TaskSequenceMedia'
        'Test-TaskSequenceMediaDefinition'
    )
    CmdletsToExport        = @()
    VariablesToExport      = @()
    AliasesToExport        = @()

    PrivateData            = @{
        PSData = @{
            Tags         = @(
                'ConfigMgr', 'ConfigurationManager', 'SCCM', 'MECM', 'OSD', 'TaskSequence', 'BootableMedia', 'BootMedia', 'ISO', 'WinPE'
                'PSEdition_Desktop', 'PSEdition_Core', 'Windows', 'Linux'
            )
            LicenseUri   = 'https://opensource.org/license/mit'
            ReleaseNotes = 'First version: bootable media on ISO, from a content library to a verified medium.'
            Prerelease   = 'alpha'
        }
    }
}
