# Describing media: the parameters of New-TaskSequenceMediaDefinition and the object that comes of them. No native library is needed.
BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, '..', 'Common.ps1'))
    Import-TsmModule
    $script:Minimal = @{
        Bootable = $true; MediaMode = 'SiteBased'; Path = 'boot.iso'; SiteFacts = 'facts.json'; BootImage = 'PS100005'
        DistributionPoint = './lib'; ManagementPoint = 'http://mp1.contoso.test'
    }
    Push-Location -LiteralPath $TestDrive
    $script:Folder = (Get-Item -LiteralPath $TestDrive).FullName
}

AfterAll { Pop-Location }

Describe 'New-TaskSequenceMediaDefinition' {
    BeforeEach {
        Mock -ModuleName TaskSequenceMedia Invoke-TsmCall { [pscustomobject]@{ errors = @() } }
    }

    It 'gives a typed object with every property' {
        $definition = New-TaskSequenceMediaDefinition @Minimal
        $definition.PSObject.TypeNames[0] | Should -Be 'TaskSequenceMedia.Definition'
        $definition.Kind | Should -BeExactly 'Bootable'
        $definition.MediaType | Should -BeExactly 'CdDvd'
        $definition.SchemaVersion | Should -Be 1
        $definition.MediaLabel | Should -BeNullOrEmpty
        @($definition.PSObject.Properties.Name) | Should -Be @(InModuleScope TaskSequenceMedia { (Get-TsmDefinitionField).Keys })
    }

    It 'makes paths absolute, from the location of PowerShell' {
        $definition = New-TaskSequenceMediaDefinition @Minimal -TemporaryFolder tmp -LogPath log/x.log
        $definition.Path | Should -Be ([System.IO.Path]::Combine($Folder, 'boot.iso'))
        $definition.SiteFacts | Should -Be ([System.IO.Path]::Combine($Folder, 'facts.json'))
        $definition.DistributionPoint | Should -Be @([System.IO.Path]::Combine($Folder, 'lib'))
        $definition.TemporaryFolder | Should -Be ([System.IO.Path]::Combine($Folder, 'tmp'))
        [System.IO.Path]::IsPathRooted($definition.LogPath) | Should -BeTrue
    }

    It 'leaves a package ID as it is and makes the path of a .wim absolute' {
        (New-TaskSequenceMediaDefinition @Minimal).BootImage | Should -Be 'PS100005'
        $wim = $Minimal.Clone(); $wim.BootImage = 'boot.wim'
        (New-TaskSequenceMediaDefinition @wim).BootImage | Should -Be ([System.IO.Path]::Combine($Folder, 'boot.wim'))
    }

    It 'takes wildcard characters as they are' {
        $odd = $Minimal.Clone(); $odd.Path = 'a[1]*.iso'
        (New-TaskSequenceMediaDefinition @odd).Path | Should -Be ([System.IO.Path]::Combine($Folder, 'a[1]*.iso'))
    }

    It 'takes paths on a drive of PowerShell' {
        $odd = $Minimal.Clone(); $odd.Path = 'TestDrive:/boot.iso'
        (New-TaskSequenceMediaDefinition @odd).Path | Should -Be ([System.IO.Path]::Combine($Folder, 'boot.iso'))
    }

    It 'refuses <Path>, which is not in the file system' -TestCases @(
        @{ Path = 'Env:/PATH' }, @{ Path = 'Variable:x' }, @{ Path = 'NoSuchDrive:/boot.iso' }
    ) {
        $odd = $Minimal.Clone(); $odd.Path = $Path
        $caught = { New-TaskSequenceMediaDefinition @odd } | Should -Throw -ErrorId 'TSM1004,New-TaskSequenceMediaDefinition' -PassThru
        $caught.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }

    It 'refuses a relative path while the location is not in the file system, and says what to do' {
        Push-Location Env:
        try {
            $caught = { New-TaskSequenceMediaDefinition @Minimal } | Should -Throw -ErrorId 'TSM1004,New-TaskSequenceMediaDefinition' -PassThru
            $caught.ErrorDetails.RecommendedAction | Should -BeLike '*Set-Location*'
        } finally { Pop-Location }
    }

    It 'takes a full path while the location is not in the file system' {
        $full = $Minimal.Clone()
        foreach ($name in 'Path', 'SiteFacts', 'DistributionPoint') { $full[$name] = [System.IO.Path]::Combine($Folder, $full[$name]) }
        Push-Location Env:
        try { (New-TaskSequenceMediaDefinition @full).Path | Should -Be $full.Path } finally { Pop-Location }
    }

    It 'takes $null and empty text of optional parameters as not given' {
        $empty = @{
            MediaType = ''; MediaLabel = $null; SiteCode = ''; MediaPassword = $null; Variable = $null; TemporaryFolder = ''; LogPath = $null
            CertificateStartTime = $null; CertificateExpireTime = ''; Epoch = ''; SiteFactsMaximumAge = $null; BootImageDistributionPoint = $null
            TaskSequenceDistributionPoint = ''; BootImageManagementPoint = @(); SensitiveVariable = @(''); LogVariableValue = ''; PrestartPackage = $null
            UserDeviceAffinity = $null; VariablesEncryption = ''; CertificateEncryption = $null; AllowUnattended = $null; NoAutoRun = $false
        }
        $sent = & {
            $definition = New-TaskSequenceMediaDefinition @Minimal @empty
            InModuleScope TaskSequenceMedia -Parameters @{ Definition = $definition } { ConvertTo-TsmDefinitionRequest -Definition $Definition }
        }
        @($sent.Keys) | Should -Be @(
            'schemaVersion', 'kind', 'path', 'mediaType', 'mediaMode', 'siteFacts', 'bootImage', 'distributionPoint', 'managementPoint'
        )
    }

    It 'writes words in their official spelling' {
        $odd = $Minimal.Clone(); $odd.MediaMode = 'sitebased'; $odd.MediaType = 'CDDVD'
        $definition = New-TaskSequenceMediaDefinition @odd
        $definition.MediaMode | Should -BeExactly 'SiteBased'
        $definition.MediaType | Should -BeExactly 'CdDvd'
        $affinity = (New-TaskSequenceMediaDefinition @Minimal -UserDeviceAffinity autoapproval).UserDeviceAffinity
        $affinity | Should -BeExactly 'AutoApproval'
    }

    It 'merges the old names for distribution points, in order, each once' {
        $old = $Minimal.Clone()
        $old.DistributionPoint = './one', './two'
        $old.BootImageDistributionPoint = './two'
        $old.TaskSequenceDistributionPoint = @('./three')
        $old.CommandPackageDistributionPoint = './four'
        $names = @((New-TaskSequenceMediaDefinition @old).DistributionPoint | ForEach-Object { [System.IO.Path]::GetFileName($_) })
        $names | Should -Be @('one', 'two', 'three', 'four')
        $old.Remove('DistributionPoint')
        @((New-TaskSequenceMediaDefinition @old).DistributionPoint).Count | Should -Be 3
    }

    It 'merges the old name for management points, in order, each once' {
        $old = $Minimal.Clone()
        $old.ManagementPoint = 'http://b', 'http://a'
        $old.BootImageManagementPoint = 'http://c', 'http://a'
        (New-TaskSequenceMediaDefinition @old).ManagementPoint | Should -Be @('http://b', 'http://a', 'http://c')
    }

    It 'leaves servers as they are and makes folders absolute: <Given>' -TestCases @(
        @{ Given = 'https://dp1.contoso.test/SMS_DP_SMSPKG$' }, @{ Given = 'dp1.contoso.test' }, @{ Given = 'dp1.contoso.test:8080' }
        @{ Given = 'DP1' }, @{ Given = 'dp-1:8080' }, @{ Given = 'SCCMContentLib'; Folder = $true }, @{ Given = 'there'; Folder = $true }
        @{ Given = 'lib/x'; Folder = $true }, @{ Given = './lib'; Folder = $true }, @{ Given = 'there.is'; Folder = $true }, @{ Given = './dp1.contoso.test'; Folder = $true }
    ) {
        $below = $_.ContainsKey('Folder')
        foreach ($there in 'there', 'there.is') { [void][System.IO.Directory]::CreateDirectory([System.IO.Path]::Combine((Get-Item $TestDrive).FullName, $there)) }
        $web = $Minimal.Clone(); $web.DistributionPoint = $Given
        $wanted = if ($below) { [System.IO.Path]::GetFullPath([System.IO.Path]::Combine((Get-Item $TestDrive).FullName, $Given)) } else { $Given }
        (New-TaskSequenceMediaDefinition @web).DistributionPoint | Should -Be @($wanted)
    }

    It 'makes the folder of one package absolute' {
        $one = $Minimal.Clone(); $one.DistributionPoint = 'PS100012=tools'
        (New-TaskSequenceMediaDefinition @one).DistributionPoint | Should -Be @('PS100012=' + [System.IO.Path]::Combine($Folder, 'tools'))
    }

    It 'tells thumbprints from files that are to be trusted' {
        $print = ('0a ' * 20).Trim()
        $definition = New-TaskSequenceMediaDefinition @Minimal -TrustedCertificate $print, ('b' * 64), 'root.cer'
        $definition.TrustedCertificate | Should -Be @($print, ('b' * 64), [System.IO.Path]::Combine($Folder, 'root.cer'))
    }

    It 'names a server while the location is not in the file system' {
        $full = $Minimal.Clone()
        foreach ($name in 'Path', 'SiteFacts') { $full[$name] = [System.IO.Path]::Combine($Folder, $full[$name]) }
        $full.DistributionPoint = 'dp1.contoso.test'
        Push-Location Env:
        try { (New-TaskSequenceMediaDefinition @full).DistributionPoint | Should -Be @('dp1.contoso.test') } finally { Pop-Location }
    }

    It 'tells a package ID from a folder: <Given>' -TestCases @(
        @{ Given = 'PS100012'; Expected = 'PS100012' }, @{ Given = './PS100012'; Expected = 'PS100012'; Below = $true }
        @{ Given = 'prestart'; Expected = 'prestart' }, @{ Given = 'prestart files'; Expected = 'prestart files'; Below = $true }
    ) {
        $definition = New-TaskSequenceMediaDefinition @Minimal -PrestartPackage $Given -PrestartCommand 'cmd /C x'
        $wanted = if ($_.ContainsKey('Below')) { [System.IO.Path]::Combine($Folder, $Expected) } else { $Expected }
        $definition.PrestartPackage | Should -Be $wanted
    }

    It 'takes times and numbers as text, and says which parameter is wrong' {
        $definition = New-TaskSequenceMediaDefinition @Minimal -CertificateExpireTime '2027-03-01T12:00:00Z' -Epoch '1800000000' -SiteFactsMaximumAge 3
        $definition.CertificateExpireTime.ToUniversalTime() | Should -Be ([datetime]::new(2027, 3, 1, 12, 0, 0, [DateTimeKind]::Utc))
        $definition.Epoch | Should -Be 1800000000
        foreach ($odd in @{ CertificateStartTime = 'soon' }, @{ CertificateExpireTime = 5 }, @{ Epoch = '1.5' }, @{ SiteFactsMaximumAge = 'x' }) {
            $caught = { New-TaskSequenceMediaDefinition @Minimal @odd } | Should -Throw -ErrorId 'TSM1051,New-TaskSequenceMediaDefinition' -PassThru
            $caught.TargetObject | Should -Be @($odd.Keys)[0]
        }
    }

    It 'takes <Name>, which has no effect, with a word about it' -TestCases @(
        @{ Name = 'AllowUacPrompt'; Stream = 'Verbose' }, @{ Name = 'DisableWildcardHandling'; Stream = 'Verbose' }
        @{ Name = 'ForceWildcardHandling'; Stream = 'Verbose' }, @{ Name = 'NoAutoRun'; Stream = 'Warning' }
    ) {
        $given = @{ $Name = $true }
        $all = @(New-TaskSequenceMediaDefinition @Minimal @given -Verbose 4>&1 3>&1)
        $definition = @($all | Where-Object { $_ -isnot [System.Management.Automation.InformationalRecord] })[0]
        $said = @($all | Where-Object { $_ -is "System.Management.Automation.${Stream}Record" } | Where-Object { $_ -like "TSM1050: -$Name *" })
        $said.Count | Should -Be 1
        $plain = New-TaskSequenceMediaDefinition @Minimal
        ConvertTo-Json $definition -Depth 5 | Should -BeExactly (ConvertTo-Json $plain -Depth 5)
        $given[$Name] = $false
        @(New-TaskSequenceMediaDefinition @Minimal @given -Verbose 4>&1 3>&1 | Where-Object { $_ -like '*TSM1050*' }).Count | Should -Be 0
    }

    It 'refuses <One> together with <Other>' -TestCases @(
        @{ One = 'NoAutoRun'; Other = 'IncludeAutorun' }, @{ One = 'DisableWildcardHandling'; Other = 'ForceWildcardHandling' }
    ) {
        $both = @{ $One = $true; $Other = $true }
        $caught = { New-TaskSequenceMediaDefinition @Minimal @both } | Should -Throw -ErrorId 'TSM1023,New-TaskSequenceMediaDefinition' -PassThru
        $caught.Exception.Message | Should -Match "-$One and -$Other"
    }

    It 'says where to get site facts when there are none' {
        $odd = $Minimal.Clone(); $odd.Remove('SiteFacts')
        { New-TaskSequenceMediaDefinition @odd } | Should -Throw -ErrorId 'TSM1003,New-TaskSequenceMediaDefinition'
    }

    It 'takes site facts as an object' {
        $odd = $Minimal.Clone()
        $odd.SiteFacts = [pscustomobject]@{ schemaVersion = 1; retrieved = [datetime]::new(2026, 1, 2, 3, 4, 5, [DateTimeKind]::Utc); packages = @(@{ packageId = 'PS100005' }) }
        $definition = New-TaskSequenceMediaDefinition @odd
        $sent = InModuleScope TaskSequenceMedia -Parameters @{ Definition = $definition } { ConvertTo-TsmDefinitionRequest -Definition $Definition }
        $sent.siteFacts.retrieved | Should -BeExactly '2026-01-02T03:04:05Z'
        $sent.siteFacts.packages[0].packageId | Should -Be 'PS100005'
        @($sent.siteFacts.Keys) | Should -Be @('schemaVersion', 'retrieved', 'packages')
    }

    It 'takes the paths of several files with site facts' {
        $several = $Minimal.Clone()
        $several.SiteFacts = 'facts.json', (New-Object System.IO.FileInfo ([System.IO.Path]::Combine($Folder, 'export.zip')))
        $definition = New-TaskSequenceMediaDefinition @several
        $paths = 'facts.json', 'export.zip' | ForEach-Object { [System.IO.Path]::Combine($Folder, $_) }
        $definition.SiteFacts | Should -Be $paths
        $sent = InModuleScope TaskSequenceMedia -Parameters @{ Definition = $definition } { ConvertTo-TsmDefinitionRequest -Definition $Definition }
        @($sent.siteFacts) | Should -Be $paths
        $several.SiteFacts = 'facts.json', 5
        { New-TaskSequenceMediaDefinition @several } | Should -Throw -ErrorId 'TSM1018,New-TaskSequenceMediaDefinition'
    }

    It 'reports every fault, the most telling one last so that it ends the command' {
        Mock -ModuleName TaskSequenceMedia Invoke-TsmCall {
            $fault = { param($code) [pscustomobject]@{ code = $code; symbol = 'X'; category = 'InvalidArgument'; message = "fault $code"; target = 't'
                    stage = 'input'; causes = @(); os = $null; recommendedAction = 'mend it'; retryable = $false } }
            [pscustomobject]@{ errors = @((& $fault 'TSM1012'), (& $fault 'TSM1006'), (& $fault 'TSM1301')) }
        }
        $all = @()
        $caught = { New-TaskSequenceMediaDefinition @Minimal -ErrorAction SilentlyContinue -ErrorVariable +all } |
            Should -Throw -ErrorId 'TSM1012,New-TaskSequenceMediaDefinition' -PassThru
        $caught.CategoryInfo.Category | Should -Be 'InvalidArgument'
        $ErrorActionPreference = 'Continue'      # whatever the one who runs the tests prefers
        $errors = @($(try { New-TaskSequenceMediaDefinition @Minimal } catch { $_ }) 2>&1 6>&1)
        @($errors | ForEach-Object { $_.FullyQualifiedErrorId }) | Should -Be @(
            'TSM1006,New-TaskSequenceMediaDefinition', 'TSM1301,New-TaskSequenceMediaDefinition', 'TSM1012,New-TaskSequenceMediaDefinition'
        )
    }
}

