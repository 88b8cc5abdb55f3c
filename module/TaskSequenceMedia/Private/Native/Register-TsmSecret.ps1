function Register-TsmSecret {
    <#
    .SYNOPSIS
        Hands a secret to the native library and gives the id by which requests name it. Drop it with Unregister-TsmSecret.
    #>
    [CmdletBinding()]
    [OutputType([uint64])]
    param([Parameter(Mandatory = $true)] [securestring]$Value)
    $ErrorActionPreference = 'Stop'
    $native = Get-TsmNative
    $id = [uint64]0
    $pointer = [System.Runtime.InteropServices.Marshal]::SecureStringToGlobalAllocUnicode($Value)
    try {
        $code = $native::tsm_secret_put($pointer, [IntPtr]$Value.Length, [ref]$id)
    } finally {
        [System.Runtime.InteropServices.Marshal]::ZeroFreeGlobalAllocUnicode($pointer)
    }
    if ($code -ne 0) { throw (New-TsmErrorRecord TSM1996 "The native library refused the secret (code $code).") }
    $id
}
