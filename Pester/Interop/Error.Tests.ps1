# Every number that the library can answer with becomes a proper error record.
BeforeDiscovery {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'Interop.Common.ps1'))
    Import-TsmProbe
    $table = & (Get-Module TaskSequenceMedia) { Invoke-TsmCall -Request ([ordered]@{ op = 'errors' }) }
    $script:Product = @($table.errors | Where-Object { [int]$_.code.Substring(3) -le 1901 } | ForEach-Object { @{ Code = $_.code; Row = $_ } })
    Remove-TsmProbe
}

BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'Interop.Common.ps1'))
    Import-TsmProbe
}

AfterAll { Remove-TsmProbe }

Describe 'A job that fails with <Code>' -ForEach $Product {
    It 'gives an error record with that id and category' {
        Invoke-TsmProbe @{ behaviour = 'fail'; code = $Code } -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem[0].FullyQualifiedErrorId | Should -BeExactly "$Code,Invoke-TsmProbe"
        [string]$problem[0].CategoryInfo.Category | Should -BeExactly $Row.category
        $problem[0].ErrorDetails.RecommendedAction | Should -BeExactly $Row.recommendedAction
        $problem[0].Exception.Data['Symbol'] | Should -BeExactly $Row.symbol
        $problem[0].Exception.Data['Retryable'] | Should -Be $Row.retryable
    }
}

Describe 'The table of the library' {
    It 'gives every number a category of .NET, a name and advice' {
        $answer = InModuleScope TaskSequenceMedia { Invoke-TsmCall -Request ([ordered]@{ op = 'errors' }) }
        $categories = [System.Enum]::GetNames([System.Management.Automation.ErrorCategory])
        foreach ($row in $answer.errors) {
            $categories | Should -Contain $row.category -Because $row.code
            $row.symbol | Should -Match '^[A-Z][A-Za-z]+$'
            $row.recommendedAction | Should -Match '\.$'
        }
    }
}

Describe 'The table of the module' {
    BeforeAll {
        $script:Native = @{}
        $answer = InModuleScope TaskSequenceMedia { Invoke-TsmCall -Request ([ordered]@{ op = 'errors' }) }
        foreach ($row in $answer.errors) { $Native[$row.code] = $row }
        $script:Own = InModuleScope TaskSequenceMedia { Get-TsmErrorTable }
    }

    It 'says the same as that of the library where both know a number' {
        foreach ($code in $Own.Keys | Where-Object { $Native.ContainsKey($_) }) {
            "$code $($Own[$code].Symbol) $($Own[$code].Category)" | Should -BeExactly "$code $($Native[$code].symbol) $($Native[$code].category)"
        }
    }

    It 'has numbers of its own from 1990 on only' {
        foreach ($code in $Own.Keys | Where-Object { -not $Native.ContainsKey($_) }) { [int]$code.Substring(3) | Should -BeGreaterOrEqual 1990 }
    }

    It 'knows every number that the module uses' {
        # The sources: an assembled module is one file.
        $root = [System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'module', 'TaskSequenceMedia')
        $used = Get-ChildItem -LiteralPath $root -Recurse -Filter *.ps1 | Select-String -Pattern 'New-TsmErrorRecord (TSM\d{4})' -AllMatches |
            ForEach-Object { $_.Matches } | ForEach-Object { $_.Groups[1].Value } | Sort-Object -Unique
        $used.Count | Should -BeGreaterThan 5
        foreach ($code in $used) { $Own.Keys | Should -Contain $code }
    }

    It 'gives a record its symbol, category and advice, and the caller the last word' {
        InModuleScope TaskSequenceMedia {
            $record = New-TsmErrorRecord TSM1004 'No.' -Target 'x'
            "$($record.FullyQualifiedErrorId) $($record.CategoryInfo.Category) $($record.Exception.Data['Symbol'])" |
                Should -BeExactly 'TSM1004 InvalidArgument PathNotFileSystem'
            $record = New-TsmErrorRecord TSM1004 'No.' -Category ReadError -Action 'Do that.'
            "$($record.CategoryInfo.Category) $($record.ErrorDetails.RecommendedAction)" | Should -BeExactly 'ReadError Do that.'
        }
    }

    It 'does not lose an error to a category that this PowerShell does not know' {
        InModuleScope TaskSequenceMedia { (New-TsmErrorRecord TSM1004 'No.' -Category NeverHeardOf).CategoryInfo.Category } | Should -Be 'NotSpecified'
    }
}
