# Windows from Linux: the tasks that hand over to cross.sh. Dot-sourced by build.ps1.

# Library, program and libwim for Windows, in target/windows/win-x64 and in the module. Returns the exit code.
function Invoke-CrossBuild {
    param([string]$Configuration)
    if (Test-OnWindows) { throw 'On Windows, -Task Build makes what is for Windows; -Rid win-x64 is for Linux machines.' }
    Invoke-Program 'bash' @('build/windows/cross.sh', 'build', $Configuration)
}

# The Rust tests, tests/windows among them, under wine; on Windows itself they are part of -Task Test. Returns the exit code.
function Invoke-TestWindowsTask {
    if (Test-OnWindows) { throw 'This is Windows: -Task Test runs these tests.' }
    Invoke-Program 'bash' @('build/windows/cross.sh', 'test')
}
