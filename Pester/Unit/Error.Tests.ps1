# One fault is one error, wherever the user looks. No native library is needed.
BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, '..', 'Common.ps1'))
    Import-TsmModule
    $script:Missing = [System.IO.Path]::Combine((Get-Item -LiteralPath $TestDrive).FullName, 'none.json')
}

Describe 'One fault' {
    It 'is one error in -ErrorVariable and in $Error, with the name of the command' {
        $before = $global:Error.Count
        Import-TaskSequenceMediaDefinition $Missing -ErrorVariable faults -ErrorAction SilentlyContinue
        @($faults | ForEach-Object { $_.FullyQualifiedErrorId }) | Should -Be @('TSM1005,Import-TaskSequenceMediaDefinition')
        $global:Error.Count - $before | Should -Be 1
        $global:Error[0].FullyQualifiedErrorId | Should -Be 'TSM1005,Import-TaskSequenceMediaDefinition'
    }

    It 'is added to the others of an error variable that begins with +' {
        $faults = [System.Collections.ArrayList]@('earlier')
        Import-TaskSequenceMediaDefinition $Missing -ErrorVariable +faults -ErrorAction SilentlyContinue
        Import-TaskSequenceMediaDefinition $Missing -ErrorVariable +faults -ErrorAction SilentlyContinue
        $faults.Count | Should -Be 3
        $faults[0] | Should -Be 'earlier'
    }

    It 'can be caught, and keeps its cause' {
        $caught = { Import-TaskSequenceMediaDefinition $Missing -ErrorAction Stop } | Should -Throw -ErrorId 'TSM1005,Import-TaskSequenceMediaDefinition' -PassThru
        $caught.TargetObject | Should -Be $Missing
        $caught.Exception.InnerException | Should -BeOfType ([System.IO.FileNotFoundException])
    }

    It 'heeds $ErrorActionPreference of a calling function' {
        function Invoke-Around { $ErrorActionPreference = 'Stop'; Import-TaskSequenceMediaDefinition $Missing; 'went on' }
        { Invoke-Around } | Should -Throw -ErrorId 'TSM1005,Import-TaskSequenceMediaDefinition'
    }

    It 'shows nothing in the error stream when it is ignored' {
        $output = Import-TaskSequenceMediaDefinition $Missing -ErrorAction Ignore 2>&1
        $output | Should -BeNullOrEmpty
    }
}
