# Every parameter does what its row in the table says: the medium, its plan, the report about it or the log is another with it.
BeforeDiscovery {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'Site.ps1'))
    $script:Gap = Get-TsmAcceptanceGap
    $script:Rows = @((Import-PowerShellDataFile -LiteralPath ([System.IO.Path]::Combine($TsmRepository, 'Pester', 'Parameters.psd1'))).Parameters)
}

BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'Site.ps1'))
    Initialize-TsmAcceptance
    $script:Root = New-TsmRoot ([System.IO.Path]::Combine((Get-Item -LiteralPath $TestDrive).FullName, 'parameters'))
    New-TsmSite -Path "$Root/site"

    function Write-Facts([string]$Name, [scriptblock]$Change) {
        $facts = ConvertFrom-Json ([System.IO.File]::ReadAllText("$Root/site/facts.json"))
        & $Change $facts
        [System.IO.File]::WriteAllText("$Root/$Name", (ConvertTo-Json $facts -Depth 20))
    }
    Write-Facts 'other.json' { param($f) $f.ports.http = 8080 }
    Write-Facts 'needs.json' { param($f) $f.applications[1].deploymentTypes[0] | Add-Member -NotePropertyName dependencies -NotePropertyValue @($f.applications[0].id) -Force }
    Write-Facts 'old.json' { param($f) $f.retrieved = '2020-01-01T00:00:00Z' }
    [System.IO.File]::WriteAllText("$Root/profile.json", '{"variables": {"launchModeDisc": "DVD"}}')

    # Slow enough that everything which may be asked for at once is.
    $script:Http = Start-TsmDistributionPoint -Path "$Root/site" -Option '--switch counts --trouble slow-start=60@FileLib'
    $script:Https = Start-TsmDistributionPoint -Path "$Root/site" -Option '--https'
    New-TsmSite -Path "$Root/closed"
    $script:Closed = Start-TsmDistributionPoint -Path "$Root/closed" -Option '--https --switch certificate'
    $script:Phrase = ConvertTo-TsmSecret 'tulip engine marble Thursday kettle'
    $script:OwnCertificate = New-TaskSequenceMediaCertificate -Path "$Root/media.pfx" -Password $Phrase
    # where a user's cache is on Windows and on Linux
    $folders = [Environment]::GetEnvironmentVariable('LOCALAPPDATA'), [Environment]::GetEnvironmentVariable('XDG_CACHE_HOME'), "$HOME/.cache"
    $script:Caches = @($folders | Where-Object { $_ } | ForEach-Object { [System.IO.Path]::Combine($_, 'TaskSequenceMedia') })
    function Get-CacheList { @($Caches | Where-Object { [System.IO.Directory]::Exists($_) } | ForEach-Object { Get-TsmTreeHash $_ }) -join "`n" }

    # A value of the table as the command takes it.
    function ConvertTo-Given($Value) {
        if ($Value -isnot [string]) { return $Value }
        switch ($Value) {
            '!' { return $Phrase }
            '@' { return @{ Zone = 'Berlin-Mitte' } }
            '#' { return $OwnCertificate }
            '{http}' { return $Http.Told.url }
            '{https}' { return $Https.Told.url }
            '{authority}' { return $Https.Told.trustedCertificate }
            '{closed}' { return $Closed.Told.url }
            '{closedAuthority}' { return $Closed.Told.trustedCertificate }
            '{client}' { return $Closed.Told.clientCertificate }
            '{clientPassword}' { return ConvertTo-TsmSecret $Closed.Told.clientCertificatePassword }
        }
        $Value.Replace('{root}', $Root).Replace('{site}', "$Root/site")
    }
    # What is asked of a kind of medium.
    function Get-Plain([string]$Kind) {
        if ($Kind -eq 'Prestaged') { return Get-TsmRequest -Root $Root -Kind Prestaged }
        $request = Get-TsmRequest -Root $Root
        if ($Kind -eq 'Capture') {
            foreach ($name in 'Bootable', 'MediaMode', 'ManagementPoint') { $request.Remove($name) }
            $request += @{ Capture = $true; ConsolePath = "$Root/site/console"; CapturePolicyPath = "$Root/site/capture.xml" }
        }
        if ($Kind -eq 'StandAlone') {
            foreach ($name in 'Bootable', 'MediaMode', 'ManagementPoint', 'BootImage') { $request.Remove($name) }
            $request += @{ StandAlone = $true; TaskSequence = 'PS100030' }
        }
        $request
    }
    # What is asked without and with the parameter of a row, as two hashtables.
    function Get-Pair($Row) {
        $kind = if ($Row.ContainsKey('Of')) { $Row.Of } else { 'Bootable' }
        $before = Get-Plain $kind
        if ($kind -notin 'Bootable', 'Prestaged') { $before.Remove($Row.Name) }
        if ($Row.ContainsKey('With')) { foreach ($name in $Row.With.Keys) { $before[$name] = ConvertTo-Given $Row.With[$name] } }
        $after = $before.Clone()
        $after[$Row.Name] = ConvertTo-Given $Row.Value
        $before, $after
    }
    function Get-Plan($Request) { New-TaskSequenceMediaDefinition @Request | Resolve-TaskSequenceMedia -ErrorAction Stop }
    function Get-Check($Request, [string]$Id) {
        @((New-TaskSequenceMediaDefinition @Request | Test-TaskSequenceMediaDefinition).Checks | Where-Object Id -EQ $Id |
                ForEach-Object { "$($_.Outcome) $($_.Evidence)" })
    }
    function Get-LogText($Request) {
        $Request.LogPath = "$Root/log/$([guid]::NewGuid().ToString('N')).log"
        New-TaskSequenceMedia @Request -WarningAction SilentlyContinue -ErrorAction Stop | Out-Null
        [System.IO.File]::ReadAllText($Request.LogPath)
    }

    # A WIM with two images, the second of which has a file of the medium.
    New-TsmTwoImages -Root $Root

    $script:Plain = Get-TsmRequest -Root $Root
    $script:PlainPlan = Get-Plan $Plain
}

