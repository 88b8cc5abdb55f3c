# The whole way: from a site's content library to a verified ISO, through the pipeline, with the real native library.
BeforeDiscovery {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'Site.ps1'))
    $script:Gap = Get-TsmAcceptanceGap
}

BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'Site.ps1'))
    Initialize-TsmAcceptance
    $script:Root = New-TsmRoot ([System.IO.Path]::Combine((Get-Item -LiteralPath $TestDrive).FullName, 'walk'))
    New-TsmSite -Path "$Root/site"
    $script:Secret = ConvertTo-TsmSecret 'Sample-Pa55word'
}

Describe 'The walk' -Skip:([bool]$Gap) {
    BeforeAll {
        $request = Get-TsmRequest -Root $Root
        $script:Report = New-TaskSequenceMediaDefinition @request -MediaPassword $Secret -MediaLabel 'Boot PS1' -Variable ([ordered]@{ Zeta = 'z'; Alpha = 'a' }) -AllowUnknownMachine |
            Test-TaskSequenceMediaDefinition | New-TaskSequenceMedia -OutVariable made | Test-TaskSequenceMedia
        $script:Media = $made[0]
    }

    It 'ends with a report that nothing is wrong' {
        @($Report.Checks | Where-Object Outcome -ne 'Passed' | ForEach-Object { [string]$_ }) | Should -BeNullOrEmpty
        $Report.Outcome | Should -Be 'Passed'
        @($Report.Checks).Count | Should -BeGreaterThan 5
        $Report.PSObject.TypeNames[0] | Should -Be 'TaskSequenceMedia.TestReport'
    }

    It 'leaves the medium, its manifest and the log, and nothing else' {
        $Media.Path | Should -Be "$Root/out/boot.iso"
        @(Get-ChildItem -LiteralPath "$Root/out" | ForEach-Object Name | Sort-Object) | Should -Be @('boot.iso', 'boot.iso.manifest.json')
        @(Get-ChildItem -LiteralPath "$Root/tmp").Count | Should -Be 0
        [System.IO.File]::Exists($Media.LogPath) | Should -BeTrue
        $Media.ManifestPath | Should -Be "$Root/out/boot.iso.manifest.json"
        $Media.Length | Should -Be (Get-Item -LiteralPath $Media.Path).Length
    }

    It 'says what it made' {
        $Media.PSObject.TypeNames[0] | Should -Be 'TaskSequenceMedia.Media'
        $Media.Label | Should -Be 'Boot PS1'
        $Media.SiteCode | Should -Be 'PS1'
        $Media.MediaMode | Should -Be 'SiteBased'
        $Media.BootImage.PackageId | Should -Be 'PS100005'
        $Media.IsPasswordProtected | Should -BeTrue
        $Media.AllowUnknownMachine | Should -BeTrue
        $Media.Certificate.NotAfter | Should -BeGreaterThan ([datetime]::Now.AddDays(300))
        $Media.Certificate.NotAfter | Should -BeOfType ([datetime])
        $Media.Created | Should -BeOfType ([datetime])
        $Media.Duration | Should -BeOfType ([timespan])
        $Media.Verification | Should -Be 'Passed'
    }

    It 'has a manifest whose hash is that of the medium' {
        $manifest = ConvertFrom-Json ([System.IO.File]::ReadAllText($Media.ManifestPath))
        $manifest.image.sha256 | Should -Be (Get-FileHash -LiteralPath $Media.Path -Algorithm SHA256).Hash
        $Media.Sha256 | Should -Be $manifest.image.sha256
    }

    It 'made a disc that <Tool> reads' -TestCases @(
        @{ Tool = '7z'; Arguments = @('l', '-tudf') }, @{ Tool = '7z'; Arguments = @('l', '-tiso') }
        @{ Tool = 'isoinfo'; Arguments = @('-d', '-i') }, @{ Tool = 'xorriso'; Arguments = @('-report_el_torito', 'as_mkisofs', '-indev') }
    ) {
        if (-not (Get-Command $Tool -CommandType Application -ErrorAction SilentlyContinue)) {
            [Console]::Error.WriteLine("SKIPPED: $Tool is not here")
            if ([Environment]::GetEnvironmentVariable('TSM_REQUIRE_TOOLS') -eq '1') { throw "$Tool is not here" }
            Set-ItResult -Skipped -Because "$Tool is not here"
            return
        }
        $order = if ($Tool -eq 'xorriso') { @('-indev', $Media.Path, '-report_el_torito', 'as_mkisofs') } else { $Arguments + $Media.Path }
        $text = & $Tool @order 2>&1 | Out-String
        $LASTEXITCODE | Should -Be 0 -Because $text
    }

    It 'tells without the password what can be told' {
        $seen = Get-TaskSequenceMedia $Media.Path
        $seen.Label | Should -Be 'Boot PS1'
        $seen.IsPasswordProtected | Should -BeTrue
        $seen.BootImage.Architecture | Should -Be 'x64'
    }

    It 'tells with the password what is inside, but no values' {
        $seen = Get-TaskSequenceMedia $Media.Path -MediaPassword $Secret
        $seen.Certificate.Thumbprint | Should -Be $Media.Certificate.Thumbprint
        $seen.ManagementPoint | Should -Be @('http://mp1.contoso.test')
        @($seen.VariableNames | Where-Object { $_ -in 'Zeta', 'Alpha' }) | Should -Be @('Zeta', 'Alpha') -Because 'their order is kept'
        $seen.VariableNames | Should -Contain '_SMSTSSiteCode'
        ($seen | ConvertTo-Json -Depth 5 -WarningAction SilentlyContinue) | Should -Not -Match '"z"'
    }

    It 'fails with a wrong password, and says so' {
        $wrong = Test-TaskSequenceMedia -LiteralPath $Media.Path -MediaPassword (ConvertTo-TsmSecret 'no') -ErrorAction SilentlyContinue -ErrorVariable faults
        $ids = @($faults | ForEach-Object { $_.FullyQualifiedErrorId }) + @($wrong | ForEach-Object { $_.Checks | Where-Object Outcome -eq 'Failed' | ForEach-Object { $_.ErrorId } })
        ($ids -join ' ') | Should -Match 'TSM1704'
        Test-TaskSequenceMedia -LiteralPath $Media.Path -MediaPassword (ConvertTo-TsmSecret 'no') -Quiet -ErrorAction SilentlyContinue | Should -BeFalse
    }

    It 'finds one altered byte' {
        $copy = "$Root/out/altered.iso"
        $bytes = [System.IO.File]::ReadAllBytes($Media.Path)
        $place = [int]($bytes.Length * 0.6)
        $bytes[$place] = $bytes[$place] -bxor 1
        [System.IO.File]::WriteAllBytes($copy, $bytes)
        try {
            $report = Test-TaskSequenceMedia -LiteralPath $copy -Manifest $Media.ManifestPath -MediaPassword $Secret
            $report.Outcome | Should -Be 'Failed'
        } finally { [System.IO.File]::Delete($copy) }
    }
}

