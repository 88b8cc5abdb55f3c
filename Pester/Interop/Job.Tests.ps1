# What a job tells becomes progress, streams, errors and output of the command.
BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'Interop.Common.ps1'))
    Import-TsmProbe
}

AfterAll { Remove-TsmProbe }

Describe 'A job that reports' {
    AfterEach { Get-TsmCount | Should -BeExactly '0 jobs, 0 secrets, 0 buffers' }

    It 'gives its outputs as typed objects with text of every script' {
        $text = "Gr$([char]0xF6)$([char]0xDF)e $([char]0x6F22) $([char]::ConvertFromUtf32(0x1D11E))"
        $output = @(Invoke-TsmProbe @{ behaviour = 'report'; steps = 3; text = $text } -WarningAction SilentlyContinue)
        $output.Count | Should -Be 3
        $output[2].Index | Should -Be 2
        $output[2].Text | Should -BeExactly $text
        $output[2].PSObject.TypeNames[0] | Should -BeExactly 'TaskSequenceMedia.SelfTest'
    }

    It 'writes log lines to the stream of their level; a warning begins with its code' {
        $all = Invoke-TsmProbe @{ behaviour = 'report'; steps = 0 } -Verbose -Debug -InformationAction Continue *>&1
        $verbose = @($all | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] })
        $verbose.Message | Should -Contain 'verbose line'
        @($all | Where-Object { $_ -is [System.Management.Automation.DebugRecord] }).Message | Should -Contain 'debug line'
        $information = @($all | Where-Object { $_ -is [System.Management.Automation.InformationRecord] })
        $information.MessageData | Should -BeExactly 'information line'
        $information[0].Tags | Should -Contain 'TaskSequenceMedia'
        @($all | Where-Object { $_ -is [System.Management.Automation.WarningRecord] }).Message | Should -BeExactly 'TSM1901: warning line'
    }

    It 'is quiet about steps unless asked' {
        $all = @(Invoke-TsmProbe @{ behaviour = 'report'; steps = 0 } 4>&1 5>&1 6>&1 3>$null)
        $all | Where-Object { $_ -isnot [System.Management.Automation.InformationRecord] } | Should -BeNullOrEmpty
    }

    It 'fills the variables that the caller asked for' {
        Invoke-TsmProbe @{ behaviour = 'report'; steps = 0 } -WarningVariable warned -InformationVariable told 3>$null
        $warned.Message | Should -BeExactly 'TSM1901: warning line'
        $told.MessageData | Should -Contain 'information line'
    }

    It 'stops at a warning when the caller wants that' {
        { Invoke-TsmProbe @{ behaviour = 'report'; steps = 3 } -WarningAction Stop } | Should -Throw '*warning line*'
    }

    It 'shows progress with a stable id, an honest percentage and an end' {
        $shell = New-TsmShell -Script "Invoke-TsmProbe @{ behaviour = 'report'; steps = 4; delayMilliseconds = 250 }"
        try {
            $shell.Invoke().Count | Should -Be 4
            $records = @($shell.Streams.Progress | Where-Object { $_.Activity -eq 'Self-test' })
        } finally { $shell.Dispose() }
        $records[0].ActivityId | Should -Be 1
        $records[0].PercentComplete | Should -Be 0
        $records[-1].RecordType | Should -Be 'Completed'
        $between = @($records | Where-Object { $_.RecordType -eq 'Processing' })
        $between.Count | Should -BeGreaterThan 2
        $between.PercentComplete | ForEach-Object { $_ | Should -BeIn 0, 25, 50, 75, 100 }
        $between.StatusDescription | Should -Contain 'step 2'
    }

    It 'shows no progress when the caller wants none' {
        $shell = New-TsmShell -Script "`$ProgressPreference = 'SilentlyContinue'; Invoke-TsmProbe @{ behaviour = 'report'; steps = 4 }"
        try {
            $shell.Streams.Progress.Clear()
            [void]$shell.Invoke()
            @($shell.Streams.Progress).Count | Should -Be 0
        } finally { $shell.Dispose() }
    }

    It 'takes progress off the screen when it ends early' {
        $shell = New-TsmShell -Script "Invoke-TsmProbe @{ behaviour = 'report'; steps = 9; delayMilliseconds = 50 } | Select-Object -First 2"
        try {
            [void]$shell.Invoke()
            @($shell.Streams.Progress | Where-Object { $_.Activity -eq 'Self-test' })[-1].RecordType | Should -Be 'Completed'
        } finally { $shell.Dispose() }
    }

    It 'puts a big output together again' {
        $output = Invoke-TsmProbe @{ behaviour = 'bigValue'; steps = 10000; size = 100; text = 'x' }
        $output.Items.Count | Should -Be 10000
        $output.Items[9999].Index | Should -Be 9999
        $output.Text | Should -BeExactly 'x'
    }

    It 'gives thousands of outputs in their order' {
        $output = @(Invoke-TsmProbe @{ behaviour = 'report'; steps = 3000; size = 500 } 3>$null)
        $output.Count | Should -Be 3000
        $output[2999].Index | Should -Be 2999
    }
}

