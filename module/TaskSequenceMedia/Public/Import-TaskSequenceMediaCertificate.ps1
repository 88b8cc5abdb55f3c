function Import-TaskSequenceMediaCertificate {
    <#
    .SYNOPSIS
        Reads a certificate for task sequence media, checks that media can use it, and gives it as an object for -Certificate.

    .DESCRIPTION
        Management points that take HTTPS want a certificate that the public key infrastructure of the site issued. It needs its private
        key, RSA with 2048 bits (more is a warning), client authentication among its purposes, a chain that holds, and dates around now.
        Keys of CNG (key storage providers) do not work on media. What makes it useless is an error that says so; what may be meant is a
        warning.

        Nothing is copied: the object names the file, or the place in a store of Windows, and the password. Whether the site knows the
        certificate only the site can tell: RegistrationState is Unknown, and NotRegistered for one that signed itself.

    .PARAMETER Path
        PKCS #12 files (.pfx, .p12). Wildcard characters are a pattern, unless there is a file of just that name. On Windows also
        Cert:\CurrentUser\My\THUMBPRINT.

    .PARAMETER LiteralPath
        The same, no character being a pattern. Alias: PSPath.

    .PARAMETER Thumbprint
        The thumbprint of a certificate in a store of Windows. Its private key must be exportable.

    .PARAMETER StoreLocation
        Whose store: CurrentUser, which is the default, or LocalMachine.

    .PARAMETER StoreName
        The store; My, when not given.

    .PARAMETER Password
        The password of the file: a SecureString, or where it can be found, as 'env:NAME', 'file:PATH' or 'secret:VAULT/NAME'. A store
        needs none. Alias: CertificatePassword.

    .INPUTS
        System.String, System.IO.FileInfo, a certificate of the drive Cert:

    .OUTPUTS
        TaskSequenceMedia.Certificate

    .EXAMPLE
        Import-TaskSequenceMediaCertificate ./media/client.pfx -Password $secret

        Checks a certificate and shows it.

    .EXAMPLE
        Get-ChildItem ./media/*.pfx | Import-TaskSequenceMediaCertificate -Password $secret | Where-Object DaysRemaining -lt 60

        The certificates of a folder that end within sixty days.

    .LINK
        New-TaskSequenceMediaCertificate

    .LINK
        New-TaskSequenceMedia

    .LINK
        about_TaskSequenceMedia
    #>
    [CmdletBinding(DefaultParameterSetName = 'Path', PositionalBinding = $false)]
    [OutputType('TaskSequenceMedia.Certificate')]
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSAvoidUsingPlainTextForPassword', '', Justification = 'A SecureString or a reference; other text is refused.')]
    param(
        [Parameter(Mandatory = $true, Position = 0, ParameterSetName = 'Path', ValueFromPipeline = $true)]
        [ValidateNotNullOrEmpty()]
        [string[]]$Path,

        [Parameter(Mandatory = $true, ParameterSetName = 'LiteralPath', ValueFromPipelineByPropertyName = $true)]
        [Alias('PSPath')]
        [ValidateNotNullOrEmpty()]
        [string[]]$LiteralPath,

        [Parameter(Mandatory = $true, ParameterSetName = 'Store')]
        [ValidateNotNullOrEmpty()]
        [string[]]$Thumbprint,

        [Parameter(ParameterSetName = 'Store')]
        [ValidateSet('CurrentUser', 'LocalMachine')]
        [string]$StoreLocation = 'CurrentUser',

        [Parameter(ParameterSetName = 'Store')]
        [ValidateNotNullOrEmpty()]
        [string]$StoreName = 'My',

        [Parameter(ParameterSetName = 'Path')]
        [Parameter(ParameterSetName = 'LiteralPath')]
        [Alias('CertificatePassword')]
        [object]$Password
    )

    begin {
        Use-TsmCallerPreference -Cmdlet $PSCmdlet
    }

    process {
        $literal = $PSCmdlet.ParameterSetName -ne 'Path'
        $asked = switch ($PSCmdlet.ParameterSetName) {
            'Path' { $Path }
            'LiteralPath' { $LiteralPath }
            'Store' { foreach ($print in $Thumbprint) { 'cert:{0}/{1}/{2}' -f $StoreLocation, $StoreName, ($print -replace '[\s\u200e]') } }
        }
        # a pipeline, not a loop: a 'break' of the commands behind this one must reach the caller's loop
        @($asked) | ForEach-Object {
            $certificates = @()
            try {
                $secret = ConvertTo-TsmPasswordArgument -Cmdlet $PSCmdlet -Password $Password -Name 'Password'
                $certificates = @(foreach ($place in @(Resolve-TsmCertificatePath -Cmdlet $PSCmdlet -Path $_ -Pattern:(-not $literal))) {
                        $request = [ordered]@{ op = 'readCertificate'; path = $place; forMedia = $true }
                        Invoke-TsmCertificateOperation -Cmdlet $PSCmdlet -Request $request -Path $place -CertificatePassword $secret
                    })
            } catch {
                Write-TsmCaughtError -Cmdlet $PSCmdlet -Record $_ -Preference $ErrorActionPreference
            }
            $certificates
        }
    }
}
