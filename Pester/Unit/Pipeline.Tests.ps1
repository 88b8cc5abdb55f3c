# What goes through the pipeline, with the native library replaced. No native library is needed.
BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, '..', 'Common.ps1'))
    Import-TsmModule
    $script:Folder = (Get-Item -LiteralPath $TestDrive).FullName
    $script:Answers = @{}
    $script:Requests = [System.Collections.Generic.List[object]]::new()
    function New-Definition([string]$Name = 'boot', $Password) {
        $definition = [ordered]@{ PSTypeName = 'TaskSequenceMedia.Definition'; SchemaVersion = 1; Kind = 'Bootable'
            Path = [System.IO.Path]::Combine($Folder, "$Name.iso"); MediaType = 'CdDvd'; MediaMode = 'Dynamic'; SiteFacts = '/f.json'; BootImage = 'PS100005'
            MediaPassword = $Password }
        [pscustomobject]$definition
    }
}

Describe 'The pipeline' {
    BeforeEach {
        $Requests.Clear()
        Mock -ModuleName TaskSequenceMedia Invoke-TsmCall { [pscustomobject]@{ errors = @() } }
        Mock -ModuleName TaskSequenceMedia Register-TsmSecret { [uint64]42 }
        Mock -ModuleName TaskSequenceMedia Unregister-TsmSecret { }
        Mock -ModuleName TaskSequenceMedia Invoke-TsmJob {
            $Requests.Add($Request)
            $path = if ($Request.op -match 'Media') { $Request.path } else { $Request.definition.path }
            if ($path -like '*broken*') {
                & (Get-Module TaskSequenceMedia) {
                    param($Cmdlet, $Path, $Preference)
                    Write-TsmError -Cmdlet $Cmdlet -Record (New-TsmErrorRecord TSM1601 'broken' -Target $Path) -Preference $Preference
                } $Cmdlet $path $(if ($Cmdlet.MyInvocation.BoundParameters.ContainsKey('ErrorAction')) { $Cmdlet.MyInvocation.BoundParameters['ErrorAction'] } else { 'Continue' })
                return
            }
            $media = [pscustomobject]@{ Id = '{1}'; Kind = 'Bootable'; Path = $path; Label = 'L'; ManagementPoint = @('http://m'); Length = 5; BootImage = $null
                Certificate = [pscustomobject]@{ Thumbprint = 'AB'; NotBefore = '2026-11-21T10:00:00Z'; NotAfter = '2027-11-21T10:00:00Z'; KeyType = 'SelfSigned' }
                Created = '2026-11-21T10:00:00Z'; DurationMilliseconds = 1500; Warnings = @() }
            $outcome = if ($path -like '*bad*') { 'Failed' } else { 'Passed' }
            $checks = @([pscustomobject]@{ Id = 'definition.boot-image'; ErrorId = 'TSM1106'; Title = 'Boot image'; Outcome = $outcome; Evidence = 'no such package'; Remedy = 'Check the ID.' })
            switch ($Request.op) {
                'testDefinition' { [pscustomobject]@{ Outcome = $outcome; Subject = $path; Checks = $checks; DurationMilliseconds = 12 } }
                'testMedia' { [pscustomobject]@{ Outcome = $outcome; Subject = $path; Checks = $checks; Media = $media; DurationMilliseconds = 12 } }
                'resolve' {
                    [pscustomobject]@{ PlanId = 'p1'; Path = $path; Label = 'L'; Entries = @([pscustomobject]@{ Path = 'sms/boot.ini'; Size = 12; Volume = 1; Source = 's' })
                        Items = @(); Volumes = @([pscustomobject]@{ Index = 1; Files = 1; Bytes = 99 }); StagingBytes = 1; TargetBytes = 99 }
                }
                default { $media }
            }
        }
    }

    It 'runs from definition to report' {
        $report = New-Definition | Test-TaskSequenceMediaDefinition | New-TaskSequenceMedia | Test-TaskSequenceMedia
        @($Requests | ForEach-Object { $_.op }) | Should -Be @('testDefinition', 'create', 'testMedia')
        $report.PSObject.TypeNames[0] | Should -Be 'TaskSequenceMedia.TestReport'
        $report.Media.PSObject.TypeNames[0] | Should -Be 'TaskSequenceMedia.Media'
        $report.Checks[0].PSObject.TypeNames[0] | Should -Be 'TaskSequenceMedia.Check'
        $report.Duration | Should -Be ([timespan]::FromMilliseconds(12))
        $report.Media.Certificate.NotAfter.ToUniversalTime() | Should -Be ([datetime]::new(2027, 11, 21, 10, 0, 0, [DateTimeKind]::Utc))
        $report.Media.Created | Should -BeOfType ([datetime])
        $report.Media.Duration.TotalSeconds | Should -Be 1.5
    }

    It 'carries the very definition in the report and the plan' {
        $definition = New-Definition -Password (ConvertTo-TsmSecret 'abc')
        [object]::ReferenceEquals(($definition | Test-TaskSequenceMediaDefinition).Definition, $definition) | Should -BeTrue
        [object]::ReferenceEquals(($definition | Resolve-TaskSequenceMedia).Definition, $definition) | Should -BeTrue
    }

    It 'carries the SecureString to the last command, and drops it after every job' {
        $secret = ConvertTo-TsmSecret 'abc'
        New-Definition -Password $secret | New-TaskSequenceMedia | Test-TaskSequenceMedia | Out-Null
        Should -Invoke -ModuleName TaskSequenceMedia Register-TsmSecret -Times 2 -Exactly
        Should -Invoke -ModuleName TaskSequenceMedia Unregister-TsmSecret -Times 2 -Exactly -ParameterFilter { $Id -eq 42 }
        $Requests[1].secrets.mediaPassword | Should -Be 42
        $Requests[0].definition.Contains('mediaPassword') | Should -BeFalse
    }

    It 'resolves a reference before work starts' {
        $fault = $null
        New-Definition -Password 'env:TSM_TEST_NO_SUCH' | New-TaskSequenceMedia -ErrorAction SilentlyContinue -ErrorVariable fault | Should -BeNullOrEmpty
        $fault[0].FullyQualifiedErrorId | Should -Be 'TSM1010,New-TaskSequenceMedia'
        $Requests.Count | Should -Be 0
    }

    It 'stops a report that failed, and lets the others go on' {
        $faults = $null
        $made = 'one', 'bad', 'three' | ForEach-Object { New-Definition $_ } | Test-TaskSequenceMediaDefinition |
            New-TaskSequenceMedia -ErrorAction SilentlyContinue -ErrorVariable faults
        @($made | ForEach-Object { [System.IO.Path]::GetFileName($_.Path) }) | Should -Be @('one.iso', 'three.iso')
        $faults.Count | Should -Be 1
        $faults[0].FullyQualifiedErrorId | Should -Be 'TSM1015,New-TaskSequenceMedia'
        $faults[0].Exception.Message | Should -BeLike '*bad.iso*TSM1106*no such package*'
        $faults[0].ErrorDetails.RecommendedAction | Should -BeLike '*Check the ID.*'
    }

    It 'goes on after a job that failed' {
        $faults = $null
        $made = 'one', 'broken', 'three' | ForEach-Object { New-Definition $_ } | New-TaskSequenceMedia -ErrorAction SilentlyContinue -ErrorVariable faults
        @($made).Count | Should -Be 2
        $faults[0].FullyQualifiedErrorId | Should -Be 'TSM1601,New-TaskSequenceMedia'
    }

    It 'ends at the first failure under -ErrorAction Stop' {
        { 'one', 'broken', 'three' | ForEach-Object { New-Definition $_ } | New-TaskSequenceMedia -ErrorAction Stop } |
            Should -Throw -ErrorId 'TSM1601,New-TaskSequenceMedia'
        $Requests.Count | Should -Be 2
    }

    It 'makes a plan only as it was planned' {
        New-Definition | Resolve-TaskSequenceMedia | New-TaskSequenceMedia | Out-Null
        $Requests[1].op | Should -Be 'create'
        $Requests[1].planId | Should -Be 'p1'
    }

    It 'gives the plan under -WhatIf and makes nothing' {
        $plan = New-Definition | New-TaskSequenceMedia -WhatIf
        $plan.PSObject.TypeNames[0] | Should -Be 'TaskSequenceMedia.Plan'
        @($Requests | ForEach-Object { $_.op }) | Should -Be @('resolve')
    }

    It 'passes a plan over at the end of the pipeline, with a word' {
        $messages = New-Definition | New-TaskSequenceMedia -WhatIf | Test-TaskSequenceMedia -Verbose 4>&1
        @($messages).Count | Should -Be 1
        [string]$messages | Should -BeLike '*boot.iso*'
        New-Definition | New-TaskSequenceMedia -WhatIf | Test-TaskSequenceMedia -Quiet | Should -BeNullOrEmpty
    }

    It 'gives no plan under -WhatIf when there is none' {
        New-Definition 'broken' | New-TaskSequenceMedia -WhatIf -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        @($Requests | ForEach-Object { $_.op }) | Should -Be @('resolve')
    }

    It 'heeds the -WhatIf of a function around it' {
        function Invoke-Around {
            [CmdletBinding(SupportsShouldProcess = $true)]
            param()
            New-Definition | New-TaskSequenceMedia
        }
        (Invoke-Around -WhatIf).PSObject.TypeNames[0] | Should -Be 'TaskSequenceMedia.Plan'
    }

    It 'takes the parameters of a definition at once' {
        $media = New-TaskSequenceMedia -Bootable -MediaMode Dynamic -Path "$Folder/x.iso" -SiteFacts "$Folder/f.json" -BootImage PS100005 -ManagementPoint http://m
        $media.Path | Should -Be ([System.IO.Path]::Combine($Folder, 'x.iso'))
        $Requests[0].definition.mediaMode | Should -Be 'Dynamic'
    }

    It 'refuses <Title> with TSM1018' -TestCases @(
        @{ Title = 'text'; Given = 'abc' }, @{ Title = 'a number'; Given = 5 }, @{ Title = 'an object'; Given = [pscustomobject]@{ Path = 'x' } }
    ) {
        foreach ($command in 'New-TaskSequenceMedia', 'Resolve-TaskSequenceMedia', 'Test-TaskSequenceMediaDefinition') {
            { $Given | & $command -ErrorAction Stop } | Should -Throw -ErrorId "TSM1018,$command"
        }
    }

    It 'takes what a job or a remote session handed over' {
        $xml = [System.Management.Automation.PSSerializer]::Serialize((New-Definition | Test-TaskSequenceMediaDefinition), 5)
        $report = [System.Management.Automation.PSSerializer]::Deserialize($xml)
        $report.PSObject.TypeNames[0] | Should -Be 'Deserialized.TaskSequenceMedia.TestReport'
        ($report | New-TaskSequenceMedia).PSObject.TypeNames[0] | Should -Be 'TaskSequenceMedia.Media'
    }

    It 'answers -Quiet with true or false' {
        New-Definition | Test-TaskSequenceMediaDefinition -Quiet | Should -BeTrue
        New-Definition 'bad' | Test-TaskSequenceMediaDefinition -Quiet | Should -BeFalse
        New-Definition 'broken' | Test-TaskSequenceMediaDefinition -Quiet -ErrorAction SilentlyContinue | Should -BeFalse
        New-Definition 'bad' | New-TaskSequenceMedia | Test-TaskSequenceMedia -Quiet | Should -BeFalse
    }

    It 'lets a break behind <Command> leave the loop of the caller' -TestCases @(
        @{ Command = 'Test-TaskSequenceMedia' }, @{ Command = 'Get-TaskSequenceMedia' }
    ) {
        'a', 'b' | ForEach-Object { [System.IO.File]::WriteAllText("$Folder/$_.iso", '') }
        $turns = 0
        foreach ($turn in 1..3) {
            $turns++
            & $Command -Path "$Folder/a.iso", "$Folder/b.iso" | ForEach-Object { break }
        }
        $turns | Should -Be 1
        $Requests.Count | Should -Be 1
    }

    It 'lets an exception behind it reach the caller as it is' {
        { New-Definition | New-TaskSequenceMedia | ForEach-Object { throw 'mine' } } | Should -Throw 'mine'
        { Get-TaskSequenceMedia -LiteralPath "$Folder/a.iso" | ForEach-Object { throw 'mine' } } | Should -Throw 'mine'
    }
}

