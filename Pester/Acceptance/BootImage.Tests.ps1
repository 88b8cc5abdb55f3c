# Boot images: what they are, and what media of them are like.
BeforeDiscovery {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'Site.ps1'))
    $script:Gap = Get-TsmAcceptanceGap
}

BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'Site.ps1'))
    Initialize-TsmAcceptance
    $script:Root = New-TsmRoot ([System.IO.Path]::Combine((Get-Item -LiteralPath $TestDrive).FullName, 'boot images'))
    New-TsmSite -Path "$Root/site"
    $script:Library = "$Root/site/SCCMContentLib", "$Root/site/SCCMContentLibE"
    function Get-Text($Object) { ($Object | Out-String -Width 200) -replace "`e\[[0-9;]*m", '' }
}

Describe 'Get-TaskSequenceMediaBootImage' -Skip:([bool]$Gap) {
    BeforeAll {
        $script:Image = Get-TaskSequenceMediaBootImage -PackageId PS100005 -DistributionPoint $Library
        $script:Wim = "$Root/boot [1].wim"
        [System.IO.File]::Copy($Image.Path, $Wim)
    }

    It 'says what the boot image of a package is' {
        $Image.PSObject.TypeNames[0] | Should -Be 'TaskSequenceMedia.BootImageInfo'
        $Image.PackageId | Should -Be 'PS100005'
        $Image.SourceVersion | Should -Be 3
        $Image.Architecture | Should -Be 'x64'
        $Image.OSVersion | Should -Be '10.0.26100.1'
        $Image.ClientVersion | Should -Be '5.00.9128.1007'
        $Image.ScratchSpace | Should -Be 512
        $Image.Firmware | Should -Be @('BIOS', 'UEFI')
        @($Image.Drivers | Where-Object Kind -EQ 'Network').Inf | Should -Be @('contosonet.inf', 'netvsc.inf')
        @($Image.Drivers | Where-Object { -not $_.IsInbox }).Provider | Should -Be @('Contoso', 'Contoso')
        @($Image.OptionalComponents).Name | Should -Contain 'WinPE-WMI'
        $Image.Warnings.Count | Should -Be 0
        @($Image.BootFiles | Where-Object IsRequired).IsThere | Should -Not -Contain $false
    }

    It 'takes a file, as text and as an object, and several at once' {
        (Get-TaskSequenceMediaBootImage $Wim).Architecture | Should -Be 'x64'
        (Get-Item -LiteralPath $Wim | Get-TaskSequenceMediaBootImage).ClientVersion | Should -Be $Image.ClientVersion
        $several = @(Get-TaskSequenceMediaBootImage -PackageId PS100005, PS100006, PS100007 -DistributionPoint $Library)
        $several.Architecture | Should -Be @('x64', 'x86', 'arm64')
        $several[2].Firmware | Should -Be 'UEFI'
        @(Get-TaskSequenceMediaBootImage "$Root/*.wim").Count | Should -Be 1
    }

    It 'goes on behind an image that cannot be read, with one error for it' {
        $faults = $null
        $found = @(Get-TaskSequenceMediaBootImage -PackageId PS10000A, PS100008, PS100005 -DistributionPoint $Library -ErrorAction SilentlyContinue -ErrorVariable faults)
        $found.Count | Should -Be 1
        @($faults | ForEach-Object { ($_.FullyQualifiedErrorId -split ',')[0] }) | Should -Be @('TSM1501', 'TSM1502')
    }

    It 'says which required files an image lacks' {
        $bare = Get-TaskSequenceMediaBootImage -PackageId PS100009 -DistributionPoint $Library
        $bare.Firmware.Count | Should -Be 0
        $bare.Warnings | Should -Match 'missing for every firmware'
        @($bare.BootFiles | Where-Object { $_.IsRequired -and -not $_.IsThere }).Name | Should -Contain 'EFI/boot/bootx64.efi'
        Get-Text $bare | Should -Match 'BootFiles\s+: missing: bootmgr, EFI/boot/bootx64.efi'
    }

    It 'has a view that fits a page' {
        $text = Get-Text $Image
        $text | Should -Match 'Firmware\s+: \{BIOS, UEFI\}'
        $text | Should -Match 'ScratchSpace\s+: 512 MB'
        $text | Should -Match 'BootFiles\s+: all that a medium needs'
        $text | Should -Match 'Network: 1 of Windows, 1 added; Storage: 1 of Windows, 1 added'
        Get-Text $Image.BootFiles | Should -Match 'UEFI\s+True\s+True\s+EFI/boot/bootx64.efi'
        Get-Text $Image.Drivers | Should -Match 'Storage\s+contosoraid.inf\s+Contoso\s+1.2.3.4\s+False'
    }

    It 'leaves nothing in the temporary folder' {
        Get-TaskSequenceMediaBootImage $Wim -TemporaryFolder "$Root/tmp" | Out-Null
        @(Get-ChildItem -LiteralPath "$Root/tmp" -Force).Count | Should -Be 0
    }
}

