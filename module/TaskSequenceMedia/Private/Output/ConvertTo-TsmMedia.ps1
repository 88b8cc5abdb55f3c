function ConvertTo-TsmMedia {
    <#
    .SYNOPSIS
        The medium object of what the native library gave: every property there, times as DateTime, duration as time span.
    .DESCRIPTION
        A SecureString with which the medium was made or opened stays on the object, so that the next command of the pipeline can
        open it; so does a reference. It never leaves the process as plain text.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)] [psobject]$Media,
        [Parameter(Mandatory = $true)] [AllowNull()] [object]$MediaPassword
    )
    $ErrorActionPreference = 'Stop'
    $properties = [ordered]@{ PSTypeName = 'TaskSequenceMedia.Media' }
    $names = 'Id', 'Kind', 'Path', 'Label', 'SiteCode', 'MediaMode', 'ManagementPoint', 'BootImage', 'OperatingSystem', 'Volume', 'Volumes', 'TaskSequences', 'Content',
    'MediaStartDate', 'MediaExpirationDate', 'Certificate', 'Registration',
    'DaysRemaining', 'IsPasswordProtected', 'AllowUnattended', 'AllowUnknownMachine', 'UserDeviceAffinity', 'CreatedBy', 'Version', 'Comment',
    'PrestartPackage', 'VariableNames', 'Length', 'Sha256', 'ManifestPath', 'LogPath', 'PlanId', 'Created', 'DurationMilliseconds',
    'Verification', 'Warnings'
    foreach ($name in $names) {
        $value = Get-TsmProperty $Media $name
        switch ($name) {
            { $_ -in 'ManagementPoint', 'VariableNames', 'Warnings' } { $value = [string[]]@($value | Where-Object { $null -ne $_ }) }
            { $_ -in 'Volumes', 'TaskSequences', 'Content' } { $value = [object[]]@($value | Where-Object { $null -ne $_ }) }
            { $_ -in 'Created', 'MediaStartDate', 'MediaExpirationDate' } { $value = ConvertFrom-TsmTimeText -Text $value }
            'Certificate' { $value = ConvertTo-TsmCertificate -Certificate $value }
            'Registration' { $value = ConvertTo-TsmRegistration -Registration $value }
            'BootImage' { $value = ConvertTo-TsmBootImage -BootImage $value }
            'OperatingSystem' { $value = ConvertTo-TsmOperatingSystem -OperatingSystem $value }
            'DurationMilliseconds' {
                $name = 'Duration'
                $value = ConvertTo-TsmTimeSpan -Milliseconds $value
            }
        }
        $properties[$name] = $value
    }
    $properties['MediaPassword'] = $MediaPassword
    [pscustomobject]$properties
}
