# Tests and checks of both halves. Dot-sourced by build.ps1.

$script:PesterLeast = [version]'5.5.0'
$script:PesterPinned = '5.7.1'

# Everything that can be tested here. The last line is the totals. Returns the exit code.
function Invoke-TestTask {
    param([string]$Configuration)
    $totals = @{ Passed = 0; Failed = 0; Skipped = 0 }
    Add-Step $totals 'rustfmt' { Invoke-Program 'cargo' @('fmt', '--all', '--check') }
    Add-Step $totals 'clippy' { Invoke-Program 'cargo' @('clippy', '--workspace', '--all-targets', '--', '-D', 'warnings') }
    Add-Result $totals (Invoke-CargoTest)
    Add-Result $totals (Invoke-PesterHalf -Configuration $Configuration)
    Write-Line
    Write-Line "$($totals.Passed) passed, $($totals.Failed) failed, $($totals.Skipped) skipped"
    [int]($totals.Failed -gt 0)
}

function Add-Result {
    param([hashtable]$Totals, [hashtable]$Result)
    foreach ($name in @($Totals.Keys)) { $Totals[$name] += $Result[$name] }
}

# A step that counts as one test.
function Add-Step {
    param([hashtable]$Totals, [string]$Name, [scriptblock]$Step)
    Write-Line
    Write-Line "== $Name"
    if ((& $Step) -eq 0) { $Totals.Passed++ } else { $Totals.Failed++; Write-Loud "$Name failed." }
}

# All Rust tests. A test that lacks a tool says SKIPPED and ends well: it is counted as skipped.
function Invoke-CargoTest {
    Write-Line
    Write-Line '== cargo test'
    $result = @{ Passed = 0; Failed = 0; Skipped = 0 }
    $reasons = @()
    & cargo test --workspace --no-fail-fast '--' --show-output | ForEach-Object {
        Write-Line $_
        $match = [regex]::Match($_, '^test result: \S+ (\d+) passed; (\d+) failed; (\d+) ignored')
        if ($match.Success) {
            $result.Passed += [int]$match.Groups[1].Value
            $result.Failed += [int]$match.Groups[2].Value
            $result.Skipped += [int]$match.Groups[3].Value
        } elseif ($_ -like 'SKIPPED*') {
            $result.Passed--
            $result.Skipped++
            $reasons += $_
        } elseif ($_ -match '^test (.+) \.\.\. ignored(.*)$') {
            $reasons += "SKIPPED: $($Matches[1])$($Matches[2])"
        }
    }
    # Nothing failed by name, and yet not good: something did not compile or died.
    if ($LASTEXITCODE -ne 0 -and $result.Failed -eq 0) { $result.Failed = 1 }
    $reasons | Sort-Object -Unique | ForEach-Object { Write-Loud $_ }
    $result
}

# All of Pester/, or some files of it, against the assembled module.
function Invoke-PesterHalf {
    param([string]$Configuration, [string[]]$File = @(''))
    Write-Line
    Write-Line '== Pester'
    $result = @{ Passed = 0; Failed = 0; Skipped = 0 }
    $found = Find-Pester
    if (-not $found) {
        Write-Loud "SKIPPED: all of Pester/: Pester $PesterLeast or newer is neither here nor to be had from the gallery (Install-Module Pester)."
        $result.Skipped = 1
        return $result
    }
    try {
        Invoke-Cargo -Configuration $Configuration -Package 'tsm-ffi', 'tsm-cli', 'tsm-sample-site'
        $env:TSM_MODULE_PATH = [System.IO.Path]::GetDirectoryName((New-ModuleArtefact -Configuration $Configuration))
        $env:TSM_TOOLS_PATH = Get-CargoOutput $Configuration
        if ($env:CARGO_TARGET_DIR) { $env:TSM_NATIVE_PATH = Get-ModuleLibrary }      # tests look for it in target/ only
        Import-Module -Name $found -Force
        Write-Line "PowerShell $($PSVersionTable.PSVersion), Pester $((Get-Module Pester).Version)"
        $run = Invoke-Pester -Configuration (Get-PesterSetting -File $File)
    } catch {
        Write-Loud "Pester could not run: $($_.Exception.Message)"
        $run = $null
    }
    ConvertTo-TestResult $run
}

