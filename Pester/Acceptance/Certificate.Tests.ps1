# Certificates for media: made, read, given to a medium, and made known to the site. What openssl says is compared.
BeforeDiscovery {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'Site.ps1'))
    $script:Gap = Get-TsmAcceptanceGap
    $script:OnWindows = [System.IO.Path]::DirectorySeparatorChar -eq '\'
    $script:NoOpenssl = -not (Get-Command -Name openssl -CommandType Application -ErrorAction Ignore)
    if ($NoOpenssl) {
        [Console]::Error.WriteLine('SKIPPED: certificates of a PKI: openssl is not there')
        if ([Environment]::GetEnvironmentVariable('TSM_REQUIRE_TOOLS') -eq '1') { throw 'openssl is not there' }
    }
}

BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'Site.ps1'))
    Initialize-TsmAcceptance
    $script:Root = New-TsmRoot ([System.IO.Path]::Combine((Get-Item -LiteralPath $TestDrive).FullName, 'certificates'))
    $script:Secret = ConvertTo-TsmSecret 'Sample-Pa55word'
    $env:PFX_PASSWORD = 'Sample-Pa55word'
    function Invoke-Openssl {
        $output = & openssl @args 2>&1
        if ($LASTEXITCODE -ne 0) { throw "openssl $args`: $output" }
        ($output | ForEach-Object { [string]$_ }) -join "`n"
    }
}

AfterAll { $env:PFX_PASSWORD = $null }

Describe 'New-TaskSequenceMediaCertificate' -Skip:([bool]$Gap) {
    BeforeAll {
        $script:File = "$Root/made.pfx"
        $script:Made = New-TaskSequenceMediaCertificate -Path $File -Password $Secret -Subject 'Media of Contoso' -CertificateExpireTime '2040-02-01T00:00:00Z'
    }

    It 'gives an object that names the file and its password, and no key' {
        $Made.PSObject.TypeNames[0] | Should -Be 'TaskSequenceMedia.Certificate'
        $Made.Subject | Should -Be 'CN=Media of Contoso'
        $Made.Issuer | Should -Be $Made.Subject
        $Made.NotAfter.ToUniversalTime() | Should -Be ([datetime]::new(2040, 2, 1, 0, 0, 0, [DateTimeKind]::Utc))
        $Made.KeyType | Should -Be 'SelfSigned'
        $Made.KeyLength | Should -Be 2048
        $Made.IsSelfSigned | Should -BeTrue
        $Made.RegistrationState | Should -Be 'NotRegistered'
        $Made.DaysRemaining | Should -BeGreaterThan 3000
        $Made.Path | Should -Be $File
        $Made.Source | Should -Be $File
        $Made.CertificatePassword | Should -BeOfType ([securestring])
        @($Made.Warnings).Count | Should -Be 0
    }

    It 'makes a file that its owner alone can read' -Skip:$OnWindows {
        (Get-Item -LiteralPath $File).UnixMode | Should -Be '-rw-------'
    }

    It 'makes a file that openssl opens, <Encryption>' -Skip:$NoOpenssl -TestCases @(
        @{ Encryption = 'Classic'; Cipher = 'pbeWithSHA1And3-KeyTripleDES-CBC' }, @{ Encryption = 'Pbes2'; Cipher = 'AES-256-CBC' }
    ) {
        $made = New-TaskSequenceMediaCertificate "$Root/$Encryption.pfx" -Password env:PFX_PASSWORD -CertificateEncryption $Encryption
        $made.CertificatePassword | Should -Be 'env:PFX_PASSWORD'
        $text = Invoke-Openssl pkcs12 -legacy -in "$Root/$Encryption.pfx" -passin env:PFX_PASSWORD -info -nodes
        $text | Should -Match $Cipher
        $text | Should -Match 'BEGIN PRIVATE KEY'
        [System.IO.File]::WriteAllText("$Root/own.pem", $text)
        (Invoke-Openssl x509 -in "$Root/own.pem" -noout -fingerprint -sha1) -replace ':' | Should -Match $made.Thumbprint
    }

    It 'replaces a file only with -Force, and makes nothing with -WhatIf' {
        $before = (Get-FileHash -LiteralPath $File).Hash
        New-TaskSequenceMediaCertificate $File -Password $Secret -ErrorAction SilentlyContinue -ErrorVariable faults | Should -BeNullOrEmpty
        $faults[0].FullyQualifiedErrorId | Should -Be 'TSM1005,New-TaskSequenceMediaCertificate'
        New-TaskSequenceMediaCertificate $File -Password $Secret -Force -WhatIf | Should -BeNullOrEmpty
        New-TaskSequenceMediaCertificate "$Root/never.pfx" -Password $Secret -WhatIf | Should -BeNullOrEmpty
        [System.IO.File]::Exists("$Root/never.pfx") | Should -BeFalse
        (Get-FileHash -LiteralPath $File).Hash | Should -Be $before
    }

    It 'refuses a password in plain text, and does not repeat it' {
        New-TaskSequenceMediaCertificate "$Root/never.pfx" -Password 'Hidd3n' -ErrorAction SilentlyContinue -ErrorVariable faults
        $faults[0].FullyQualifiedErrorId | Should -Be 'TSM1017,New-TaskSequenceMediaCertificate'
        ($faults | Out-String) | Should -Not -Match 'Hidd3n'
    }

    It 'takes times to the second, whatever the clocks do' -Skip:$OnWindows {
        $before = $env:TZ
        try {
            $env:TZ = 'Europe/Berlin'
            [TimeZoneInfo]::ClearCachedData()
            # half past two comes twice in this night; the offset tells which is meant
            foreach ($hours in 2, 1) {
                $time = [DateTimeOffset]::new(2035, 10, 28, 2, 30, 0, [timespan]::FromHours($hours))
                $made = New-TaskSequenceMediaCertificate "$Root/night.pfx" -Password $Secret -CertificateExpireTime $time -Force
                $made.NotAfter.ToUniversalTime() | Should -Be $time.UtcDateTime
            }
        } finally {
            $env:TZ = $before
            [TimeZoneInfo]::ClearCachedData()
        }
    }
}

