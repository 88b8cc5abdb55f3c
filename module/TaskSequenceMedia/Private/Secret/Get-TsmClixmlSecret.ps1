function Get-TsmClixmlSecret {
    <#
    .SYNOPSIS
        The SecureString, or the password of the credential, in a file that Export-Clixml wrote on Windows.
    .DESCRIPTION
        There the file is encrypted for the user and the computer (DPAPI), so it does not matter who may read it. Elsewhere Export-Clixml
        encrypts nothing, and such a file is refused (TSM1052).
    #>
    [CmdletBinding()]
    [OutputType([securestring])]
    param([Parameter(Mandatory = $true)] [string]$Path)
    $ErrorActionPreference = 'Stop'
    $target = "file:$Path"
    if ((Get-TsmPlatform).System -ne 'Windows') {
        $action = Get-TsmText 'SecretClixmlElsewhereAction'
        throw (New-TsmErrorRecord TSM1052 (Get-TsmText 'SecretClixmlElsewhere' $Path) -Target $target -Action $action)
    }
    if (-not [System.IO.File]::Exists($Path)) {
        $action = Get-TsmText 'SecretClixmlAction'
        throw (New-TsmErrorRecord TSM1010 (Get-TsmText 'SecretFile' $Path) -Category ObjectNotFound -Target $target -Action $action)
    }
    try {
        $found = @(Import-Clixml -LiteralPath $Path)
    } catch {
        $cause = $_.Exception.GetBaseException()
        $action = Get-TsmText 'SecretClixmlAction'
        throw (New-TsmErrorRecord TSM1010 (Get-TsmText 'SecretFileUnreadable' $Path) -Category ReadError -Target $target -Action $action -Exception $cause)
    }
    $secret = if ($found.Count -eq 1) { Select-TsmSecureString -InputObject $found[0] }
    if ($null -eq $secret) {
        throw (New-TsmErrorRecord TSM1010 (Get-TsmText 'SecretKind' $target) -Category InvalidType -Target $target -Action (Get-TsmText 'SecretKindAction'))
    }
    $secret
}
