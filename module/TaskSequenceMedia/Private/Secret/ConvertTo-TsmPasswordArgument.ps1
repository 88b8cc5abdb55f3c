function ConvertTo-TsmPasswordArgument {
    <#
    .SYNOPSIS
        What a user gave as password, as a definition keeps it: a SecureString, a reference 'env:NAME' or 'file:PATH', or nothing.
    .DESCRIPTION
        Any other text is refused, and not repeated: it may be the password itself. The path of a 'file:' reference becomes absolute.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)] [System.Management.Automation.PSCmdlet]$Cmdlet,
        [Parameter(Mandatory = $true)] [AllowNull()] [object]$MediaPassword
    )
    $ErrorActionPreference = 'Stop'
    if ($null -eq $MediaPassword) { return $null }
    if ($MediaPassword -is [psobject]) { $MediaPassword = $MediaPassword.PSObject.BaseObject }
    $empty = ($MediaPassword -is [securestring] -and $MediaPassword.Length -eq 0) -or
        ($MediaPassword -is [string] -and $MediaPassword.Length -eq 0)
    if ($empty) {
        $action = Get-TsmText 'PasswordEmptyAction'
        throw (New-TsmErrorRecord TSM1009 (Get-TsmText 'PasswordEmpty') -Target 'MediaPassword' -Action $action)
    }
    if ($MediaPassword -is [securestring]) { return $MediaPassword }
    if ($MediaPassword -is [string] -and $MediaPassword -cmatch '^env:\s*[^\s]') { return $MediaPassword }
    if ($MediaPassword -is [string] -and $MediaPassword -cmatch '^file:\s*[^\s]') {
        return 'file:' + (Resolve-TsmPath -Cmdlet $Cmdlet -LiteralPath $MediaPassword.Substring(5))
    }
    $action = Get-TsmText 'PasswordFormAction'
    throw (New-TsmErrorRecord TSM1017 (Get-TsmText 'PasswordForm') -Target 'MediaPassword' -Action $action)
}