Describe 'A definition file' -Skip:([bool]$Gap) {
    It 'makes the same plan as the parameters, wherever it is read from' {
        $request = Get-TsmRequest -Root $Root -Name 'file.iso'
        $env:TSM_TEST_PASSWORD = 'Sample-Pa55word'
        $definition = New-TaskSequenceMediaDefinition @request -MediaPassword 'env:TSM_TEST_PASSWORD'
        $definition | Export-TaskSequenceMediaDefinition -Path "$Root/file.json"
        Push-Location Env:
        try {
            $again = Import-TaskSequenceMediaDefinition "$Root/file.json"
            ($again | Resolve-TaskSequenceMedia).PlanId | Should -Be ($definition | Resolve-TaskSequenceMedia).PlanId
            ($again | New-TaskSequenceMedia).IsPasswordProtected | Should -BeTrue
        } finally {
            Pop-Location
            $env:TSM_TEST_PASSWORD = $null
        }
    }

    It 'has relative paths that start at its own folder' {
        [System.IO.File]::WriteAllText("$Root/relative.json", '{"schemaVersion":1,"kind":"Bootable","path":"out/relative.iso","mediaType":"CdDvd","mediaMode":"Dynamic",' +
            '"siteFacts":"site/facts.json","bootImage":"PS100005","distributionPoint":["site/SCCMContentLib","site/SCCMContentLibE"],"managementPoint":["http://mp1.contoso.test"]}')
        (Import-TaskSequenceMediaDefinition "$Root/relative.json" | New-TaskSequenceMedia).Path | Should -Be "$Root/out/relative.iso"
    }
}

