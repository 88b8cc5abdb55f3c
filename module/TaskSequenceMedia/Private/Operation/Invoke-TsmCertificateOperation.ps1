function Invoke-TsmCertificateOperation {
    <#
    .SYNOPSIS
        Runs one native job about a certificate: 'newCertificate' or 'readCertificate', and gives the certificate object.
    .DESCRIPTION
        Warnings of the certificate go to the warning stream, each with its number.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)] [System.Management.Automation.PSCmdlet]$Cmdlet,
        [Parameter(Mandatory = $true)] [System.Collections.IDictionary]$Request,
        [Parameter(Mandatory = $true)] [string]$Path,
        [Parameter(Mandatory = $true)] [AllowNull()] [object]$CertificatePassword
    )
    $callerAction = $ErrorActionPreference
    $ErrorActionPreference = 'Stop'
    $options = @{ Cmdlet = $Cmdlet; Request = $Request; MediaPassword = $null; CertificatePassword = $CertificatePassword }
    $ErrorActionPreference = $callerAction
    $result = @(Invoke-TsmOperation @options)
    $ErrorActionPreference = 'Stop'
    foreach ($item in $result) {
        $certificate = ConvertTo-TsmCertificate -Certificate $item -Path $Path -CertificatePassword $CertificatePassword
        foreach ($warning in $certificate.Warnings) { $Cmdlet.WriteWarning($warning) }
        $certificate
    }
}
