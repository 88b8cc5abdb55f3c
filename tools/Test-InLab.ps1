<#
.SYNOPSIS
    Tries TaskSequenceMedia in a real Configuration Manager lab and writes a report that can be sent back.
.DESCRIPTION
    Four things, about a quarter of an hour, of which most is the compiler's (docs/lab-check.md has the whole story):

    1. builds the product and its demonstration on this computer;
    2. makes a bootable medium of a real boot image package and lets Windows itself read it;
    3. reads a medium that the console's wizard made, and compares it with what this version assumes of such media;
    4. writes report.json and report.txt.

    A step that lacks what it needs is left out and says so; a step that fails does not stop the others. Nothing is changed in the site:
    no package, no record, no certificate is registered. The medium that is made has a random password that nobody is told, and its
    certificate ends after a day.

    The report holds no secret, and no name of a computer, user, domain or server: they are replaced, and the script looks for
    them once more before it writes. Read it before you send it all the same.

    For Windows PowerShell 5.1 and PowerShell 7.
.PARAMETER SiteFacts
    The facts file of the site (docs/site-facts.md). Without it, ProviderServer is asked.
.PARAMETER ProviderServer
    The server with the SMS Provider. Needs the right to read it; used to fill a facts file in the work folder.
.PARAMETER BootImage
    The package ID of a boot image, such as PS100005.
.PARAMETER ContentLibrary
    The content library of a distribution point that has the package: a folder or share named SCCMContentLib, one for each drive.
.PARAMETER ManagementPoint
    The addresses of management points, such as https://mp1.example.com. Without it, those of the facts.
.PARAMETER MobileClientTcf
    mobileclient.tcf of the site server, for the trusted root key. Without it, the client on this computer is asked.
.PARAMETER WizardMedium
    An ISO of bootable media that the console's wizard made.
.PARAMETER WizardPassword
    Its password. Without it, the script asks; an empty answer means that it has none.
.PARAMETER WorkFolder
    Where everything goes. About three times the size of the boot image is needed.
.PARAMETER SkipBuild
    Takes the module that is in target/module already.
.PARAMETER ModulePath
    A module that is ready, such as an unpacked package: its folder. Nothing is built then, and no Rust is needed.
.EXAMPLE
    powershell -ExecutionPolicy Bypass -File tools\Test-InLab.ps1 -ProviderServer cm1 -BootImage PS100005 -ContentLibrary \\dp1\SCCMContentLib$ -WizardMedium C:\media\wizard.iso
