# Where passwords come from, and what is refused. No native library is needed.
BeforeDiscovery {
    $script:OnWindows = [System.IO.Path]::DirectorySeparatorChar -eq '\'
}

BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, '..', 'Common.ps1'))
    Import-TsmModule
    function Get-PlainText([securestring]$Secret) { [System.Net.NetworkCredential]::new('', $Secret).Password }
    function Resolve-Secret($Reference) {
        InModuleScope TaskSequenceMedia -Parameters @{ Reference = $Reference } { Resolve-TsmSecret -Password $Reference }
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

Describe 'A secret in a vault' {
    BeforeAll {
        $script:Path = [Environment]::GetEnvironmentVariable('PSModulePath')
        $modules = [System.IO.Path]::Combine((Get-Item $TestDrive).FullName, 'modules')
        $folder = [System.IO.Path]::Combine($modules, 'Microsoft.PowerShell.SecretManagement')
        [void][System.IO.Directory]::CreateDirectory($folder)
        # what the real command does as far as it matters: text of a vault comes as SecureString unless plain text is asked for
        [System.IO.File]::WriteAllText([System.IO.Path]::Combine($folder, 'Microsoft.PowerShell.SecretManagement.psm1'), @'
function Get-Secret {
    [CmdletBinding()]
    param([Parameter(Mandatory = $true, Position = 0)] [string]$Name, [string]$Vault, [switch]$AsPlainText)
    if ($AsPlainText) { throw 'plain text was asked for' }
    $secret = [securestring]::new()
    foreach ($letter in "$Vault+$Name".ToCharArray()) { $secret.AppendChar($letter) }
    switch ($Name) {
        'absent' { Write-Error "The secret $Name was not found." }
        'locked' { throw "The vault $Vault is locked." }
        'credential' { [pscredential]::new('user', $secret) }
        'bytes' { , [byte[]](1, 2) }
        'table' { @{ a = 1 } }
        'empty' { [securestring]::new() }
        'two' { $secret; $secret }
        default { $secret }
    }
}
'@)
        function Get-Secret { throw 'the command of somebody else' }
        $env:PSModulePath = $modules + [System.IO.Path]::PathSeparator + $Path
    }
    AfterAll {
        $env:PSModulePath = $Path
        Remove-Module Microsoft.PowerShell.SecretManagement -ErrorAction Ignore
    }

    It 'comes as SecureString: <Reference>' -TestCases @(
        @{ Reference = 'secret:Media/boot'; Text = 'Media+boot' }, @{ Reference = 'secret:Media/boot/x64'; Text = 'Media+boot/x64' }
        @{ Reference = 'secret:My vault/a b'; Text = 'My vault+a b' }, @{ Reference = 'secret:Media/credential'; Text = 'Media+credential' }
    ) {
        $secret = Resolve-Secret $Reference
        $secret | Should -BeOfType ([securestring])
        Get-PlainText $secret | Should -BeExactly $Text
    }

    It 'is an error that names the reference when it is <Name>: <Id>' -TestCases @(
        @{ Name = 'absent'; Id = 'TSM1010' }, @{ Name = 'locked'; Id = 'TSM1010' }, @{ Name = 'bytes'; Id = 'TSM1010' }
        @{ Name = 'table'; Id = 'TSM1010' }, @{ Name = 'two'; Id = 'TSM1010' }, @{ Name = 'empty'; Id = 'TSM1009' }
    ) {
        $caught = { Resolve-Secret "secret:Media/$Name" } | Should -Throw -ErrorId "$Id*" -PassThru
        if ($Id -eq 'TSM1010') { $caught.TargetObject | Should -Be "secret:Media/$Name" }
        if ($Name -in 'absent', 'locked') { "$caught" | Should -Match 'Cause: The (secret absent was not found|vault Media is locked)' }
    }

    It 'needs SecretManagement, and says so' {
        Remove-Module Microsoft.PowerShell.SecretManagement -ErrorAction Ignore
        $before = $env:PSModulePath
        $env:PSModulePath = $Path
        try {
            $caught = { Resolve-Secret 'secret:Media/boot' } | Should -Throw -ErrorId 'TSM1053*' -PassThru
            $caught.ErrorDetails.RecommendedAction | Should -Match 'Install-Module Microsoft.PowerShell.SecretManagement'
        } finally { $env:PSModulePath = $before }
    }
}

Describe 'A secret in a file of Export-Clixml' {
    BeforeAll {
        $script:Folder = (Get-Item $TestDrive).FullName
        Export-Clixml -InputObject (ConvertTo-TsmSecret 'Hidd3nWord') -LiteralPath "$Folder/secret.clixml"
        Export-Clixml -InputObject ([pscredential]::new('user', (ConvertTo-TsmSecret 'Hidd3nWord'))) -LiteralPath "$Folder/credential.XML"
        Export-Clixml -InputObject 'Hidd3nWord' -LiteralPath "$Folder/text.xml"
        [System.IO.File]::WriteAllText("$Folder/torn.xml", '<Objs>')
    }

    It 'is read on Windows: <Name>' -TestCases @(@{ Name = 'secret.clixml' }, @{ Name = 'credential.XML' }) {
        Mock -ModuleName TaskSequenceMedia Get-TsmPlatform { @{ System = 'Windows'; Architecture = 'X64' } }
        Get-PlainText (Resolve-Secret "file:$Folder/$Name") | Should -BeExactly 'Hidd3nWord'
    }

    It 'is an error when it is <Title>, and not repeated' -TestCases @(
        @{ Title = 'plain text'; Name = 'text.xml' }, @{ Title = 'torn'; Name = 'torn.xml' }, @{ Title = 'not there'; Name = 'none.xml' }
    ) {
        Mock -ModuleName TaskSequenceMedia Get-TsmPlatform { @{ System = 'Windows'; Architecture = 'X64' } }
        $caught = { Resolve-Secret "file:$Folder/$Name" } | Should -Throw -ErrorId 'TSM1010*' -PassThru
        ($caught | Format-List * -Force | Out-String) | Should -Not -BeLike '*Hidd3nWord*'
        $caught.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }

    It 'is refused elsewhere, where it is not encrypted' {
        Mock -ModuleName TaskSequenceMedia Get-TsmPlatform { @{ System = 'Linux'; Architecture = 'X64' } }
        $caught = { Resolve-Secret "file:$Folder/secret.clixml" } | Should -Throw -ErrorId 'TSM1052*' -PassThru
        $caught.Exception.Message | Should -Match 'Windows only'
        $caught.ErrorDetails.RecommendedAction | Should -Match 'secret:VAULT/NAME'
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
        @{ Sid = 'S-1-3-4'; Type = 'Allow'; Rights = 0x1F01FF; Expected = $null }
        @{ Sid = 'S-1-5-21-1-2-3-1001'; Type = 'Allow'; Rights = 0x1F01FF; Expected = $null }
        @{ Sid = 'S-1-5-21-1-2-3-1002'; Type = 'Allow'; Rights = 0x120089; Expected = 'S-1-5-21-1-2-3-1002' }
        @{ Sid = 'S-1-5-32-545'; Type = 'Allow'; Rights = 0x40000; Expected = 'Users' }
        @{ Sid = 'S-1-5-32-545'; Type = 'Allow'; Rights = 0x80000; Expected = 'Users' }
    ) {
        $rule = [pscustomobject]@{ IdentityReference = [pscustomobject]@{ Value = $Sid }; AccessControlType = $Type; FileSystemRights = $Rights }
        $readers = InModuleScope TaskSequenceMedia -Parameters @{ Rule = $rule } {
            Select-TsmOtherReader -Rule @($Rule) -Trusted 'S-1-5-21-1-2-3-1001', 'S-1-1-0'
        }
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
        (New-TaskSequenceMediaDefinition @Minimal -MediaPassword secret:Media/boot).MediaPassword | Should -BeExactly 'secret:Media/boot'
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

    It 'is refused as <Given>' -TestCases @(@{ Given = 5 }, @{ Given = 'vault:x' }, @{ Given = 'env:' }, @{ Given = 'ENV:X' }
        @{ Given = 'secret:Hidd3n' }, @{ Given = 'secret:/x' }, @{ Given = 'secret:x/' }, @{ Given = 'secret: / ' }) {
        { New-TaskSequenceMediaDefinition @Minimal -MediaPassword $Given } | Should -Throw -ErrorId 'TSM1017,New-TaskSequenceMediaDefinition'
    }
}
