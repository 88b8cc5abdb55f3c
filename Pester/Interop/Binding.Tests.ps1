# How the native library is found, loaded and refused.
BeforeDiscovery {
    $script:Places = @(
        @{ System = 'Windows'; Architecture = 'X64'; Rid = 'win-x64'; File = 'tsm_native.dll' }
        @{ System = 'Windows'; Architecture = 'Arm64'; Rid = 'win-arm64'; File = 'tsm_native.dll' }
        @{ System = 'Linux'; Architecture = 'X64'; Rid = 'linux-x64'; File = 'libtsm_native.so' }
        @{ System = 'Linux'; Architecture = 'Arm64'; Rid = 'linux-arm64'; File = 'libtsm_native.so' }
    )
    $script:Refused = @(
        @{ System = 'Windows'; Architecture = 'X86' }
        @{ System = 'Windows'; Architecture = 'Arm' }
        @{ System = 'Linux'; Architecture = 'X86' }
        @{ System = 'Other'; Architecture = 'X64' }
    )
    $script:OnLinux = [System.IO.Directory]::Exists('/proc/self')
    $script:Compiler = @(Get-Command -Name cc, gcc, clang -CommandType Application -ErrorAction SilentlyContinue)[0]
    if (-not $script:Compiler) {
        if ($env:TSM_REQUIRE_TOOLS -eq '1') { throw 'There is no C compiler for the test of a wrong ABI number.' }
        Write-Warning 'SKIPPED: a library of a wrong ABI number, because there is no C compiler.'
    }
}

BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'Interop.Common.ps1'))
    Import-TsmProbe
    $script:Folder = (Get-Item -LiteralPath $TestDrive).FullName
    $script:NativePath = $env:TSM_NATIVE_PATH
    function Get-Record([scriptblock]$Script) {
        try { & $Script } catch { return $_ }
        throw 'No error.'
    }
}

AfterAll { Remove-TsmProbe }

Describe 'The place of the native library' {
    It 'is <Rid> for <Architecture> on <System>' -ForEach $Places {
        InModuleScope TaskSequenceMedia -Parameters $_ {
            $place = Get-TsmNativePath -System $System -Architecture $Architecture -ModuleRoot '/m' -Override ''
            $place.Rid | Should -BeExactly $Rid
            $place.Path | Should -BeExactly ([System.IO.Path]::GetFullPath("/m/runtimes/$Rid/native/$File"))
        }
    }

    It 'is refused for a process that is <Architecture> on <System>, override or not' -ForEach $Refused {
        InModuleScope TaskSequenceMedia -Parameters $_ {
            foreach ($override in '', '/x.so') {
                { Get-TsmNativePath -System $System -Architecture $Architecture -ModuleRoot '/m' -Override $override } |
                    Should -Throw -ErrorId 'TSM1990' -ExpectedMessage "*64-bit*$Architecture*"
            }
        }
    }

    It 'can be another one by TSM_NATIVE_PATH' {
        InModuleScope TaskSequenceMedia {
            $place = Get-TsmNativePath -System Linux -Architecture X64 -ModuleRoot '/m' -Override '/else/where.so'
            $place.Path | Should -BeExactly ([System.IO.Path]::GetFullPath('/else/where.so'))
        }
    }
}

