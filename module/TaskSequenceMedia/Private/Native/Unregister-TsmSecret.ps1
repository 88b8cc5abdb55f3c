function Unregister-TsmSecret {
    <#
    .SYNOPSIS
        Lets the native library overwrite and forget a secret. Says nothing, so that it may stand in a finally block.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory = $true)] [uint64]$Id)
    $ErrorActionPreference = 'Stop'
    $native = Get-TsmNative
    [void]$native::tsm_secret_drop($Id)
}
