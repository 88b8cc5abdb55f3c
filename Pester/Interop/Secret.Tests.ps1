# Secrets go in by memory, are named by number, and never come out.
BeforeDiscovery {
    $script:Texts = @(
        @{ Name = 'empty'; Text = ''; Length = 0 }
        @{ Name = 'plain'; Text = 'Pa55word'; Length = 8 }
        @{ Name = 'accented'; Text = "P$([char]0xE4)ssw$([char]0xF6)rd"; Length = 8 }
        @{ Name = 'astral'; Text = [char]::ConvertFromUtf32(0x1D11E) * 2; Length = 2 }
    )
}

BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'Interop.Common.ps1'))
    Import-TsmProbe
    $script:Value = 'Zw1ebelkuchen'
    function Register-Value([string]$Text) {
        InModuleScope TaskSequenceMedia -Parameters @{ Secret = (ConvertTo-TsmSecret $Text) } { Register-TsmSecret -Value $Secret }
    }
    function Unregister-Value([uint64]$Id) {
        InModuleScope TaskSequenceMedia -Parameters @{ Id = $Id } { Unregister-TsmSecret -Id $Id }
    }
}

AfterAll { Remove-TsmProbe }

Describe 'A secret' {
    AfterEach { Get-TsmCount | Should -BeExactly '0 jobs, 0 secrets, 0 buffers' }

    It 'arrives whole: <Name>' -ForEach $Texts {
        $id = Register-Value $Text
        try {
            (Invoke-TsmProbe @{ behaviour = 'echo'; secrets = @{ mediaPassword = $id } }).SecretLength | Should -Be $Length
        } finally { Unregister-Value $id }
    }

    It 'that is half a character is refused with a number' {
        { Register-Value ([string][char]0xD834) } | Should -Throw -ErrorId 'TSM1996'
    }

    It 'that was dropped is unknown, and dropping it again is no error' {
        $id = Register-Value 'x'
        Unregister-Value $id
        Unregister-Value $id
        Invoke-TsmProbe @{ behaviour = 'echo'; secrets = @{ mediaPassword = $id } } -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem[0].FullyQualifiedErrorId | Should -BeExactly 'TSM1904,Invoke-TsmProbe'
    }
}

Describe 'No word of a secret' {
    AfterEach { Get-TsmCount | Should -BeExactly '0 jobs, 0 secrets, 0 buffers' }

    It 'is in a request' {
        $id = Register-Value $Value
        try {
            $json = InModuleScope TaskSequenceMedia -Parameters @{ Id = $id } {
                $bytes = ConvertTo-TsmRequestByte -Request ([ordered]@{ op = 'selftest'; secrets = @{ mediaPassword = $Id } })
                [System.Text.Encoding]::UTF8.GetString($bytes)
            }
            $json | Should -BeExactly "{`"op`":`"selftest`",`"secrets`":{`"mediaPassword`":$id}}"
        } finally { Unregister-Value $id }
    }

    It 'is in any stream, error record or object of: <_>' -ForEach 'echo', 'report', 'errors', 'fail', 'panic', 'panicWithSecret', 'bigValue' {
        $id = Register-Value $Value
        try {
            $request = "@{ behaviour = '$_'; steps = 3; secrets = @{ mediaPassword = $id } }"
            $shell = New-TsmShell -Script "`$DebugPreference = `$VerbosePreference = 'Continue'; Invoke-TsmProbe $request -InformationAction Continue"
            try {
                $output = @($shell.Invoke())
                $told = @(
                    $output | ConvertTo-Json -Depth 6
                    foreach ($stream in 'Error', 'Warning', 'Verbose', 'Debug', 'Information', 'Progress') { $shell.Streams.$stream | Out-String }
                    foreach ($problem in $shell.Streams.Error) {
                        $problem | Format-List -Property * -Force | Out-String
                        $problem.Exception.ToString()
                        $problem.Exception.Data | ConvertTo-Json -Depth 4
                        $problem.InvocationInfo | Format-List -Property * | Out-String
                    }
                ) -join "`n"
            } finally { $shell.Dispose() }
            $told.Length | Should -BeGreaterThan 40
            $told | Should -Not -Match $Value.Substring(2)
        } finally { Unregister-Value $id }
    }

    It 'is in a transcript' {
        $folder = (Get-Item -LiteralPath $TestDrive).FullName
        $log = [System.IO.Path]::Combine($folder, 'transcript.txt')
        $child = Invoke-TsmChild -Folder $folder -Script @"
Start-Transcript -Path '$log' | Out-Null
`$secret = [securestring]::new(); foreach (`$letter in 'Zw1', 'ebel', 'kuchen' -join '' -split '' -ne '') { `$secret.AppendChar(`$letter) }
`$id = & (Get-Module TaskSequenceMedia) { param(`$s) Register-TsmSecret -Value `$s } `$secret
foreach (`$behaviour in 'report', 'panicWithSecret', 'fail') {
    Invoke-TsmProbe @{ behaviour = `$behaviour; steps = 2; secrets = @{ mediaPassword = `$id } } -Verbose -InformationAction Continue
}
Stop-Transcript | Out-Null
"@
        $text = [System.IO.File]::ReadAllText($log)
        $text | Should -Match 'withheld'
        $text + $child.Output | Should -Not -Match $Value
    }
}
