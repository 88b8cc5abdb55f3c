function Send-TsmRequest {
    <#
    .SYNOPSIS
        Sends the bytes of a short request to the native library: its code and the text of its answer.
    #>
    [CmdletBinding()]
    [OutputType([hashtable])]
    param(
        [Parameter(Mandatory = $true)] [type]$Native,
        [Parameter(Mandatory = $true)] [byte[]]$Bytes
    )
    $ErrorActionPreference = 'Stop'
    $pointer = [IntPtr]::Zero
    $length = [IntPtr]::Zero
    try {
        $code = $Native::tsm_call($Bytes, [IntPtr]$Bytes.Length, [ref]$pointer, [ref]$length)
        @{ Code = $code; Text = Receive-TsmBuffer -Native $Native -Pointer ([ref]$pointer) -Length $length }
    } finally {
        if ($pointer -ne [IntPtr]::Zero) { $Native::tsm_buf_free($pointer, $length) }
    }
}
