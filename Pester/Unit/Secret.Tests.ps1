# Where passwords come from, and what is refused. No native library is needed.
BeforeDiscovery {
    $script:OnWindows = [System.IO.Path]::DirectorySeparatorChar -eq '\'
}

BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, '..', 'Common.ps1'))
    Import-TsmModule
    function Get-PlainText([securestring]$Secret) { [System.Net.NetworkCredential]::new('', $Secret).Password }
    function Resolve-Secret($Reference) {
        InModuleScope TaskSequenceMedia -Parameters @{ Reference = $Reference } { Resolve-TsmSecret -MediaPassword $Reference }
    }
}

Describe 'Resolve-TsmSecret' {
    It 'gives a SecureString back as it is' {
        $secret = ConvertTo-TsmSecret 'abc'
        [object]::ReferenceEquals((Resolve-Secret $secret), $secret) | Should -BeTrue
    }

    It 'gives nothing for nothing' { Resolve-Secret $null | Should -BeNullOrEmpty }

    It 'reads an environment variable that PowerShell set: <Text>' -TestCases @(
        @{ Text = 'Pa55 word' }, @{ Text = 'p' + [char]0xE4 + 'ss' }, @{ Text = [char]::ConvertFromUtf32(0x1F511) }
    ) {
        $env:TSM_TEST_SECRET = $Text
        try { Get-PlainText (Resolve-Secret 'env:TSM_TEST_SECRET') | Should -BeExactly $Text } finally { $env:TSM_TEST_SECRET = $null }
    }

    It 'names a variable that is not set' {
        $caught = { Resolve-Secret 'env:TSM_TEST_NO_SUCH' } | Should -Throw -ErrorId 'TSM1010*' -PassThru
        $caught.Exception.Message | Should -BeLike '*TSM_TEST_NO_SUCH*'
    }

    It 'reads the first line of a file: <Title>' -TestCases @(
        @{ Title = 'one line'; Bytes = [byte[]](0x61, 0x62); Text = 'ab' }
        @{ Title = 'line feed'; Bytes = [byte[]](0x61, 0x62, 10, 0x63); Text = 'ab' }
        @{ Title = 'carriage return'; Bytes = [byte[]](0x61, 0x62, 13, 10, 0x63); Text = 'ab' }
        @{ Title = 'byte order mark'; Bytes = [byte[]](0xEF, 0xBB, 0xBF, 0x61, 10); Text = 'a' }
        @{ Title = 'blanks at the ends'; Bytes = [byte[]](0x20, 0x61, 0x20, 10); Text = ' a ' }
    ) {
        $file = [System.IO.Path]::Combine((Get-Item $TestDrive).FullName, 'secret.txt')
        [System.IO.File]::WriteAllBytes($file, $Bytes)
        if (-not $OnWindows) { chmod 600 $file }
        Get-PlainText (Resolve-Secret "file:$file") | Should -BeExactly $Text
    }

    It 'refuses an empty file, an empty SecureString and an endless line' {
        $file = [System.IO.Path]::Combine((Get-Item $TestDrive).FullName, 'odd.txt')
        [System.IO.File]::WriteAllText($file, '')
        if (-not $OnWindows) { chmod 600 $file }
        { Resolve-Secret "file:$file" } | Should -Throw -ErrorId 'TSM1009*'
        { Resolve-Secret ([securestring]::new()) } | Should -Throw -ErrorId 'TSM1009*'
        [System.IO.File]::WriteAllText($file, [string]::new('x', 5000))
        { Resolve-Secret "file:$file" } | Should -Throw -ErrorId 'TSM1010*'
    }

    It 'names a file that is not there' {
        { Resolve-Secret 'file:/no/such/file' } | Should -Throw -ErrorId 'TSM1010*'
    }

    It 'refuses a file that others can read (mode <Mode>)' -Skip:$OnWindows -TestCases @(
        @{ Mode = '644' }, @{ Mode = '640' }, @{ Mode = '604' }
    ) {
        $file = [System.IO.Path]::Combine((Get-Item $TestDrive).FullName, 'open.txt')
        [System.IO.File]::WriteAllText($file, 'Hidd3nWord')
        chmod $Mode $file
        $caught = { Resolve-Secret "file:$file" } | Should -Throw -ErrorId 'TSM1011*' -PassThru
        "$($caught.Exception.Message) $($caught.ErrorDetails.RecommendedAction)" | Should -Not -BeLike '*Hidd3nWord*'
    }

    It 'refuses a link to a file that others can read' -Skip:$OnWindows {
        $folder = (Get-Item $TestDrive).FullName
        [System.IO.File]::WriteAllText("$folder/behind.txt", 'x')
        chmod 644 "$folder/behind.txt"
        ln -sf "$folder/behind.txt" "$folder/link.txt"
        { Resolve-Secret "file:$folder/link.txt" } | Should -Throw -ErrorId 'TSM1011*'
    }

    It 'refuses any other text without repeating it' {
        $caught = { Resolve-Secret 'Hidd3nWord' } | Should -Throw -ErrorId 'TSM1017*' -PassThru
        ($caught | Format-List * -Force | Out-String) | Should -Not -BeLike '*Hidd3nWord*'
    }
}

