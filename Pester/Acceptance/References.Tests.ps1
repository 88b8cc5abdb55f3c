# Task sequences: what they need, as objects; what is odd about them, as warnings.
BeforeDiscovery {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'Site.ps1'))
    $script:Gap = Get-TsmAcceptanceGap
}

BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'Site.ps1'))
    Initialize-TsmAcceptance
    $script:Root = New-TsmRoot ([System.IO.Path]::Combine((Get-Item -LiteralPath $TestDrive).FullName, 'task sequences'))
    New-TsmSite -Path "$Root/site"
    $script:Facts = "$Root/site/facts.json"
    function Get-Text($Object) { ($Object | Out-String -Width 200) -replace "`e\[[0-9;]*m", '' }
}

Describe 'Get-TaskSequenceMediaReference' -Skip:([bool]$Gap) {
    It 'gives one object for each thing that a step needs, the boot image first' {
        $found = @(Get-TaskSequenceMediaReference $Facts -TaskSequence PS100030 -WarningVariable odd -WarningAction SilentlyContinue)
        $odd.Count | Should -Be 0
        $found[0].PSObject.TypeNames[0] | Should -Be 'TaskSequenceMedia.Reference'
        $found[0].Kind | Should -Be 'BootImage'
        $found[0].Step | Should -BeNullOrEmpty
        $image = $found | Where-Object Id -EQ 'PS100020'
        $image.Step | Should -Be 'Install / Apply Operating System'
        $image.Kind | Should -Be 'OperatingSystemImage'
        $image.ImageIndex | Should -Be '1'
        $image.IsNeeded | Should -BeTrue
        $image.Contents.Count | Should -Be 1
        ($found | Where-Object Kind -EQ 'Application').Step | Should -Be 'Install / Applications / Install Office'
        $old = $found | Where-Object Id -EQ 'PS100011'
        $old.IsEnabled | Should -BeFalse
        $old.IsNeeded | Should -BeFalse
        @($found | Where-Object { $_.IsNeeded -and -not $_.IsKnown }).Count | Should -Be 0
    }

    It 'shows kind, ID, name, state and step' {
        $text = Get-Text (Get-TaskSequenceMediaReference $Facts -TaskSequence 'Install Windows 11')
        $text | Should -Match 'BootImage\s+PS100005.*needed\s+\(boot image\)'
        $text | Should -Match 'Package\s+PS100011.*disabled\s+Install / Old / Run the old setup'
    }

    It 'takes a text, as a path and as an object, and says what the site does not know' {
        $xml = "$Root/Deploy [1].xml"
        $steps = '<step type="SMS_TaskSequence_RunCommandLineAction" name="Run"><defaultVarList><variable name="PackageID" property="PackageID">PS1000FF</variable></defaultVarList></step>'
        [System.IO.File]::WriteAllText($xml, "<sequence version=`"3.10`">$steps</sequence>")
        $found = Get-Item -LiteralPath $xml | Get-TaskSequenceMediaReference -SiteFacts $Facts -WarningVariable odd -WarningAction SilentlyContinue
        $found.Id | Should -Be 'PS1000FF'
        $found.IsKnown | Should -BeFalse
        $found.Remedy | Should -Match 'facts of the site'
        @($odd | ForEach-Object { ($_.Message -split ':')[0] }) | Should -Contain 'TSM1131'
        (Get-TaskSequenceMediaReference $xml -WarningAction SilentlyContinue).Id | Should -Be 'PS1000FF'
    }

    It 'tells steps that stand-alone media cannot run, only when asked' {
        $xml = "$Root/alone.xml"
        [System.IO.File]::WriteAllText($xml, '<sequence version="3.10"><group name="In"><step type="SMS_TaskSequence_AutoApplyAction" name="Drivers"/></group></sequence>')
        Get-TaskSequenceMediaReference $xml -WarningVariable odd -WarningAction SilentlyContinue
        $odd.Count | Should -Be 0
        Get-TaskSequenceMediaReference $xml -StandAlone -WarningVariable odd -WarningAction SilentlyContinue
        @($odd.Message) -match '^TSM1133' | Should -Match "'In / Drivers'"
    }

    It 'goes on behind a file that cannot be read, with one error for it' {
        [System.IO.File]::WriteAllText("$Root/a.xml", '<sequence version="3.00" name="MDT" description=""/>')
        [System.IO.File]::WriteAllText("$Root/b.xml", '<!DOCTYPE s [<!ENTITY a "b">]><sequence>&a;</sequence>')
        $faults = $null
        $found = @(Get-TaskSequenceMediaReference "$Root/a.xml", "$Root/b.xml", "$Root/none.zip" -ErrorAction SilentlyContinue -ErrorVariable faults)
        $found.Count | Should -Be 0
        @($faults | ForEach-Object { ($_.FullyQualifiedErrorId -split ',')[0] }) | Should -Be @('TSM1118', 'TSM1117', 'TSM1116')
    }

    It 'asks for a task sequence where there are several' {
        { Get-TaskSequenceMediaReference $Facts -ErrorAction Stop } | Should -Throw -ErrorId 'TSM1120,Get-TaskSequenceMediaReference'
        { Get-TaskSequenceMediaReference $Facts -TaskSequence PS1000EE -ErrorAction Stop } | Should -Throw -ErrorId 'TSM1119,Get-TaskSequenceMediaReference'
    }
}
