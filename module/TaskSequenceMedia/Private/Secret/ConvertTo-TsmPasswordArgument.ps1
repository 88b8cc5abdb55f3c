function ConvertTo-TsmPasswordArgument {
    <#
    .SYNOPSIS
        What a user gave as password, as a definition keeps it: a SecureString, a reference to a secret, or nothing.
    .DESCRIPTION
        References are 'env:NAME', 'file:PATH' and 'secret:VAULT/NAME'. Any other text is refused, and not repeated: it may be the
        password itself. The path of a 'file:' reference becomes absolute. Name is the parameter that the password was given for.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)] [System.Management.Automation.PSCmdlet]$Cmdlet,
        [Parameter(Mandatory = $true)] [AllowNull()] [AllowEmptyString()] [object]$Password,
        [string]$Name = 'MediaPassword'
    )
    $ErrorActionPreference = 'Stop'
    if ($null -eq $Password) { return $null }
    if ($Password -is [psobject]) { $Password = $Password.PSObject.BaseObject }
    if (($Password -is [securestring] -or $Password -is [string]) -and $Password.Length -eq 0) {
        throw (New-TsmErrorRecord TSM1009 (Get-TsmText 'PasswordEmpty' $Name) -Target $Name -Action (Get-TsmText 'PasswordEmptyAction'))
    }
    if ($Password -is [securestring]) { return $Password }
    if ($Password -is [string]) {
        if ($Password -cmatch '^env:\s*[^\s]' -or $Password -cmatch '^secret:[^/]*[^/\s][^/]*/.*\S') { return $Password }
        if ($Password -cmatch '^file:\s*[^\s]') { return 'file:' + (Resolve-TsmPath -Cmdlet $Cmdlet -LiteralPath $Password.Substring(5)) }
    }
    throw (New-TsmErrorRecord TSM1017 (Get-TsmText 'PasswordForm' $Name) -Target $Name -Action (Get-TsmText 'PasswordFormAction'))
}