Describe 'Media of a boot image' -Skip:([bool]$Gap) {
    It 'ask for no key with -NoPrompt' {
        $request = Get-TsmRequest -Root $Root
        $plan = New-TaskSequenceMediaDefinition @request -NoPrompt | Resolve-TaskSequenceMedia
        $plan.Entries.Path | Should -Contain 'EFI/Microsoft/Boot/efisys_noprompt.bin'
        $plan.Entries.Path | Should -Not -Contain 'boot/bootfix.bin'
    }

    It 'are held against the computers that shall start them: <Target>' -TestCases @(
        @{ Target = 'X64'; Outcome = 'Passed' }, @{ Target = 'Arm64'; Outcome = 'Failed' }, @{ Target = $null; Outcome = 'Warning' }
    ) {
        $request = Get-TsmRequest -Root $Root
        $report = New-TaskSequenceMediaDefinition @request -TargetArchitecture $Target | Test-TaskSequenceMediaDefinition
        $check = @($report.Checks | Where-Object Id -EQ 'definition.target-architecture')
        $check.Count | Should -Be 1
        $check[0].Outcome | Should -Be $Outcome
        if ($Outcome -eq 'Failed') { $check[0].ErrorId | Should -Be 'TSM1508' }
    }
}

Describe 'Boot loaders' -Skip:([bool]$Gap) {
    BeforeAll {
        $script:Image = Get-TaskSequenceMediaBootImage -PackageId PS100005 -DistributionPoint $Library
        $script:Loaders = @(Get-TaskSequenceMedia $Image.Path)
    }

    It 'are told for a boot image, of both generations' {
        $Loaders.Count | Should -Be 2
        $Loaders | ForEach-Object { $_.PSObject.TypeNames[0] | Should -Be 'TaskSequenceMedia.BootLoader' }
        $Loaders.Path | Should -Be @('Windows/Boot/EFI/bootmgfw.efi', 'Windows/Boot/EFI_EX/bootmgfw_EX.efi')
        $Loaders[0].Container | Should -Be $Image.Path
        $Loaders[0].Architecture | Should -Be 'x64'
        $Loaders[0].Signers.Count | Should -Be 0
        $Loaders[0].Starts.TrustsBoth | Should -Be 'Refused'
    }

    It 'have a view with every signer, and a short text' {
        $loader = InModuleScope TaskSequenceMedia {
            ConvertTo-TsmBootLoader -Loader ([pscustomobject]@{
                    Path = 'EFI/boot/bootx64.efi'; Container = 'boot.iso'; Architecture = 'x64'; Generations = @('2011'); Svn = '9.0'; Remarks = @('Odd.')
                    Signers = @(
                        [pscustomobject]@{ Authority = 'Microsoft Windows Production PCA 2011'; State = 'Good'; IsNested = $false; NotAfter = '2026-10-19T00:00:00Z' }
                        [pscustomobject]@{ Issuer = 'Contoso'; State = 'Unknown'; IsNested = $true }
                    )
                    Starts = @([pscustomobject]@{ Computer = 'Trusts2011'; Result = 'Starts' }, [pscustomobject]@{ Computer = 'Trusts2023'; Result = 'Refused' })
                })
        }
        $text = (Get-Text $loader) -replace '\s+', ' '
        $text | Should -Match 'Signers : Microsoft Windows Production PCA 2011 \(Good\); Contoso \(Unknown, nested\)'
        $text | Should -Match 'Starts : Trusts2011: Starts; Trusts2023: Refused'
        $text | Should -Match 'Svn : 9.0'
        [string]$loader | Should -Be 'EFI/boot/bootx64.efi, Microsoft Windows Production PCA 2011, Contoso'
        $loader.Signers[0].NotAfter | Should -BeOfType ([datetime])
        (Get-Text $loader.Signers[0]) -replace '\s+', ' ' | Should -Match 'IsNested : False'
    }

    It 'are held against the floors in the file beside the native library' {
        $folder = [System.IO.Directory]::CreateDirectory("$Root/beside").FullName
        $versions = [System.IO.Path]::Combine($folder, 'secure-boot-versions.json')
        $before = $env:TSM_NATIVE_PATH
        try {
            # Only the folder is asked for here: the library is loaded already.
            $env:TSM_NATIVE_PATH = [System.IO.Path]::Combine($folder, 'tsm_native.dll')
            [System.IO.File]::WriteAllText($versions, '{"date":"2027-01-01","source":"a test","floors":[{"application":"bootmgfw","version":"10.1"}]}')
            InModuleScope TaskSequenceMedia { (Get-TsmHost)['securityVersions'] } | Should -Be $versions
        } finally {
            $env:TSM_NATIVE_PATH = $before
        }
        # Such a file reaches the native library.
        $script:Versions = $versions
        Mock -ModuleName TaskSequenceMedia Get-TsmHost { [ordered]@{ wimLibrary = [string[]]@(); securityVersions = $Versions } }
        (Get-TaskSequenceMediaBootImage $Image.Path).Architecture | Should -Be 'x64'
        [System.IO.File]::WriteAllText($versions, '{')
        { Get-TaskSequenceMediaBootImage $Image.Path -ErrorAction Stop } | Should -Throw -ErrorId 'TSM1526,*'
    }
}