Describe 'Task sequence variables' {
    It 'keep their order: <Title>' -TestCases @(
        @{ Title = 'ordered hashtable'; Given = [ordered]@{ Zeta = '1'; Alpha = '2'; Mid = '' }; Expected = 'Zeta=1', 'Alpha=2', 'Mid=' }
        @{ Title = 'hashtable, by name'; Given = @{ b = '2'; a = '1'; C = '3' }; Expected = 'C=3', 'a=1', 'b=2' }
        @{ Title = 'objects'; Given = @([pscustomobject]@{ Name = 'B'; Value = 1 }, [pscustomobject]@{ Name = 'A'; Value = $null }); Expected = 'B=1', 'A=' }
        @{ Title = 'hashtables with Name and Value'; Given = @(@{ Name = 'B'; Value = 'x' }, @{ Name = 'A'; Value = 'y' }); Expected = 'B=x', 'A=y' }
        @{ Title = 'dictionary entries'; Given = @(([ordered]@{ Q = 1; P = 2 }).GetEnumerator()); Expected = 'Q=1', 'P=2' }
        @{ Title = 'numbers without culture'; Given = [ordered]@{ N = 1.5 }; Expected = , 'N=1.5' }
        @{ Title = 'names twice'; Given = @(@{ Name = 'A'; Value = '1' }, @{ Name = 'A'; Value = '2' }); Expected = 'A=1', 'A=2' }
    ) {
        $variables = @(InModuleScope TaskSequenceMedia -Parameters @{ Given = $Given } { ConvertTo-TsmVariable -Variable $Given })
        @($variables | ForEach-Object { "$($_.Name)=$($_.Value)" }) | Should -Be $Expected
    }

    It 'refuse what has no name' {
        { InModuleScope TaskSequenceMedia { ConvertTo-TsmVariable -Variable 'A=1' } } | Should -Throw -ErrorId 'TSM1018*'
    }

    It 'refuse a SecureString as value' {
        { InModuleScope TaskSequenceMedia { ConvertTo-TsmVariable -Variable @{ A = [securestring]::new() } } } | Should -Throw -ErrorId 'TSM1008*'
    }
}

