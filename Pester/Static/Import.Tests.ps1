# Importing the module: quick, quiet, and without a trace when it is removed. Each import here is that of a fresh process.
BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, '..', 'Common.ps1'))
    $script:Shell = [System.Diagnostics.Process]::GetCurrentProcess().MainModule.FileName

    function Invoke-Fresh([string]$Command) {
        $encoded = [Convert]::ToBase64String([System.Text.Encoding]::Unicode.GetBytes($Command))
        $start = [System.Diagnostics.ProcessStartInfo]::new($Shell, "-NoProfile -NonInteractive -EncodedCommand $encoded")
        $start.RedirectStandardOutput = $true
        $start.RedirectStandardError = $true
        $start.UseShellExecute = $false
        $start.Environment['NO_COLOR'] = '1'
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        $process = [System.Diagnostics.Process]::Start($start)
        $errors = $process.StandardError.ReadToEndAsync()
        $output = $process.StandardOutput.ReadToEnd()
        $process.WaitForExit()
        @{ Milliseconds = $watch.Elapsed.TotalMilliseconds; Output = $output; Errors = $errors.Result; Code = $process.ExitCode }
    }
    function Get-Median([double[]]$Values) { $sorted = @($Values | Sort-Object); $sorted[[int][Math]::Floor($sorted.Count / 2)] }
    $script:Import = "Import-Module '$($TsmModulePath -replace "'", "''")'"
}

Describe 'Importing the module' {
    It 'says nothing, also in strict mode and under -ErrorAction Stop' {
        $run = Invoke-Fresh "Set-StrictMode -Version Latest; `$ErrorActionPreference = 'Stop'; $Import; exit 0"
        $run.Output | Should -BeNullOrEmpty
        $run.Errors | Should -BeNullOrEmpty
        $run.Code | Should -Be 0
    }

    It 'loads no native library and no further assembly of .NET by itself' {
        if (-not [System.IO.File]::Exists('/proc/self/maps')) {
            Set-ItResult -Skipped -Because 'there is no /proc here'
            return
        }
        $run = Invoke-Fresh "$Import; [System.IO.File]::ReadAllText('/proc/self/maps') -match 'tsm_native|libwim'; [AppDomain]::CurrentDomain.GetAssemblies().Where({ `$_.FullName -like 'TaskSequenceMedia*' }).Count"
        $run.Output -replace '\s' | Should -Be 'False0'
    }

    It 'leaves nothing behind when the module is removed' {
        $script = "`$before = @(Get-Variable | ForEach-Object Name) + 'before'; $Import; Remove-Module TaskSequenceMedia;" +
        "(@(Get-Variable | ForEach-Object Name | Where-Object { `$_ -notin `$before }) + @(Get-Command *Tsm*, *TaskSequenceMedia* -CommandType Function | ForEach-Object Name)) -join ','"
        $run = Invoke-Fresh $script
        $run.Output.Trim() | Should -BeNullOrEmpty
    }

    It 'gives the same commands when the source files are run one by one (TSM_LOAD_FILES)' {
        $source = $TsmSourcePath -replace "'", "''"
        $list = "(Get-Command -Module TaskSequenceMedia | ForEach-Object Name) -join ' '"
        $one = Invoke-Fresh "`$env:TSM_LOAD_FILES = '1'; Import-Module '$source'; $list"
        $other = Invoke-Fresh "Import-Module '$source'; $list"
        $one.Output | Should -Be $other.Output
        $one.Output | Should -Match 'New-TaskSequenceMediaDefinition'
        $one.Errors + $other.Errors | Should -BeNullOrEmpty
    }

    It 'can be done again and again' {
        $run = Invoke-Fresh "1..3 | ForEach-Object { $Import -Force }; @(Get-Module TaskSequenceMedia).Count"
        $run.Output.Trim() | Should -Be '1'
        $run.Errors | Should -BeNullOrEmpty
    }

    It 'takes less than 200 ms more than a bare start of PowerShell (medians of 9 fresh processes)' -Tag Budget {
        # On a busy computer waiting says nothing about the module: there the processor time counts, which on an idle one is no less.
        $report = '[System.Diagnostics.Process]::GetCurrentProcess().TotalProcessorTime.TotalMilliseconds.ToString([cultureinfo]::InvariantCulture)'
        $with = [System.Collections.Generic.List[object]]::new()
        $bare = [System.Collections.Generic.List[object]]::new()
        foreach ($turn in 1..9) {
            $with.Add((Invoke-Fresh "$Import; $report; exit 0"))
            $bare.Add((Invoke-Fresh "$report; exit 0"))
        }
        $clock = (Get-Median $with.Milliseconds) - (Get-Median $bare.Milliseconds)
        $read = { [double]::Parse($_.Output, [cultureinfo]::InvariantCulture) }
        $processor = (Get-Median @($with | ForEach-Object $read)) - (Get-Median @($bare | ForEach-Object $read))
        $text = 'Import-Module TaskSequenceMedia: {0:F0} ms more than a bare start by the clock, {1:F0} ms of processor time'
        [Console]::Out.WriteLine([string]::Format([cultureinfo]::InvariantCulture, $text, $clock, $processor))
        [Math]::Min($clock, $processor) | Should -BeLessThan 200
    }
}
