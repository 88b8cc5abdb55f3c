function Resolve-TsmSecret {
    <#
    .SYNOPSIS
        The secret that a definition means: a SecureString as it is, 'env:NAME' and 'file:PATH' looked up. Nothing when there is none.
    .DESCRIPTION
        References are resolved here and not in the native library, which on Linux does not see what PowerShell does to $env:.
        Errors name the reference, never the value.
    #>
    [CmdletBinding()]
    [OutputType([securestring])]
    param([Parameter(Mandatory = $true)] [AllowNull()] [object]$MediaPassword)
    $ErrorActionPreference = 'Stop'
    if ($MediaPassword -is [psobject]) { $MediaPassword = $MediaPassword.PSObject.BaseObject }
    if ($null -eq $MediaPassword) { return $null }
    $secret = $null
    if ($MediaPassword -is [securestring]) {
        $secret = $MediaPassword
    } elseif ($MediaPassword -is [string] -and $MediaPassword -cmatch '^env:(.+)$') {
        $secret = ConvertTo-TsmSecureString -Reader (Get-TsmEnvironmentReader -Name $Matches[1].Trim())
    } elseif ($MediaPassword -is [string] -and $MediaPassword -cmatch '^file:(.+)$') {
        $secret = ConvertTo-TsmSecureString -Reader (Get-TsmSecretFileReader -Path $Matches[1].Trim())
    } else {
        $action = Get-TsmText 'PasswordFormAction'
        throw (New-TsmErrorRecord TSM1017 (Get-TsmText 'PasswordForm') -Target 'MediaPassword' -Action $action)
    }
    if ($secret.Length -eq 0) {
        $action = Get-TsmText 'PasswordEmptyAction'
        throw (New-TsmErrorRecord TSM1009 (Get-TsmText 'PasswordEmpty') -Target 'MediaPassword' -Action $action)
    }
    $secret
}