Describe 'A job that fails' {
    AfterEach { Get-TsmCount | Should -BeExactly '0 jobs, 0 secrets, 0 buffers' }

    It 'is a non-terminating error of the command with everything that is known' {
        $problem = $null
        $output = @(
            Invoke-TsmProbe @{ behaviour = 'fail'; code = 'TSM1203'; text = 'Gone.' } -ErrorVariable problem -ErrorAction SilentlyContinue
            'next'
        )
        $output | Should -BeExactly 'next'
        $record = $problem[0]
        $record.FullyQualifiedErrorId | Should -BeExactly 'TSM1203,Invoke-TsmProbe'
        $record.CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $record.TargetObject | Should -BeExactly 'self-test'
        $record.Exception.Message | Should -BeExactly 'Gone.'
        $record.ErrorDetails.Message | Should -BeLike 'TSM1203: Gone. Cause: *'
        $record.ErrorDetails.RecommendedAction | Should -Match 'distribution point'
        $record.Exception.InnerException | Should -Not -BeNullOrEmpty
        $data = $record.Exception.Data
        $data['Symbol'] | Should -BeExactly 'ContentMissing'
        $data['Stage'] | Should -BeExactly 'input'
        $data['Os'] | Should -Be 2
        $data['Retryable'] | Should -BeFalse
        @($data['Causes']).Count | Should -Be 1
    }

    It 'reports errors on its way and goes on' {
        Invoke-TsmProbe @{ behaviour = 'errors'; steps = 3; code = 'TSM1206' } -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem.Count | Should -Be 3
        $problem[1].TargetObject | Should -BeExactly 'step 1'
        $problem[1].FullyQualifiedErrorId | Should -BeExactly 'TSM1206,Invoke-TsmProbe'
    }

    It 'panics without harm: message and backtrace arrive, the session lives' {
        Invoke-TsmProbe @{ behaviour = 'panic'; text = 'at dawn' } -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem[0].FullyQualifiedErrorId | Should -BeExactly 'TSM1903,Invoke-TsmProbe'
        $problem[0].ToString() | Should -Match 'self-test panic at dawn'
        $problem[0].Exception.Data['Detail'] | Should -Not -BeNullOrEmpty
        (Invoke-TsmProbe @{ behaviour = 'echo'; text = 'alive' }).Text | Should -BeExactly 'alive'
    }

    It 'panics in a short call without harm' {
        { InModuleScope TaskSequenceMedia { Invoke-TsmCall -Request @{ op = 'selftest'; behaviour = 'panic' } } } | Should -Throw -ErrorId 'TSM1903'
    }

    It 'is an error when the request makes no sense' {
        Invoke-TsmProbe @{ behaviour = 'dance' } -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem[0].FullyQualifiedErrorId | Should -BeExactly 'TSM1902,Invoke-TsmProbe'
    }

    It 'ends at an unexpected fault of the module, under a number, and gives nothing more' {
        # An exception of a .NET method ends only its statement when nobody catches; private functions must stop all the same.
        Mock -ModuleName TaskSequenceMedia Complete-TsmOutput { [int]::Parse('no number') }
        $output = Invoke-TsmProbe @{ behaviour = 'hang'; steps = 3 } -ErrorVariable problem -ErrorAction SilentlyContinue
        $output | Should -BeNullOrEmpty
        Should -Invoke -ModuleName TaskSequenceMedia Complete-TsmOutput -Times 1 -Exactly
        $problem[-1].FullyQualifiedErrorId | Should -BeExactly 'TSM1997,Invoke-TsmProbe'
        $problem[-1].ToString() | Should -Match 'no number'
        $problem[-1].Exception.Data['Where'] | Should -Match 'Invoke-TsmJob'
    }
}
