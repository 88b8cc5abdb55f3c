function Invoke-TsmJob {
    <#
    .SYNOPSIS
        Runs long native work: its events become progress, log streams, errors and output of the command, until it ends.
    .DESCRIPTION
        However the pipeline ends (Ctrl+C, an error or a break downstream, Select-Object -First), the job is cancelled and freed.
        A failed job is a non-terminating error of the command, so that the next input is tried.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)] [System.Management.Automation.PSCmdlet]$Cmdlet,
        [Parameter(Mandatory = $true)] [System.Collections.IDictionary]$Request
    )
    $callerAction = $ErrorActionPreference
    $ErrorActionPreference = 'Stop'
    $native = $null; $failure = $null; $caught = $null; $ended = $false; $emitting = $false
    $job = [uint64]0; $pointer = [IntPtr]::Zero; $length = [IntPtr]::Zero
    $shown = @{}; $parts = @{}
    try {
        $native = Get-TsmNative
        $bytes = ConvertTo-TsmRequestByte -Request $Request
        $code = $native::tsm_job_start($bytes, [IntPtr]$bytes.Length, [ref]$job, [ref]$pointer, [ref]$length)
        if ($code -ne 0) {
            $text = Receive-TsmBuffer -Native $native -Pointer ([ref]$pointer) -Length $length
            if ($text) { $failure = ConvertTo-TsmErrorRecord (ConvertFrom-TsmJson $text) }
        }
        :pump while ($code -ge 0) {
            # Ctrl+C is seen between native calls only: a short wait keeps it quick, and events end the wait at once.
            $code = $native::tsm_job_poll($job, 100, [ref]$pointer, [ref]$length)
            if ($code -eq 1) { continue }
            if ($code -ne 0) { break }
            $text = Receive-TsmBuffer -Native $native -Pointer ([ref]$pointer) -Length $length
            foreach ($item in (ConvertFrom-TsmJson $text)) {
                switch ($item.type) {
                    'progress' { Write-TsmProgress -Item $item -Shown $shown -Job $job }
                    'log' { Write-TsmLog -Item $item }
                    'part' { Add-TsmPart -Parts $parts -Item $item }
                    'output' {
                        $value = Complete-TsmOutput -Item $item -Parts $parts
                        $emitting = $true
                        $value
                        $emitting = $false
                    }
                    'error' { Write-TsmError -Cmdlet $Cmdlet -Record (ConvertTo-TsmErrorRecord $item.error) -Preference $callerAction }
                    'completed' { $ended = $true }
                    # Nobody here has asked for a cancellation that is seen here: without an error it would look like success.
                    { $_ -in 'failed', 'cancelled' } { $failure = ConvertTo-TsmErrorRecord $item.error; $ended = $true }
                }
                # Still emitting: a break or continue in a script block downstream came out here.
                if ($emitting) { break pump }
            }
        }
        if (-not ($ended -or $failure -or $emitting)) {
            $failure = New-TsmErrorRecord TSM1993 "The native job '$($Request['op'])' ended with code $code and no word."
        }
    } catch {
        # What was thrown downstream, and what the caller wants to stop at, is not ours to report.
        if ($emitting -or $_.Exception -is [System.Management.Automation.ActionPreferenceStopException]) { throw }
        $caught = $_
    } finally {
        # Ctrl+C does nothing in here, so the wait has an end. No error and no output may be written here.
        if ($pointer -ne [IntPtr]::Zero) { $native::tsm_buf_free($pointer, $length) }
        if ($native -and $job) {
            [void]$native::tsm_job_cancel($job)
            [void]$native::tsm_job_free($job, 3000)
        }
        Complete-TsmProgress -Shown $shown -Job $job
    }
    if ($emitting) { break }                     # on to the loop that the break was meant for
    if ($caught) { Write-TsmCaughtError -Cmdlet $Cmdlet -Record $caught -Preference $callerAction }
    if ($failure) { Write-TsmError -Cmdlet $Cmdlet -Record $failure -Preference $callerAction }
}
