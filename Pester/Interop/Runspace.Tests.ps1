# Several runspaces of one process share the library and nothing else.
BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'Interop.Common.ps1'))
    Import-TsmProbe
}

AfterAll { Remove-TsmProbe }

Describe 'Two runspaces at once' {
    It 'each get their own outputs, and run side by side' {
        $texts = 'left', 'right'
        $shells = foreach ($text in $texts) {
            New-TsmShell -Script "Invoke-TsmProbe @{ behaviour = 'report'; steps = 40; delayMilliseconds = 25; text = '$text' }"
        }
        try {
            $watch = [System.Diagnostics.Stopwatch]::StartNew()
            $running = foreach ($shell in $shells) { $shell.BeginInvoke() }
            foreach ($index in 0, 1) {
                $output = @($shells[$index].EndInvoke($running[$index]))
                $output.Count | Should -Be 40
                @($output.Text | Sort-Object -Unique) | Should -BeExactly $texts[$index]
                $shells[$index].Streams.Error.Count | Should -Be 0
            }
            $watch.ElapsedMilliseconds | Should -BeLessThan 1900 -Because 'each takes a second alone'
        } finally { foreach ($shell in $shells) { $shell.Dispose() } }
        Get-TsmCount | Should -BeExactly '0 jobs, 0 secrets, 0 buffers'
    }

    It 'one that is stopped leaves the other alone' {
        $stopped = New-TsmShell -Script "Invoke-TsmProbe @{ behaviour = 'hang' }"
        $kept = New-TsmShell -Script "Invoke-TsmProbe @{ behaviour = 'report'; steps = 30; delayMilliseconds = 25 }"
        try {
            [void]$stopped.BeginInvoke()
            $running = $kept.BeginInvoke()
            Wait-TsmUntil { (Get-TsmCount) -like '2 jobs*' }
            $stopped.Stop()
            @($kept.EndInvoke($running)).Count | Should -Be 30
        } finally { $stopped.Dispose(); $kept.Dispose() }
        Get-TsmCount | Should -BeExactly '0 jobs, 0 secrets, 0 buffers'
    }
}

Describe 'Commands within commands' {
    It 'a job that starts while another still gives outputs keeps its own' {
        $seen = Invoke-TsmProbe @{ behaviour = 'report'; steps = 3; text = 'outer' } -WarningAction SilentlyContinue | ForEach-Object {
            $inner = @(Invoke-TsmProbe @{ behaviour = 'report'; steps = 2; text = 'inner' } -WarningAction SilentlyContinue)
            "$($_.Text)$($_.Index):$($inner.Count)$($inner[1].Text)"
        }
        $seen | Should -BeExactly 'outer0:2inner', 'outer1:2inner', 'outer2:2inner'
        Get-TsmCount | Should -BeExactly '0 jobs, 0 secrets, 0 buffers'
    }
}
