function New-TaskSequenceMediaCertificate {
    <#
    .SYNOPSIS
        Makes a self-signed certificate for task sequence media and writes it, with its key, to a PKCS #12 file.

    .DESCRIPTION
        RSA with 2048 bits, SHA-256, for client authentication. The file can be read by its owner only and opens with the password.

        New-TaskSequenceMedia makes a fresh certificate for every medium by itself. This command is for media that shall share one, or
        whose certificate is to be registered before they are made. The object names the file and its password; the key is in the file
        only. The site has to know the certificate before a medium with it works: RegistrationState is NotRegistered.

    .PARAMETER Path
        The file to make (.pfx). Wildcard characters are taken as they are.

    .PARAMETER Password
        The password of the file: a SecureString, or where it can be found, as 'env:NAME', 'file:PATH' or 'secret:VAULT/NAME'. Alias:
        CertificatePassword.

    .PARAMETER Subject
        The common name, at most 64 characters of ASCII; a new GUID, when not given.

    .PARAMETER CertificateStartTime
        When the certificate begins to be valid, as a time or text that is one; now, when not given. Alias: StartDate.

    .PARAMETER CertificateExpireTime
        When the certificate ends, as a time or text that is one; one year after its start, when not given. Alias: ExpirationDate.

    .PARAMETER CertificateEncryption
        How the file is encrypted: Classic (triple DES, which every Windows reads), which is the default, or Pbes2 (AES-256, newer ones
        only).

    .PARAMETER Force
        Replaces a file that exists.

    .PARAMETER WhatIf
        Says what would be made, and makes nothing.

    .PARAMETER Confirm
        Asks before the certificate is made.

    .INPUTS
        None.

    .OUTPUTS
        TaskSequenceMedia.Certificate

    .EXAMPLE
        New-TaskSequenceMediaCertificate -Path ./out/media.pfx -Password $secret

        A certificate that is valid for one year from now.

    .EXAMPLE
        $certificate = New-TaskSequenceMediaCertificate ./out/media.pfx -Password env:PFX_PASSWORD -Subject 'Media 2027' -CertificateExpireTime (Get-Date).AddMonths(18) -Force

        A certificate for eighteen months, whose password stands in the environment variable PFX_PASSWORD.

    .LINK
        Import-TaskSequenceMediaCertificate

    .LINK
        New-TaskSequenceMedia

    .LINK
        about_TaskSequenceMedia
    #>
    [CmdletBinding(PositionalBinding = $false, SupportsShouldProcess = $true, ConfirmImpact = 'Medium')]
    [OutputType('TaskSequenceMedia.Certificate')]
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSAvoidUsingPlainTextForPassword', '', Justification = 'A SecureString or a reference; other text is refused.')]
    param(
        [Parameter(Mandatory = $true, Position = 0)]
        [ValidateNotNullOrEmpty()]
        [string]$Path,

        [Parameter(Mandatory = $true)]
        [Alias('CertificatePassword')]
        [object]$Password,

        [string]$Subject,

        [Alias('StartDate')]
        [object]$CertificateStartTime,

        [Alias('ExpirationDate')]
        [object]$CertificateExpireTime,

        [ValidateSet('Classic', 'Pbes2', '')]
        [string]$CertificateEncryption,

        [switch]$Force
    )

    begin {
        Use-TsmCallerPreference -Cmdlet $PSCmdlet
    }

    process {
        $certificate = @()
        try {
            $file = Resolve-TsmPath -Cmdlet $PSCmdlet -LiteralPath $Path
            $secret = ConvertTo-TsmPasswordArgument -Cmdlet $PSCmdlet -Password $Password -Name 'Password'
            $wanted = [ordered]@{ path = $file; replace = [bool]$Force }
            if ($Subject) { $wanted['subject'] = $Subject }
            if ($CertificateStartTime) { $wanted['startTime'] = ConvertTo-TsmTimeText -Time (ConvertTo-TsmTime -Name 'CertificateStartTime' -Value $CertificateStartTime) }
            if ($CertificateExpireTime) { $wanted['expireTime'] = ConvertTo-TsmTimeText -Time (ConvertTo-TsmTime -Name 'CertificateExpireTime' -Value $CertificateExpireTime) }
            if ($CertificateEncryption) { $wanted['encryption'] = Get-TsmOfficialWord -Cmdlet $PSCmdlet -Name 'CertificateEncryption' -Word $CertificateEncryption }
            Assert-TsmNewFile -Path $file -Force:$Force
            if ($PSCmdlet.ShouldProcess($file, (Get-TsmText 'CertificateAction'))) {
                $request = [ordered]@{ op = 'newCertificate'; certificate = $wanted }
                $certificate = @(Invoke-TsmCertificateOperation -Cmdlet $PSCmdlet -Request $request -Path $file -CertificatePassword $secret)
            }
        } catch {
            Write-TsmCaughtError -Cmdlet $PSCmdlet -Record $_ -Preference $ErrorActionPreference
        }
        $certificate
    }
}
