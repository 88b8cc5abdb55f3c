# Bad input gets an error with a number, a word about what and where, and advice; and nothing is lost.
BeforeDiscovery {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'Site.ps1'))
    $script:Gap = Get-TsmAcceptanceGap
    # Change gets the parameters ($r), the root folder and the folder of the site. Says is what the message must hold.
    $script:Cases = @(
        @{ Title = 'no such package'; Id = 'TSM1106'; Says = 'PS1FFFFF'; Change = { param($r) $r.BootImage = 'PS1FFFFF' } }
        @{ Title = 'a package of another kind'; Id = 'TSM1109'; Says = 'PS100011'; Change = { param($r) $r.BootImage = 'PS100011' } }
        @{ Title = 'neither package ID nor path'; Id = 'TSM1001'; Says = 'boot image'; Change = { param($r) $r.BootImage = 'boot image' } }
        @{ Title = 'a boot image that is no WIM'; Id = 'TSM1501'; Says = 'not a WIM'; Change = { param($r) $r.BootImage = 'PS10000A' } }
        @{ Title = 'a boot image with two images'; Id = 'TSM1502'; Says = '2'; Change = { param($r) $r.BootImage = 'PS100008' } }
        @{ Title = 'a boot image without boot files'; Id = 'TSM1504'; Says = 'Windows'; Change = { param($r) $r.BootImage = 'PS100009' } }
        @{ Title = 'a .wim that is not there'; Id = 'TSM1506'; Says = 'none.wim'; Change = { param($r, $root) $r.BootImage = "$root/none.wim" } }
        @{ Title = 'a .wim that is no WIM'; Id = 'TSM1501'; Says = 'text.wim'; Change = { param($r, $root)
                [System.IO.File]::WriteAllText("$root/text.wim", [string]::new('x', 5000)); $r.BootImage = "$root/text.wim" } }
        @{ Title = 'an empty .wim'; Id = 'TSM1501'; Says = 'empty.wim'; Change = { param($r, $root)
                [System.IO.File]::WriteAllText("$root/empty.wim", ''); $r.BootImage = "$root/empty.wim" } }
        @{ Title = 'a folder that is no content library'; Id = 'TSM1201'; Says = 'log'; Change = { param($r, $root) $r.DistributionPoint = "$root/log" } }
        @{ Title = 'a content library that is not there'; Id = 'TSM1201'; Says = 'nolib'; Change = { param($r, $root) $r.DistributionPoint = "$root/nolib" } }
        @{ Title = 'no distribution point for a package'; Id = 'TSM1003'; Says = 'distribution point'; Change = { param($r) $r.Remove('DistributionPoint') } }
        @{ Title = 'a target folder that is not there'; Id = 'TSM1401'; Says = 'nofolder'; Change = { param($r, $root) $r.Path = "$root/nofolder/boot.iso" } }
        @{ Title = 'a target folder that cannot be written to'; Id = 'TSM1402'; Says = 'locked'; Unix = $true; NotRoot = $true; Change = { param($r, $root)
                [void][System.IO.Directory]::CreateDirectory("$root/locked"); chmod 555 "$root/locked"; $r.Path = "$root/locked/boot.iso" } }
        @{ Title = 'a folder as target'; Id = 'TSM1405'; Says = 'tmp'; Change = { param($r, $root) $r.Path = "$root/tmp" } }
        @{ Title = 'a temporary folder that is not there'; Id = 'TSM1406'; Says = 'notmp'; Change = { param($r, $root) $r.TemporaryFolder = "$root/notmp" } }
        @{ Title = 'a log that cannot be written'; Id = 'TSM1407'; Says = 'nolog'; Change = { param($r, $root) $r.LogPath = "$root/nolog/x.log" } }
        @{ Title = 'a path outside of the file system'; Id = 'TSM1004'; Says = 'Env:'; Change = { param($r) $r.Path = 'Env:/boot.iso' } }
        @{ Title = 'a file name that is too long'; Id = 'TSM1005'; Says = 'characters'; Change = { param($r, $root) $r.Path = "$root/out/$('x' * 252).iso" } }
        @{ Title = 'a management point that is no URL'; Id = 'TSM1012'; Says = 'mp1.contoso.test'; Change = { param($r) $r.ManagementPoint = 'mp1.contoso.test' } }
        @{ Title = 'an HTTPS management point'; Id = 'TSM1108'; Says = 'https://mp1'; Change = { param($r) $r.ManagementPoint = 'https://mp1.contoso.test' } }
        @{ Title = 'mode Dynamic without management point'; Id = 'TSM1013'; Says = 'management point'; Change = { param($r) $r.MediaMode = 'Dynamic'; $r.Remove('ManagementPoint') } }
        @{ Title = 'a label that is too long'; Id = 'TSM1006'; Says = 'label'; Change = { param($r) $r.MediaLabel = 'x' * 40 } }
        @{ Title = 'a label with a control character'; Id = 'TSM1006'; Says = 'label'; Change = { param($r) $r.MediaLabel = "a`tb" } }
        @{ Title = 'a variable with a reserved name'; Id = 'TSM1007'; Says = '_SMSTSMP'; Change = { param($r) $r.Variable = @{ _SMSTSMP = 'x' } } }
        @{ Title = 'a variable with a blank in its name'; Id = 'TSM1007'; Says = 'a b'; Change = { param($r) $r.Variable = @{ 'a b' = 'x' } } }
        @{ Title = 'a variable twice'; Id = 'TSM1007'; Says = 'twice'; Change = { param($r) $r.Variable = @(@{ Name = 'A'; Value = '1' }, @{ Name = 'a'; Value = '2' }) } }
        @{ Title = 'a value that XML cannot hold'; Id = 'TSM1008'; Says = "'A'"; Change = { param($r) $r.Variable = @{ A = "x$([char]0)y" } } }
        @{ Title = 'an empty password'; Id = 'TSM1009'; Says = 'empty'; Change = { param($r) $r.MediaPassword = [securestring]::new() } }
        @{ Title = 'a password as text'; Id = 'TSM1017'; Says = 'reference'; Change = { param($r) $r.MediaPassword = 'Hidd3nWord' } }
        @{ Title = 'a variable that is not set'; Id = 'TSM1010'; Says = 'TSM_TEST_NO_SUCH'; Change = { param($r) $r.MediaPassword = 'env:TSM_TEST_NO_SUCH' } }
        @{ Title = 'a password file that is not there'; Id = 'TSM1010'; Says = 'none.txt'; Change = { param($r, $root) $r.MediaPassword = "file:$root/none.txt" } }
        @{ Title = 'a password file that others can read'; Id = 'TSM1011'; Says = 'open.txt'; Unix = $true; Change = { param($r, $root)
                [System.IO.File]::WriteAllText("$root/open.txt", 'Hidd3nWord'); chmod 644 "$root/open.txt"; $r.MediaPassword = "file:$root/open.txt" } }
        @{ Title = 'certificate dates reversed'; Id = 'TSM1301'; Says = 'before it begins'; Change = { param($r)
                $r.CertificateStartTime = [datetime]::Now.AddDays(10); $r.CertificateExpireTime = [datetime]::Now.AddDays(5) } }
        @{ Title = 'a certificate that has ended'; Id = 'TSM1302'; Says = 'ended'; Change = { param($r)
                $r.CertificateStartTime = [datetime]::Now.AddDays(-10); $r.CertificateExpireTime = [datetime]::Now.AddDays(-5) } }
        @{ Title = 'no site facts'; Id = 'TSM1003'; Says = 'SiteFacts'; Change = { param($r) $r.Remove('SiteFacts') } }
        @{ Title = 'a facts file that is not there'; Id = 'TSM1101'; Says = 'none.json'; Change = { param($r, $root) $r.SiteFacts = "$root/none.json" } }
        @{ Title = 'a facts file of another version'; Id = 'TSM1103'; Says = '99'; Facts = { param($f) $f.schemaVersion = 99 } }
        @{ Title = 'a facts file that is older than asked'; Id = 'TSM1104'; Says = 'day'; Facts = { param($f) $f.retrieved = '2020-01-01T00:00:00Z' }
            Change = { param($r) $r.SiteFactsMaximumAge = 30 } }
        @{ Title = 'a fact that is missing'; Id = 'TSM1105'; Says = 'publicRootKey'; Facts = { param($f) $f.PSObject.Properties.Remove('publicRootKey') } }
        @{ Title = 'a fact that is impossible'; Id = 'TSM1102'; Says = 'facts'; Facts = { param($f) $f.ports = 'none' } }
        @{ Title = 'facts that are no JSON'; Id = 'TSM1102'; Says = 'line 2'; Change = { param($r, $root)
                [System.IO.File]::WriteAllText("$root/torn.json", "{`n  `"schemaVersion`": 1,"); $r.SiteFacts = "$root/torn.json" } }
        @{ Title = 'the facts of another site'; Id = 'TSM1107'; Says = 'XYZ'; Change = { param($r) $r.SiteCode = 'XYZ' } }
        @{ Title = 'a site code that is none'; Id = 'TSM1001'; Says = 'site code'; Change = { param($r) $r.SiteCode = 'PS1X' } }
        @{ Title = 'package known, but not in the library'; Id = 'TSM1202'; Says = 'PS100005'; Fault = 'package-ini-missing' }
        @{ Title = 'package in the library, but no content'; Id = 'TSM1203'; Says = 'PS100005'; Fault = 'absent-content-listed' }
        @{ Title = 'a file of the content missing'; Id = 'TSM1204'; Says = 'PS100005'; Fault = 'file-missing' }
        @{ Title = 'a file of the content too short'; Id = 'TSM1205'; Says = 'PS100005'; Fault = 'file-truncated' }
        @{ Title = 'a file of the content altered'; Id = 'TSM1206'; Says = 'PS100005'; Fault = 'file-bit-flipped' }
        @{ Title = 'an older version in the library'; Id = 'TSM1208'; Says = 'version'; Fault = 'old-version' }
        @{ Title = 'a name that leads out of the library'; Id = 'TSM1209'; Says = 'PS100005'; Fault = 'traversal-file-name'; Unix = $true }
        @{ Title = 'a record of the library that is damaged'; Id = 'TSM1207'; Says = 'PS100005'; Fault = 'file-hash-short' }
    )
    if ([System.IO.Path]::DirectorySeparatorChar -ne '\' -and (id -u) -eq '0') {
        [Console]::Error.WriteLine('SKIPPED: a folder that root may not write to: there is none; run the tests as another user')
        $script:Cases = @($Cases | Where-Object { -not $_.ContainsKey('NotRoot') })
    }
    if ([System.IO.Path]::DirectorySeparatorChar -eq '\') { $script:Cases = @($Cases | Where-Object { -not $_.ContainsKey('Unix') }) }
}

BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'Site.ps1'))
    Initialize-TsmAcceptance
    $script:Root = New-TsmRoot ([System.IO.Path]::Combine((Get-Item -LiteralPath $TestDrive).FullName, 'bad'))
    New-TsmSite -Path "$Root/site"

    function Get-BadRequest($Case) {
        $request = Get-TsmRequest -Root $Root
        if ($Case.ContainsKey('Fault')) {
            $site = "$Root/site-$($Case.Fault)"
            if (-not [System.IO.Directory]::Exists($site)) {
                New-TsmSite -Path $site
                Set-TsmSiteFault -Path $site -Fault $Case.Fault
            }
            $request.SiteFacts = "$site/facts.json"
            $request.DistributionPoint = "$site/SCCMContentLib", "$site/SCCMContentLibE"
        }
        if ($Case.ContainsKey('Facts')) {
            $facts = ConvertFrom-Json ([System.IO.File]::ReadAllText("$Root/site/facts.json"))
            & $Case.Facts $facts
            [System.IO.File]::WriteAllText("$Root/changed.json", (ConvertTo-Json $facts -Depth 20))
            $request.SiteFacts = "$Root/changed.json"
        }
        if ($Case.ContainsKey('Change')) { & $Case.Change $request $Root }
        $request
    }
}

Describe 'Bad input' -Skip:([bool]$Gap) {
    It '<Title>: <Id>' -ForEach $Cases {
        $request = Get-BadRequest $_
        [System.IO.File]::WriteAllText("$Root/out/boot.iso", 'the old medium')
        $faults = $null
        $made = New-TaskSequenceMedia @request -ErrorAction SilentlyContinue -ErrorVariable faults
        $made | Should -BeNullOrEmpty
        @($faults | ForEach-Object { $_.FullyQualifiedErrorId }) | Should -Be @("$Id,New-TaskSequenceMedia") -Because ($faults | Out-String)
        "$($faults[0])" | Should -Match ([regex]::Escape($Says))
        "$($faults[0])" | Should -Not -Match 'Hidd3nWord'
        $faults[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        $faults[0].CategoryInfo.Category | Should -Not -Be 'NotSpecified'
        [System.IO.File]::ReadAllText("$Root/out/boot.iso") | Should -Be 'the old medium'
        @(Get-ChildItem -LiteralPath $Root -Recurse -Filter '*.partial').Count | Should -Be 0
        @(Get-ChildItem -LiteralPath "$Root/tmp").Count | Should -Be 0
    }

    It '<Title>: seen by the test of the definition, or before' -ForEach $Cases {
        $request = Get-BadRequest $_
        $faults = @()
        $report = $null
        try {
            $report = New-TaskSequenceMediaDefinition @request -ErrorAction SilentlyContinue -ErrorVariable faults |
                Test-TaskSequenceMediaDefinition -ErrorAction SilentlyContinue -ErrorVariable +faults
        } catch { $faults = @($_) }
        $ids = @($faults | ForEach-Object { $_.FullyQualifiedErrorId -replace ',.*' })
        if ($report) {
            $report.Outcome | Should -Be 'Failed'
            $ids += @($report.Checks | Where-Object Outcome -eq 'Failed' | ForEach-Object { $_.ErrorId })
        }
        $ids | Should -Contain $Id
    }
}

Describe 'Odd but good input' -Skip:([bool]$Gap) {
    It 'a path with wildcard characters' {
        $request = Get-TsmRequest -Root $Root -Name 'a [x] & b.iso'
        (New-TaskSequenceMedia @request | Test-TaskSequenceMedia).Outcome | Should -Not -Be 'Failed'
        (Test-TaskSequenceMedia -LiteralPath $request.Path -Quiet) | Should -BeTrue
        (Get-TaskSequenceMedia $request.Path).Path | Should -Be $request.Path
    }

    It 'site facts as an object' {
        $request = Get-TsmRequest -Root $Root -Name 'object.iso'
        $request.SiteFacts = ConvertFrom-Json ([System.IO.File]::ReadAllText("$Root/site/facts.json"))
        (New-TaskSequenceMedia @request).SiteCode | Should -Be 'PS1'
    }

    It 'a second library when the first has an altered file, with a warning that names it' {
        $site = "$Root/site-second"
        New-TsmSite -Path $site
        Set-TsmSiteFault -Path $site -Fault 'file-bit-flipped'
        $request = Get-TsmRequest -Root $Root -Name 'second.iso'
        $request.DistributionPoint = @("$site/SCCMContentLib", "$site/SCCMContentLibE") + $request.DistributionPoint
        $media = New-TaskSequenceMedia @request -WarningVariable warned -WarningAction SilentlyContinue
        $media.Verification | Should -Be 'Passed'
        ($warned -join ' ') | Should -Match 'TSM1206'
    }
}

Describe 'Bad definition files' -Skip:([bool]$Gap) {
    It '<Title>: <Id>' -TestCases @(
        @{ Title = 'not JSON'; Id = 'TSM1001'; Text = "{`n  `"kind`": Bootable`n}"; Says = 'line 2, column' }
        @{ Title = 'torn'; Id = 'TSM1001'; Text = "{`n  `"schemaVersion`": 1,"; Says = 'line 2, column' }
        @{ Title = 'empty'; Id = 'TSM1001'; Text = ''; Says = 'line 1, column' }
        @{ Title = 'a list'; Id = 'TSM1001'; Text = '[1]'; Says = 'line 1' }
        @{ Title = 'a field that is not known'; Id = 'TSM1002'; Text = '{"schemaVersion":1,"mediaLable":"x"}'; Says = "'mediaLabel'" }
        @{ Title = 'another version'; Id = 'TSM1014'; Says = '7'; Text = '{"schemaVersion":7,"kind":"Bootable","path":"a.iso","mediaType":"CdDvd","mediaMode":"Dynamic","siteFacts":"f","bootImage":"PS100005"}' }
        @{ Title = 'a password in it'; Id = 'TSM1017'; Says = 'password'; Text = '{"schemaVersion":1,"kind":"Bootable","path":"a.iso","mediaType":"CdDvd","mediaMode":"Dynamic","siteFacts":"f","bootImage":"PS100005","mediaPassword":"Hidd3nWord"}' }
    ) {
        [System.IO.File]::WriteAllText("$Root/bad.json", $Text)
        $faults = $null
        Import-TaskSequenceMediaDefinition "$Root/bad.json" -ErrorAction SilentlyContinue -ErrorVariable faults | Should -BeNullOrEmpty
        @($faults | ForEach-Object { $_.FullyQualifiedErrorId }) | Should -Be @("$Id,Import-TaskSequenceMediaDefinition")
        "$($faults[0])" | Should -Match ([regex]::Escape($Says))
        "$($faults[0])" | Should -Not -Match 'Hidd3nWord'
    }
}

Describe 'Bad media' -Skip:([bool]$Gap) {
    It '<Title>: <Id> from <Command>' -TestCases @(
        foreach ($command in 'Test-TaskSequenceMedia', 'Get-TaskSequenceMedia') {
            @{ Command = $command; Title = 'a file that is not there'; Id = 'TSM1702'; Make = { } }
            @{ Command = $command; Title = 'an empty file'; Id = 'TSM1702'; Make = { [System.IO.File]::WriteAllText("$Root/bad.iso", '') } }
            @{ Command = $command; Title = 'text'; Id = 'TSM1702'; Make = { [System.IO.File]::WriteAllText("$Root/bad.iso", [string]::new('x', 100000)) } }
            # Get- also takes the folder of a boot loader, and says that there is none.
            $id = if ($command -eq 'Get-TaskSequenceMedia') { 'TSM1521' } else { 'TSM1702' }
            @{ Command = $command; Title = 'a folder'; Id = $id; Make = { [void][System.IO.Directory]::CreateDirectory("$Root/bad.iso") } }
        }
    ) {
        if ([System.IO.Directory]::Exists("$Root/bad.iso")) { [System.IO.Directory]::Delete("$Root/bad.iso") }
        if ([System.IO.File]::Exists("$Root/bad.iso")) { [System.IO.File]::Delete("$Root/bad.iso") }
        & $Make
        $faults = $null
        & $Command -LiteralPath "$Root/bad.iso" -ErrorAction SilentlyContinue -ErrorVariable faults | Should -BeNullOrEmpty
        @($faults | ForEach-Object { $_.FullyQualifiedErrorId }) | Should -Be @("$Id,$Command")
    }
}
