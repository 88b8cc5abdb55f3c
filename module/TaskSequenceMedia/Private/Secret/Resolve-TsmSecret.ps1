function Resolve-TsmSecret {
    <#
    .SYNOPSIS
        The secret that a definition means: a SecureString as it is, a reference looked up. Nothing when there is none.
    .DESCRIPTION
        References are resolved here and not in the native library, which on Linux does not see what PowerShell does to $env:, and which
        knows no vaults. Errors name the reference, never the value.
    #>
    [CmdletBinding()]
    [OutputType([securestring])]
    param(
        [Parameter(Mandatory = $true)] [AllowNull()] [object]$Password,
        [string]$Name = 'MediaPassword'
    )
    $ErrorActionPreference = 'Stop'
    if ($Password -is [psobject]) { $Password = $Password.PSObject.BaseObject }
    if ($null -eq $Password) { return $null }
    $secret = $null
    if ($Password -is [securestring]) {
        $secret = $Password
    } elseif ($Password -is [string] -and $Password -cmatch '^env:(.+)$') {
        $secret = ConvertTo-TsmSecureString -Reader (Get-TsmEnvironmentReader -Name $Matches[1].Trim())
    } elseif ($Password -is [string] -and $Password -cmatch '^file:(.+\.(?i:clixml|xml))\s*$') {
        $secret = Get-TsmClixmlSecret -Path $Matches[1].Trim()
    } elseif ($Password -is [string] -and $Password -cmatch '^file:(.+)$') {
        $secret = ConvertTo-TsmSecureString -Reader (Get-TsmSecretFileReader -Path $Matches[1].Trim())
    } elseif ($Password -is [string] -and $Password -cmatch '^secret:([^/]+)/(.+)$') {
        $secret = Get-TsmVaultSecret -Vault $Matches[1].Trim() -Name $Matches[2].Trim()
    } else {
        throw (New-TsmErrorRecord TSM1017 (Get-TsmText 'PasswordForm' $Name) -Target $Name -Action (Get-TsmText 'PasswordFormAction'))
    }
    if ($secret.Length -eq 0) {
        throw (New-TsmErrorRecord TSM1009 (Get-TsmText 'PasswordEmpty' $Name) -Target $Name -Action (Get-TsmText 'PasswordEmptyAction'))
    }
    $secret
}