Describe 'A library that cannot be used' {
    It 'leaves the import of the module alone, and is an error of the first command: 32-bit process' {
        Mock -ModuleName TaskSequenceMedia Get-TsmPlatform { @{ System = 'Windows'; Architecture = 'X86' } }
        Invoke-TsmProbe @{ behaviour = 'echo' } -ErrorVariable problem -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $problem.Count | Should -Be 1
        $problem[0].FullyQualifiedErrorId | Should -BeExactly 'TSM1990,Invoke-TsmProbe'
        $problem[0].CategoryInfo.Category | Should -Be 'NotInstalled'
        $problem[0].ErrorDetails.RecommendedAction | Should -Match '64-bit'
        $problem[0].Exception.Data['Symbol'] | Should -BeExactly 'NativeArchitectureNotSupported'
    }

    It 'names the path and how to build it when it is missing' {
        $missing = [System.IO.Path]::Combine($Folder, 'no', 'such.so')
        $record = Get-Record { InModuleScope TaskSequenceMedia -Parameters @{ Path = $missing } { Get-TsmNative -Override $Path } }
        $record.FullyQualifiedErrorId | Should -BeExactly 'TSM1991'
        $record.ToString() | Should -Match ([regex]::Escape($missing))
        $record.ErrorDetails.RecommendedAction | Should -Match 'cargo build.*tsm-ffi.*TSM_NATIVE_PATH'
        $record.TargetObject | Should -BeExactly $missing
    }

    It 'names the cause when it is no library' {
        $broken = [System.IO.Path]::Combine($Folder, 'broken.so')
        [System.IO.File]::WriteAllText($broken, 'not a library')
        $record = Get-Record { InModuleScope TaskSequenceMedia -Parameters @{ Path = $broken } { Get-TsmNative -Override $Path } }
        $record.FullyQualifiedErrorId | Should -BeExactly 'TSM1995'
        $record.ErrorDetails.Message | Should -Match 'Cause: .+'
        $record.ErrorDetails.Message | Should -Not -Match 'path1'
    }

    It 'is named with the cause when it is for another processor' -Skip:(-not $OnLinux) {
        $other = [System.IO.Path]::Combine($Folder, 'other-processor.so')
        $bytes = [System.IO.File]::ReadAllBytes($NativePath)
        # e_machine of the ELF header: AArch64, or x86-64 where this is AArch64.
        $bytes[18] = if ($bytes[18] -eq 183) { 62 } else { 183 }
        [System.IO.File]::WriteAllBytes($other, $bytes)
        $record = Get-Record { InModuleScope TaskSequenceMedia -Parameters @{ Path = $other } { Get-TsmNative -Override $Path } }
        $record.FullyQualifiedErrorId | Should -BeExactly 'TSM1995'
        $record.ToString() | Should -Match ([regex]::Escape($other))
        $record.ErrorDetails.Message | Should -Match 'Cause: .+'
    }

    It 'is not called when its ABI number is another' -Skip:(-not $Compiler) {
        $source = [System.IO.Path]::Combine($Folder, 'other.c')
        $library = [System.IO.Path]::Combine($Folder, 'other.so')
        [System.IO.File]::WriteAllText($source, 'unsigned tsm_abi_version(void) { return 99; }')
        $cc = @(Get-Command -Name cc, gcc, clang -CommandType Application -ErrorAction SilentlyContinue)[0].Source
        & $cc -shared -fPIC -o $library $source
        $LASTEXITCODE | Should -Be 0
        $record = Get-Record { InModuleScope TaskSequenceMedia -Parameters @{ Path = $library } { Get-TsmNative -Override $Path } }
        $record.FullyQualifiedErrorId | Should -BeExactly 'TSM1992'
        $record.ToString() | Should -Match 'ABI number 99.*needs 1'
    }

    It 'is refused when it is a foreign one' -Skip:(-not $Compiler) {
        $source = [System.IO.Path]::Combine($Folder, 'foreign.c')
        $library = [System.IO.Path]::Combine($Folder, 'foreign.so')
        [System.IO.File]::WriteAllText($source, 'int answer(void) { return 42; }')
        $cc = @(Get-Command -Name cc, gcc, clang -CommandType Application -ErrorAction SilentlyContinue)[0].Source
        & $cc -shared -fPIC -o $library $source
        $record = Get-Record { InModuleScope TaskSequenceMedia -Parameters @{ Path = $library } { Get-TsmNative -Override $Path } }
        $record.FullyQualifiedErrorId | Should -BeExactly 'TSM1995'
        $record.ErrorDetails.Message | Should -Match 'tsm_abi_version'
    }

    It 'is refused when the module expects another ABI number' {
        $record = Get-Record { InModuleScope TaskSequenceMedia { Get-TsmNative -Abi 2 } }
        $record.FullyQualifiedErrorId | Should -BeExactly 'TSM1992'
        $record.ErrorDetails.RecommendedAction | Should -Match 'new session'
    }

    It 'is refused when it is of another product version' {
        $record = Get-Record { InModuleScope TaskSequenceMedia { Get-TsmNative -Version 9.8.7 } }
        $record.FullyQualifiedErrorId | Should -BeExactly 'TSM1992'
        $record.ToString() | Should -Match 'TaskSequenceMedia 9\.8\.7.*"version":"\d+\.\d+\.\d+'
    }

    It 'is refused in a restricted language mode, before anything else' {
        $record = Get-Record { InModuleScope TaskSequenceMedia { Assert-TsmLanguageMode -Mode ConstrainedLanguage } }
        $record.FullyQualifiedErrorId | Should -BeLike 'TSM1994,*'
        $record.ToString() | Should -Match 'full language.*ConstrainedLanguage'
    }
}

