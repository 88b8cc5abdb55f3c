# A command of the module between other commands: whatever they do, the job ends, and nothing is swallowed.
BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'Interop.Common.ps1'))
    Import-TsmProbe
    $script:Endless = @{ behaviour = 'hang'; steps = 3 }
}

AfterAll { Remove-TsmProbe }

Describe 'What a later command does' {
    AfterEach { Get-TsmCount | Should -BeExactly '0 jobs, 0 secrets, 0 buffers' }

    It 'break: ends the job and the loop that it was meant for' {
        $seen = @(foreach ($round in 1..3) {
                Invoke-TsmProbe $Endless | ForEach-Object { if ($_.Index -eq 1) { break }; "$round.$($_.Index)" }
                'not reached'
            })
        $seen | Should -BeExactly '1.0'
    }

    It 'continue: ends the job, and no loop of the module takes it for its own' {
        $seen = @(foreach ($round in 1..2) {
                Invoke-TsmProbe @{ behaviour = 'report'; steps = 3 } -WarningAction SilentlyContinue | ForEach-Object { $_.Index; continue }
                'not reached'
            })
        $seen | Should -Not -Contain 'not reached'
        $seen | Should -Not -Contain 1
    }

    It 'throw: ends the job and arrives unchanged' {
        $caught = $null
        try { Invoke-TsmProbe $Endless | ForEach-Object { throw 'my own trouble' } } catch { $caught = $_ }
        $caught.Exception.Message | Should -BeExactly 'my own trouble'
        $caught.FullyQualifiedErrorId | Should -BeExactly 'my own trouble'
    }

    It 'an error under -ErrorAction Stop: ends the job and arrives unchanged' {
        $caught = $null
        try { Invoke-TsmProbe $Endless | ForEach-Object { Write-Error 'theirs' -ErrorId Theirs -ErrorAction Stop } } catch { $caught = $_ }
        $caught.FullyQualifiedErrorId | Should -BeLike 'Theirs*'
    }

    It 'Select-Object -First 1: ends the job at once' {
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        $first = @(Invoke-TsmProbe $Endless | Select-Object -First 1)
        $first.Count | Should -Be 1
        $watch.ElapsedMilliseconds | Should -BeLessThan 1500
    }

    It 'return in a script block: takes nothing from the job' {
        $seen = Invoke-TsmProbe @{ behaviour = 'report'; steps = 3 } -WarningAction SilentlyContinue | ForEach-Object { return $_.Index }
        $seen | Should -Be 0, 1, 2
    }
}

Describe 'Several inputs' {
    AfterEach { Get-TsmCount | Should -BeExactly '0 jobs, 0 secrets, 0 buffers' }

    BeforeAll {
        $script:Inputs = @{ behaviour = 'echo'; text = 'one' }, @{ behaviour = 'fail'; code = 'TSM1601' }, @{ behaviour = 'echo'; text = 'three' }
    }

    It 'are all tried although the second fails' {
        $output = $Inputs | Invoke-TsmProbe -ErrorVariable problem -ErrorAction SilentlyContinue
        $output.Text | Should -BeExactly 'one', 'three'
        $problem.Count | Should -Be 1
        $problem[0].FullyQualifiedErrorId | Should -BeExactly 'TSM1601,Invoke-TsmProbe'
    }

    It 'end with the second under -ErrorAction Stop, which gives the whole error' {
        $output = [System.Collections.Generic.List[object]]::new()
        $caught = $null
        try { $Inputs | Invoke-TsmProbe -ErrorAction Stop | ForEach-Object { $output.Add($_.Text) } } catch { $caught = $_ }
        $output | Should -BeExactly 'one'
        $caught.FullyQualifiedErrorId | Should -BeExactly 'TSM1601,Invoke-TsmProbe'
        $caught.CategoryInfo.Category | Should -Be 'WriteError'
        $caught.TargetObject | Should -BeExactly 'self-test'
        $caught.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }
}

