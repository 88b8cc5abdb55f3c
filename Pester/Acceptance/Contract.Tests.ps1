# What the module and the native library say about the same thing is the same.
BeforeDiscovery {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'Site.ps1'))
    $script:Gap = Get-TsmAcceptanceGap
}

BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'Site.ps1'))
    Initialize-TsmAcceptance
    $script:Module = Get-Module TaskSequenceMedia
}

Describe 'The contract' -Skip:([bool]$Gap) {
    It 'knows the same fields of a definition on both sides' {
        $schema = (& $Module { Invoke-TsmCall -Request ([ordered]@{ op = 'schema'; name = 'definition' }) }).schema
        $fields = @((& $Module { Get-TsmDefinitionField }).Keys | ForEach-Object { $_.Substring(0, 1).ToLowerInvariant() + $_.Substring(1) } | Sort-Object)
        $fields | Should -Be @($schema.properties.PSObject.Properties.Name | Sort-Object)
    }

    It 'hands over every property that the library gives: <Noun>' -TestCases @(
        @{ Noun = 'Media' }, @{ Noun = 'TestReport' }, @{ Noun = 'Plan' }
    ) {
        $root = New-TsmRoot ([System.IO.Path]::Combine((Get-Item -LiteralPath $TestDrive).FullName, $Noun))
        New-TsmSite -Path "$root/site"
        $request = Get-TsmRequest -Root $root
        $definition = New-TaskSequenceMediaDefinition @request
        $operation = @{ Media = 'create'; TestReport = 'testDefinition'; Plan = 'resolve' }[$Noun]
        function Invoke-Raw { [CmdletBinding()] param($Operation, $Definition)
            & (Get-Module TaskSequenceMedia) { param($Cmdlet, $Operation, $Definition)
                $request = [ordered]@{ op = $Operation; definition = ConvertTo-TsmDefinitionRequest -Definition $Definition }
                Invoke-TsmOperation -Cmdlet $Cmdlet -Request $request -MediaPassword $null } $PSCmdlet $Operation $Definition }
        $raw = Invoke-Raw $operation $definition
        $raw | Should -Not -BeNullOrEmpty
        $command = @{ Media = 'New-TaskSequenceMedia'; TestReport = 'Test-TaskSequenceMediaDefinition'; Plan = 'Resolve-TaskSequenceMedia' }[$Noun]
        $object = $definition | & $command
        # Starts is a list of pairs there, and an object with a property each here
        $renamed = @{ DurationMilliseconds = 'Duration' }
        function Compare-Property($Raw, $Object, $Where) {
            foreach ($property in $Raw.PSObject.Properties) {
                $name = if ($renamed.ContainsKey($property.Name)) { $renamed[$property.Name] } else { $property.Name }
                $Object.PSObject.Properties[$name] | Should -Not -BeNullOrEmpty -Because "$Where.$name"
                $first = @($property.Value) | Select-Object -First 1
                if ($name -notin 'Definition', 'Starts' -and $first -is [System.Management.Automation.PSCustomObject]) {
                    Compare-Property $first (@($Object.$name) | Select-Object -First 1) "$Where.$name"
                }
            }
        }
        Compare-Property $raw $object $Noun
    }
}

Describe 'The topic about_TaskSequenceMedia_Errors' -Skip:([bool]$Gap) {
    It 'lists every error as the library and the module know it (TSM_UPDATE_DOCS=1 writes it anew)' {
        $rows = @{}
        foreach ($row in @((& $Module { Invoke-TsmCall -Request ([ordered]@{ op = 'errors' }) }).errors)) {
            $rows[$row.code] = @{ Symbol = $row.symbol; Category = $row.category; Action = $row.recommendedAction }
        }
        $own = & $Module { Get-TsmErrorTable }
        foreach ($id in $own.Keys) { if (-not $rows.ContainsKey($id)) { $rows[$id] = $own[$id] } }
        $text = [System.Text.StringBuilder]::new()
        [void]$text.Append("TOPIC`n    about_TaskSequenceMedia_Errors`n`nSHORT DESCRIPTION`n    Every error of TaskSequenceMedia: number, name, category, and what to do.`n`nLONG DESCRIPTION`n")
        [void]$text.Append("    The number stands first in FullyQualifiedErrorId ('TSM1106,New-TaskSequenceMedia'), the name in Exception.Data['Symbol'].`n    A number is never used again for something else. Made from the code; a test keeps it current.`n")
        $ids = [string[]]@($rows.Keys)
        [array]::Sort($ids, [StringComparer]::Ordinal)
        foreach ($id in $ids) {
            [void]$text.Append("`n    $id $($rows[$id].Symbol) ($($rows[$id].Category))`n")
            $line = '       '
            foreach ($word in ([string]$rows[$id].Action -split ' ')) {
                if ($line.Length + $word.Length + 1 -gt 120) { [void]$text.Append("$line`n"); $line = '       ' }
                if ($word) { $line += " $word" }
            }
            if ($line.Trim()) { [void]$text.Append("$line`n") }
        }
        [void]$text.Append("`nSEE ALSO`n    about_TaskSequenceMedia`n")
        $path = [System.IO.Path]::Combine('en-US', 'about_TaskSequenceMedia_Errors.help.txt')
        if ([Environment]::GetEnvironmentVariable('TSM_UPDATE_DOCS') -eq '1') {
            [System.IO.File]::WriteAllText([System.IO.Path]::Combine($TsmSourcePath, $path), $text.ToString())
        }
        $there = [System.IO.File]::ReadAllText([System.IO.Path]::Combine($TsmSourcePath, $path)) -replace '\r'
        $there | Should -BeExactly $text.ToString()
    }
}
