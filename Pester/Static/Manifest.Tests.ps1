# What the manifest says, and that it is true.
BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, '..', 'Common.ps1'))
    $script:ManifestFile = [System.IO.Path]::Combine($TsmModulePath, 'TaskSequenceMedia.psd1')
    $script:Data = Import-PowerShellDataFile -LiteralPath $ManifestFile
}

Describe 'The manifest' {
    It 'is valid' { (Test-ModuleManifest -Path $ManifestFile -ErrorAction Stop).Name | Should -Be 'TaskSequenceMedia' }

    It 'has the version of the workspace' {
        $cargo = [System.IO.File]::ReadAllText([System.IO.Path]::Combine($TsmRepository, 'Cargo.toml'))
        $Data.ModuleVersion | Should -Be ([regex]::Match($cargo, '(?m)^version = "([0-9.]+)"').Groups[1].Value)
    }

    It 'exports exactly the commands that have a file, in order, and nothing else' {
        $files = @(Get-ChildItem -LiteralPath ([System.IO.Path]::Combine($TsmSourcePath, 'Public')) -Filter *.ps1 | ForEach-Object { $_.BaseName })
        [array]::Sort($files, [StringComparer]::Ordinal)
        $Data.FunctionsToExport | Should -Be $files
        foreach ($key in 'CmdletsToExport', 'VariablesToExport', 'AliasesToExport') {
            $Data.ContainsKey($key) | Should -BeTrue
            @($Data[$key]).Count | Should -Be 0
        }
    }

    It 'says where it runs' {
        $Data.PowerShellVersion | Should -Be '5.1'
        $Data.CompatiblePSEditions | Should -Be @('Desktop', 'Core')
        $Data.DotNetFrameworkVersion | Should -Be '4.7.2'
        $Data.PrivateData.PSData.Tags | Should -Contain 'PSEdition_Desktop'
        $Data.PrivateData.PSData.Tags | Should -Contain 'PSEdition_Core'
        $Data.GUID | Should -Be '5c1f0b0e-4a5e-4f0d-9a43-8d7a2f6f1c52' -Because 'it never changes'
        $Data.PrivateData.PSData.LicenseUri | Should -Match '^https://'
        $Data.PrivateData.PSData.Prerelease | Should -Match '^[a-z0-9]*$'
    }

    It 'names files that are there' {
        foreach ($file in @($Data.FormatsToProcess) + $Data.RootModule) {
            [System.IO.File]::Exists([System.IO.Path]::Combine($TsmModulePath, $file)) | Should -BeTrue -Because $file
        }
    }
}

Describe 'The commands' {
    BeforeAll { Import-TsmModule }

    It 'show nothing of the inside' {
        @(Get-Command -Module TaskSequenceMedia | ForEach-Object { $_.Name } | Sort-Object) | Should -Be @($Data.FunctionsToExport | Sort-Object)
        @(Get-Command -Name '*Tsm*' -Module TaskSequenceMedia).Count | Should -Be 0
    }

    It 'have the parameters that the definition has: <Name>' -TestCases @(
        @{ Name = 'New-TaskSequenceMediaDefinition' }, @{ Name = 'New-TaskSequenceMedia' }
    ) {
        $fields = @((& (Get-Module TaskSequenceMedia) { Get-TsmDefinitionField }).Keys)
        $parameters = (Get-Command $Name).Parameters
        foreach ($field in $fields) {
            if ($field -in 'SchemaVersion', 'Kind') { continue }
            $parameters.ContainsKey($field) | Should -BeTrue -Because $field
        }
    }

    It 'take the same for a definition, in both commands' {
        $common = [System.Management.Automation.Cmdlet]::CommonParameters + [System.Management.Automation.Cmdlet]::OptionalCommonParameters
        $one = (Get-Command New-TaskSequenceMediaDefinition).Parameters
        $other = (Get-Command New-TaskSequenceMedia).Parameters
        foreach ($name in $one.Keys) {
            if ($name -in $common) { continue }
            $other[$name].ParameterType | Should -Be $one[$name].ParameterType -Because $name
            @($other[$name].Aliases) | Should -Be @($one[$name].Aliases) -Because $name
            foreach ($set in $one[$name].ParameterSets.Keys) {
                $other[$name].ParameterSets[$set].IsMandatory | Should -Be $one[$name].ParameterSets[$set].IsMandatory -Because $name
            }
        }
    }

    It 'have no parameter of another name for a definition' {
        $of = { param($name) (Get-Command $name).ParameterSets.Where({ $_.Name -eq 'Bootable' })[0].Parameters.Name | Sort-Object }
        $more = @(& $of New-TaskSequenceMedia | Where-Object { $_ -notin (& $of New-TaskSequenceMediaDefinition) })
        $more | Should -Be @('Confirm', 'Force', 'WhatIf')
    }

    It 'show the parameters of a definition in their syntax and in the help of both, in the same words' {
        $syntax = Get-Command New-TaskSequenceMedia -Syntax
        $one = (Get-Command New-TaskSequenceMediaDefinition).ScriptBlock.Ast.GetHelpContent().Parameters
        $other = (Get-Command New-TaskSequenceMedia).ScriptBlock.Ast.GetHelpContent().Parameters
        foreach ($name in $one.Keys) {
            $syntax | Should -Match "-$name\b"
            $other[$name] | Should -Be $one[$name]
        }
        (Get-Help New-TaskSequenceMedia -Parameter BootImage).Description.Text | Should -Match 'package ID'
        (Get-Help New-TaskSequenceMedia -Parameter BootImage).Required | Should -Be 'true'
    }
}