AfterAll {
    foreach ($server in $Http, $Https, $Closed) { $server.Process.Kill() }
}

Describe '-<Name>' -Skip:([bool]$Gap) -ForEach $Rows {
    It 'shows in: <Shows>' {
        $row = $_
        $kind, $what = $row.Shows -split ' ', 2
        if ($kind -eq 'Set') {
            (Get-Plan (Get-Plain $row.Name)).Definition.Kind | Should -Be $row.Name
            return
        }
        $before, $after = Get-Pair $row
        switch ($kind) {
            'Plan' {
                $first = if ($row.ContainsKey('With') -or $row.ContainsKey('Of')) { Get-Plan $before } else { $PlainPlan }
                (Get-Plan $after).PlanId | Should -Not -Be $first.PlanId
            }
            'Folder' {
                $after.Path = "$Root/out/folder"
                foreach ($turn in 1, 2) {      # the second takes the place of the first
                    $media = New-TaskSequenceMedia @after -Comment "turn $turn" -WarningAction SilentlyContinue -ErrorAction Stop
                    $media.Verification | Should -Be 'Passed'
                    [System.IO.File]::Exists("$($media.Path)/SMS/data/Variables.dat") | Should -BeTrue
                    ($media | Test-TaskSequenceMedia).Outcome | Should -Be 'Passed'
                    (Get-TaskSequenceMedia -LiteralPath $media.Path).Comment | Should -Be "turn $turn"
                }
                @(Get-ChildItem -LiteralPath "$Root/out" -Filter 'folder*' | ForEach-Object Name | Sort-Object) | Should -Be @('folder', 'folder.manifest.json')
            }
            'Place' {
                $plan = Get-Plan $after
                $plan.Path | Should -Be $after[$row.Name]
                $plan.Path | Should -Not -Be $PlainPlan.Path
                $plan.PlanId | Should -Be $PlainPlan.PlanId
            }
            'Check' {
                $found = @(Get-Check $after $what)
                $found.Count | Should -Be 1
                $found -join "" | Should -Not -Be ((Get-Check $before $what) -join "")
            }
            'Error' {
                $faults = $null
                New-TaskSequenceMedia @before -WhatIf -ErrorAction Stop -WarningAction SilentlyContinue | Should -Not -BeNullOrEmpty
                New-TaskSequenceMedia @after -ErrorAction SilentlyContinue -ErrorVariable faults | Should -BeNullOrEmpty
                @($faults | ForEach-Object { $_.FullyQualifiedErrorId }) | Should -Be @("$what,New-TaskSequenceMedia")
            }
            'File' {
                New-TaskSequenceMedia @after -WarningAction SilentlyContinue | Should -Not -BeNullOrEmpty
                @(Get-ChildItem -LiteralPath $after[$row.Name] -Recurse -File).Count | Should -BeGreaterThan 0
            }
            'Kept' {
                $kept = Get-CacheList
                New-TaskSequenceMedia @after -WarningAction SilentlyContinue | Should -Not -BeNullOrEmpty
                Get-CacheList | Should -Be $kept
                { New-TaskSequenceMedia @after -CachePath "$Root/kept" -ErrorAction Stop } | Should -Throw -ErrorId 'TSM1001,New-TaskSequenceMedia'
            }
            'AtOnce' {
                $address = "$($Http.Told.url)/most-at-once"
                foreach ($limit in 1, 3) {
                    $after[$row.Name] = $limit
                    $after.CachePath = "$Root/at once/$limit"
                    Invoke-RestMethod -Uri $address -UseBasicParsing | Out-Null      # it counts from here
                    New-TaskSequenceMediaDefinition @after | Save-TaskSequenceMediaContent -ErrorAction Stop | Should -Not -BeNullOrEmpty
                    (Invoke-RestMethod -Uri $address -UseBasicParsing).mostAtOnce | Should -Be $limit
                }
                $after[$row.Name] = 65
                { New-TaskSequenceMedia @after -ErrorAction Stop } | Should -Throw -ErrorId 'TSM1001,New-TaskSequenceMedia'
            }
            'Needed' {
                { New-TaskSequenceMedia @before -WhatIf -ErrorAction Stop } | Should -Throw -ErrorId "$what,New-TaskSequenceMedia"
                New-TaskSequenceMedia @after -WhatIf -ErrorAction Stop -WarningAction SilentlyContinue | Should -Not -BeNullOrEmpty
            }
            'Certificate' {
                $media = New-TaskSequenceMedia @after -WarningAction SilentlyContinue
                $media.Certificate.Thumbprint | Should -Be $OwnCertificate.Thumbprint
            }
            'Log' {
                Get-LogText $before | Should -Match 'Berlin-Mitte'
                $text = Get-LogText $after
                $text | Should -Match 'Zone'
                $text | Should -Not -Match 'Berlin-Mitte'
            }
            'Medium' {
                $media = New-TaskSequenceMedia @after -WarningAction SilentlyContinue
                if ($what -eq 'Times') {      # the volume descriptor of ISO 9660 (ECMA-119 8.4.26) has the time of creation as text at 813
                    $bytes = [System.IO.File]::ReadAllBytes($media.Path)
                    [System.Text.Encoding]::ASCII.GetString($bytes, 16 * 2048 + 813, 14) | Should -Be '20231114221320'
                } else {
                    $value = $media
                    foreach ($name in $what -split '\.') { $value = $value.$name }
                    $value.ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ssZ') | Should -Be $after[$row.Name]
                }
            }
            'Merged' {
                $both = (New-TaskSequenceMediaDefinition @after).$what
                $both | Should -Be (@((New-TaskSequenceMediaDefinition @before).$what) + $after[$row.Name])
                $after.Remove($what)
                (New-TaskSequenceMediaDefinition @after -ErrorAction Stop).$what | Should -Be $after[$row.Name]
            }
            'Made' {
                $faults = $null
                New-TaskSequenceMedia @before -ErrorAction SilentlyContinue -ErrorVariable faults -WarningAction SilentlyContinue | Should -BeNullOrEmpty
                @($faults | ForEach-Object { $_.FullyQualifiedErrorId }) | Should -Be @('TSM1015,New-TaskSequenceMedia')
                (New-TaskSequenceMedia @after -WarningAction SilentlyContinue -ErrorAction Stop).Verification | Should -Be 'Passed'
                $report = New-TaskSequenceMediaDefinition @before | Test-TaskSequenceMediaDefinition
                { $report | New-TaskSequenceMedia -ErrorAction Stop } | Should -Throw -ErrorId 'TSM1015,New-TaskSequenceMedia'
                $media = $report | New-TaskSequenceMedia -IgnoreTestFailure -WarningAction SilentlyContinue
                $media.Warnings -join ' ' | Should -Match 'definition\.cloud'
                $report.Definition.IgnoreTestFailure | Should -BeFalse
            }
            'Notice' {
                $all = @(New-TaskSequenceMedia @after -WhatIf -Verbose 4>&1 3>&1)
                @($all | Where-Object { "$_" -like "TSM1050: -$($row.Name) *" }).Count | Should -Be 1
                @($all | Where-Object { $_.PSObject.TypeNames[0] -eq 'TaskSequenceMedia.Plan' }).PlanId | Should -Be $PlainPlan.PlanId
            }
            default { throw "no test for '$kind'" }
        }
    }
}

