function Receive-TsmBuffer {
    <#
    .SYNOPSIS
        The text of a buffer of the native library, which is freed; nothing for NULL.
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param(
        [Parameter(Mandatory = $true)] [type]$Native,
        [Parameter(Mandatory = $true)] [IntPtr]$Pointer,
        [Parameter(Mandatory = $true)] [IntPtr]$Length
    )
    $ErrorActionPreference = 'Stop'
    if ($Pointer -eq [IntPtr]::Zero) { return '' }
    try {
        $bytes = [byte[]]::new($Length.ToInt64())
        [System.Runtime.InteropServices.Marshal]::Copy($Pointer, $bytes, 0, $bytes.Length)
    } finally {
        $Native::tsm_buf_free($Pointer, $Length)
    }
    [System.Text.Encoding]::UTF8.GetString($bytes)
}
