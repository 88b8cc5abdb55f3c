# Finding libwim-15.dll on Windows. Dot-sourced by build.ps1.

# The official archive. Its SHA-256 stands in public package lists that know nothing of each other (docs/windows.md).
$script:WimArchive = @{
    Version = '1.14.4'
    Url     = 'https://wimlib.net/downloads/wimlib-1.14.4-windows-x86_64-bin.zip'
    Sha256  = '6d99e242bfbc6d36fc987d433d63772180551b7f2d8de43e9561535a3e2c16d8'
    Library = '6480b53d4ecd4423af9e100fe15e3d2c3d114eff33fba07977e46c1ab124342e'
}

# libwim-15.dll of this machine, or nothing: what TSM_LIBWIM names, what lies beside our library already, what is on PATH or in
# Program Files, else the pinned download (unless TSM_OFFLINE is set). Says which one it is.
function Find-WimLibrary {
    param([string]$Beside)
    $name = 'libwim-15.dll'
    if ($env:TSM_LIBWIM) {
        $place = @($env:TSM_LIBWIM, [System.IO.Path]::Combine($env:TSM_LIBWIM, $name)) |
            Where-Object { [System.IO.File]::Exists($_) } | Select-Object -First 1
        if (-not $place) { throw "TSM_LIBWIM names '$env:TSM_LIBWIM', which is no file and no folder with $name." }
        Write-Line "libwim : $place (TSM_LIBWIM)"
        return $place
    }
    $places = [ordered]@{}
    if ($Beside) { $places['beside our library'] = $Beside }
    foreach ($folder in $env:PATH -split [System.IO.Path]::PathSeparator) { if ($folder) { $places["PATH: $folder"] = $folder } }
    if ($env:ProgramFiles) { $places['Program Files'] = [System.IO.Path]::Combine($env:ProgramFiles, 'wimlib') }
    foreach ($why in $places.Keys) {
        $place = [System.IO.Path]::Combine($places[$why], $name)
        if ([System.IO.File]::Exists($place)) {
            Write-Line "libwim : $place ($why)"
            return $place
        }
    }
    if ($env:TSM_OFFLINE) {
        Write-Loud 'libwim-15.dll was not found (TSM_LIBWIM, beside our library, PATH, Program Files), and TSM_OFFLINE forbids to get it.'
        return
    }
    $place = Get-PinnedWimLibrary -Folder (Get-ResultPath 'tools')
    if ($place) { Write-Line "libwim : $place (official archive, SHA-256 compared)" }
    $place
}

# The library out of the official archive, which is fetched once. Nothing, loudly, when it cannot be had; an archive with another
# hash is an error, because somebody has changed it.
function Get-PinnedWimLibrary {
    param([string]$Folder, [hashtable]$Archive = $script:WimArchive)
    $kept = [System.IO.Path]::Combine($Folder, "wimlib-$($Archive.Version)")
    $library = [System.IO.Path]::Combine($kept, 'libwim-15.dll')
    if ([System.IO.File]::Exists($library) -and (Get-Sha256 $library) -eq $Archive.Library) { return $library }
    [void][System.IO.Directory]::CreateDirectory($kept)
    $zip = [System.IO.Path]::Combine($kept, 'download.partial')
    Write-Line "Getting $($Archive.Url)"
    try {
        Save-Download -Url $Archive.Url -Path $zip
    } catch {
        Write-Loud "libwim-15.dll was not found and could not be fetched: $($_.Exception.Message)"
        Write-Loud 'Boot images cannot be read without it. Name it in TSM_LIBWIM; see docs/windows.md.'
        return
    }
    try {
        $hash = Get-Sha256 $zip
        if ($hash -ne $Archive.Sha256) { throw "$($Archive.Url) has the SHA-256 $hash, not $($Archive.Sha256): it is not used." }
        Expand-WimArchive -Zip $zip -Folder $kept
    } finally {
        [System.IO.File]::Delete($zip)
    }
    $hash = if ([System.IO.File]::Exists($library)) { Get-Sha256 $library } else { '(there is none)' }
    if ($hash -ne $Archive.Library) {
        [System.IO.File]::Delete($library)
        throw "libwim-15.dll of the archive has the SHA-256 $hash, not $($Archive.Library): it is not used."
    }
    $library
}

function Save-Download {
    param([string]$Url, [string]$Path)
    if ($PSVersionTable.PSEdition -eq 'Desktop') {
        # Windows PowerShell on older systems offers TLS 1.0 only.
        [System.Net.ServicePointManager]::SecurityProtocol = [System.Net.ServicePointManager]::SecurityProtocol -bor 3072
    }
    Invoke-WebRequest -Uri $Url -OutFile $Path -UseBasicParsing -TimeoutSec 120
}

function Get-Sha256 {
    param([string]$Path)
    (Get-FileHash -LiteralPath $Path -Algorithm SHA256).Hash.ToLowerInvariant()
}

# The library and its licence; nothing else of the archive is needed.
function Expand-WimArchive {
    param([string]$Zip, [string]$Folder)
    Add-Type -AssemblyName System.IO.Compression, System.IO.Compression.FileSystem
    $archive = [System.IO.Compression.ZipFile]::OpenRead($Zip)
    try {
        foreach ($entry in $archive.Entries) {
            if ($entry.Name -eq 'libwim-15.dll' -or $entry.Name -like 'COPYING*') {
                $to = [System.IO.Path]::Combine($Folder, $entry.Name)
                [System.IO.Compression.ZipFileExtensions]::ExtractToFile($entry, $to, $true)
            }
        }
    } finally {
        $archive.Dispose()
    }
}

# Copies the licence of libwim that lies beside the library, as its licence asks of everybody who passes it on.
function Copy-WimLicense {
    param([string]$From, [string]$To)
    foreach ($file in [System.IO.Directory]::GetFiles([System.IO.Path]::GetDirectoryName($From), 'COPYING*')) {
        $name = 'libwim-15.{0}.txt' -f ([System.IO.Path]::GetFileName($file) -replace '\.txt$')
        [System.IO.File]::Copy($file, [System.IO.Path]::Combine($To, $name), $true)
    }
}
