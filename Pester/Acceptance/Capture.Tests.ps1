# Capture media through the pipeline, with the names of New-CMCaptureMedia.
BeforeDiscovery {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'Site.ps1'))
    $script:Gap = Get-TsmAcceptanceGap
}

BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'Site.ps1'))
    Initialize-TsmAcceptance
    $script:Root = New-TsmRoot ([System.IO.Path]::Combine((Get-Item -LiteralPath $TestDrive).FullName, 'capture [1]'))
    New-TsmSite -Path "$Root/site"
    # A call of New-CMCaptureMedia with all its parameters but FormatMedia, and what stands in the place of its connection.
    $script:Splat = @{
        BootImagePackage = 'PS100005'; DistributionPoints = "$Root/site/SCCMContentLib", "$Root/site/SCCMContentLibE"; MediaType = 'CdDvd'
        OutputPath = "$Root/out/capture.iso"; SiteCode = 'PS1'; TemporaryDirectory = "$Root/tmp"; NoAutoRun = $true; AllowUacPrompt = $true; Force = $true
        DisableWildcardHandling = $true
    }
    $script:Ours = @{
        Capture = $true; SiteFacts = "$Root/site/facts.json"; ConsolePath = "$Root/site/console"; CapturePolicyPath = "$Root/site/capture.xml"
        LogPath = "$Root/log/CreateTSMedia.log"; WarningAction = 'SilentlyContinue'
    }
}

Describe 'Capture media' -Skip:([bool]$Gap) {
    It 'go the whole way, and are told as what they are' {
        $media = New-TaskSequenceMedia @Splat @Ours -MediaLabel 'Capture 7'
        $media.Kind | Should -Be 'Capture'
        $media.Verification | Should -Be 'Passed'
        $media.Certificate | Should -BeNullOrEmpty
        $media.Warnings -join ' ' | Should -Not -Match 'registration'
        $report = $media | Test-TaskSequenceMedia
        @($report.Checks | Where-Object Outcome -EQ 'Failed') | Should -BeNullOrEmpty
        @($report.Checks | Where-Object Id -EQ 'medium.policy').Outcome | Should -Be 'Passed'
        (Get-TaskSequenceMedia -LiteralPath $media.Path).Label | Should -Be 'Capture 7'
        ($media | Out-String) | Should -Match 'Capture'
    }

    It 'come from a definition file, and give their policy to the next one' {
        $first = New-TaskSequenceMedia @Splat @Ours
        $Ours.CapturePolicyPath = $first.Path
        $Splat.OutputPath = "$Root/out/second"
        $Splat.MediaType = 'Folder'
        $Splat.Remove('Force')
        $definition = New-TaskSequenceMediaDefinition @Splat @Ours
        $definition | Export-TaskSequenceMediaDefinition -LiteralPath "$Root/capture.json"
        $again = Import-TaskSequenceMediaDefinition -LiteralPath "$Root/capture.json"
        $again.Kind | Should -Be 'Capture'
        $again.CapturePolicyPath | Should -Be $first.Path
        ($again | New-TaskSequenceMedia -WarningAction SilentlyContinue).Verification | Should -Be 'Passed'
        [System.IO.File]::Exists("$Root/out/second/SMS/bin/x64/OsdCaptureCD.exe") | Should -BeTrue
    }

    It 'need their policy and their programs: <Id> without <Name>' -TestCases @(
        @{ Name = 'CapturePolicyPath'; Id = 'TSM1340' }, @{ Name = 'ConsolePath'; Id = 'TSM1054' }
    ) {
        $less = $Ours.Clone()
        $less.Remove($Name)
        $Splat.OutputPath = "$Root/out/none.iso"
        { New-TaskSequenceMedia @Splat @less -ErrorAction Stop } | Should -Throw -ErrorId "$Id,New-TaskSequenceMedia"
        [System.IO.File]::Exists("$Root/out/none.iso") | Should -BeFalse
    }

    It 'have no password, no certificate and no variables' {
        foreach ($name in 'MediaPassword', 'CertificatePath', 'Variable', 'MediaMode') {
            { & (Get-Command New-TaskSequenceMediaDefinition) -Capture -Path x.iso -BootImage PS100005 "-$($name):" 'x' } | Should -Throw
        }
    }
}
