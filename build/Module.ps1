# Assembles the module that users get, from its source and the compiled library. Dot-sourced by build.ps1.

$script:ModuleName = 'TaskSequenceMedia'

# Compiles library and program, and assembles the module. Returns the exit code.
function Invoke-BuildTask {
    param([string]$Configuration)
    Invoke-Cargo -Configuration $Configuration -Package 'tsm-ffi', 'tsm-cli'
    $module = New-ModuleArtefact -Configuration $Configuration
    Write-Line
    Write-Line "Module : $module"
    Write-Line "Program: $([System.IO.Path]::Combine((Get-CargoOutput $Configuration), (Get-ProgramName 'tsmedia')))"
    0
}

function Invoke-Cargo {
    param([string]$Configuration, [string[]]$Package)
    $arguments = @('build')
    if ($Configuration -eq 'release') { $arguments += '--release' }
    foreach ($name in $Package) { $arguments += '-p', $name }
    Assert-Program 'cargo' $arguments
}

# The module as users get it: one script file, resources, and the library for this machine. Returns the path of the manifest.
function New-ModuleArtefact {
    param([string]$Configuration)
    $source = [System.IO.Path]::Combine((Get-Location).ProviderPath, 'module', $ModuleName)
    $folder = Get-ResultPath "module/$ModuleName"
    [void][System.IO.Directory]::CreateDirectory($folder)
    Remove-StaleModuleFile -Source $source -Folder $folder
    foreach ($file in [System.IO.Directory]::GetFiles($source)) {
        if ($file -notlike '*.psm1' -and $file -notlike '*.Source.ps1') { Copy-Whole $file ([System.IO.Path]::Combine($folder, [System.IO.Path]::GetFileName($file))) }
    }
    foreach ($file in Get-ModuleResource -Source $source) {
        $to = [System.IO.Path]::Combine($folder, $file.Substring($source.Length + 1))
        [void][System.IO.Directory]::CreateDirectory([System.IO.Path]::GetDirectoryName($to))
        Copy-Whole $file $to
    }
    Copy-Whole ([System.IO.Path]::Combine((Get-Location).ProviderPath, 'LICENSE')) ([System.IO.Path]::Combine($folder, 'LICENSE'))
    $psm1 = [System.IO.Path]::Combine($folder, "$ModuleName.psm1")
    # With a byte order mark: Windows PowerShell reads a file without one in the system's code page.
    [System.IO.File]::WriteAllText("$psm1.partial", (Join-ModuleSource -Source $source), [System.Text.UTF8Encoding]::new($true))
    Move-Item -LiteralPath "$psm1.partial" -Destination $psm1 -Force
    Add-NativeLibrary -Configuration $Configuration
    [System.IO.Path]::Combine($folder, "$ModuleName.psd1")
}

# Files of the source that are no script: messages and help in languages.
function Get-ModuleResource {
    param([string]$Source)
    foreach ($folder in [System.IO.Directory]::GetDirectories($Source)) {
        if (@('Public', 'Private', 'runtimes') -notcontains [System.IO.Path]::GetFileName($folder)) {
            [System.IO.Directory]::GetFiles($folder, '*', 'AllDirectories')
        }
    }
}

# What an earlier build left and this source no longer has. Libraries stay: they are replaced one by one.
function Remove-StaleModuleFile {
    param([string]$Source, [string]$Folder)
    foreach ($file in [System.IO.Directory]::GetFiles($Folder, '*', 'AllDirectories')) {
        $relative = $file.Substring($Folder.Length + 1)
        if ($relative -like 'runtimes*' -or $relative -eq 'LICENSE') { continue }
        if (-not [System.IO.File]::Exists([System.IO.Path]::Combine($Source, $relative))) { [System.IO.File]::Delete($file) }
    }
}

# All functions in one text, private ones first: one file loads twice as fast as sixty.
function Join-ModuleSource {
    param([string]$Source)
    $text = [System.Text.StringBuilder]::new()
    [void]$text.Append("# Assembled by build.ps1 from the files of module/$ModuleName. Change those, not this.`n")
    [void]$text.Append("Set-StrictMode -Version Latest`n")
    . ([System.IO.Path]::Combine($Source, "$ModuleName.Source.ps1"))
    foreach ($file in Get-TsmSource -Folder $Source) {
        if ($file.Text -match '\$PSScriptRoot') { throw "$($file.Path) uses `$PSScriptRoot, which is another folder in the assembled module." }
        [void]$text.Append("`n").Append($file.Text.Trim()).Append("`n")
    }
    $text.ToString()
}

# Where the assembled module has the library for this machine.
function Get-ModuleLibrary {
    $name = if (Test-OnWindows) { 'tsm_native.dll' } else { 'libtsm_native.so' }
    [System.IO.Path]::Combine((Get-ResultPath "module/$ModuleName"), 'runtimes', (Get-Rid), 'native', $name)
}

# The floors of security version numbers, as this version knows them.
function Get-SecurityVersionFile { [System.IO.Path]::Combine((Get-Location).ProviderPath, 'native', 'formats', 'data', 'secure-boot-versions.json') }

function Add-NativeLibrary {
    param([string]$Configuration)
    $library = Get-ModuleLibrary
    $to = [System.IO.Path]::GetDirectoryName($library)
    [void][System.IO.Directory]::CreateDirectory($to)
    Copy-Whole ([System.IO.Path]::Combine((Get-CargoOutput $Configuration), [System.IO.Path]::GetFileName($library))) $library
    # The floors of security version numbers lie beside the library, so that a newer file can take their place.
    Copy-Whole (Get-SecurityVersionFile) ([System.IO.Path]::Combine($to, [System.IO.Path]::GetFileName((Get-SecurityVersionFile))))
    if (-not (Test-OnWindows)) { return }      # elsewhere the system has libwim
    $wim = Find-WimLibrary -Beside $to
    if ($wim -and [System.IO.Path]::GetDirectoryName($wim) -ne $to) {
        Copy-Whole $wim ([System.IO.Path]::Combine($to, 'libwim-15.dll'))
        Copy-WimLicense -From $wim -To $to
    }
}
