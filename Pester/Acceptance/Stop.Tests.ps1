# Stopping a build: Ctrl+C (SIGINT) ends it soon and leaves no half file; even a killed process leaves the old medium as it was.
BeforeDiscovery {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'Site.ps1'))
    $script:Gap = Get-TsmAcceptanceGap
    if (-not $Gap -and [System.IO.Path]::DirectorySeparatorChar -eq '\') { $script:Gap = 'signals are those of Unix' }
}

BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'Site.ps1'))
    Initialize-TsmAcceptance
    $script:Root = New-TsmRoot ([System.IO.Path]::Combine((Get-Item -LiteralPath $TestDrive).FullName, 'stop'))
    if ([System.IO.Path]::DirectorySeparatorChar -ne '\' -and -not (Get-TsmAcceptanceGap)) {
        New-TsmSite -Path "$Root/site" -Option '--large-boot-image', '1G'      # long enough to be met in the middle
    }
    $request = Get-TsmRequest -Root $Root
    ConvertTo-Json $request -Depth 5 | Set-Content -LiteralPath "$Root/request.json"
    [System.IO.File]::WriteAllText("$Root/build.ps1", @"
`$ErrorActionPreference = 'Stop'
Import-Module '$TsmModulePath'
`$request = @{}
foreach (`$property in (ConvertFrom-Json ([System.IO.File]::ReadAllText('$Root/request.json'))).PSObject.Properties) { `$request[`$property.Name] = `$property.Value }
New-TaskSequenceMedia @request
"@)

    function Start-Build {
        $start = [System.Diagnostics.ProcessStartInfo]::new((Get-TsmShell), "-NoProfile -NonInteractive -File `"$Root/build.ps1`"")
        $start.RedirectStandardOutput = $true
        $start.RedirectStandardError = $true
        $start.UseShellExecute = $false
        $process = [System.Diagnostics.Process]::Start($start)
        $output = $process.StandardOutput.ReadToEndAsync()
        $errors = $process.StandardError.ReadToEndAsync()
        @{ Process = $process; Output = $output; Errors = $errors }
    }
    function Wait-Middle($Run) {
        # the partial file grows: the build is in the middle
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        while ($watch.Elapsed.TotalSeconds -lt 120 -and -not $Run.Process.HasExited) {
            $partial = [System.IO.FileInfo]::new("$Root/out/boot.iso.partial")
            if ($partial.Exists -and $partial.Length -gt 64MB) { return $true }
            [System.Threading.Thread]::Sleep(5)
        }
        $false
    }
}

Describe 'A build in the middle' -Skip:([bool]$Gap) {
    BeforeEach { [System.IO.File]::WriteAllText("$Root/out/boot.iso", 'the old medium') }

    It 'is cancelled within a second of SIGINT and leaves no half file' {
        $run = Start-Build
        try {
            Wait-Middle $run | Should -BeTrue -Because $(if ($run.Process.HasExited) { $run.Errors.Result + $run.Output.Result })
            $watch = [System.Diagnostics.Stopwatch]::StartNew()
            & '/bin/kill' -INT $run.Process.Id
            while ([System.IO.File]::Exists("$Root/out/boot.iso.partial") -and $watch.Elapsed.TotalSeconds -lt 30) { [System.Threading.Thread]::Sleep(2) }
            $cancelled = $watch.ElapsedMilliseconds
            $run.Process.WaitForExit(30000) | Should -BeTrue
            [Console]::Out.WriteLine("SIGINT to the end of the build: $cancelled ms; of the process: $($watch.ElapsedMilliseconds) ms")
            $cancelled | Should -BeLessThan 1000
            $watch.ElapsedMilliseconds | Should -BeLessThan 2000
        } finally { if (-not $run.Process.HasExited) { $run.Process.Kill() } }
        @(Get-ChildItem -LiteralPath "$Root/out" | ForEach-Object Name) | Should -Be @('boot.iso')
        @(Get-ChildItem -LiteralPath "$Root/tmp").Count | Should -Be 0
        [System.IO.File]::ReadAllText("$Root/out/boot.iso") | Should -Be 'the old medium'
    }

    It 'that is killed leaves the old medium as it was, and the next run sweeps what it left' {
        $run = Start-Build
        try {
            Wait-Middle $run | Should -BeTrue -Because $(if ($run.Process.HasExited) { $run.Errors.Result + $run.Output.Result })
            $run.Process.Kill()
            $run.Process.WaitForExit()
        } finally { if (-not $run.Process.HasExited) { $run.Process.Kill() } }
        [System.IO.File]::ReadAllText("$Root/out/boot.iso") | Should -Be 'the old medium'
        $request = Get-TsmRequest -Root $Root
        $request.BootImage = 'PS100006'
        (New-TaskSequenceMedia @request | Test-TaskSequenceMedia -Quiet) | Should -BeTrue
        @(Get-ChildItem -LiteralPath "$Root/out" | ForEach-Object Name | Sort-Object) | Should -Be @('boot.iso', 'boot.iso.manifest.json')
    }

    It 'ends when the pipeline behind it has enough' {
        $request = Get-TsmRequest -Root $Root
        $definitions = foreach ($name in 'one', 'two') {
            $one = Get-TsmRequest -Root $Root -Name "$name.iso"
            $one.BootImage = 'PS100006'
            New-TaskSequenceMediaDefinition @one
        }
        @($definitions | New-TaskSequenceMedia | Select-Object -First 1).Count | Should -Be 1
        [System.IO.File]::Exists("$Root/out/two.iso") | Should -BeFalse
    }
}
