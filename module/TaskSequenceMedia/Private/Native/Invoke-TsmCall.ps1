function Invoke-TsmCall {
    <#
    .SYNOPSIS
        Asks the native library something that it answers at once; what goes wrong is thrown as an error record.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)] [System.Collections.IDictionary]$Request,
        [type]$Native
    )
    $ErrorActionPreference = 'Stop'
    if (-not $Native) { $Native = Get-TsmNative }
    $bytes = ConvertTo-TsmRequestByte -Request $Request
    $pointer = [IntPtr]::Zero
    $length = [IntPtr]::Zero
    try {
        $code = $Native::tsm_call($bytes, [IntPtr]$bytes.Length, [ref]$pointer, [ref]$length)
        $text = Receive-TsmBuffer -Native $Native -Pointer ([ref]$pointer) -Length $length
    } finally {
        if ($pointer -ne [IntPtr]::Zero) { $Native::tsm_buf_free($pointer, $length) }
    }
    if (-not $text) {
        throw (New-TsmErrorRecord TSM1993 "The native library answered the request '$($Request['op'])' with code $code and no word.")
    }
    $answer = ConvertFrom-TsmJson $text
    if ($code -ne 0) { throw (ConvertTo-TsmErrorRecord $answer) }
    $answer
}