Describe 'A restricted session' {
    BeforeAll {
        # As a package has it: one file, which does nothing at import that such a session forbids.
        $script:Merged = [System.IO.Path]::Combine($Folder, 'Merged.psm1')
        $root = [System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'module', 'TaskSequenceMedia')
        $sources = foreach ($area in 'Native', 'Text') {
            Get-ChildItem -LiteralPath ([System.IO.Path]::Combine($root, 'Private', $area)) -Filter *.ps1
        }
        $text = ($sources | ForEach-Object { [System.IO.File]::ReadAllText($_.FullName) }) -join "`n"
        $command = 'function Invoke-Restricted { [CmdletBinding()] param() begin { Use-TsmCallerPreference -Cmdlet $PSCmdlet } process { "ran" } }'
        [System.IO.File]::WriteAllText($Merged, "$text`n$command`nExport-ModuleMember -Function Invoke-Restricted`n")
    }

    It 'imports the module and gets one clear error from a command' {
        $script = [System.IO.Path]::Combine($Folder, 'restricted.ps1')
        [System.IO.File]::WriteAllText($script, @"
`$ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'
Import-Module '$Merged'
try { Invoke-Restricted } catch { "id=`$(`$_.FullyQualifiedErrorId)"; "advice=`$(`$_.ErrorDetails.RecommendedAction)" }
"@)
        $output = (& (Get-TsmShellPath) -NoProfile -NonInteractive -File $script 2>&1 | Out-String)
        $output | Should -Match 'id=TSM1994'
        $output | Should -Match 'advice=Sign the module'
        $output | Should -Not -Match 'ran|InConstrainedLanguage'
    }
}

Describe 'The bound library' {
    It 'is not loaded by importing the module, only by the first use' -Skip:(-not $OnLinux) {
        $child = Invoke-TsmChild -Folder $Folder -Script @'
$maps = { [System.IO.File]::ReadAllText('/proc/self/maps').Contains('libtsm_native') }
"imported: $(& $maps)"
[void](Invoke-TsmProbe @{ behaviour = 'echo' })
"used: $(& $maps)"
'@
        $child.Output | Should -Match 'imported: False'
        $child.Output | Should -Match 'used: True'
    }

    It 'is bound once in a process, for all imports and runspaces' {
        $count = {
            $all = [AppDomain]::CurrentDomain.GetAssemblies()
            @($all | Where-Object { $_.GetName().Name -like 'TaskSequenceMedia.Native.*' }).Count
        }
        Invoke-TsmProbe @{ behaviour = 'echo' } | Should -Not -BeNullOrEmpty
        $before = & $count
        foreach ($round in 1..5) {
            Import-TsmProbe
            [void](Invoke-TsmProbe @{ behaviour = 'echo' })
        }
        $shell = New-TsmShell -Script "Invoke-TsmProbe @{ behaviour = 'echo' }"
        try { $shell.Invoke().Count | Should -Be 1 } finally { $shell.Dispose() }
        & $count | Should -Be $before
    }

    It 'has every function that the module binds' {
        $declared = [System.IO.File]::ReadAllText([System.IO.Path]::Combine($TsmRepository, 'native', 'ffi', 'src', 'lib.rs'))
        $exported = [regex]::Matches($declared, '(?m)^pub (?:unsafe )?extern "C" fn (tsm_\w+)') | ForEach-Object { $_.Groups[1].Value }
        $bound = InModuleScope TaskSequenceMedia { (Get-TsmNative).GetMethods('Public, Static, DeclaredOnly').Name }
        ($bound | Sort-Object) -join ' ' | Should -BeExactly (($exported | Sort-Object) -join ' ')
    }
}