Describe 'Who may read a file on Windows' {
    It '<Sid> with <Type> <Rights>: <Expected>' -TestCases @(
        @{ Sid = 'S-1-1-0'; Type = 'Allow'; Rights = 0x120089; Expected = 'Everyone' }
        @{ Sid = 'S-1-5-32-545'; Type = 'Allow'; Rights = 0x1200A9; Expected = 'Users' }
        @{ Sid = 'S-1-5-11'; Type = 'Allow'; Rights = -2147483648; Expected = 'Authenticated Users' }
        @{ Sid = 'S-1-5-21-1-2-3-513'; Type = 'Allow'; Rights = 1; Expected = 'S-1-5-21-1-2-3-513' }
        @{ Sid = 'S-1-1-0'; Type = 'Deny'; Rights = 1; Expected = $null }
        @{ Sid = 'S-1-1-0'; Type = 'Allow'; Rights = 0x100000; Expected = $null }
        @{ Sid = 'S-1-5-18'; Type = 'Allow'; Rights = 0x1F01FF; Expected = $null }
        @{ Sid = 'S-1-5-32-544'; Type = 'Allow'; Rights = 0x1F01FF; Expected = $null }
        @{ Sid = 'S-1-5-21-1-2-3-1001'; Type = 'Allow'; Rights = 0x1F01FF; Expected = $null }
    ) {
        $rule = [pscustomobject]@{ IdentityReference = [pscustomobject]@{ Value = $Sid }; AccessControlType = $Type; FileSystemRights = $Rights }
        $readers = InModuleScope TaskSequenceMedia -Parameters @{ Rule = $rule } { Select-TsmBroadReader -Rule @($Rule) }
        $readers | Should -Be $Expected
    }
}

Describe 'A password as parameter' {
    BeforeAll {
        Mock -ModuleName TaskSequenceMedia Invoke-TsmCall { [pscustomobject]@{ errors = @() } }
        $script:Minimal = @{ Bootable = $true; MediaMode = 'SiteBased'; Path = '/out/boot.iso'; SiteFacts = '/facts.json'; BootImage = 'PS100005' }
        Push-Location -LiteralPath $TestDrive
    }
    AfterAll { Pop-Location }

    It 'stays a SecureString on the object and is not sent' {
        $secret = ConvertTo-TsmSecret 'abc'
        $definition = New-TaskSequenceMediaDefinition @Minimal -MediaPassword $secret
        $definition.MediaPassword | Should -BeOfType ([securestring])
        $sent = InModuleScope TaskSequenceMedia -Parameters @{ Definition = $definition } { ConvertTo-TsmDefinitionRequest -Definition $Definition }
        $sent.Contains('mediaPassword') | Should -BeFalse
    }

    It 'stays a reference, the path of a file made absolute' {
        (New-TaskSequenceMediaDefinition @Minimal -MediaPassword env:PW).MediaPassword | Should -BeExactly 'env:PW'
        $expected = 'file:' + [System.IO.Path]::Combine((Get-Item $TestDrive).FullName, 'pw.txt')
        (New-TaskSequenceMediaDefinition @Minimal -MediaPassword file:pw.txt).MediaPassword | Should -BeExactly $expected
    }

    It 'is refused as plain text, and not repeated' {
        $caught = { New-TaskSequenceMediaDefinition @Minimal -MediaPassword 'Hidd3nWord' } |
            Should -Throw -ErrorId 'TSM1017,New-TaskSequenceMediaDefinition' -PassThru
        ($caught | Format-List * -Force | Out-String) | Should -Not -BeLike '*Hidd3nWord*'
    }

    It 'is refused when it is empty: <Title>' -TestCases @(
        @{ Title = 'text'; Given = '' }, @{ Title = 'SecureString'; Given = [securestring]::new() }
    ) {
        { New-TaskSequenceMediaDefinition @Minimal -MediaPassword $Given } | Should -Throw -ErrorId 'TSM1009,New-TaskSequenceMediaDefinition'
    }

    It 'is refused as <Given>' -TestCases @(@{ Given = 5 }, @{ Given = 'vault:x' }, @{ Given = 'env:' }, @{ Given = 'ENV:X' }) {
        { New-TaskSequenceMediaDefinition @Minimal -MediaPassword $Given } | Should -Throw -ErrorId 'TSM1017,New-TaskSequenceMediaDefinition'
    }
}
