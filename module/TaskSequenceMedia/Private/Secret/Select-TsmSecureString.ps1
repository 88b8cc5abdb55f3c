function Select-TsmSecureString {
    <#
    .SYNOPSIS
        The SecureString that an object is, or that is the password of a credential; nothing for anything else.
    #>
    [CmdletBinding()]
    [OutputType([securestring])]
    param([Parameter(Mandatory = $true)] [AllowNull()] [object]$InputObject)
    $ErrorActionPreference = 'Stop'
    if ($null -eq $InputObject) { return }
    $base = $InputObject.PSObject.BaseObject
    if ($base -is [securestring]) { $base } elseif ($base -is [pscredential]) { $base.Password }
}
