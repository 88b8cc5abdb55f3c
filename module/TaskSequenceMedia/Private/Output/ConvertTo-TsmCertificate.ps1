function ConvertTo-TsmCertificate {
    <#
    .SYNOPSIS
        A certificate of what the native library gave, its times as DateTime; nothing for nothing.
    .DESCRIPTION
        Path and CertificatePassword are there when the certificate can be used for media: the file (or the place in a store) that
        holds the key, and its password as a SecureString or a reference. The key itself is in no object.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)] [AllowNull()] [object]$Certificate,
        [AllowNull()] [string]$Path,
        [AllowNull()] [object]$CertificatePassword
    )
    $ErrorActionPreference = 'Stop'
    if ($null -eq $Certificate) { return $null }
    $properties = [ordered]@{ PSTypeName = 'TaskSequenceMedia.Certificate' }
    $names = 'Thumbprint', 'Subject', 'Issuer', 'NotBefore', 'NotAfter', 'DaysRemaining', 'KeyType', 'KeyLength', 'IsSelfSigned',
    'RegistrationState', 'Source', 'Chain', 'Warnings'
    foreach ($name in $names) {
        $value = Get-TsmProperty $Certificate $name
        switch ($name) {
            { $_ -in 'NotBefore', 'NotAfter' } { $value = ConvertFrom-TsmTimeText -Text $value }
            { $_ -in 'Chain', 'Warnings' } { $value = [string[]]@($value | Where-Object { $null -ne $_ }) }
        }
        $properties[$name] = $value
    }
    if ($Path) {
        $properties['Path'] = $Path
        $properties['CertificatePassword'] = $CertificatePassword
    }
    Add-TsmText -InputObject ([pscustomobject]$properties) -Text { '{0} ({1}), until {2:yyyy-MM-dd}' -f $this.Thumbprint, $this.KeyType, $this.NotAfter }
}