Describe 'Import-TaskSequenceMediaCertificate' -Skip:([bool]$Gap) {
    BeforeAll {
        $script:File = "$Root/import.pfx"
        $script:Made = New-TaskSequenceMediaCertificate $File -Password $Secret
    }

    It 'reads what was made, by path, wildcard and pipeline' {
        foreach ($read in @(
                Import-TaskSequenceMediaCertificate $File -Password $Secret
                Import-TaskSequenceMediaCertificate "$Root/imp*.pfx" -Password env:PFX_PASSWORD
                Get-Item -LiteralPath $File | Import-TaskSequenceMediaCertificate -Password $Secret
            )) {
            $read.Thumbprint | Should -Be $Made.Thumbprint
            $read.NotAfter | Should -Be $Made.NotAfter
            $read.Path | Should -Be $File
        }
    }

    It 'says with a number what is wrong: <Title>' -TestCases @(
        @{ Title = 'another password'; Id = 'TSM1306'; Password = 'another'; Name = 'import.pfx' }
        @{ Title = 'no such file'; Id = 'TSM1304'; Password = 'x'; Name = 'no-such.pfx' }
        @{ Title = 'no PKCS #12 file'; Id = 'TSM1305'; Password = 'x'; Name = 'text.pfx' }
    ) {
        [System.IO.File]::WriteAllText("$Root/text.pfx", 'no certificate')
        $given = ConvertTo-TsmSecret $Password
        Import-TaskSequenceMediaCertificate -LiteralPath "$Root/$Name" -Password $given -ErrorAction SilentlyContinue -ErrorVariable faults | Should -BeNullOrEmpty
        $faults[0].FullyQualifiedErrorId | Should -Be "$Id,Import-TaskSequenceMediaCertificate"
        $faults[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }

    It 'goes on with the next file after an error' {
        $read = @("$Root/no-such.pfx", $File | Import-TaskSequenceMediaCertificate -Password $Secret -ErrorAction SilentlyContinue)
        $read.Count | Should -Be 1
    }

    It 'knows that only Windows has stores: <Place>' -Skip:$OnWindows -TestCases @(
        @{ Place = 'Cert:\CurrentUser\My\00112233445566778899AABBCCDDEEFF00112233' }
        @{ Place = 'Microsoft.PowerShell.Security\Certificate::LocalMachine\My\00112233445566778899AABBCCDDEEFF00112233' }
    ) {
        Import-TaskSequenceMediaCertificate -LiteralPath $Place -ErrorAction SilentlyContinue -ErrorVariable faults | Should -BeNullOrEmpty
        $faults[0].FullyQualifiedErrorId | Should -Be 'TSM1321,Import-TaskSequenceMediaCertificate'
        Import-TaskSequenceMediaCertificate -Thumbprint '00 11 22 33 44 55 66 77 88 99 AA BB CC DD EE FF 00 11 22 33' -ErrorAction SilentlyContinue -ErrorVariable faults
        $faults[0].FullyQualifiedErrorId | Should -Be 'TSM1321,Import-TaskSequenceMediaCertificate'
    }
}

Describe 'A medium with a certificate' -Skip:([bool]$Gap) {
    BeforeAll {
        New-TsmSite -Path "$Root/site"
        $script:Request = Get-TsmRequest -Root $Root
        $script:Own = New-TaskSequenceMediaCertificate "$Root/own.pfx" -Password $Secret
    }

    It 'has the one that it was given, and says how the site gets to know it' {
        $media = New-TaskSequenceMedia @Request -MediaPassword $Secret -Certificate $Own -UserDeviceAffinity AutoApproval -WarningVariable told -WarningAction SilentlyContinue
        $media.Certificate.Thumbprint | Should -Be $Own.Thumbprint
        $media.Certificate.RegistrationState | Should -Be 'NotRegistered'
        @($told | Where-Object { $_ -match 'TSM1320' }).Count | Should -Be 1
        $media.Registration.Record.SMSID | Should -Be $media.Id
        $media.Registration.Record.UdaSetting | Should -Be 2
        $media.Registration.Record.CertificatePFX | Should -BeExactly ''
        (ConvertFrom-Json $media.Registration.Json).Certificate | Should -Be $media.Registration.Record.Certificate
        # the printed command is PowerShell, with these arguments
        $faults = $null
        $tree = [System.Management.Automation.Language.Parser]::ParseInput($media.Registration.CimCommand, [ref]$null, [ref]$faults)
        @($faults).Count | Should -Be 0
        $table = $tree.Find({ $args[0] -is [System.Management.Automation.Language.HashtableAst] }, $true)
        (& ([scriptblock]::Create($table.Extent.Text))).SMSID | Should -Be $media.Id
        # read back by another command: the record is in the manifest
        $read = Get-TaskSequenceMedia $media.Path -MediaPassword $Secret
        $read.Registration.Record.Certificate | Should -Be $media.Registration.Record.Certificate
        $read.Registration.State | Should -Be 'Unknown'
    }

    It 'takes the certificate by file and reference, through a definition file' {
        $definition = New-TaskSequenceMediaDefinition @Request -CertificatePath "$Root/own.pfx" -CertificatePassword env:PFX_PASSWORD -NoPassword
        $definition | Export-TaskSequenceMediaDefinition -Path "$Root/own.json"
        $read = Import-TaskSequenceMediaDefinition "$Root/own.json"
        $read.CertificatePassword | Should -Be 'env:PFX_PASSWORD'
        $report = $read | Test-TaskSequenceMediaDefinition
        @($report.Checks | Where-Object Id -eq 'definition.certificate').Outcome | Should -Be 'Passed'
    }

    It 'leaves a SecureString out of a definition file, with a warning' {
        $definition = New-TaskSequenceMediaDefinition @Request -Certificate $Own -NoPassword
        $definition | Export-TaskSequenceMediaDefinition -Path "$Root/secure.json" -WarningVariable told -WarningAction SilentlyContinue
        [string]$told | Should -Match 'CertificatePassword'
        [System.IO.File]::ReadAllText("$Root/secure.json") | Should -Not -Match 'Sample-Pa55word'
    }

    It 'refuses what does not go together' {
        { New-TaskSequenceMediaDefinition @Request -Certificate $Own -CertificatePath "$Root/own.pfx" } | Should -Throw -ErrorId 'TSM1023,*'
        { New-TaskSequenceMediaDefinition @Request -Certificate 'own.pfx' } | Should -Throw -ErrorId 'TSM1018,*'
        { New-TaskSequenceMediaDefinition @Request -Certificate $Own -CertificateExpireTime '2040-01-01' } | Should -Throw -ErrorId 'TSM1023,*'
        $https = @{} + $Request
        $https.ManagementPoint = 'https://mp1.contoso.test'
        { New-TaskSequenceMediaDefinition @https } | Should -Throw -ErrorId 'TSM1108,*'
        New-TaskSequenceMedia @https -MediaPassword $Secret -Certificate $Own -ErrorAction SilentlyContinue -ErrorVariable faults
        $faults[-1].FullyQualifiedErrorId | Should -Be 'TSM1108,New-TaskSequenceMedia'
    }

    It 'serves HTTPS management points with a certificate that a PKI issued' -Skip:$NoOpenssl {
        Push-Location -LiteralPath $Root
        try {
            Invoke-Openssl req -x509 -newkey rsa:2048 -nodes -keyout root.key -out root.pem -subj /CN=Root -days 900
            Invoke-Openssl req -newkey rsa:2048 -nodes -keyout client.key -out client.csr -subj /CN=Client
            [System.IO.File]::WriteAllText("$Root/client.ext", "basicConstraints=CA:FALSE`nextendedKeyUsage=clientAuth`n")
            Invoke-Openssl x509 -req -in client.csr -CA root.pem -CAkey root.key -CAcreateserial -days 800 -extfile client.ext -out client.pem
            Invoke-Openssl pkcs12 -export -legacy -inkey client.key -in client.pem -certfile root.pem -out client.pfx -passout env:PFX_PASSWORD
            Invoke-Openssl x509 -in root.pem -outform DER -out root.der
        } finally { Pop-Location }
        $facts = ConvertFrom-Json ([System.IO.File]::ReadAllText("$Root/site/facts.json"))
        $authority = ([System.IO.File]::ReadAllBytes("$Root/root.der") | ForEach-Object { $_.ToString('X2') }) -join ''
        Add-Member -InputObject $facts -NotePropertyName rootCaCertificates -NotePropertyValue @($authority) -Force
        $https = @{} + $Request
        $https.ManagementPoint = 'https://mp1.contoso.test'
        $https.SiteFacts = $facts
        $https.Path = "$Root/out/https.iso"
        $certificate = Import-TaskSequenceMediaCertificate "$Root/client.pfx" -Password $Secret
        $certificate.Chain | Should -Be @('CN=Root')
        $media = New-TaskSequenceMedia @https -MediaPassword $Secret -Certificate $certificate -WarningAction SilentlyContinue
        $media.Certificate.Thumbprint | Should -Be $certificate.Thumbprint
        $media.Certificate.KeyType | Should -Be 'Issued'
        $media.Registration.State | Should -Be 'Unknown'
        $media.Registration.Record.IssuedCert | Should -Be 2
    }
}