# The counts of a Pester run. FailedCount alone lies: a file that cannot be read, or an AfterAll that throws, leaves it at 0.
function ConvertTo-TestResult {
    param($Run)
    $result = @{ Passed = 0; Failed = 1; Skipped = 0 }
    if ($Run) {
        $result.Passed = $Run.PassedCount
        $result.Failed = $Run.FailedCount
        $result.Skipped = $Run.SkippedCount + $Run.InconclusiveCount + $Run.NotRunCount
        if ($result.Failed -eq 0 -and $Run.Result -ne 'Passed') {
            $result.Failed = [Math]::Max(1, $Run.FailedBlocksCount + $Run.FailedContainersCount)
        }
        if ($result.Passed + $result.Failed -eq 0) { $result.Failed = 1 }
    }
    $result
}

function Get-PesterSetting {
    param([string[]]$File)
    $setting = New-PesterConfiguration
    $setting.Run.Path = [string[]]@($File | ForEach-Object { [System.IO.Path]::Combine((Get-Location).ProviderPath, 'Pester', $_) })
    $setting.Run.PassThru = $true
    $setting.Output.Verbosity = 'Normal'
    $setting.TestResult.Enabled = $true
    $setting.TestResult.OutputFormat = 'JUnitXml'
    $setting.TestResult.OutputPath = Get-ResultPath 'pester-results.xml'
    $setting
}

# The manifest of a Pester that is new enough: installed, or saved into target/tools by this or an earlier run. Or nothing.
function Find-Pester {
    $tools = Get-ResultPath 'tools'
    $saved = [System.IO.Path]::Combine($tools, 'Pester', $PesterPinned, 'Pester.psd1')
    $installed = Get-Module -ListAvailable -Name Pester | Where-Object { $_.Version -ge $PesterLeast -and $_.Version.Major -lt 6 } |
        Sort-Object -Property Version -Descending | Select-Object -First 1
    if ($installed) { return $installed.Path }
    if (-not [System.IO.File]::Exists($saved)) {
        Write-Line "Getting Pester $PesterPinned from the PowerShell Gallery into $tools"
        [void][System.IO.Directory]::CreateDirectory($tools)
        try {
            Save-Module -Name Pester -RequiredVersion $PesterPinned -Path $tools -Repository PSGallery -Force -ErrorAction Stop
        } catch {
            Write-Loud "The gallery was not reached: $($_.Exception.Message)"
        }
    }
    if ([System.IO.File]::Exists($saved)) { $saved }
}

# Checks that run nothing. Returns the exit code.
function Invoke-LintTask {
    $totals = @{ Passed = 0; Failed = 0; Skipped = 0 }
    Add-Step $totals 'rustfmt' { Invoke-Program 'cargo' @('fmt', '--all', '--check') }
    Add-Step $totals 'clippy' { Invoke-Program 'cargo' @('clippy', '--workspace', '--all-targets', '--', '-D', 'warnings') }
    Add-Step $totals 'script syntax' { Test-ScriptSyntax }
    if (Get-Module -ListAvailable -Name PSScriptAnalyzer) {
        Add-Step $totals 'PSScriptAnalyzer' { Test-ScriptStyle }
    } else {
        $totals.Skipped++
        Write-Loud 'SKIPPED: PSScriptAnalyzer is not installed.'
    }
    Write-Line
    Write-Line "$($totals.Passed) passed, $($totals.Failed) failed, $($totals.Skipped) skipped"
    [int]($totals.Failed -gt 0)
}

function Test-ScriptSyntax {
    $count = 0
    foreach ($file in Get-ScriptFile) {
        $faults = $null
        [void][System.Management.Automation.Language.Parser]::ParseFile($file.FullName, [ref]$null, [ref]$faults)
        foreach ($fault in $faults) {
            $count++
            Write-Line "$($file.FullName):$($fault.Extent.StartLineNumber): $($fault.Message)"
        }
    }
    $count
}

function Test-ScriptStyle {
    $found = @(Get-ScriptFile | Where-Object { $_.FullName -match '[\\/]module[\\/]' } | ForEach-Object {
            Invoke-ScriptAnalyzer -Path $_.FullName -Severity Error, Warning
        })
    foreach ($item in $found) { Write-Line "$($item.ScriptPath):$($item.Line): $($item.RuleName): $($item.Message)" }
    $found.Count
}