#>
[CmdletBinding()]
param(
    [string]$SiteFacts,
    [string]$ProviderServer,
    [string]$BootImage,
    [string[]]$ContentLibrary,
    [string[]]$ManagementPoint,
    [string]$MobileClientTcf,
    [string]$WizardMedium,
    [System.Security.SecureString]$WizardPassword,
    [string]$WorkFolder = [System.IO.Path]::Combine([System.IO.Path]::GetTempPath(), 'tsm-lab-check'),
    [switch]$SkipBuild,
    [string]$ModulePath
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$script:Checkout = [System.IO.Path]::GetFullPath([System.IO.Path]::Combine($PSScriptRoot, '..'))
$script:Steps = [System.Collections.Generic.List[object]]::new()
$script:Names = @{}

#region what the report must not hold

# Remembers a name; its replacement says what it was.
function Add-Name {
    param([string]$Name, [string]$Kind)
    # Shorter ones would tear words apart, and say nothing.
    if ($Name -and $Name.Trim().Length -ge 3 -and -not $script:Names.ContainsKey($Name)) { $script:Names[$Name] = "<$Kind>" }
}

# Remembers a server by its whole name, by its short one, and its domain. An address of numbers has no parts.
function Add-Server {
    param([AllowEmptyString()] [string]$Name, [string]$Kind = 'server')
    Add-Name $Name $Kind
    if ($Name -match '^([^.]*[a-z][^.]*)\.(.+\..+)$') {
        Add-Name $Matches[2] 'domain'
        Add-Name $Matches[1] $Kind
    }
}

# The server of an address, if it is one.
function Add-ServerOfUrl {
    param([object[]]$Url)
    foreach ($one in $Url) { if ([string]$one -match '^https?://([^/:]+)') { Add-Server $Matches[1] } }
}

function Get-NamePattern {
    param([string]$Name)
    '(?i)(?<![a-z0-9])' + [regex]::Escape($Name) + '(?![a-z0-9])'
}

# A text without names, keys and identifiers.
function Protect-Text {
    param([AllowNull()] [AllowEmptyString()] [string]$Text)
    if (-not $Text) { return $Text }
    foreach ($name in @($script:Names.Keys | Sort-Object -Property Length -Descending)) {
        $Text = [regex]::Replace($Text, (Get-NamePattern $name), $script:Names[$name])
    }
    $Text = [regex]::Replace($Text, '\\\\(?!\?|\.)[^\\\s''"<>]+', '\\<server>')
    $Text = [regex]::Replace($Text, '(?i)(https?)://[^\s/''",;*<>]+', '$1://<server>')
    $Text = [regex]::Replace($Text, '(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}', '<guid>')
    [regex]::Replace($Text, '(?i)(?<![a-z0-9])[0-9a-f]{32,}(?![a-z0-9])', { param($match) "<$($match.Length) hex digits>" })
}

function Initialize-Name {
    Add-Name $script:Checkout 'checkout'
    Add-Name ([System.IO.Path]::GetFullPath($WorkFolder)) 'work'
    Add-Name $HOME 'home'
    Add-Name ([System.Environment]::MachineName) 'computer'
    Add-Name ([System.Environment]::UserName) 'user'
    Add-Name ([System.Environment]::UserDomainName) 'domain'
    Add-Name $env:USERDNSDOMAIN 'domain'
    Add-Server $ProviderServer 'provider'
    foreach ($place in @($ContentLibrary) + @($SiteFacts, $WizardMedium, $MobileClientTcf, $ModulePath)) {
        Add-Name $place 'path'
        if ($place -match '^\\\\([^\\]+)\\') { Add-Server $Matches[1] }
    }
    Add-ServerOfUrl $ManagementPoint
}

#endregion
#region steps

function Write-Step {
    param([string]$Text)
    [Console]::Out.WriteLine("`n== $Text")
}

# Runs a step and remembers how it went. The script block gives notes: an ordered dictionary of short values, with 'Outcome' when
# it is not plain success. Text that begins with SKIPPED, thrown, leaves the step out.
function Invoke-Step {
    param([string]$Name, [scriptblock]$Action)
    Write-Step $Name
    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    $outcome = 'Passed'
    $notes = [ordered]@{}
    try {
        foreach ($item in @(& $Action)) {
            if ($item -is [System.Collections.IDictionary]) {
                foreach ($key in @($item.Keys)) { if ($key -eq 'Outcome') { $outcome = [string]$item[$key] } else { $notes[$key] = $item[$key] } }
            }
        }
    } catch {
        $outcome = if ($_.Exception.Message -like 'SKIPPED*') { 'Skipped' } else { 'Failed' }
        $notes['Message'] = $_.Exception.Message
        $notes['ErrorId'] = $_.FullyQualifiedErrorId
        if ($outcome -eq 'Failed') { $notes['Where'] = $_.ScriptStackTrace }
    }
    $step = [ordered]@{ Step = $Name; Outcome = $outcome; Seconds = [math]::Round($watch.Elapsed.TotalSeconds, 1); Notes = Protect-Value $notes }
    $script:Steps.Add($step)
    [Console]::Out.WriteLine(("{0} in {1} s" -f $outcome, $step.Seconds))
    foreach ($key in @($step.Notes.Keys)) {
        if ($step.Notes[$key] -is [string] -or $step.Notes[$key] -is [ValueType]) { [Console]::Out.WriteLine("  ${key}: $($step.Notes[$key])") }
    }
}

# The same value with every text in it protected.
function Protect-Value {
    param([AllowNull()] [object]$Value)
    if ($null -eq $Value -or $Value -is [ValueType]) { return $Value }
    if ($Value -is [string]) { return Protect-Text $Value }
    if ($Value -is [System.Collections.IDictionary]) {
        $copy = [ordered]@{}
        foreach ($key in @($Value.Keys)) { $copy[[string]$key] = Protect-Value $Value[$key] }
        return $copy
    }
    if ($Value -is [System.Collections.IEnumerable]) { return , @(foreach ($item in $Value) { Protect-Value $item }) }
    Protect-Text ([string]$Value)
}

function Get-EnvironmentNote {
    [ordered]@{
        PowerShell   = "$($PSVersionTable.PSVersion) $($PSVersionTable.PSEdition)"
        LanguageMode = [string]$ExecutionContext.SessionState.LanguageMode
        System       = [System.Environment]::OSVersion.VersionString
        Process64Bit = [System.Environment]::Is64BitProcess
        Framework    = [System.Runtime.InteropServices.RuntimeInformation]::FrameworkDescription
        Culture      = [System.Globalization.CultureInfo]::CurrentCulture.Name
        Rust         = if (Get-Command -Name rustc -ErrorAction SilentlyContinue) { [string](& rustc --version) } else { 'none' }
    }
}

# Builds in a process of its own, so that this one has no old library loaded.
function Invoke-Demo {
    if ($SkipBuild -or $ModulePath) { throw 'SKIPPED: SkipBuild or ModulePath was given' }
    $log = [System.IO.Path]::Combine($WorkFolder, 'demo.log')
    $shell = (Get-Process -Id $PID).Path
    $script = [System.IO.Path]::Combine($script:Checkout, 'build.ps1')
    $arguments = "-NoProfile -NonInteractive -ExecutionPolicy Bypass -File `"$script`" -Task Demo"
    $run = Start-Process -FilePath $shell -ArgumentList $arguments -Wait -PassThru -NoNewWindow -RedirectStandardOutput $log -RedirectStandardError "$log.errors"
    $last = @(Get-Content -LiteralPath $log -Tail 25)
    # 1: passed with warnings, as everywhere in this product; or the task came to no end, and says so.
    $broken = @(Select-String -LiteralPath "$log.errors" -Pattern 'Demo failed:' -SimpleMatch).Count -gt 0
    $outcome = if ($run.ExitCode -eq 0) { 'Passed' } elseif ($run.ExitCode -eq 1 -and -not $broken) { 'Warning' } else { 'Failed' }
    $notes = [ordered]@{ Outcome = $outcome; ExitCode = $run.ExitCode; Report = $last }
    if ($outcome -eq 'Failed') { $notes['Errors'] = @(Get-Content -LiteralPath "$log.errors" -Tail 25) }
    $notes
}

function Import-Product {
    $folder = $ModulePath
    if (-not $folder) { $folder = [System.IO.Path]::Combine($script:Checkout, 'target', 'module', 'TaskSequenceMedia') }
    $manifest = [System.IO.Path]::Combine([System.IO.Path]::GetFullPath($folder), 'TaskSequenceMedia.psd1')
    if (-not [System.IO.File]::Exists($manifest)) { throw "There is no module in '$manifest': the build did not come that far." }
    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    Import-Module -Name $manifest -Force -Scope Global
    $module = Get-Module -Name TaskSequenceMedia
    [ordered]@{ Version = [string]$module.Version; Commands = $module.ExportedFunctions.Count; ImportMilliseconds = $watch.ElapsedMilliseconds }
}

# A password that nobody is told.
function New-RandomPassword {
    $bytes = New-Object byte[] 24
    $random = [System.Security.Cryptography.RandomNumberGenerator]::Create()
    try { $random.GetBytes($bytes) } finally { $random.Dispose() }
    $secret = New-Object System.Security.SecureString
    foreach ($character in [Convert]::ToBase64String($bytes).ToCharArray()) { $secret.AppendChar($character) }
    $secret.MakeReadOnly()
    $secret
}

# Checks of a report that did not pass, and how many did.
function Get-ReportNote {
    param([object]$Report)
    $open = @($Report.Checks | Where-Object { $_.Outcome -ne 'Passed' } | ForEach-Object {
            [ordered]@{ Outcome = [string]$_.Outcome; Id = [string]$_.Id; ErrorId = [string]$_.ErrorId; Evidence = [string]$_.Evidence }
        })
    [ordered]@{
        Outcome   = [string]$Report.Outcome
        Passed    = @($Report.Checks | Where-Object { $_.Outcome -eq 'Passed' }).Count
        NotPassed = $open
    }
}

function Invoke-RealMedium {
    if (-not $BootImage -or -not $ContentLibrary) { throw 'SKIPPED: BootImage and ContentLibrary were not given' }
    $facts = $SiteFacts
    if (-not $facts) { $facts = New-LabFact }
    $parsed = ConvertFrom-Json -InputObject ([System.IO.File]::ReadAllText($facts))
    $points = @($ManagementPoint | Where-Object { $_ })
    if ($points.Count -eq 0 -and $parsed.PSObject.Properties['managementPoints']) { $points = @($parsed.managementPoints | ForEach-Object { $_.url }) }
    # This version makes self-signed certificates only, which such management points refuse. Here nothing is asked of them.
    $secure = @($points -like 'https:*').Count
    $points = @($points -replace '^https:', 'http:')
    Add-ServerOfUrl $points
    foreach ($field in 'siteName', 'organizationName') { if ($parsed.PSObject.Properties[$field]) { Add-Name $parsed.$field $field } }
    $definition = New-TaskSequenceMediaDefinition -Bootable -MediaMode SiteBased -MediaType CdDvd -MediaLabel 'Lab check' `
        -Path ([System.IO.Path]::Combine($WorkFolder, 'lab-check.iso')) -SiteFacts $facts -BootImage $BootImage `
        -DistributionPoint $ContentLibrary -ManagementPoint $points -MediaPassword $script:Password `
        -CertificateExpireTime ([datetime]::UtcNow.AddDays(1)) -LogPath ([System.IO.Path]::Combine($WorkFolder, 'CreateTSMedia.log'))
    $before = $definition | Test-TaskSequenceMediaDefinition
    $notes = [ordered]@{ ManagementPoints = $points.Count; ThoseWithHttps = $secure; Before = Get-ReportNote $before }
    if ($before.Outcome -eq 'Failed') { $notes['Outcome'] = 'Failed'; return $notes }
    $media = $definition | New-TaskSequenceMedia -Confirm:$false
    $after = $media | Test-TaskSequenceMedia
    $script:Medium = $media.Path
    $notes['Outcome'] = [string]$after.Outcome
    $notes['After'] = Get-ReportNote $after
    $notes['Length'] = $media.Length
    $notes['BuildSeconds'] = [math]::Round($media.Duration.TotalSeconds, 1)
    $notes['BootImage'] = [string]$media.BootImage
    $notes
}

# Windows' own drivers read the medium: every file of the manifest must have the hash that stands there.
function Test-MountedMedium {
    if (-not $script:Medium) { throw 'SKIPPED: no medium was made' }
    if (-not (Get-Command -Name Mount-DiskImage -ErrorAction SilentlyContinue)) { throw 'SKIPPED: this system has no Mount-DiskImage' }
    $manifest = ConvertFrom-Json -InputObject ([System.IO.File]::ReadAllText("$script:Medium.manifest.json"))
    $wrong = @()
    $image = Mount-DiskImage -ImagePath $script:Medium -Access ReadOnly -PassThru
    try {
        $volume = $image | Get-Volume
        foreach ($file in $manifest.files) {
            $path = '{0}:\{1}' -f $volume.DriveLetter, $file.path.Replace('/', '\')
            if (-not [System.IO.File]::Exists($path)) { $wrong += "$($file.path): not there"; continue }
            $hash = (Get-FileHash -LiteralPath $path -Algorithm SHA256).Hash
            if ($hash -ne $file.sha256) { $wrong += "$($file.path): other bytes" }
        }
        $notes = [ordered]@{ FileSystem = [string]$volume.FileSystem; Label = [string]$volume.FileSystemLabel; Files = @($manifest.files).Count; Wrong = $wrong }
    } finally {
        [void](Dismount-DiskImage -ImagePath $script:Medium)
    }
    $notes['Outcome'] = if ($wrong.Count) { 'Failed' } else { 'Passed' }
    $notes
}

function Read-WizardMedium {
    if (-not $WizardMedium) { throw 'SKIPPED: WizardMedium was not given' }
    $secret = $WizardPassword
    if ($null -eq $secret) { $secret = Read-Host -Prompt 'Password of the wizard medium (nothing, if it has none)' -AsSecureString }
    $password = @{}
    if ($secret.Length -gt 0) { $password['MediaPassword'] = $secret }
    $media = Get-TaskSequenceMedia -LiteralPath $WizardMedium @password
    Add-ServerOfUrl $media.ManagementPoint
    $report = Test-TaskSequenceMedia -LiteralPath $WizardMedium @password
    $records = @(Get-TaskSequenceMedia -LiteralPath $WizardMedium @password -ProfileEvidence)
    $verdicts = [ordered]@{}
    foreach ($group in @($records | Group-Object -Property Verdict)) { $verdicts[[string]$group.Name] = $group.Count }
    [ordered]@{
        # A wizard's medium has no manifest: that warning is expected.
        Outcome     = if ($report.Outcome -eq 'Failed') { 'Failed' } else { 'Passed' }
        Kind        = [string]$media.Kind
        MediaMode   = [string]$media.MediaMode
        Length      = $media.Length
        Certificate = if ($media.Certificate) { [string]$media.Certificate.KeyType } else { 'none' }
        Variables   = @($media.VariableNames)
        Test        = Get-ReportNote $report
        Verdicts    = $verdicts
        Evidence    = @($records | ForEach-Object {
                [ordered]@{ Key = [string]$_.Key; Verdict = [string]$_.Verdict; Assumed = [string]$_.Assumed; Found = [string]$_.Found }
            })
    }
}

#endregion
#region the facts of the site

# A facts file out of the SMS Provider (docs/site-facts.md names every source). Only reads.
function New-LabFact {
    if (-not $ProviderServer) { throw 'SKIPPED: neither SiteFacts nor ProviderServer was given' }
    $session = New-CimSession -ComputerName $ProviderServer -SessionOption (New-CimSessionOption -Protocol Dcom)
    try {
        $location = @(Get-CimInstance -CimSession $session -Namespace 'root\sms' -Query 'SELECT * FROM SMS_ProviderLocation WHERE ProviderForLocalSite = TRUE')[0]
        $site = @{ CimSession = $session; Namespace = "root\sms\site_$($location.SiteCode)" }
        $identity = @(Get-CimInstance @site -ClassName SMS_Identification)[0]
        $server = Get-ComponentProperty $site 'SMS Site Server'
        $web = Get-ComponentProperty $site 'SMS Management Point'
        $facts = [ordered]@{
            schemaVersion          = 1
            retrieved              = [datetime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ssZ', [cultureinfo]::InvariantCulture)
            siteCode               = [string]$identity.ThisSiteCode
            siteName               = [string]$identity.ThisSiteName
            ports                  = [ordered]@{ http = Get-FirstPort $web['IISPortsList'] 80; https = Get-FirstPort $web['IISSSLPortsList'] 443 }
            iisSslState            = [int]$server['IISSSLState'].Value
            useFirstCertificate    = [int]$server['Select First Certificate'].Value -eq 1
            publicRootKey          = Get-RootKey
            siteSigningCertificate = Get-SigningCertificate (@(Get-ManagementPointUrl $site)[0])
            unknownComputers       = @(Get-CimInstance @site -Query 'SELECT * FROM SMS_R_UnknownSystem WHERE Decommissioned = 0' | ForEach-Object {
                    [ordered]@{ architecture = ConvertTo-Architecture $_.CPUType; id = ([string]$_.SMSUniqueIdentifier).Trim('{', '}').ToLowerInvariant() }
                })
            managementPoints       = @(Get-ManagementPointUrl $site | ForEach-Object { [ordered]@{ url = $_ } })
            packages               = @(Get-CimInstance @site -ClassName SMS_BootImagePackage | ForEach-Object {
                    [ordered]@{ packageId = [string]$_.PackageID; kind = 'BootImage'; name = [string]$_.Name; sourceVersion = [int]$_.SourceVersion
                        architecture = ConvertTo-Architecture $_.Architecture }
                })
            origins                = @([ordered]@{ fact = 'all'; source = 'SMS Provider, read by Test-InLab.ps1' })
        }
    } finally {
        Remove-CimSession -CimSession $session
    }
    $path = [System.IO.Path]::Combine($WorkFolder, 'facts.json')
    [System.IO.File]::WriteAllText($path, (ConvertTo-Json -InputObject $facts -Depth 6))
    $path
}

# The embedded properties of a component's item, by name; absent ones are zero.
function Get-ComponentProperty {
    param([hashtable]$Site, [string]$Item)
    $found = @{}
    foreach ($name in 'IISSSLState', 'Select First Certificate', 'IISPortsList', 'IISSSLPortsList') {
        $found[$name] = [pscustomobject]@{ Value = 0; Value1 = '' }
    }
    foreach ($component in @(Get-CimInstance @Site -Query "SELECT * FROM SMS_SCI_Component WHERE ItemName LIKE '%|$Item'")) {
        foreach ($property in @($component.Props)) { if ($property.PropertyName) { $found[[string]$property.PropertyName] = $property } }
    }
    $found
}

function Get-FirstPort {
    param([object]$Property, [int]$Default)
    if ([string]$Property.Value1 -match '\d+') { [int]$Matches[0] } else { $Default }
}

function ConvertTo-Architecture {
    param([object]$Value)
    switch -Regex ([string]$Value) {
        '^(0|x86)$' { 'x86'; break }
        '^(9|x64)$' { 'x64'; break }
        '^(12|arm64)$' { 'arm64'; break }
        default { "unknown ($Value)" }
    }
}

function Get-ManagementPointUrl {
    param([hashtable]$Site)
    foreach ($role in @(Get-CimInstance @Site -Query "SELECT * FROM SMS_SCI_SysResUse WHERE RoleName = 'SMS Management Point'")) {
        $server = ([string]$role.NetworkOSPath).Trim('\')
        $state = @($role.Props | Where-Object { $_.PropertyName -eq 'SslState' } | ForEach-Object { $_.Value })
        $scheme = if ($state.Count -and $state[0] -in 1, 3) { 'https' } else { 'http' }
        "${scheme}://$server"
    }
}

function Get-RootKey {
    if ($MobileClientTcf) {
        foreach ($line in [System.IO.File]::ReadAllLines($MobileClientTcf)) { if ($line -match '^SMSPublicRootKey=([0-9A-Fa-f]+)') { return $Matches[1] } }
        throw "'$MobileClientTcf' has no line SMSPublicRootKey."
    }
    $key = @(Get-CimInstance -Namespace 'root\ccm\locationservices' -ClassName TrustedRootKey -ErrorAction SilentlyContinue)
    if ($key.Count -and $key[0].TrustedRootKey) { return [string]$key[0].TrustedRootKey }
    throw 'The trusted root key is not known: this computer has no client that tells it. Give MobileClientTcf.'
}

# The certificate that signs policies, as any management point tells everybody who asks: hexadecimal digits in an XML element.
function Get-SigningCertificate {
    param([string]$Url)
    $answer = [string](Invoke-WebRequest -Uri "$Url/SMS_MP/.sms_aut?SITESIGNCERT" -UseBasicParsing -TimeoutSec 30).Content
    if ($answer -match '>\s*([0-9A-Fa-f]{200,})\s*<') { return $Matches[1] }
    throw "The management point's answer to SITESIGNCERT has no certificate in it ($($answer.Length) characters)."
}

#endregion
#region the report

# Every text in a value. The names of notes are ours.
function Get-NoteText {
    param([AllowNull()] [object]$Value)
    if ($Value -is [string]) { return $Value }
    if ($Value -is [System.Collections.IDictionary]) { $Value = $Value.Values }
    if ($Value -is [System.Collections.IEnumerable]) { foreach ($item in $Value) { Get-NoteText $item } }
}

# Looks for the names once more: names may have become known after a step had written its notes.
function Protect-Report {
    foreach ($step in $script:Steps) {
        $step.Notes = Protect-Value $step.Notes
        foreach ($text in @(Get-NoteText $step.Notes)) {
            # What took the place of a name may be a word that is also a name, such as 'user'.
            $rest = $text -replace '<[a-z0-9 ]+>'
            foreach ($name in @($script:Names.Keys)) {
                if ([regex]::IsMatch($rest, (Get-NamePattern $name))) { throw "The report would hold a name ($($script:Names[$name])); it is not written." }
            }
        }
    }
}

# Writes the report, unless something is in it that must not be.
function Write-LabReport {
    Protect-Report
    $report = [ordered]@{
        Format = 'TaskSequenceMedia lab check 1'
        Date   = [datetime]::UtcNow.ToString('yyyy-MM-dd', [cultureinfo]::InvariantCulture)
        Steps  = $script:Steps
    }
    $json = ConvertTo-Json -InputObject $report -Depth 8
    $path = [System.IO.Path]::Combine($WorkFolder, 'report.json')
    [System.IO.File]::WriteAllText($path, $json)
    $lines = foreach ($step in $script:Steps) { '{0,-8} {1,8:0.0} s  {2}' -f $step.Outcome, $step.Seconds, $step.Step }
    [System.IO.File]::WriteAllLines([System.IO.Path]::ChangeExtension($path, '.txt'), [string[]]$lines)
    Write-Step 'Report'
    foreach ($line in $lines) { [Console]::Out.WriteLine($line) }
    [Console]::Out.WriteLine("`nRead it, then send it: $path")
    [Console]::Out.WriteLine("Delete the folder afterwards: it holds a medium of your site and, when the provider was asked, facts.json.")
}

#endregion

[void][System.IO.Directory]::CreateDirectory($WorkFolder)
$WorkFolder = [System.IO.Path]::GetFullPath($WorkFolder)
$script:Medium = $null
$script:Password = New-RandomPassword
Initialize-Name
Invoke-Step 'This computer' { Get-EnvironmentNote }
Invoke-Step 'Build and demonstration' { Invoke-Demo }
Invoke-Step 'Import of the module' { Import-Product }
Invoke-Step 'A medium of a real boot image package' { Invoke-RealMedium }
Invoke-Step 'Windows reads that medium' { Test-MountedMedium }
Invoke-Step 'A medium of the wizard' { Read-WizardMedium }
Write-LabReport
if (@($script:Steps | Where-Object { $_.Outcome -eq 'Failed' }).Count) { exit 1 }
exit 0
