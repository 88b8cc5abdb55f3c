# Stand-alone media and bundles through the pipeline, with the names of New-CMStandaloneMedia.
BeforeDiscovery {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'Site.ps1'))
    $script:Gap = Get-TsmAcceptanceGap
}

BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'Site.ps1'))
    Initialize-TsmAcceptance
    $script:Root = New-TsmRoot ([System.IO.Path]::Combine((Get-Item -LiteralPath $TestDrive).FullName, 'alone [1]'))
    New-TsmSite -Path "$Root/site"
    $script:Splat = @{
        TaskSequence = 'PS100030'; DistributionPoints = "$Root/site/SCCMContentLib", "$Root/site/SCCMContentLibE"; MediaType = 'CdDvd'
        OutputPath = "$Root/out/alone.iso"; SiteCode = 'PS1'; TemporaryDirectory = "$Root/tmp"; NoAutoRun = $true; AllowUacPrompt = $true; Force = $true
        Packages = 'PS100012'; IncludeApplicationDependencies = $true; AllowUnattended = $true; Variables = @{ Zone = 'Berlin' }
        Expiration = [datetime]::Today.AddYears(2); MediaPassword = (ConvertTo-TsmSecret 'tulip engine marble Thursday kettle')
    }
    $script:Ours = @{ StandAlone = $true; SiteFacts = "$Root/site/facts.json"; LogPath = "$Root/log/CreateTSMedia.log"; WarningAction = 'SilentlyContinue' }
}

Describe 'Stand-alone media' -Skip:([bool]$Gap) {
    It 'go the whole way, and are told as what they are' {
        $media = New-TaskSequenceMedia @Splat @Ours -MediaLabel 'Alone 7'
        $media.Kind | Should -Be 'StandAlone'
        $media.Verification | Should -Be 'Passed'
        $media.TaskSequences[0].PackageId | Should -Be 'PS100030'
        $media.Content.PackageId | Should -Contain 'PS100012'
        $media.MediaExpirationDate | Should -Be $Splat.Expiration.ToUniversalTime()
        $media.Registration | Should -BeNullOrEmpty
        $report = $media | Test-TaskSequenceMedia
        @($report.Checks | Where-Object Outcome -EQ 'Failed') | Should -BeNullOrEmpty
        @($report.Checks | Where-Object Id -EQ 'medium.policy').Outcome | Should -Be 'Passed'
    }

    It 'on several discs are planned, made, tested and shown as a set' {
        $common = @{ TaskSequence = 'PS100030'; Path = "$Root/out/set.iso"; DistributionPoint = $Splat.DistributionPoints; NoPassword = $true }
        $whole = (New-TaskSequenceMediaDefinition @Ours @common | Resolve-TaskSequenceMedia).Volumes[0].Bytes
        $definition = New-TaskSequenceMediaDefinition @Ours @common -MediaSize ($whole - 65536)
        $plan = $definition | Resolve-TaskSequenceMedia
        $plan.Volumes.Index | Should -Be 1, 2
        @($plan.Entries.Volume | Sort-Object -Unique) | Should -Be 1, 2
        $media = $definition | New-TaskSequenceMedia -WarningVariable told -WarningAction SilentlyContinue
        @($told | Where-Object { "$_" -match 'several|discs' }).Count | Should -BeGreaterThan 0
        $media.Volumes.Path | Should -Be "$Root/out/set-1.iso", "$Root/out/set-2.iso"
        (Get-TaskSequenceMedia -Path "$Root/out/set-2.iso").Volume.Number | Should -Be 2
        # By the path of the definition, at which nothing lies.
        $set = (Test-TaskSequenceMedia -LiteralPath "$Root/out/set.iso").Checks | Where-Object Id -EQ 'medium.set'
        $set.Outcome | Should -Be 'Passed'
        Remove-Item -LiteralPath "$Root/out/set-2.iso"
        $set = (Test-TaskSequenceMedia -LiteralPath "$Root/out/set.iso").Checks | Where-Object Id -EQ 'medium.set'
        $set.ErrorId | Should -Be 'TSM1710'
        $set.Evidence | Should -Match "volume 2 \('set-2.iso'\) is missing"
    }

    It 'without a task sequence that the site knows are refused' {
        $Splat.TaskSequence = 'PS1000FF'
        { New-TaskSequenceMedia @Splat @Ours -ErrorAction Stop } | Should -Throw -ErrorId 'TSM1119,New-TaskSequenceMedia'
    }
}

Describe 'A bundle' -Skip:([bool]$Gap) {
    It 'makes the medium of the same plan elsewhere' {
        $definition = New-TaskSequenceMediaDefinition @Ours -TaskSequence PS100030 -Path "$Root/out/first.iso" -DistributionPoint $Splat.DistributionPoints -NoPassword
        $plan = $definition | Resolve-TaskSequenceMedia
        $written = $definition | Export-TaskSequenceMediaContent -Path "$Root/out/bundle.iso"
        $written.PlanId | Should -Be $plan.PlanId
        Rename-Item -LiteralPath "$Root/site" -NewName 'gone'
        try {
            $read = Import-TaskSequenceMediaContent -Path "$Root/out/bundle.iso" -Destination "$Root/out/unpacked" -MediaPath "$Root/out/second.iso"
            $read.Packages.PackageId | Should -Contain 'PS100020'
            $media = $read | New-TaskSequenceMedia -WarningAction SilentlyContinue
            $media.PlanId | Should -Be $plan.PlanId
            $media.Verification | Should -Be 'Passed'
        } finally {
            Rename-Item -LiteralPath "$Root/gone" -NewName 'site'
        }
    }

    It 'that was altered is refused' {
        $definition = New-TaskSequenceMediaDefinition @Ours -TaskSequence PS100031 -Path "$Root/out/third.iso" -DistributionPoint $Splat.DistributionPoints -NoPassword
        [void]($definition | Export-TaskSequenceMediaContent -Path "$Root/out/folder")
        [System.IO.File]::AppendAllText("$Root/out/folder/facts.json", ' ')
        { Import-TaskSequenceMediaContent -Path "$Root/out/folder" -MediaPath "$Root/out/fourth.iso" -ErrorAction Stop } |
            Should -Throw -ErrorId 'TSM1242,Import-TaskSequenceMediaContent'
    }
}
