function Expand-TsmCertificateArgument {
    <#
    .SYNOPSIS
        The parameters of a call, with what -Certificate names in the places of CertificatePath and CertificatePassword.
    #>
    [CmdletBinding()]
    [OutputType([hashtable])]
    param([Parameter(Mandatory = $true)] [System.Collections.IDictionary]$Bound)
    $ErrorActionPreference = 'Stop'
    $expanded = @{}
    foreach ($name in $Bound.Keys) { $expanded[$name] = $Bound[$name] }
    $certificate = $Bound['Certificate']
    if ($null -eq $certificate) { return $expanded }
    if (-not (Test-TsmTypeName -InputObject $certificate -Noun 'Certificate')) {
        $message = Get-TsmText 'CertificateKind' (Get-TsmObjectTitle -InputObject $certificate)
        throw (New-TsmErrorRecord TSM1018 $message -Target $certificate -Action (Get-TsmText 'CertificateKindAction'))
    }
    $path = Get-TsmProperty $certificate 'Path'
    if (-not $path) {
        $message = Get-TsmText 'CertificateWithoutKey' ([string](Get-TsmProperty $certificate 'Thumbprint'))
        throw (New-TsmErrorRecord TSM1018 $message -Target $certificate -Action (Get-TsmText 'CertificateKindAction'))
    }
    $expanded['CertificatePath'] = $path
    $expanded['CertificatePassword'] = Get-TsmProperty $certificate 'CertificatePassword'
    $expanded
}
