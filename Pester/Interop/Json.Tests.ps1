# JSON is read the same in every PowerShell and under every culture.
BeforeDiscovery {
    $script:Readers = @(
        if ((Get-Command -Name ConvertFrom-Json).Parameters.ContainsKey('DateKind')) { 'DateKind' }
        if ('System.Text.Json.JsonDocument' -as [type]) { 'Element' }
        if ($PSVersionTable.PSVersion.Major -lt 6) { 'Plain' }
    )
    $script:Cultures = 'tr-TR', 'ar-SA', 'de-DE', 'th-TH'
}

BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'Interop.Common.ps1'))
    Import-TsmProbe
}

AfterAll { Remove-TsmProbe }

Describe 'The JSON reader <_>' -ForEach $Readers {
    BeforeAll {
        $script:Reader = $_
        function Read-Text([string]$Text) {
            InModuleScope TaskSequenceMedia -Parameters @{ Text = $Text; Reader = $Reader } { ConvertFrom-TsmJson $Text -Reader $Reader }
        }
    }

    It 'leaves text that looks like a time alone' {
        foreach ($text in '2026-11-21T10:00:00Z', '2026-11-21', '/Date(1)/') {
            $value = (Read-Text "{`"label`":`"$text`"}").label
            $value | Should -BeOfType [string]
            $value | Should -BeExactly $text
        }
    }

    It 'gives whole numbers, truth, nothing, and arrays of any length' {
        $value = Read-Text '{"size":9007199254740991,"part":1.5,"yes":true,"none":null,"empty":[],"one":["x"],"two":[[1],[2,3]],"in":[{"a":[]}]}'
        $value.size | Should -Be 9007199254740991
        $value.part | Should -Be 1.5
        $value.yes | Should -BeTrue
        $value.none | Should -BeNullOrEmpty
        , $value.empty | Should -BeOfType [array]
        @($value.empty).Count | Should -Be 0
        , $value.one | Should -BeOfType [array]
        $value.two.Count | Should -Be 2
        $value.two[1][1] | Should -Be 3
        , $value.in[0].a | Should -BeOfType [array]
    }

    It 'gives the elements of an outer array one by one' {
        @(Read-Text '[{"a":1},{"a":2}]').Count | Should -Be 2
        @(Read-Text '[{"a":1}]')[0].a | Should -Be 1
    }

    It 'refuses what is no JSON' {
        { Read-Text '{"a":' } | Should -Throw
    }
}

Describe 'The culture <_>' -ForEach $Cultures {
    It 'changes nothing' {
        $shell = New-TsmShell -Script @"
[cultureinfo]::CurrentCulture = '$_'; [cultureinfo]::CurrentUICulture = '$_'
Invoke-TsmProbe @{ behaviour = 'report'; steps = 2; text = 'INFO' } -Verbose
Invoke-TsmProbe @{ behaviour = 'fail'; code = 'TSM1206' }
& (Get-Module TaskSequenceMedia) { Get-TsmProgressStatus -Item ([pscustomobject]@{ status = ''; done = 1572864; total = 3145728; unit = 'bytes' }) }
"@
        try {
            $output = @($shell.Invoke())
            $output.Count | Should -Be 3
            $output[1].Text | Should -BeExactly 'INFO'
            $output[2] | Should -BeExactly '1.5 MB of 3.0 MB'
            $shell.Streams.Warning[0].Message | Should -BeExactly 'TSM1901: warning line'
            $shell.Streams.Verbose.Message | Should -Contain 'verbose line'
            $shell.Streams.Error[0].FullyQualifiedErrorId | Should -BeExactly 'TSM1206,Invoke-TsmProbe'
            $shell.Streams.Error[0].CategoryInfo.Category | Should -Be 'InvalidData'
        } finally { $shell.Dispose() }
    }
}

Describe 'Progress that is odd' {
    It 'never makes Write-Progress refuse' {
        InModuleScope TaskSequenceMedia {
            $shown = @{}
            $odd = @(
                @{ done = 5; total = 3 }, @{ done = 0; total = 0 }, @{ status = '' }, @{ activity = '' }, @{ parentId = 7 }
                @{ secondsRemaining = 2147483647 }, @{ unit = 'bytes'; done = 9007199254740991; total = 9007199254740991 }
            )
            foreach ($change in $odd) {
                $item = @{ id = 7; parentId = $null; activity = 'a'; status = 's'; done = 1; total = 2; unit = 'items'; secondsRemaining = $null; completed = $false }
                foreach ($key in $change.Keys) { $item[$key] = $change[$key] }
                { Write-TsmProgress -Item ([pscustomobject]$item) -Shown $shown -Job 1 } | Should -Not -Throw
            }
            Complete-TsmProgress -Shown $shown -Job 1
        }
    }
}
