<#
.SYNOPSIS
    Builds, tests, demonstrates and packs TaskSequenceMedia. For Windows PowerShell 5.1 and PowerShell 7.
.DESCRIPTION
    Build    compiles the library and the program, and assembles the module in target/module/TaskSequenceMedia
    Test     builds, then runs rustfmt, clippy, all Rust tests and all of Pester; the last line is the totals of both
    Demo     builds, makes a sample site and a bootable ISO of it in target/demo, and ends with the report on that ISO
    Lint     rustfmt, clippy, the syntax of all scripts, and PSScriptAnalyzer where it is installed
    Package  builds, and packs module and program into target/package
.PARAMETER Task
    What to do.
.PARAMETER Configuration
    How the library is compiled. Tests take the debug one, everything else the release one, unless this says otherwise.
.EXAMPLE
    ./build.ps1 -Task Test
.EXAMPLE
    ./build.ps1 -Task Demo
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory = $true, Position = 0)]
    [ValidateSet('Build', 'Test', 'Demo', 'Lint', 'Package')]
    [string]$Task,

    [ValidateSet('debug', 'release')]
    [string]$Configuration
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
foreach ($part in 'Tools', 'Module', 'windows/Libwim', 'Tests', 'Demo', 'Package') {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'build', "$part.ps1"))
}

if (-not $Configuration) { $Configuration = if ($Task -eq 'Test') { 'debug' } else { 'release' } }
$exitCode = 1
try {
    Push-Location -LiteralPath $PSScriptRoot
    $exitCode = switch ($Task) {
        'Build' { Invoke-BuildTask -Configuration $Configuration }
        'Test' { Invoke-TestTask -Configuration $Configuration }
        'Demo' { Invoke-DemoTask -Configuration $Configuration }
        'Lint' { Invoke-LintTask }
        'Package' { Invoke-PackageTask -Configuration $Configuration }
    }
} catch {
    Write-Loud "$Task failed: $($_.Exception.Message)"
    [Console]::Error.WriteLine($_.ScriptStackTrace)
} finally {
    Pop-Location
    exit $exitCode
}
