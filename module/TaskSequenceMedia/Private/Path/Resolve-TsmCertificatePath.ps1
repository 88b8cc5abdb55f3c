function Resolve-TsmCertificatePath {
    <#
    .SYNOPSIS
        Where a certificate is: the absolute path of a file, or 'cert:LOCATION/STORE/THUMBPRINT' for a store of Windows.
    .DESCRIPTION
        Places in a store are taken as PowerShell writes them (Cert:\CurrentUser\My\..., and the PSPath of such an item). They are not
        looked up here: the native library says whether the certificate is there. With Pattern, wildcard characters of a file's path are one.
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param(
        [Parameter(Mandatory = $true)] [System.Management.Automation.PSCmdlet]$Cmdlet,
        [Parameter(Mandatory = $true)] [AllowEmptyString()] [string]$Path,
        [switch]$Pattern
    )
    $ErrorActionPreference = 'Stop'
    if ($Path -match '^(?:Cert:[\\/]?|(?:Microsoft\.PowerShell\.Security\\)?Certificate::[\\/]?)(.*)$') {
        return 'cert:' + $Matches[1].Replace('\', '/')
    }
    if ($Pattern) { Resolve-TsmItemPath -Cmdlet $Cmdlet -Path $Path } else { Resolve-TsmPath -Cmdlet $Cmdlet -LiteralPath $Path }
}
