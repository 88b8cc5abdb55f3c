function Get-TsmDefinitionField {
    <#
    .SYNOPSIS
        The properties of a definition, in order, with the kind of each. In JSON the first letter is a small one.
    .DESCRIPTION
        Text; Word, one of those that the parameter lists; Size, a word or a number of bytes; Number; Switch; Time; Path; TextList; Secret; Facts; Variable; and what may be a
        path or not: Image and Package (else a package ID), Certificate (else a place in a store), PointList (else servers), TrustList
        (else thumbprints). What is read, sent and written of a definition goes by these kinds.
    #>
    [CmdletBinding()]
    [OutputType([System.Collections.Specialized.OrderedDictionary])]
    param()
    $ErrorActionPreference = 'Stop'
    [ordered]@{
        SchemaVersion                        = 'Number'
        Kind                                 = 'Text'
        Path                                 = 'Path'
        MediaType                            = 'Word'
        MediaLabel                           = 'Text'
        IncludeAutorun                       = 'Switch'
        MediaMode                            = 'Word'
        SiteCode                             = 'Text'
        SiteFacts                            = 'Facts'
        SiteFactsMaximumAge                  = 'Number'
        BootImage                            = 'Image'
        TaskSequence                         = 'Text'
        Application                          = 'TextList'
        IncludeApplicationDependency         = 'Switch'
        Package                              = 'TextList'
        DriverPackage                        = 'TextList'
        MediaSize                            = 'Size'
        MediaStartDate                       = 'Time'
        MediaExpirationDate                  = 'Time'
        OperatingSystemImage                 = 'Package'
        OperatingSystemImageIndex            = 'Number'
        ReplaceImageFile                     = 'Switch'
        ImageIntegrity                       = 'Switch'
        ImageCompression                     = 'Word'
        NoPrompt                             = 'Switch'
        BootLoader                           = 'Word'
        TargetArchitecture                   = 'Word'
        TargetSecureBoot                     = 'Word'
        DistributionPoint                    = 'PointList'
        CachePath                            = 'Path'
        NoCache                              = 'Switch'
        ThrottleLimit                        = 'Number'
        TrustedCertificate                   = 'TrustList'
        DistributionPointCertificatePath     = 'Certificate'
        DistributionPointCertificatePassword = 'Secret'
        ManagementPoint                      = 'TextList'
        MediaPassword                        = 'Secret'
        NoPassword                           = 'Switch'
        RequirePassword                      = 'Switch'
        VariablesEncryption                  = 'Word'
        Variable                             = 'Variable'
        SensitiveVariable                    = 'TextList'
        LogVariableValue                     = 'Word'
        PrestartCommand                      = 'Text'
        PrestartPackage                      = 'Package'
        CreatedBy                            = 'Text'
        Version                              = 'Text'
        Comment                              = 'Text'
        AllowUnattended                      = 'Switch'
        AllowUnknownMachine                  = 'Switch'
        UserDeviceAffinity                   = 'Word'
        CertificatePath                      = 'Certificate'
        CertificatePassword                  = 'Secret'
        CertificateEncryption                = 'Word'
        CertificateStartTime                 = 'Time'
        CertificateExpireTime                = 'Time'
        Epoch                                = 'Number'
        ConsolePath                          = 'Path'
        CapturePolicyPath                    = 'Path'
        IgnoreTestFailure                    = 'Switch'
        MediaProfile                         = 'Path'
        TemporaryFolder                      = 'Path'
        LogPath                              = 'Path'
    }
}