Describe 'Times' {
    It 'are written as UTC' {
        InModuleScope TaskSequenceMedia {
            ConvertTo-TsmTimeText -Time ([datetime]::new(2027, 3, 1, 12, 0, 0, [DateTimeKind]::Utc)) | Should -BeExactly '2027-03-01T12:00:00Z'
            ConvertTo-TsmTimeText -Time ([DateTimeOffset]::new(2027, 3, 1, 12, 0, 0, [timespan]::FromHours(2))) | Should -BeExactly '2027-03-01T10:00:00Z'
        }
    }

    It 'are the same under a culture with another calendar' {
        $before = [cultureinfo]::CurrentCulture
        try {
            [cultureinfo]::CurrentCulture = [cultureinfo]::new('ar-SA')
            InModuleScope TaskSequenceMedia {
                ConvertTo-TsmTimeText -Time ([datetime]::new(2027, 3, 1, 12, 0, 0, [DateTimeKind]::Utc)) | Should -BeExactly '2027-03-01T12:00:00Z'
                (ConvertFrom-TsmTimeText -Text '2027-03-01T12:00:00Z').ToUniversalTime().Ticks |
                    Should -Be ([datetime]::new(2027, 3, 1, 12, 0, 0, [DateTimeKind]::Utc).Ticks)
            }
        } finally { [cultureinfo]::CurrentCulture = $before }
    }
}