Describe 'A call of New-CMPrestageMedia' -Skip:([bool]$Gap) {
    It 'runs with its command name changed and -Prestaged added' {
        $splat = @{
            MediaMode = 'SiteBased'; Path = "$Root/out/splat.wim"; AllowUnknownMachine = $true; AllowUnattended = $true
            BootImage = 'PS100005'; DistributionPoint = "$Root/site/SCCMContentLib", "$Root/site/SCCMContentLibE"; TaskSequence = 'PS100030'
            OperatingSystemImage = 'PS100020'; OperatingSystemImageIndex = 1; Application = 'Application with two contents'; IncludeApplicationDependency = $true
            Package = 'PS100013'; DriverPackage = 'PS100015'; CreatedBy = 'Desk 7'; Version = '7.1'; Comment = 'Hall 3'
            ManagementPoint = 'http://mp1.contoso.test'; MediaPassword = (ConvertTo-TsmSecret 'tulip engine marble Thursday kettle')
            UserDeviceAffinity = 'AutoApproval'; Variable = @{ Zone = 'Berlin' }; PrestartCommand = 'cmd /C start.cmd'; PrestartPackage = 'PS100012'
            CertificateStartTime = [datetime]::Today; CertificateExpireTime = [datetime]::Today.AddYears(2)
            TemporaryFolder = "$Root/tmp"; SiteCode = 'PS1'; NoAutoRun = $true; AllowUacPrompt = $true; Force = $true; ForceWildcardHandling = $true
        }
        $media = New-TaskSequenceMedia -Prestaged @splat -SiteFacts "$Root/site/facts.json" -LogPath "$Root/log/splat.log" -WarningAction SilentlyContinue
        $media.Kind | Should -Be 'Prestaged'
        $media.Verification | Should -Be 'Passed'
        $media.Comment | Should -Be 'Hall 3'
        ($media | Test-TaskSequenceMedia).Outcome | Should -Be 'Passed'
        (Get-TaskSequenceMedia $media.Path -MediaPassword $splat.MediaPassword).Version | Should -Be '7.1'
    }
}

