# How objects look: tables of at most five columns, lists that leave nothing out, checks that read well inside a report.
BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, '..', 'Common.ps1'))
    Import-TsmModule
    $script:Format = [xml][System.IO.File]::ReadAllText([System.IO.Path]::Combine($TsmModulePath, 'TaskSequenceMedia.Format.ps1xml'))
    $script:Objects = & (Get-Module TaskSequenceMedia) {
        $check = { param($outcome) [pscustomobject]@{ id = 'definition.boot-image'; errorId = $(if ($outcome -eq 'Failed') { 'TSM1106' }); title = 'Boot image'; outcome = $outcome; evidence = "seen $outcome"; remedy = 'mend it' } }
        $media = [pscustomobject]@{ id = '{1}'; kind = 'Bootable'; path = '/o/boot.iso'; label = 'Label'; length = 1234567; managementPoint = @('http://m')
            bootImage = [pscustomobject]@{ packageId = 'PS100005'; architecture = 'x64'; osVersion = '10.0.26100.1' }
            certificate = [pscustomobject]@{ thumbprint = 'ABCD'; notBefore = '2026-11-21T10:00:00Z'; notAfter = '2027-11-21T10:00:00Z'; keyType = 'SelfSigned' } }
        $definition = New-TsmDefinitionObject -Value @{ Kind = 'Bootable'; Path = '/o/boot.iso'; BootImage = 'PS100005'; Variable = @([pscustomobject]@{ Name = 'N'; Value = 'Hidd3n' }) }
        $plan = [pscustomobject]@{ planId = 'p1'; path = '/o/boot.iso'; label = 'Label'; entries = @([pscustomobject]@{ path = 'sources/boot.wim'; size = 5000000000; source = 's' })
            items = @([pscustomobject]@{ packageId = 'PS100005'; objectType = 'BootImage'; name = 'Boot'; sourceVersion = 3; bytes = 5; sources = @('x') })
            volumes = @([pscustomobject]@{ index = 1; files = 1; bytes = 6 }); stagingBytes = 7; targetBytes = 8 }
        $report = [pscustomobject]@{ outcome = 'Failed'; subject = '/o/boot.iso'; checks = @((& $check 'Passed'), (& $check 'Failed')); durationMilliseconds = 5 }
        @{
            Definition   = $definition
            Media        = ConvertTo-TsmMedia -Media $media -MediaPassword $null
            Certificate  = ConvertTo-TsmCertificate -Certificate $media.certificate -Path '/o/client.pfx' -CertificatePassword 'env:X'
            Registration = ConvertTo-TsmRegistration -Registration ([pscustomobject]@{ state = 'NotRegistered'; json = '{}' })
            Content      = ConvertTo-TsmContent -Content ([pscustomobject]@{ PackageId = 'PS100005'; Complete = $true; FilesHere = 1; Files = 1; BytesHere = 5; Bytes = 5; Path = '/c' })
            ContentSweep = ConvertTo-TsmContentSweep -Sweep ([pscustomobject]@{ Files = 1; Bytes = 5; FilesLeft = 0; BytesLeft = 0; Busy = 0; Path = '/c' })
            Bundle       = ConvertTo-TsmBundle -Bundle ([pscustomobject]@{ Path = '/b'; PlanId = 'p1'; Files = 1; Bytes = 5; Packages = @(); LeftOut = @(); Tool = 't'; Created = '2026-11-21T10:00:00Z' }) -Definition $definition
            Reference    = ConvertTo-TsmReference -Reference ([pscustomobject]@{ Kind = 'Package'; Id = 'PS100011'; IsNeeded = $true; IsKnown = $false; Step = 'A / B' })
            ApplyScript  = ConvertTo-TsmApplyScript -Script ([pscustomobject]@{ Path = '/d'; Files = @('apply.cmd'); Image = '/i.wim'; Length = 5; Sha256 = 'A'; Architecture = 'x64'; Firmware = @('Uefi'); Hashes = @(); Warnings = @() })
            OperatingSystem = ConvertTo-TsmOperatingSystem -OperatingSystem ([pscustomobject]@{ name = 'Windows'; languages = @('en-US'); appliedBytes = 5; files = 1 })
            Plan         = ConvertTo-TsmPlan -Plan $plan -Definition $definition
            TestReport   = ConvertTo-TsmReport -Report $report -Definition $definition -MediaPassword $null
        }
    }
    function Get-Text($Object) { ($Object | Out-String -Width 200) -replace "`e\[[0-9;]*m", '' }
}

