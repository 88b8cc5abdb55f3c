# Shared by the tests of the boundary: the module under test, the real native library, and a command that runs its self-test.
# TSM_NATIVE_PATH names the library; without it the newest one that was built in the repository's target folder is taken.
. ([System.IO.Path]::Combine($PSScriptRoot, '..', 'Common.ps1'))

$script:TsmInteropCommon = [System.IO.Path]::Combine($PSScriptRoot, 'Interop.Common.ps1')
$script:TsmOnWindows = [System.IO.Path]::DirectorySeparatorChar -eq '\'

function Find-TsmNativeLibrary {
    <#
    .SYNOPSIS
        Sets TSM_NATIVE_PATH where it is not set. Without a library there is nothing to test, and that is an error.
    #>
    if ([Environment]::GetEnvironmentVariable('TSM_NATIVE_PATH')) { return }
    $name = if ($script:TsmOnWindows) { 'tsm_native.dll' } else { 'libtsm_native.so' }
    $newest = foreach ($kind in 'release', 'debug') {
        $file = [System.IO.FileInfo]::new([System.IO.Path]::Combine($script:TsmRepository, 'target', $kind, $name))
        if ($file.Exists) { $file }
    }
    $newest = $newest | Sort-Object -Property LastWriteTimeUtc -Descending | Select-Object -First 1
    if (-not $newest) { throw "There is no $name in the target folder: run 'cargo build -p tsm-ffi', or set TSM_NATIVE_PATH." }
    $env:TSM_NATIVE_PATH = $newest.FullName
}

function Import-TsmProbe {
    <#
    .SYNOPSIS
        Imports the module and adds a global command to it, Invoke-TsmProbe, made like a public one: it runs the self-test of the library.
    #>
    Find-TsmNativeLibrary
    Import-TsmModule
    & (Get-Module TaskSequenceMedia) {
        function Invoke-TsmProbe {
            [CmdletBinding(SupportsShouldProcess = $true)]
            param([Parameter(Mandatory = $true, ValueFromPipeline = $true)] [hashtable]$Request)
            begin { Use-TsmCallerPreference -Cmdlet $PSCmdlet }
            process {
                if ($PSCmdlet.ShouldProcess('the native library', 'Run the self-test')) {
                    Invoke-TsmJob -Cmdlet $PSCmdlet -Request (@{ op = 'selftest' } + $Request)
                }
            }
        }
        Set-Item -Path function:global:Invoke-TsmProbe -Value ${function:Invoke-TsmProbe}
    }
}

function Remove-TsmProbe {
    <#
    .SYNOPSIS
        Takes back what Import-TsmProbe did.
    #>
    Remove-Item -Path function:global:Invoke-TsmProbe -ErrorAction SilentlyContinue
    Remove-Module -Name TaskSequenceMedia -ErrorAction SilentlyContinue
}

function Get-TsmCount {
    <#
    .SYNOPSIS
        How many jobs, secrets and buffers of the library are open in this process, as text.
    #>
    $count = & (Get-Module TaskSequenceMedia) { Invoke-TsmCall -Request ([ordered]@{ op = 'selftest'; behaviour = 'count' }) }
    "$($count.jobs) jobs, $($count.secrets) secrets, $($count.buffers) buffers"
}

function Wait-TsmUntil {
    <#
    .SYNOPSIS
        Waits until a condition holds; an error when it does not within the time given.
    #>
    param([scriptblock]$Condition, [int]$Seconds = 30)
    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    while (-not (& $Condition)) {
        if ($watch.Elapsed.TotalSeconds -gt $Seconds) { throw "Waited $Seconds s in vain for: $Condition" }
        Start-Sleep -Milliseconds 20
    }
}

function New-TsmShell {
    <#
    .SYNOPSIS
        A PowerShell in a runspace of its own that has the probe and is about to run a script.
    #>
    param([string]$Script)
    $shell = [powershell]::Create()
    [void]$shell.AddScript("`$ErrorActionPreference = 'Continue'; . '$script:TsmInteropCommon'; Import-TsmProbe")
    [void]$shell.Invoke()
    $shell.Commands.Clear()
    [void]$shell.AddScript($Script)
    $shell
}

function Get-TsmShellPath {
    <#
    .SYNOPSIS
        The program that runs this PowerShell.
    #>
    [System.Diagnostics.Process]::GetCurrentProcess().MainModule.FileName
}

function New-TsmChildScript {
    <#
    .SYNOPSIS
        A script file for a process of its own: imports the probe, then does what is given.
    #>
    param([string]$Folder, [string]$Script)
    $path = [System.IO.Path]::Combine($Folder, [guid]::NewGuid().ToString('N') + '.ps1')
    $text = ". '$script:TsmInteropCommon'`nImport-TsmProbe`n$Script`n"
    [System.IO.File]::WriteAllText($path, $text, [System.Text.UTF8Encoding]::new($true))
    $path
}

function Invoke-TsmChild {
    <#
    .SYNOPSIS
        Runs a script in a process of its own that nobody can answer, and gives its exit code and all that it wrote.
    #>
    param([string]$Folder, [string]$Script)
    $path = New-TsmChildScript -Folder $Folder -Script $Script
    $before = $env:NO_COLOR
    try {
        $env:NO_COLOR = '1'
        $output = & (Get-TsmShellPath) -NoProfile -NonInteractive -File $path 2>&1
    } finally { $env:NO_COLOR = $before }
    [pscustomobject]@{ ExitCode = $LASTEXITCODE; Output = ($output | Out-String) }
}

function Start-TsmChild {
    <#
    .SYNOPSIS
        Starts a script in a process of its own that reacts to an interrupt, whatever this process was told about interrupts.
    #>
    param([string]$Folder, [string]$Script)
    $path = New-TsmChildScript -Folder $Folder -Script $Script
    $start = [System.Diagnostics.ProcessStartInfo]::new()
    $start.FileName = Get-TsmShellPath
    $start.UseShellExecute = $false
    $start.Arguments = "-NoProfile -NonInteractive -File `"$path`""
    & env --default-signal=INT true 2>$null
    if ($LASTEXITCODE -eq 0) {
        $start.Arguments = "--default-signal=INT `"$($start.FileName)`" $($start.Arguments)"
        $start.FileName = 'env'
    }
    [System.Diagnostics.Process]::Start($start)
}
