<#
.SYNOPSIS
    Builds, tests, demonstrates and packs TaskSequenceMedia. For Windows PowerShell 5.1 and PowerShell 7.
.DESCRIPTION
    Build    compiles the library and the program, and assembles the module in target/module/TaskSequenceMedia
    Test     builds, then runs rustfmt, clippy, all Rust tests and all of Pester; the last line is the totals of both
    Demo     builds, makes a sample site and a bootable ISO of it in target/demo, and ends with the report on that ISO
    Lint     rustfmt, clippy, the syntax of all scripts, and PSScriptAnalyzer where it is installed
    Package  builds, and packs module and program into target/package
    Firmware starts media in QEMU, on BIOS and UEFI, the long cases too; GRUB reads them and prints their hashes
    Bench    runs all benchmarks beside their peers and prints ratios
    TestWindows  builds for Windows on a Linux machine and runs the Rust tests under wine
    Docs     writes the documents anew that are made from the code
.PARAMETER Task
    What to do.
.PARAMETER Configuration
    How the library is compiled. Tests take the debug one, everything else the release one, unless this says otherwise.
.PARAMETER Rid
    What Build makes for: this machine, or win-x64 on a Linux machine.
.EXAMPLE
    ./build.ps1 -Task Test
.EXAMPLE
    ./build.ps1 -Task Demo
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory = $true, Position = 0)]
    [ValidateSet('Build', 'Test', 'Demo', 'Lint', 'Package', 'Firmware', 'Bench', 'TestWindows', 'Docs')]
    [string]$Task,

    [ValidateSet('debug', 'release')]
    [string]$Configuration,

    [ValidateSet('win-x64')]
    [string]$Rid
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
foreach ($part in 'Tools', 'Module', 'windows/Libwim', 'windows/Cross', 'Tests', 'Demo', 'Package', 'Proofs') {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'build', "$part.ps1"))
}

if (-not $Configuration) { $Configuration = if ($Task -eq 'Test') { 'debug' } else { 'release' } }
$exitCode = 1
try {
    Push-Location -LiteralPath $PSScriptRoot
    $exitCode = switch ($Task) {
        'Build' { if ($Rid) { Invoke-CrossBuild -Configuration $Configuration } else { Invoke-BuildTask -Configuration $Configuration } }
        'Test' { Invoke-TestTask -Configuration $Configuration }
        'Demo' { Invoke-DemoTask -Configuration $Configuration }
        'Lint' { Invoke-LintTask }
        'Package' { Invoke-PackageTask -Configuration $Configuration }
        'Firmware' { Invoke-FirmwareTask }
        'Bench' { Invoke-BenchTask }
        'TestWindows' { Invoke-TestWindowsTask }
        'Docs' { Invoke-DocsTask }
    }
} catch {
    Write-Loud "$Task failed: $($_.Exception.Message)"
    [Console]::Error.WriteLine($_.ScriptStackTrace)
} finally {
    Pop-Location
    exit $exitCode
}
