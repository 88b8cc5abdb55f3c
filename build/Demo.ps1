# The demonstration: a sample site, a definition, a medium, the report on it. Dot-sourced by build.ps1.

# Leaves boot.iso, its manifest, the log, the definition and the password in target/demo. Returns the exit code.
function Invoke-DemoTask {
    param([string]$Configuration)
    Invoke-Cargo -Configuration $Configuration -Package 'tsm-ffi', 'tsm-cli', 'tsm-sample-site'
    $module = New-ModuleArtefact -Configuration $Configuration
    $demo = Get-ResultPath 'demo'
    $site = New-SampleSite -Demo $demo -Configuration $Configuration
    $password = New-SamplePassword -Demo $demo

    Import-Module -Name $module -Force
    $definition = [System.IO.Path]::Combine($demo, 'definition.json')
    $parameters = @{
        Bootable          = $true
        MediaMode         = 'SiteBased'
        MediaType         = 'CdDvd'
        MediaLabel        = 'Contoso boot'
        Path              = [System.IO.Path]::Combine($demo, 'boot.iso')
        SiteFacts         = $site.facts
        BootImage         = 'PS100005'
        DistributionPoint = $site.libraries
        ManagementPoint   = 'http://mp1.contoso.test'
        MediaPassword     = "file:$password"
        Variable          = [ordered]@{ Department = 'Sales' }
        LogPath           = [System.IO.Path]::Combine($demo, 'CreateTSMedia.log')
    }
    New-TaskSequenceMediaDefinition @parameters | Export-TaskSequenceMediaDefinition -Path $definition -Force

    Write-Line
    Write-Line '== Import- | Test-...Definition | New- | Test-TaskSequenceMedia'
    $report = Import-TaskSequenceMediaDefinition -Path $definition |
        Test-TaskSequenceMediaDefinition |
        New-TaskSequenceMedia -Confirm:$false |
        Test-TaskSequenceMedia
    if (-not $report) { throw 'No report came out of the pipeline.' }
    Write-Report $report
    switch ($report.Outcome) {
        'Passed' { 0 }
        'Warning' { 1 }
        default { 4 }
    }
}

# A fresh sample site in target/demo/site; what its tool says of it.
function New-SampleSite {
    param([string]$Demo, [string]$Configuration)
    $folder = [System.IO.Path]::Combine($Demo, 'site')
    if ([System.IO.Directory]::Exists($folder)) { [System.IO.Directory]::Delete($folder, $true) }
    [void][System.IO.Directory]::CreateDirectory($Demo)
    $tool = [System.IO.Path]::Combine((Get-CargoOutput $Configuration), (Get-ProgramName 'tsmedia-sample-site'))
    $text = & $tool make $folder
    if ($LASTEXITCODE -ne 0) { throw "$tool ended with code $LASTEXITCODE." }
    ConvertFrom-Json -InputObject ($text -join "`n")
}

# The password of the demonstration, in a file that only its owner can read, as the module wants it.
function New-SamplePassword {
    param([string]$Demo)
    $path = [System.IO.Path]::Combine($Demo, 'media-password.txt')
    [System.IO.File]::WriteAllText($path, '')
    if (Test-OnWindows) {
        Assert-Program 'icacls' @($path, '/inheritance:r', '/grant:r', "$([System.Environment]::UserName):(F)", '/q')
    } else {
        Assert-Program 'chmod' @('600', $path)
    }
    [System.IO.File]::WriteAllText($path, "Sample-Password-1`n")
    $path
}

function Write-Report {
    param($Report)
    Write-Line
    Write-Line ($Report | Format-List -Property Subject, Outcome, Duration | Out-String -Width 160).Trim()
    Write-Line
    Write-Line ($Report.Checks | Format-Table -Property Outcome, Id, Title, Evidence -AutoSize | Out-String -Width 200).Trim()
}
