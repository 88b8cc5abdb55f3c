function Get-TsmVaultSecret {
    <#
    .SYNOPSIS
        A secret out of a vault of SecretManagement, as SecureString.
    .DESCRIPTION
        The command is called by the full name of its module, so that no other Get-Secret can take its place. A vault that wants to ask
        for its own password says so as an error where nobody can answer: unlock it before.
    #>
    [CmdletBinding()]
    [OutputType([securestring])]
    param(
        [Parameter(Mandatory = $true)] [string]$Vault,
        [Parameter(Mandatory = $true)] [string]$Name
    )
    $ErrorActionPreference = 'Stop'
    $target = "secret:$Vault/$Name"
    $command = Get-Command -Name 'Microsoft.PowerShell.SecretManagement\Get-Secret' -ErrorAction Ignore
    if ($null -eq $command) {
        throw (New-TsmErrorRecord TSM1053 (Get-TsmText 'VaultModule' $target) -Target $target -Action (Get-TsmText 'VaultModuleAction'))
    }
    $found = @()
    try {
        $found = @(& $command -Name $Name -Vault $Vault -ErrorAction Stop)
    } catch {
        $cause = $_.Exception.GetBaseException()
        throw (New-TsmErrorRecord TSM1010 (Get-TsmText 'VaultSecret' $Name $Vault) -Target $target -Action (Get-TsmText 'VaultSecretAction' $Vault) -Exception $cause)
    }
    $secret = if ($found.Count -eq 1) { Select-TsmSecureString -InputObject $found[0] }
    if ($null -eq $secret) {
        throw (New-TsmErrorRecord TSM1010 (Get-TsmText 'SecretKind' $target) -Category InvalidType -Target $target -Action (Get-TsmText 'SecretKindAction'))
    }
    $secret
}
