# Packs what users get. Dot-sourced by build.ps1.

# Module and program as one archive in target/package. Returns the exit code.
function Invoke-PackageTask {
    param([string]$Configuration)
    [void](Invoke-BuildTask -Configuration $Configuration)
    $name = "TaskSequenceMedia-$(Get-ProductVersion)-$(Get-Rid)"
    $folder = Get-ResultPath "package/$name"
    if ([System.IO.Directory]::Exists($folder)) { [System.IO.Directory]::Delete($folder, $true) }
    [void][System.IO.Directory]::CreateDirectory($folder)
    $program = [System.IO.Path]::Combine((Get-CargoOutput $Configuration), (Get-ProgramName 'tsmedia'))
    foreach ($item in (Get-ResultPath 'module/TaskSequenceMedia'), $program, (Get-SecurityVersionFile), 'README.md', 'LICENSE') {
        Copy-Item -LiteralPath $item -Destination $folder -Recurse
    }
    # Not Compress-Archive: its module is not part of every PowerShell.
    Add-Type -AssemblyName System.IO.Compression.FileSystem
    [System.IO.File]::Delete("$folder.zip.partial")
    [System.IO.Compression.ZipFile]::CreateFromDirectory($folder, "$folder.zip.partial")
    Move-Item -LiteralPath "$folder.zip.partial" -Destination "$folder.zip" -Force
    [System.IO.Directory]::Delete($folder, $true)
    Write-Line "Package: $folder.zip"
    0
}
