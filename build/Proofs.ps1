# Slow proofs and what is made from the code. Dot-sourced by build.ps1.

# Every start of a medium in QEMU, the long ones too. Logs and pictures stay in target/firmware. Returns the exit code.
function Invoke-FirmwareTask {
    $env:TSM_REQUIRE_TOOLS = '1'
    Invoke-Program 'cargo' @('test', '-p', 'tsm-firmware', '--', '--include-ignored', '--test-threads=1', '--nocapture')
}

# All benchmarks beside their peers. The module is measured too, so it is built first. Returns the exit code.
function Invoke-BenchTask {
    $code = Invoke-BuildTask -Configuration 'release'
    if ($code -ne 0) { return $code }
    Invoke-Program 'cargo' @('run', '--release', '-p', 'tsm-benches', '--', '--document', 'docs/performance.md')
}

# The documents that are made from the code. Returns the exit code.
function Invoke-DocsTask {
    $env:TSM_UPDATE_DOCS = '1'
    $code = Invoke-Program 'cargo' @('test', '-p', 'tsm-blackbox', '--test', 'documents')
    $module = Invoke-PesterHalf -Configuration 'debug' -File 'Static/Parameters.Tests.ps1', 'Acceptance/Contract.Tests.ps1'
    [Math]::Max($code, [int]($module.Failed -gt 0))
}
