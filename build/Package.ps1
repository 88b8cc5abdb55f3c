# Packs what users get. Dot-sourced by build.ps1.

# Module and program as one archive in target/package. Returns the exit code.
function Invoke-PackageTask {
    param([string]$Configuration)
    [void](Invoke-BuildTask -Configuration $Configuration)
    $folder = Get-ResultPath 'package'
    [void][System.IO.Directory]::CreateDirectory($folder)
    $program = [System.IO.Path]::Combine((Get-CargoOutput $Configuration), (Get-ProgramName 'tsmedia'))
    $archive = [System.IO.Path]::Combine($folder, "TaskSequenceMedia-$(Get-ProductVersion)-$(Get-Rid).zip")
    $content = (Get-ResultPath 'module/TaskSequenceMedia'), $program, 'README.md', 'LICENSE'
    Compress-Archive -Path $content -DestinationPath "$archive.partial.zip" -Force
    Move-Item -LiteralPath "$archive.partial.zip" -Destination $archive -Force
    Write-Line "Package: $archive"
    0
}