Describe 'Views' {
    It 'are at most five columns wide' {
        foreach ($view in $Format.SelectNodes('//TableControl')) {
            $view.SelectNodes('TableHeaders/TableColumnHeader').Count | Should -BeLessOrEqual 5 -Because $view.ParentNode.Name
            $view.SelectNodes('.//TableColumnItem').Count | Should -Be ($view.SelectNodes('TableHeaders/TableColumnHeader').Count)
        }
    }

    It 'serve objects that a job handed over, too' {
        foreach ($view in $Format.SelectNodes('//View')) {
            $types = @($view.SelectNodes('ViewSelectedBy/TypeName') | ForEach-Object { $_.InnerText })
            $types[1] | Should -Be "Deserialized.$($types[0])"
        }
    }

    It 'of <Noun> as list leave nothing out' -TestCases @(
        @{ Noun = 'Definition'; But = @() }, @{ Noun = 'Media'; But = @() }, @{ Noun = 'Plan'; But = @('Definition') }
        @{ Noun = 'TestReport'; But = @('Definition', 'Media') }, @{ Noun = 'Check'; But = @() }, @{ Noun = 'Certificate'; But = @() }
        @{ Noun = 'Content'; But = @() }, @{ Noun = 'Reference'; But = @() }, @{ Noun = 'ContentSweep'; But = @() }
        @{ Noun = 'Bundle'; But = @('Definition') }
        @{ Noun = 'ApplyScript'; But = @() }
        @{ Noun = 'OperatingSystem'; But = @() }
        @{ Noun = 'Registration'; But = @('Record', 'AdminService') }
    ) {
        $object = if ($Noun -eq 'Check') { $Objects.TestReport.Checks[0] } else { $Objects[$Noun] }
        $view = $Format.SelectSingleNode("//View[ViewSelectedBy/TypeName='TaskSequenceMedia.$Noun' and ListControl]")
        $labels = @(foreach ($item in $view.SelectNodes('.//ListItem')) {
                $label = $item.SelectSingleNode('Label')
                if ($label) { $label.InnerText } else { $item.SelectSingleNode('PropertyName').InnerText }
            })
        @($object.PSObject.Properties.Name | Where-Object { $_ -notin $labels -and $_ -notin $But }) | Should -BeNullOrEmpty
        @($labels | Where-Object { $_ -notin $object.PSObject.Properties.Name }) | Should -BeNullOrEmpty
    }

    It 'of a report show every check, and the remedy of those that failed' {
        $text = Get-Text $Objects.TestReport
        $text | Should -Match '\[Passed\] Boot image: seen Passed'
        $text | Should -Match '\[Failed\] TSM1106 Boot image: seen Failed'
        $text | Should -Match 'mend it'
    }

    It 'of a plan show every file and the sums' {
        $text = Get-Text $Objects.Plan
        $text | Should -Match '5,000,000,000  sources/boot.wim'
        $text | Should -Match 'TargetBytes\s+: 8'
    }

    It 'of the plan of a set, and of its discs, say which volume is meant' {
        $plan, $media = & (Get-Module TaskSequenceMedia) {
            $entries = @(1..2 | ForEach-Object { [pscustomobject]@{ path = "f$_.txt"; size = 5; source = 's'; volume = $_ } })
            $volumes = @(1..2 | ForEach-Object { [pscustomobject]@{ index = $_; files = 1; bytes = 1000 * $_ } })
            ConvertTo-TsmPlan -Plan ([pscustomobject]@{ planId = 'p1'; path = '/o/s.iso'; entries = $entries; items = @(); volumes = $volumes }) -Definition (New-TsmDefinitionObject -Value @{ Kind = 'StandAlone' })
            $discs = @(1..2 | ForEach-Object { [pscustomobject]@{ number = $_; path = "/o/s-$_.iso"; length = 1000 * $_ } })
            ConvertTo-TsmMedia -Media ([pscustomobject]@{ path = '/o/s-1.iso'; volume = [pscustomobject]@{ number = 1; count = 2; setId = 'A' }; volumes = $discs }) -MediaPassword $null
        }
        Get-Text $plan | Should -Match '(?s)2: 1 files, 2,000 bytes.*   1: +5  f1.txt.*   2: +5  f2.txt'
        Get-Text $plan.Entries | Should -Match '(?m)^ +2 +5 f2.txt'
        Get-Text ($media | Format-List) | Should -Match '(?s)Volume +: 1 of 2.*1: /o/s-1.iso, 1,000 bytes.*2: /o/s-2.iso, 2,000 bytes'
    }

    It 'of media and definitions show what to look for' {
        Get-Text $Objects.Media | Should -Match 'Bootable\s+Label\s+PS100005 x64 10.0.26100.1\s+2027-11-21\s+/o/boot.iso'
        Get-Text $Objects.Definition | Should -Match 'Bootable\s+PS100005\s+/o/boot.iso'
    }

    It 'do not show the values of variables' {
        ($Objects.Definition | Format-List | Out-String) | Should -Not -Match 'Hidd3n'
    }

    It 'let a check read well where it stands inside another object' {
        [string]$Objects.TestReport.Checks[1] | Should -Be '[Failed] TSM1106 Boot image: seen Failed'
    }

    It 'survive a job' {
        foreach ($noun in $Objects.Keys) {
            $xml = [System.Management.Automation.PSSerializer]::Serialize($Objects[$noun], 5)
            $copy = [System.Management.Automation.PSSerializer]::Deserialize($xml)
            $first = @((Get-Text $Objects[$noun]).Trim() -split '\r?\n')[0]      # what stands inside may have lost its view
            Get-Text $copy | Should -Match ([regex]::Escape($first)) -Because $noun
        }
    }
}
