# Shared by the acceptance tests: the native library, the sample site, and what a site is asked for.
. ([System.IO.Path]::Combine($PSScriptRoot, '..', 'Common.ps1'))

function Find-TsmBuilt {
    <#
    .SYNOPSIS
        What was built: the file that an environment variable names, else the one in the folder TSM_TOOLS_PATH, else the newest below target/.
    #>
    param([string]$Variable, [string[]]$Name)
    $given = [Environment]::GetEnvironmentVariable($Variable)
    if ($given) { return $given }
    $folders = @([Environment]::GetEnvironmentVariable('TSM_TOOLS_PATH') | Where-Object { $_ })
    if ($folders.Count -eq 0) {
        $folders = @('release', 'debug' | ForEach-Object { [System.IO.Path]::Combine($script:TsmRepository, 'target', $_) })
    }
    $found = @(foreach ($folder in $folders) {
            foreach ($file in $Name) {
                $path = [System.IO.Path]::Combine($folder, $file)
                if ([System.IO.File]::Exists($path)) { Get-Item -LiteralPath $path }
            }
        })
    if ($found.Count -gt 0) { ($found | Sort-Object LastWriteTimeUtc)[-1].FullName }
}

function Get-TsmAcceptanceGap {
    <#
    .SYNOPSIS
        Why the acceptance tests cannot run here; nothing when they can. Says so aloud, and fails where all tools are demanded.
    #>
    $gap = @()
    if (-not (Find-TsmBuilt TSM_SAMPLE_SITE_TOOL 'tsmedia-sample-site', 'tsmedia-sample-site.exe')) {
        $gap += 'tsmedia-sample-site is not built (cargo build -p tsm-sample-site), or TSM_SAMPLE_SITE_TOOL does not name it'
    }
    $runtimes = [System.IO.Path]::Combine($script:TsmModulePath, 'runtimes')
    if (-not [System.IO.Directory]::Exists($runtimes) -and -not (Find-TsmBuilt TSM_NATIVE_PATH 'libtsm_native.so', 'tsm_native.dll')) {
        $gap += 'the native library is not built (cargo build -p tsm-ffi), or TSM_NATIVE_PATH does not name it'
    }
    if ($gap.Count -eq 0) { return }
    $text = $gap -join '; '
    [Console]::Error.WriteLine("SKIPPED: acceptance tests: $text")
    if ([Environment]::GetEnvironmentVariable('TSM_REQUIRE_TOOLS') -eq '1') { throw $text }
    $text
}

function Initialize-TsmAcceptance {
    <#
    .SYNOPSIS
        Imports the module under test with the native library that goes with it.
    #>
    $runtimes = [System.IO.Path]::Combine($script:TsmModulePath, 'runtimes')
    if (-not [System.IO.Directory]::Exists($runtimes)) { $env:TSM_NATIVE_PATH = Find-TsmBuilt TSM_NATIVE_PATH 'libtsm_native.so', 'tsm_native.dll' }
    Import-TsmModule
}

function New-TsmSite {
    <#
    .SYNOPSIS
        Makes a sample site in a new folder: <folder>/facts.json and <folder>/SCCMContentLib.
    #>
    param([string]$Path, [string[]]$Option = @())
    $tool = Find-TsmBuilt TSM_SAMPLE_SITE_TOOL 'tsmedia-sample-site', 'tsmedia-sample-site.exe'
    $text = & $tool make $Path @Option 2>&1
    if ($LASTEXITCODE -ne 0) { throw "the sample site was not made: $text" }
}

function Set-TsmSiteFault {
    <#
    .SYNOPSIS
        Breaks a package of a sample site.
    #>
    param([string]$Path, [string]$Fault, [string]$Package = 'PS100005')
    $tool = Find-TsmBuilt TSM_SAMPLE_SITE_TOOL 'tsmedia-sample-site', 'tsmedia-sample-site.exe'
    $text = & $tool break $Path --fault $Fault --package $Package 2>&1
    if ($LASTEXITCODE -ne 0) { throw "the sample site was not broken: $text" }
}

function Get-TsmRequest {
    <#
    .SYNOPSIS
        The parameters of a medium that can be made from a sample site.
    #>
    param([string]$Root, [string]$Name, [ValidateSet('Bootable', 'Prestaged')] [string]$Kind = 'Bootable')
    if (-not $Name) { $Name = @{ Bootable = 'boot.iso'; Prestaged = 'factory.wim' }[$Kind] }
    $request = @{
        $Kind             = $true
        MediaMode         = 'SiteBased'
        Path              = [System.IO.Path]::Combine($Root, 'out', $Name)
        SiteFacts         = [System.IO.Path]::Combine($Root, 'site', 'facts.json')
        BootImage         = 'PS100005'
        DistributionPoint = [string[]]@(
            [System.IO.Path]::Combine($Root, 'site', 'SCCMContentLib')
            [System.IO.Path]::Combine($Root, 'site', 'SCCMContentLibE')
        )
        ManagementPoint   = 'http://mp1.contoso.test'
        TemporaryFolder   = [System.IO.Path]::Combine($Root, 'tmp')
        LogPath           = [System.IO.Path]::Combine($Root, 'log', 'CreateTSMedia.log')
    }
    switch ($Kind) {
        'Bootable' { $request.MediaType = 'CdDvd' }
        'Prestaged' {
            $request.TaskSequence = 'PS100030'
            $request.OperatingSystemImage = 'PS100020'
        }
    }
    $request
}

function New-TsmTwoImages {
    <#
    .SYNOPSIS
        Makes <Root>/two.wim from the operating system image of the site, with a second image that has a file bootmgr of its own.
    #>
    param([string]$Root)
    $tool = Find-TsmBuilt TSM_SAMPLE_SITE_TOOL 'tsmedia-sample-site', 'tsmedia-sample-site.exe'
    $text = & $tool two-images "$Root/site" "$Root/two.wim" 2>&1
    if ($LASTEXITCODE -ne 0) { throw "the WIM was not made: $text" }
}

function New-TsmRoot {
    <#
    .SYNOPSIS
        A folder with the places that Get-TsmRequest names.
    #>
    param([string]$Path)
    foreach ($part in 'out', 'tmp', 'log') { [void][System.IO.Directory]::CreateDirectory([System.IO.Path]::Combine($Path, $part)) }
    $Path
}

function Start-TsmDistributionPoint {
    <#
    .SYNOPSIS
        Starts a distribution point of a sample site and gives its process and what it told: url and, over HTTPS, trustedCertificate.
        Whoever starts it ends the process.
    #>
    param([string]$Path, [string]$Option = '')
    $start = [System.Diagnostics.ProcessStartInfo]::new((Find-TsmBuilt TSM_SAMPLE_SITE_TOOL 'tsmedia-sample-site', 'tsmedia-sample-site.exe'))
    $start.Arguments = "serve `"$Path`" $Option"
    $start.RedirectStandardOutput = $true
    $start.UseShellExecute = $false
    $process = [System.Diagnostics.Process]::Start($start)
    $text = ''
    do {
        $line = $process.StandardOutput.ReadLine()
        if ($null -eq $line) { throw "the distribution point of '$Path' did not start" }
        $text += $line
    } until ($line -eq '}')
    [pscustomobject]@{ Process = $process; Told = ConvertFrom-Json $text }
}

function Get-TsmShell { [System.Diagnostics.Process]::GetCurrentProcess().MainModule.FileName }