Describe 'A plan' -Skip:([bool]$Gap) {
    It 'is equal for equal input, and names every file' {
        $request = Get-TsmRequest -Root $Root -Name 'plan.iso'
        $definition = New-TaskSequenceMediaDefinition @request
        $plan = $definition | Resolve-TaskSequenceMedia
        $plan.PlanId | Should -Be ($definition | Resolve-TaskSequenceMedia).PlanId
        @($plan.Entries | Where-Object { $_.Path -match 'boot\.wim$' }).Count | Should -Be 1
        $plan.TargetBytes | Should -BeGreaterThan 0
        [System.IO.File]::Exists("$Root/out/plan.iso") | Should -BeFalse
    }

    It 'is made as it is, and refused when the definition is another by then' {
        $request = Get-TsmRequest -Root $Root -Name 'plan.iso'
        $plan = New-TaskSequenceMediaDefinition @request | Resolve-TaskSequenceMedia
        ($plan | New-TaskSequenceMedia).PlanId | Should -Be $plan.PlanId
        $plan.Definition.MediaLabel = 'Another'
        { $plan | New-TaskSequenceMedia -ErrorAction Stop } | Should -Throw -ErrorId 'TSM1602,New-TaskSequenceMedia'
    }
}

Describe 'New-TaskSequenceMedia -WhatIf' -Skip:([bool]$Gap) {
    It 'gives the plan and touches nothing: no medium, no log, no temporary file' {
        $folder = New-TsmRoot ([System.IO.Path]::Combine((Get-Item -LiteralPath $TestDrive).FullName, 'whatif'))
        New-TsmSite -Path "$folder/site"
        $request = Get-TsmRequest -Root $folder
        [System.IO.File]::WriteAllText("$folder/out/boot.iso", 'old')
        $before = @(Get-TsmTreeHash $folder)
        $plan = New-TaskSequenceMediaDefinition @request -MediaPassword $Secret | Test-TaskSequenceMediaDefinition | New-TaskSequenceMedia -WhatIf
        $plan.PSObject.TypeNames[0] | Should -Be 'TaskSequenceMedia.Plan'
        (New-TaskSequenceMedia @request -WhatIf).PlanId | Should -Not -BeNullOrEmpty
        New-TaskSequenceMediaDefinition @request | New-TaskSequenceMedia -WhatIf | Test-TaskSequenceMedia | Should -BeNullOrEmpty
        @(Get-TsmTreeHash $folder) | Should -Be $before
    }
}

Describe 'Several media at once' -Skip:([bool]$Gap) {
    It 'are made but for the one that cannot be' {
        $definitions = foreach ($turn in @('a', 'PS100005'), @('b', 'PS1FFFFF'), @('c', 'PS100006')) {
            $request = Get-TsmRequest -Root $Root -Name "several-$($turn[0]).iso"
            $request.BootImage = $turn[1]
            New-TaskSequenceMediaDefinition @request
        }
        $faults = $null
        $made = $definitions | New-TaskSequenceMedia -ErrorAction SilentlyContinue -ErrorVariable faults
        @($made | ForEach-Object { [System.IO.Path]::GetFileName($_.Path) }) | Should -Be @('several-a.iso', 'several-c.iso')
        @($faults | ForEach-Object { $_.FullyQualifiedErrorId }) | Should -Be @('TSM1106,New-TaskSequenceMedia')
        $tested = $definitions | Test-TaskSequenceMediaDefinition | New-TaskSequenceMedia -ErrorAction SilentlyContinue -ErrorVariable faults | Test-TaskSequenceMedia
        @($tested).Count | Should -Be 2
        @($tested | Where-Object Outcome -eq 'Failed').Count | Should -Be 0
        @($faults | ForEach-Object { $_.FullyQualifiedErrorId }) | Should -Be @('TSM1015,New-TaskSequenceMedia')
        $faults[0].Exception.Message | Should -Match 'TSM1106'
    }
}