Describe 'A call of New-CMBootableMedia' -Skip:([bool]$Gap) {
    It 'runs with its command name changed and -Bootable added' {
        $splat = @{
            MediaMode = 'Dynamic'; MediaType = 'CdDvd'; Path = "$Root/out/splat.iso"; AllowUnknownMachine = $true; AllowUnattended = $true
            BootImage = 'PS100005'; DistributionPoint = "$Root/site/SCCMContentLib", "$Root/site/SCCMContentLibE"
            ManagementPoint = 'http://mp1.contoso.test'; MediaPassword = (ConvertTo-TsmSecret 'tulip engine marble Thursday kettle')
            UserDeviceAffinity = 'AdministratorApproval'; Variable = @{ Zone = 'Berlin' }; PrestartCommand = 'cmd /C start.cmd'
            PrestartPackage = 'PS100012'; CertificateStartTime = [datetime]::Today; CertificateExpireTime = [datetime]::Today.AddYears(2)
            TemporaryFolder = "$Root/tmp"; SiteCode = 'PS1'; NoAutoRun = $true; AllowUacPrompt = $true; Force = $true; DisableWildcardHandling = $true
        }
        $media = New-TaskSequenceMedia -Bootable @splat -SiteFacts "$Root/site/facts.json" -LogPath "$Root/log/splat.log" -WarningAction SilentlyContinue
        $media.Verification | Should -Be 'Passed'
        $media.UserDeviceAffinity | Should -Be 'AdministratorApproval'
        $media.PrestartPackage | Should -Be 'PS100012'
        $media.AllowUnattended -and $media.AllowUnknownMachine -and $media.IsPasswordProtected | Should -BeTrue
    }

    It 'runs with the names of New-CMTaskSequenceMedia' {
        $splat = @{
            BootableMedia = $true; MediaMode = 'SiteBased'; MediaInputType = 'CdDvd'; MediaPath = "$Root/out/old.iso"; BootImageId = 'PS100005'
            BootImageDistributionPointServerName = "$Root/site/SCCMContentLib"; CommandDistributionPointServerName = "$Root/site/SCCMContentLibE"
            BootImageManagementPointServerName = 'http://mp1.contoso.test'; AllowUnattendedDeployment = $true; EnableUnknownSupport = $false
            PrestartCommandLine = 'cmd /C start.cmd'; CommandPackage = 'PS100012'; StartDate = $null; ExpirationDate = $null; Password = $null
        }
        $plan = New-TaskSequenceMedia @splat -SiteFacts "$Root/site/facts.json" -WhatIf -WarningAction SilentlyContinue
        $plan.Definition.AllowUnattended | Should -BeTrue
        @($plan.Entries | Where-Object Path -Like 'SMS/PKG/PS100012/*').Count | Should -BeGreaterThan 0
    }
}
