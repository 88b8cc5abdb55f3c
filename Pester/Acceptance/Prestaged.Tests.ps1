# What a prestaged medium says of itself: its operating system, and that it passes its test.
BeforeDiscovery {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'Site.ps1'))
    $script:Gap = Get-TsmAcceptanceGap
}

BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'Site.ps1'))
    Initialize-TsmAcceptance
    $script:Root = New-TsmRoot ([System.IO.Path]::Combine((Get-Item -LiteralPath $TestDrive).FullName, 'prestaged'))
    New-TsmSite -Path "$Root/site"
    $request = Get-TsmRequest -Root $Root -Kind Prestaged
    $script:Made = New-TaskSequenceMedia @request -WarningAction SilentlyContinue
}

Describe 'Get-TaskSequenceMedia of a prestaged medium' -Skip:([bool]$Gap) {
    It 'tells of the operating system, as the WIM describes it' {
        $media = Get-TaskSequenceMedia $Made.Path
        $media.Kind | Should -Be 'Prestaged'
        $system = $media.OperatingSystem
        $system.PSObject.TypeNames[0] | Should -Be 'TaskSequenceMedia.OperatingSystem'
        $system.Name | Should -Be 'Windows 11 Enterprise'
        $system.Edition | Should -Be 'Enterprise'
        $system.Architecture | Should -Be 'x64'
        $system.OSVersion | Should -Match '^10\.0\.\d+\.\d+$'
        $system.Languages | Should -Be @('en-US', 'de-DE')
        $system.AppliedBytes | Should -BeGreaterThan 0
        $system.Files | Should -BeGreaterThan 0
        ($media | Format-List | Out-String -Width 200) | Should -Match 'OperatingSystem\s+: Windows 11 Enterprise, Enterprise, 10\.0\.'
        ($system | Out-String) | Should -Match 'Languages\s+: \{en-US, de-DE\}'
        "$system" | Should -Match '^Windows 11 Enterprise, Enterprise'
    }

    It 'is the same when it was just made' {
        [string]$Made.OperatingSystem | Should -Be ([string](Get-TaskSequenceMedia $Made.Path).OperatingSystem)
    }

    It 'passes its test, which looks into the boot image within the WIM' {
        $report = Test-TaskSequenceMedia $Made.Path
        @($report.Checks | Where-Object Outcome -EQ 'Failed').Count | Should -Be 0
        $set = $report.Checks | Where-Object Id -EQ 'medium.boot-set'
        $set.Outcome | Should -Be 'Passed'
        $set.Evidence | Should -Match '^[1-9]\d* files, all of them in the boot image'
    }
}

Describe 'Get-TaskSequenceMedia of a disc' -Skip:([bool]$Gap) {
    It 'has no operating system to tell of' {
        $request = Get-TsmRequest -Root $Root
        $made = New-TaskSequenceMedia @request -WarningAction SilentlyContinue
        (Get-TaskSequenceMedia $made.Path).OperatingSystem | Should -BeNullOrEmpty
    }
}
