# Content from a distribution point: fetched ahead, shown, cleaned; and media made from it.
BeforeDiscovery {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'Site.ps1'))
    $script:Gap = Get-TsmAcceptanceGap
}

BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'Site.ps1'))
    Initialize-TsmAcceptance
    $script:Root = New-TsmRoot ([System.IO.Path]::Combine((Get-Item -LiteralPath $TestDrive).FullName, 'content'))
    $script:Server = $null
    if (-not (Get-TsmAcceptanceGap)) {
        New-TsmSite -Path "$Root/site"
        $start = [System.Diagnostics.ProcessStartInfo]::new((Find-TsmBuilt TSM_SAMPLE_SITE_TOOL 'tsmedia-sample-site', 'tsmedia-sample-site.exe'))
        $start.Arguments = "serve ""$Root/site"""
        $start.RedirectStandardOutput = $true
        $start.UseShellExecute = $false
        $script:Server = [System.Diagnostics.Process]::Start($start)
        $text = ''
        do {
            $line = $Server.StandardOutput.ReadLine()
            $text += $line
        } until ($null -eq $line -or $line -eq '}')
        $script:Url = ($text | ConvertFrom-Json).url
    }
    $script:Request = Get-TsmRequest $Root
    $Request['DistributionPoint'] = $Url
    $Request['CachePath'] = "$Root/cache"
}

AfterAll { if ($Server) { $Server.Kill() } }

Describe 'A definition with a distribution point' -Skip:([bool]$Gap) {
    It 'keeps servers as they are and makes paths of folders, files and caches' {
        $more = @{ DistributionPoint = $Url, 'dp1.contoso.test', './lib'; TrustedCertificate = './root.cer', ('AB:' * 19 + 'AB'); ThrottleLimit = 8 }
        $call = $Request.Clone()
        foreach ($name in $more.Keys) { $call[$name] = $more[$name] }
        $definition = New-TaskSequenceMediaDefinition @call
        $definition.DistributionPoint[0..1] | Should -Be $Url, 'dp1.contoso.test'
        [System.IO.Path]::IsPathRooted($definition.DistributionPoint[2]) | Should -BeTrue
        [System.IO.Path]::IsPathRooted($definition.TrustedCertificate[0]) | Should -BeTrue
        $definition.TrustedCertificate[1] | Should -Be ('AB:' * 19 + 'AB')
        $definition.ThrottleLimit | Should -Be 8
    }

    It 'with <Value> is refused as <Number>' -TestCases @(
        @{ Value = 'ftp://dp1'; Number = 'TSM1210' }
        @{ Value = 'https://contoso.cloudapp.net'; Number = 'TSM1228' }
    ) {
        $call = $Request.Clone()
        $call['DistributionPoint'] = $Value
        { New-TaskSequenceMediaDefinition @call } | Should -Throw -ErrorId "$Number,New-TaskSequenceMediaDefinition"
    }
}

Describe 'Save-TaskSequenceMediaContent' -Skip:([bool]$Gap) {
    It 'fetches nothing with -WhatIf' {
        New-TaskSequenceMediaDefinition @Request | Save-TaskSequenceMediaContent -WhatIf | Should -BeNullOrEmpty
        Test-Path -LiteralPath "$Root/cache" | Should -BeFalse
    }

    It 'fetches what the medium needs, once' {
        $first = New-TaskSequenceMediaDefinition @Request | Save-TaskSequenceMediaContent
        $first.PSObject.TypeNames[0] | Should -Be 'TaskSequenceMedia.Content'
        $first.PackageId | Should -Be 'PS100005'
        $first.Complete | Should -BeTrue
        $first.Sources | Should -Be $Url
        $second = New-TaskSequenceMediaDefinition @Request | Save-TaskSequenceMediaContent
        @($second.Sources).Count | Should -Be 0
    }

    It 'says which distribution point could not be reached, and what to do' {
        $call = $Request.Clone()
        $call['DistributionPoint'] = 'http://no-such-server.invalid'
        New-TaskSequenceMediaDefinition @call | Save-TaskSequenceMediaContent -ErrorAction SilentlyContinue -ErrorVariable seen
        $seen[0].FullyQualifiedErrorId | Should -Be 'TSM1211,Save-TaskSequenceMediaContent'
        $seen[0].Exception.Message | Should -Match 'no-such-server\.invalid'
        $seen[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }
}

Describe 'New-TaskSequenceMedia with a distribution point' -Skip:([bool]$Gap) {
    It 'makes the medium, and says where its content came from' {
        $medium = New-TaskSequenceMedia @Request
        $medium.Verification | Should -Be 'Passed'
        (Get-Content -LiteralPath "$($medium.Path).manifest.json" -Raw | ConvertFrom-Json).packages[0].source | Should -Be $Url
    }
}

Describe 'Get- and Clear-TaskSequenceMediaContent' -Skip:([bool]$Gap) {
    BeforeAll {      # what another block left in TestDrive is gone by now
        [void](New-TaskSequenceMediaDefinition @Request | Save-TaskSequenceMediaContent)
    }

    It 'show what is in a cache' {
        $shown = Get-TaskSequenceMediaContent -CachePath "$Root/cache" -PackageId 'PS1*'
        $shown.PackageId | Should -Be 'PS100005'
        $shown.Complete | Should -BeTrue
        $shown.LastUsed | Should -BeOfType ([datetime])
        Get-TaskSequenceMediaContent -CachePath "$Root/cache" -PackageId 'XX*' | Should -BeNullOrEmpty
        Get-TaskSequenceMediaContent -CachePath "$Root/no such cache" | Should -BeNullOrEmpty
    }

    It 'remove nothing with -WhatIf, nothing that is young, and all when asked' {
        Clear-TaskSequenceMediaContent -CachePath "$Root/cache" -WhatIf | Should -BeNullOrEmpty
        (Clear-TaskSequenceMediaContent -CachePath "$Root/cache" -OlderThanDays 1 -Confirm:$false).Files | Should -Be 0
        $swept = Clear-TaskSequenceMediaContent -CachePath "$Root/cache" -Confirm:$false
        $swept.PSObject.TypeNames[0] | Should -Be 'TaskSequenceMedia.ContentSweep'
        $swept.Files | Should -Be 1
        $swept.FilesLeft | Should -Be 0
        Get-TaskSequenceMediaContent -CachePath "$Root/cache" | Should -BeNullOrEmpty
    }
}
