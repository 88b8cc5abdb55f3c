# What the tasks share: running programs, saying things, naming places. Dot-sourced by build.ps1.

function Write-Line {
    param([AllowEmptyString()] [string]$Text = '')
    [Console]::Out.WriteLine($Text)
}

function Write-Loud {
    param([string]$Text)
    [Console]::Error.WriteLine()
    [Console]::Error.WriteLine("*** $Text")
}

# Runs a program; its output goes where ours goes. Returns its exit code.
function Invoke-Program {
    param([string]$Program, [string[]]$Arguments)
    & $Program @Arguments | ForEach-Object { Write-Line $_ }
    $LASTEXITCODE
}

# Runs a program that has to succeed.
function Assert-Program {
    param([string]$Program, [string[]]$Arguments)
    $code = Invoke-Program $Program $Arguments
    if ($code -ne 0) { throw "$Program $($Arguments -join ' ') ended with code $code." }
}

function Test-OnWindows {
    $PSVersionTable.PSEdition -eq 'Desktop' -or [System.Environment]::OSVersion.Platform -eq 'Win32NT'
}

# A place below the folder of results.
function Get-ResultPath {
    param([string]$Name)
    [System.IO.Path]::Combine((Get-Location).ProviderPath, 'target', $Name)
}

# Where cargo puts what it compiles.
function Get-CargoOutput {
    param([string]$Configuration)
    $target = if ($env:CARGO_TARGET_DIR) { $env:CARGO_TARGET_DIR } else { Get-ResultPath '' }
    [System.IO.Path]::Combine($target, $Configuration)
}

# The system and processor of this machine, in the words of .NET.
function Get-Rid {
    $architecture = [System.Runtime.InteropServices.RuntimeInformation]::OSArchitecture.ToString().ToLowerInvariant()
    $system = if (Test-OnWindows) { 'win' } else { 'linux' }
    "$system-$architecture"
}

# The name of a program file.
function Get-ProgramName {
    param([string]$Name)
    if (Test-OnWindows) { "$Name.exe" } else { $Name }
}

# The version of the workspace: the one place where it stands.
function Get-ProductVersion {
    $manifest = [System.IO.File]::ReadAllText([System.IO.Path]::Combine((Get-Location).ProviderPath, 'Cargo.toml'))
    $match = [regex]::Match($manifest, '(?s)\[workspace\.package\].*?\nversion = "([^"]+)"')
    if (-not $match.Success) { throw 'Cargo.toml names no version.' }
    $match.Groups[1].Value
}

# Copies a file so that nobody sees half of it, and a process that has the old one loaded keeps it: a loaded library must
# never be written into.
function Copy-Whole {
    param([string]$From, [string]$To)
    $partial = "$To.partial"
    [System.IO.File]::Copy($From, $partial, $true)
    if ((Test-OnWindows) -and [System.IO.File]::Exists($To)) {
        # A loaded library cannot be replaced on Windows, but it can be moved out of the way.
        $old = '{0}.{1}.old' -f $To, [guid]::NewGuid().ToString('N')
        [System.IO.File]::Move($To, $old)
        try { [System.IO.File]::Delete($old) } catch { Write-Line "Still in use, delete later: $old" }
        [System.IO.File]::Move($partial, $To)
    } else {
        Move-Item -LiteralPath $partial -Destination $To -Force
    }
}

# Every script of the checkout.
function Get-ScriptFile {
    foreach ($folder in 'module', 'Pester', 'build', 'tools') {
        Get-ChildItem -LiteralPath $folder -Recurse -File -Include '*.ps1', '*.psm1', '*.psd1' -ErrorAction SilentlyContinue |
            Where-Object { $_.FullName -notmatch '[\\/]runtimes[\\/]' }
    }
    Get-Item -LiteralPath 'build.ps1'
}
