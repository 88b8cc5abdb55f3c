# What Tab offers. No native library is needed.
BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, '..', 'Common.ps1'))
    Import-TsmModule
    $script:Facts = [System.IO.Path]::Combine((Get-Item -LiteralPath $TestDrive).FullName, 'facts.json')
    [System.IO.File]::WriteAllText($Facts, '{"siteCode":"PS1","siteName":"Contoso","managementPoints":[{"url":"http://mp1.contoso.test"},{"url":"http://mp2.contoso.test"}],"packages":[{"packageId":"PS100005","kind":"BootImage","name":"Boot x64"},' +
        '{"packageId":"PS100006","kind":"BootImage","name":"Boot x86"},{"packageId":"PS100011","kind":"Package","name":"Tools"}]}')
    function Get-Offer([string]$Line) { @((TabExpansion2 $Line $Line.Length).CompletionMatches | ForEach-Object { $_.CompletionText }) }
}

Describe 'Completion for <_>' -ForEach 'New-TaskSequenceMedia', 'New-TaskSequenceMediaDefinition' {
    It 'offers the boot images of the facts on the command line, and no other packages' {
        Get-Offer "$_ -Bootable -SiteFacts $Facts -BootImage " | Should -Be @('PS100005', 'PS100006')
        Get-Offer "$_ -Bootable -SiteFacts $Facts -BootImage ps100006" | Should -Be @('PS100006')
    }

    It 'does not fail without facts, or with facts that cannot be read' {
        { Get-Offer "$_ -Bootable -BootImage PS" } | Should -Not -Throw
        { Get-Offer "$_ -Bootable -SiteFacts /no/such.json -BootImage PS" } | Should -Not -Throw
    }

    It 'offers packages, management points and the site code of the facts' {
        Get-Offer "$_ -Bootable -SiteFacts $Facts -PrestartPackage " | Should -Be @('PS100011')
        Get-Offer "$_ -Bootable -SiteFacts $Facts -ManagementPoint http://mp" | Should -Be @('http://mp1.contoso.test', 'http://mp2.contoso.test')
        Get-Offer "$_ -Bootable -SiteFacts $Facts -SiteCode " | Should -Be @('PS1')
    }

    It 'offers the words of <Parameter>' -TestCases @(
        @{ Parameter = 'VariablesEncryption'; Words = 'Aes128', 'Aes256' }, @{ Parameter = 'CertificateEncryption'; Words = 'Classic', 'Pbes2' }
        @{ Parameter = 'LogVariableValue'; Words = 'None', 'NonSensitive' }, @{ Parameter = 'TargetSecureBoot'; Words = '2011', '2023', 'Both' }
        @{ Parameter = 'UserDeviceAffinity'; Words = 'AdministratorApproval', 'AutoApproval', 'DoNotAllow' }
    ) {
        foreach ($command in 'New-TaskSequenceMedia', 'New-TaskSequenceMediaDefinition') {
            Get-Offer "$command -Bootable -$Parameter " | Sort-Object | Should -Be $Words
        }
    }

    It 'offers media types and modes' {
        Get-Offer "$_ -Bootable -MediaType " | Should -Be @('CdDvd', 'Folder')
        Get-Offer "$_ -Bootable -MediaMode " | Should -Be @('Dynamic', 'SiteBased')
    }
}