Describe 'A definition from the native library' {
    It 'is a definition object again, equal to what was sent' {
        InModuleScope TaskSequenceMedia {
            $json = '{"schemaVersion":1,"kind":"Bootable","path":"/o/b.iso","mediaType":"CdDvd","mediaMode":"Dynamic","siteFacts":"/f.json",' +
            '"bootImage":"PS100005","distributionPoint":["/l"],"managementPoint":["http://m"],"mediaPassword":"env:P",' +
            '"variable":[{"name":"B","value":"1"},{"name":"A","value":""}],"allowUnattended":true,' +
            '"certificateStartTime":"2026-11-21T10:00:00Z","certificateExpireTime":"2027-11-21T10:00:00Z"}'
            $definition = ConvertFrom-TsmDefinition -Definition (ConvertFrom-Json $json)
            $definition.CertificateExpireTime | Should -BeOfType ([datetime])
            $definition.Variable[0].Name | Should -Be 'B'
            ConvertTo-Json -InputObject (ConvertTo-TsmDefinitionRequest -Definition $definition) -Depth 9 -Compress | Should -BeExactly $json
        }
    }

    It 'has all lists even when the library left them out' {
        InModuleScope TaskSequenceMedia {
            $definition = ConvertFrom-TsmDefinition -Definition ([pscustomobject]@{ schemaVersion = 1; kind = 'Bootable'; path = '/b.iso' })
            , $definition.DistributionPoint | Should -BeOfType ([string[]])
            $definition.DistributionPoint.Count | Should -Be 0
            $definition.Variable.Count | Should -Be 0
            $definition.LogPath | Should -BeNullOrEmpty
        }
    }
}
