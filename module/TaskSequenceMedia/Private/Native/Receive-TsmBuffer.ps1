function Receive-TsmBuffer {
    <#
    .SYNOPSIS
        The text of a buffer of the native library; nothing for NULL. The buffer is freed and its pointer set to NULL.
    .DESCRIPTION
        The pointer is a reference, so that a caller's finally block can tell whether a stop came before the buffer was taken over.
        Within a finally block nothing stops, so freeing and forgetting are one step.
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param(
        [Parameter(Mandatory = $true)] [type]$Native,
        [Parameter(Mandatory = $true)] [ref]$Pointer,
        [Parameter(Mandatory = $true)] [IntPtr]$Length
    )
    $ErrorActionPreference = 'Stop'
    if ($Pointer.Value -eq [IntPtr]::Zero) { return '' }
    try {
        $bytes = [byte[]]::new($Length.ToInt64())
        [System.Runtime.InteropServices.Marshal]::Copy($Pointer.Value, $bytes, 0, $bytes.Length)
    } finally {
        $Native::tsm_buf_free($Pointer.Value, $Length)
        $Pointer.Value = [IntPtr]::Zero
    }
    [System.Text.Encoding]::UTF8.GetString($bytes)
}
