# Definitions as files: what is written, what is left out, what is refused. No native library is needed.
BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, '..', 'Common.ps1'))
    Import-TsmModule
    $script:Folder = (Get-Item -LiteralPath $TestDrive).FullName
    function New-Definition($Password) {
        InModuleScope TaskSequenceMedia -Parameters @{ Password = $Password } {
            New-TsmDefinitionObject -Value @{ Kind = 'Bootable'; Path = '/o/b.iso'; MediaType = 'CdDvd'; MediaMode = 'Dynamic'; SiteFacts = '/f.json'
                BootImage = 'PS100005'; ManagementPoint = @('http://m'); MediaPassword = $Password
                Variable = @([pscustomobject]@{ Name = 'B'; Value = "a`"b" }) }
        }
    }
}

Describe 'Export-TaskSequenceMediaDefinition' {
    It 'writes JSON without a byte order mark and gives nothing' {
        New-Definition | Export-TaskSequenceMediaDefinition -Path "$Folder/a.json" | Should -BeNullOrEmpty
        $bytes = [System.IO.File]::ReadAllBytes("$Folder/a.json")
        $bytes[0] | Should -Be ([byte][char]'{')
        $bytes[-1] | Should -Be 10
        $read = ConvertFrom-Json ([System.IO.File]::ReadAllText("$Folder/a.json"))
        @($read.PSObject.Properties.Name) | Should -Be @('schemaVersion', 'kind', 'path', 'mediaType', 'mediaMode', 'siteFacts', 'bootImage', 'managementPoint', 'variable')
        , $read.managementPoint | Should -BeOfType ([array])
        $read.variable[0].value | Should -BeExactly "a`"b"
    }

    It 'keeps references and leaves a SecureString out, with a warning' {
        New-Definition 'env:PW' | Export-TaskSequenceMediaDefinition -Path "$Folder/b.json" -WarningVariable warned -WarningAction SilentlyContinue
        $warned.Count | Should -Be 0
        (ConvertFrom-Json ([System.IO.File]::ReadAllText("$Folder/b.json"))).mediaPassword | Should -BeExactly 'env:PW'
        New-Definition (ConvertTo-TsmSecret 'Hidd3nWord') | Export-TaskSequenceMediaDefinition -Path "$Folder/c.json" -WarningVariable warned -WarningAction SilentlyContinue
        $warned.Count | Should -Be 1
        [System.IO.File]::ReadAllText("$Folder/c.json") | Should -Not -Match 'mediaPassword|Secure|Hidd3nWord'
    }

    It 'leaves a file that exists as it is, unless forced' {
        [System.IO.File]::WriteAllText("$Folder/d.json", 'old')
        { New-Definition | Export-TaskSequenceMediaDefinition -Path "$Folder/d.json" -ErrorAction Stop } |
            Should -Throw -ErrorId 'TSM1005,Export-TaskSequenceMediaDefinition'
        [System.IO.File]::ReadAllText("$Folder/d.json") | Should -Be 'old'
        New-Definition | Export-TaskSequenceMediaDefinition -Path "$Folder/d.json" -Force
        [System.IO.File]::ReadAllText("$Folder/d.json") | Should -BeLike '{*'
    }

    It 'gives the definition on with -PassThru, but not when it failed' {
        (New-Definition | Export-TaskSequenceMediaDefinition -Path "$Folder/e.json" -PassThru).Path | Should -Be '/o/b.iso'
        New-Definition | Export-TaskSequenceMediaDefinition -Path "$Folder/e.json" -PassThru -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
    }

    It 'writes nothing under -WhatIf' {
        New-Definition | Export-TaskSequenceMediaDefinition -Path "$Folder/f.json" -WhatIf
        Test-Path "$Folder/f.json" | Should -BeFalse
    }

    It 'takes wildcard characters as they are, and -LiteralPath too' {
        New-Definition | Export-TaskSequenceMediaDefinition -Path "$Folder/g[1].json"
        New-Definition | Export-TaskSequenceMediaDefinition -LiteralPath "$Folder/g[2].json"
        [System.IO.File]::Exists("$Folder/g[1].json") -and [System.IO.File]::Exists("$Folder/g[2].json") | Should -BeTrue
    }

    It 'says what is wrong with <Title>, and leaves no partial file' -TestCases @(
        @{ Title = 'a folder that is not there'; File = 'none/x.json' }, @{ Title = 'a folder as file'; File = '.' }
    ) {
        { New-Definition | Export-TaskSequenceMediaDefinition -Path "$Folder/$File" -ErrorAction Stop } |
            Should -Throw -ErrorId 'TSM1005,Export-TaskSequenceMediaDefinition'
        @(Get-ChildItem -LiteralPath $Folder -Recurse -Filter *.partial).Count | Should -Be 0
    }
}

Describe 'Import-TaskSequenceMediaDefinition' {
    BeforeEach {
        Mock -ModuleName TaskSequenceMedia Invoke-TsmCall {
            if ($Request.text -match 'wrong') {
                throw [System.Management.Automation.ErrorRecord]::new([Exception]::new('line 2, column 3'), 'TSM1001', 'ParserError', $Request.path)
            }
            [pscustomobject]@{ definition = ConvertFrom-Json $Request.text }
        }
    }

    It 'reads what Export wrote' {
        $before = New-Definition 'env:PW'
        $before | Export-TaskSequenceMediaDefinition -Path "$Folder/round.json"
        $after = Import-TaskSequenceMediaDefinition "$Folder/round.json"
        foreach ($property in $before.PSObject.Properties) {
            ConvertTo-Json @($after.($property.Name)) -Compress | Should -BeExactly (ConvertTo-Json @($property.Value) -Compress) -Because $property.Name
        }
    }

    It 'makes each bad file an error and reads the others' {
        foreach ($name in 'x1', 'x2', 'x3') { New-Definition | Export-TaskSequenceMediaDefinition -Path "$Folder/$name.json" }
        [System.IO.File]::WriteAllText("$Folder/x2.json", 'wrong')
        $faults = $null
        $read = Import-TaskSequenceMediaDefinition "$Folder/x?.json", "$Folder/none.json" -ErrorAction SilentlyContinue -ErrorVariable faults
        @($read).Count | Should -Be 2
        @($faults | ForEach-Object { $_.FullyQualifiedErrorId }) | Should -Be @('TSM1001,Import-TaskSequenceMediaDefinition', 'TSM1005,Import-TaskSequenceMediaDefinition')
        $faults[1].CategoryInfo.Category | Should -Be 'ObjectNotFound'
    }

    It 'takes file objects and literal paths' {
        New-Definition | Export-TaskSequenceMediaDefinition -Path "$Folder/y[1].json"
        (Get-Item -LiteralPath "$Folder/y[1].json" | Import-TaskSequenceMediaDefinition).Kind | Should -Be 'Bootable'
        (Import-TaskSequenceMediaDefinition -LiteralPath "$Folder/y[1].json").Kind | Should -Be 'Bootable'
        (Import-TaskSequenceMediaDefinition "$Folder/y[1].json").Kind | Should -Be 'Bootable'
    }
}