Describe 'Media by path' {
    BeforeAll {
        $script:Seen = [System.Collections.Generic.List[string]]::new()
        foreach ($name in 'm1.iso', 'm2.iso', 'm[1].iso', 'other.bin') { [System.IO.File]::WriteAllText([System.IO.Path]::Combine($Folder, $name), '') }
    }
    BeforeEach {
        $Seen.Clear()
        Mock -ModuleName TaskSequenceMedia Invoke-TsmJob {
            $Seen.Add([System.IO.Path]::GetFileName($Request.path))
            if ($Request.op -eq 'testMedia') { [pscustomobject]@{ Outcome = 'Passed'; Subject = $Request.path; Checks = @(); Media = $null; DurationMilliseconds = 1 } }
            else { [pscustomobject]@{ Path = $Request.path; Label = 'L' } }
        }
    }

    It '<Command> takes <Title>' -TestCases @(
        foreach ($command in 'Test-TaskSequenceMedia', 'Get-TaskSequenceMedia') {
            @{ Command = $command; Title = 'a pattern'; Act = { param($c) & $c -Path "$Folder/m?.iso" }; Expected = 'm1.iso', 'm2.iso' }
            @{ Command = $command; Title = 'a name that looks like a pattern'; Act = { param($c) & $c -Path "$Folder/m[1].iso" }; Expected = , 'm[1].iso' }
            @{ Command = $command; Title = 'a literal path'; Act = { param($c) & $c -LiteralPath "$Folder/m[1].iso" }; Expected = , 'm[1].iso' }
            @{ Command = $command; Title = 'file objects'; Act = { param($c) Get-ChildItem -LiteralPath $Folder -Filter 'm*.iso' | & $c }; Expected = 'm1.iso', 'm2.iso', 'm[1].iso' }
            @{ Command = $command; Title = 'text by pipeline'; Act = { param($c) "$Folder/m1.iso", "$Folder/m2.iso" | & $c }; Expected = 'm1.iso', 'm2.iso' }
            @{ Command = $command; Title = 'text by position'; Act = { param($c) & $c "$Folder/m1.iso" }; Expected = , 'm1.iso' }
            @{ Command = $command; Title = 'media objects'; Act = { param($c) Get-TaskSequenceMedia "$Folder/m1.iso" | & $c }; Expected = 'm1.iso', 'm1.iso' }
            @{ Command = $command; Title = 'a file that is not there'; Act = { param($c) & $c -LiteralPath "$Folder/none.iso" }; Expected = , 'none.iso' }
        }
    ) {
        & $Act $Command | Out-Null
        $met = $Seen.ToArray()
        [array]::Sort($met, [StringComparer]::Ordinal)
        $met | Should -Be $Expected
    }

    It 'makes a pattern without matches an error and goes on' {
        $faults = $null
        Get-TaskSequenceMedia -Path "$Folder/zz*.iso", "$Folder/m1.iso" -ErrorAction SilentlyContinue -ErrorVariable faults | Out-Null
        $faults[0].FullyQualifiedErrorId | Should -Be 'TSM1005,Get-TaskSequenceMedia'
        $Seen | Should -Be @('m1.iso')
    }

    It 'takes the password that is given before the one of the object' {
        Mock -ModuleName TaskSequenceMedia Register-TsmSecret { [uint64]$Value.Length }
        Mock -ModuleName TaskSequenceMedia Unregister-TsmSecret { }
        $script:Ids = [System.Collections.Generic.List[object]]::new()
        Mock -ModuleName TaskSequenceMedia Invoke-TsmJob { $Ids.Add($Request.secrets['mediaPassword']) }
        $media = [pscustomobject]@{ PSTypeName = 'TaskSequenceMedia.Media'; Path = '/x.iso'; MediaPassword = ConvertTo-TsmSecret 'four' }
        $media | Test-TaskSequenceMedia
        $media | Test-TaskSequenceMedia -MediaPassword (ConvertTo-TsmSecret 'sixsix')
        $media | Get-TaskSequenceMedia
        $Ids | Should -Be @(4, 6, 4)
    }
}
