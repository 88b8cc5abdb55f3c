# What a depot gets for a prestaged medium, which wimlib-imagex puts together here.
BeforeDiscovery {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'Site.ps1'))
    $script:Gap = Get-TsmAcceptanceGap
    if (-not $Gap -and -not (Get-Command wimlib-imagex -ErrorAction SilentlyContinue)) {
        $script:Gap = 'wimlib-imagex is not installed'
        [Console]::Error.WriteLine("SKIPPED: apply scripts: $Gap")
        if ([Environment]::GetEnvironmentVariable('TSM_REQUIRE_TOOLS') -eq '1') { throw $Gap }
    }
}

BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'Site.ps1'))
    Initialize-TsmAcceptance
    $script:Root = New-TsmRoot ([System.IO.Path]::Combine((Get-Item -LiteralPath $TestDrive).FullName, 'depot [1]'))
    New-TsmSite -Path "$Root/site"
    if (-not (Get-Command wimlib-imagex -ErrorAction SilentlyContinue)) { return }
    $request = Get-TsmRequest -Root $Root -Name 'tree'
    $request.MediaType = 'Folder'
    New-TaskSequenceMedia @request -WarningAction SilentlyContinue | Out-Null
    [void][System.IO.Directory]::CreateDirectory("$Root/out/tree/Windows")
    $script:Wim = "$Root/hall3.wim"
    & wimlib-imagex capture "$Root/out/tree" $Wim Prestaged --compress=none --no-acls *> $null
}

Describe 'Export-TaskSequenceMediaApplyScript' -Skip:([bool]$Gap) {
    It 'writes the files, and says what they are for' {
        $script = Export-TaskSequenceMediaApplyScript $Wim -Destination "$Root/depot"
        $script.PSObject.TypeNames[0] | Should -Be 'TaskSequenceMedia.ApplyScript'
        $script.Files | Should -Be @('apply.cmd', 'guide.txt', 'disk-uefi.txt', 'disk-bios.txt')
        @(Get-ChildItem -LiteralPath "$Root/depot" | ForEach-Object Name | Sort-Object) | Should -Be @($script.Files | Sort-Object)
        $script.Sha256 | Should -Be (Get-FileHash -LiteralPath $Wim -Algorithm SHA256).Hash
        $script.Firmware | Should -Be @('Uefi', 'Bios')
        $boot = @($script.Hashes | Where-Object Path -EQ '\sources\boot.wim')
        $boot.Sha1 | Should -Be (Get-FileHash -LiteralPath "$Root/out/tree/sources/boot.wim" -Algorithm SHA1).Hash
        ($script | Out-String) | Should -Match 'Firmware\s+: \{Uefi, Bios\}'
        ($script.Hashes | Out-String -Width 200) | Should -Match $boot.Sha1
    }

    It 'replaces nothing unless it is told to, and writes nothing with -WhatIf' {
        { Export-TaskSequenceMediaApplyScript $Wim -Destination "$Root/depot" -ErrorAction Stop } | Should -Throw -ErrorId 'TSM1553,*'
        $script = Export-TaskSequenceMediaApplyScript -LiteralPath $Wim -Destination "$Root/depot" -Firmware uefi -Disk 2 -EfiSize 300 -Force
        $script.Firmware | Should -Be @('Uefi')
        [System.IO.File]::ReadAllText("$Root/depot/apply.cmd") | Should -Match 'set "disk=2"'
        [System.IO.File]::ReadAllText("$Root/depot/disk-uefi.txt") | Should -Match 'size=300'
        Export-TaskSequenceMediaApplyScript $Wim -Destination "$Root/none" -WhatIf | Should -BeNullOrEmpty
        [System.IO.Directory]::Exists("$Root/none") | Should -BeFalse
    }

    It 'takes files from the pipeline, and goes on behind one that is no medium' {
        [System.IO.File]::WriteAllText("$Root/text.wim", 'text')
        $faults = $null
        $scripts = @(Get-Item -LiteralPath "$Root/text.wim", $Wim | Export-TaskSequenceMediaApplyScript -Destination "$Root/several" -ErrorAction SilentlyContinue -ErrorVariable faults)
        @($faults | ForEach-Object { ($_.FullyQualifiedErrorId -split ',')[0] }) | Should -Be @('TSM1550')
        $scripts.Count | Should -Be 1
        $scripts[0].Path | Should -Be ([System.IO.Path]::Combine((Get-Item -LiteralPath "$Root/several").FullName, 'hall3'))
    }
}
