# Stopping: the job is cancelled and freed, promptly, and finally blocks run.
BeforeDiscovery {
    $script:CanInterrupt = [System.IO.File]::Exists('/bin/kill') -or [System.IO.File]::Exists('/usr/bin/kill')
    if (-not $script:CanInterrupt) {
        if ($env:TSM_REQUIRE_TOOLS -eq '1') { throw 'There is no kill for the tests of Ctrl+C.' }
        Write-Warning 'SKIPPED: real interrupts, because this system has no kill.'
    }
}

BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'Interop.Common.ps1'))
    Import-TsmProbe
    $script:Folder = (Get-Item -LiteralPath $TestDrive).FullName
    # Runs a job in a child, interrupts it at the times given (ms after its first output), and tells what it left in its finally block.
    function Invoke-Interrupted([string]$Request, [int[]]$At) {
        $begun = [System.IO.Path]::Combine($Folder, [guid]::NewGuid().ToString('N'))
        $ended = "$begun.ended"
        $child = Start-TsmChild -Folder $Folder -Script @"
try {
    Invoke-TsmProbe $Request | ForEach-Object { [System.IO.File]::WriteAllText('$begun', 'x') }
    [System.IO.File]::WriteAllText('$begun.after', 'x')
} finally {
    [System.IO.File]::WriteAllText('$ended.tmp', "`$([DateTime]::UtcNow.Ticks)|`$(Get-TsmCount)")
    [System.IO.File]::Move('$ended.tmp', '$ended')
}
"@
        try {
            Wait-TsmUntil { [System.IO.File]::Exists($begun) } -Seconds 60
            $first = $null
            foreach ($moment in $At) {
                if ($first) { Start-Sleep -Milliseconds $moment } else { $first = [DateTime]::UtcNow }
                & kill -INT $child.Id
            }
            Wait-TsmUntil { [System.IO.File]::Exists($ended) }
            $exited = $child.WaitForExit(10000)
            $ticks, $count = [System.IO.File]::ReadAllText($ended).Split('|')
            [pscustomobject]@{
                Milliseconds = ([DateTime]::new([long]$ticks) - $first).TotalMilliseconds
                Count        = $count
                Exited       = $exited
                WentOn       = [System.IO.File]::Exists("$begun.after")
            }
        } finally {
            if (-not $child.HasExited) { $child.Kill() }
            $child.Dispose()
        }
    }
}

AfterAll { Remove-TsmProbe }

Describe 'A stopped pipeline' {
    It 'ends a job that hangs within a second' {
        $shell = New-TsmShell -Script "Invoke-TsmProbe @{ behaviour = 'hang' }"
        try {
            $running = $shell.BeginInvoke()
            Wait-TsmUntil { (Get-TsmCount) -like '1 jobs*' }
            $watch = [System.Diagnostics.Stopwatch]::StartNew()
            $shell.Stop()
            $watch.ElapsedMilliseconds | Should -BeLessThan 1000
            $running.IsCompleted | Should -BeTrue
        } finally { $shell.Dispose() }
        Get-TsmCount | Should -BeExactly '0 jobs, 0 secrets, 0 buffers'
    }

    It 'takes the progress of the job off the screen' {
        $shell = New-TsmShell -Script "Invoke-TsmProbe @{ behaviour = 'report'; steps = 1000; delayMilliseconds = 20 }"
        try {
            [void]$shell.BeginInvoke()
            Wait-TsmUntil { @($shell.Streams.Progress | Where-Object { $_.Activity -eq 'Self-test' }).Count -gt 2 }
            $shell.Stop()
            @($shell.Streams.Progress | Where-Object { $_.Activity -eq 'Self-test' })[-1].RecordType | Should -Be 'Completed'
        } finally { $shell.Dispose() }
        Get-TsmCount | Should -BeExactly '0 jobs, 0 secrets, 0 buffers'
    }

    It 'does not wait for ever for a job that hears nothing' {
        $shell = New-TsmShell -Script "Invoke-TsmProbe @{ behaviour = 'deaf'; steps = 1; delayMilliseconds = 8000 }"
        try {
            [void]$shell.BeginInvoke()
            Wait-TsmUntil { (Get-TsmCount) -like '1 jobs*' }
            $watch = [System.Diagnostics.Stopwatch]::StartNew()
            $shell.Stop()
            $watch.ElapsedMilliseconds | Should -BeLessThan 5000
        } finally { $shell.Dispose() }
        Get-TsmCount | Should -BeExactly '0 jobs, 0 secrets, 0 buffers'
    }
}

Describe 'Ctrl+C' -Skip:(-not $CanInterrupt) {
    It 'ends a job that hangs within a second; finally ran; the job is freed; the process ends' {
        $result = Invoke-Interrupted -Request "@{ behaviour = 'hang'; steps = 1 }" -At 0
        $result.Milliseconds | Should -BeLessThan 1000
        $result.Count | Should -BeExactly '0 jobs, 0 secrets, 0 buffers'
        $result.Exited | Should -BeTrue
        $result.WentOn | Should -BeFalse
    }

    It 'ends a job that is busy within a second' {
        $result = Invoke-Interrupted -Request "@{ behaviour = 'report'; steps = 100000; delayMilliseconds = 1; size = 2000 }" -At 0
        $result.Milliseconds | Should -BeLessThan 1000
        $result.Count | Should -BeExactly '0 jobs, 0 secrets, 0 buffers'
        $result.WentOn | Should -BeFalse
    }

    It 'twice changes nothing: the wait for a job that hears nothing has its bound, and finally ran to its end' {
        $result = Invoke-Interrupted -Request "@{ behaviour = 'deaf'; steps = 1; delayMilliseconds = 30000 }" -At 0, 800
        $result.Milliseconds | Should -BeGreaterThan 2500
        $result.Milliseconds | Should -BeLessThan 6000
        $result.Count | Should -BeExactly '0 jobs, 0 secrets, 0 buffers'
        $result.Exited | Should -BeTrue
    }
}