Describe 'Preferences of whoever calls' {
    AfterEach { Get-TsmCount | Should -BeExactly '0 jobs, 0 secrets, 0 buffers' }

    It '$ErrorActionPreference = Stop of a function stops the command' {
        function Invoke-Wrapper {
            $ErrorActionPreference = 'Stop'
            Invoke-TsmProbe @{ behaviour = 'fail' }
            'not reached'
        }
        { Invoke-Wrapper } | Should -Throw -ErrorId 'TSM1901,Invoke-TsmProbe'
    }

    It '$ErrorActionPreference = SilentlyContinue of a function is heard' {
        function Invoke-Wrapper {
            $ErrorActionPreference = 'SilentlyContinue'
            Invoke-TsmProbe @{ behaviour = 'fail' }
            'reached'
        }
        $all = @(Invoke-Wrapper 2>&1)
        $all | Should -BeExactly 'reached'
    }

    It '-WhatIf of a wrapper starts nothing' {
        function Invoke-Wrapper {
            [CmdletBinding(SupportsShouldProcess = $true)]
            param()
            Invoke-TsmProbe @{ behaviour = 'echo'; text = 'ran' }
        }
        Mock -ModuleName TaskSequenceMedia Invoke-TsmJob { 'ran' }
        Invoke-Wrapper | Should -BeExactly 'ran'
        Invoke-Wrapper -WhatIf | Should -BeNullOrEmpty
        Should -Invoke -ModuleName TaskSequenceMedia Invoke-TsmJob -Times 1 -Exactly
    }

    It '-Verbose of a wrapper is heard' {
        function Invoke-Wrapper {
            [CmdletBinding()]
            param()
            Invoke-TsmProbe @{ behaviour = 'report'; steps = 0 } -WarningAction SilentlyContinue
        }
        $all = Invoke-Wrapper -Verbose 4>&1
        @($all | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] }).Message | Should -Contain 'verbose line'
    }

    It 'a parameter of the command itself wins' {
        function Invoke-Wrapper {
            $ErrorActionPreference = 'Stop'
            Invoke-TsmProbe @{ behaviour = 'fail' } -ErrorAction SilentlyContinue
            'reached'
        }
        Invoke-Wrapper | Should -BeExactly 'reached'
    }

    It 'do not stay behind in the session' {
        $before = $ErrorActionPreference
        function Invoke-Wrapper { $ErrorActionPreference = 'SilentlyContinue'; Invoke-TsmProbe @{ behaviour = 'echo' } }
        [void](Invoke-Wrapper)
        $ErrorActionPreference | Should -Be $before
        InModuleScope TaskSequenceMedia { Get-Variable -Name ErrorActionPreference -Scope Script -ErrorAction Ignore } | Should -BeNullOrEmpty
    }
}

Describe 'A process that nobody can answer' {
    AfterEach { Get-TsmCount | Should -BeExactly '0 jobs, 0 secrets, 0 buffers' }

    BeforeAll { $script:Folder = (Get-Item -LiteralPath $TestDrive).FullName }

    It '-Confirm under -NonInteractive does no work, and says so' {
        $child = Invoke-TsmChild -Folder $Folder -Script @'
$output = @(Invoke-TsmProbe @{ behaviour = 'echo'; text = 'ran' } -Confirm)
"outputs: $($output.Count)"
'@
        $child.Output | Should -Match 'outputs: 0'
        $child.Output | Should -Match 'NonInteractive'
    }

    It '-Confirm under -NonInteractive does no work when errors are silent either' {
        $child = Invoke-TsmChild -Folder $Folder -Script @'
$output = @(Invoke-TsmProbe @{ behaviour = 'echo'; text = 'ran' } -Confirm -ErrorAction SilentlyContinue)
"outputs: $($output.Count)"
'@
        $child.Output | Should -Match 'outputs: 0'
    }

    It 'a question that cannot be asked has a number of its own' {
        $child = Invoke-TsmChild -Folder $Folder -Script @'
& (Get-Module TaskSequenceMedia) {
    function Invoke-Asking {
        [CmdletBinding(SupportsShouldProcess = $true)] param()
        try { if ($PSCmdlet.ShouldProcess('x')) { 'ran' } } catch { Write-TsmError -Cmdlet $PSCmdlet -Record $_ -Preference $ErrorActionPreference }
    }
    Set-Item -Path function:global:Invoke-Asking -Value ${function:Invoke-Asking}
}
Invoke-Asking -Confirm -ErrorAction SilentlyContinue
"id: $($Error[0].FullyQualifiedErrorId); $($Error[0].ErrorDetails.RecommendedAction)"
'@
        $child.Output | Should -Match 'id: TSM1998,Invoke-Asking; Use -Confirm:\$false'
        $child.Output | Should -Not -Match '(?m)^ran'
    }

    It '-Debug asks nothing: log lines of every level go by' {
        $child = Invoke-TsmChild -Folder $Folder -Script "(Invoke-TsmProbe @{ behaviour = 'report'; steps = 1; text = 'ran' } -Debug).Text"
        $child.Output | Should -Match '(?m)^ran\s*$'
        $child.Output | Should -Match 'TSM1901: warning line'
        $child.Output | Should -Not -Match 'NonInteractive'
    }

    It '-Confirm:$false works without a question' {
        $child = Invoke-TsmChild -Folder $Folder -Script "(Invoke-TsmProbe @{ behaviour = 'echo'; text = 'ran' } -Confirm:`$false).Text"
        $child.Output.Trim() | Should -BeExactly 'ran'
        $child.ExitCode | Should -Be 0
    }

    It 'a script that wants an exit code gets one' {
        $child = Invoke-TsmChild -Folder $Folder -Script @'
$ErrorActionPreference = 'Stop'; $code = 130
try { Invoke-TsmProbe @{ behaviour = 'fail'; code = 'TSM1601' }; $code = 0 }
catch { Write-Error -ErrorRecord $_ -ErrorAction Continue; $code = 3 } finally { exit $code }
'@
        $child.ExitCode | Should -Be 3
        $child.Output | Should -Match 'self-test failed'
    }
}
