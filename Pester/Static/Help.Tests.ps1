# Every command can be learnt from its help alone.
BeforeDiscovery {
    . ([System.IO.Path]::Combine($PSScriptRoot, '..', 'Common.ps1'))
    Import-TsmModule
    $common = [System.Management.Automation.Cmdlet]::CommonParameters
    $script:Commands = @(Get-Command -Module TaskSequenceMedia | ForEach-Object { @{ Name = $_.Name } })
    $script:Parameters = @(foreach ($command in Get-Command -Module TaskSequenceMedia) {
            foreach ($name in $command.Parameters.Keys) {
                if ($name -notin $common) { @{ Name = $command.Name; Parameter = $name } }
            }
        })
}

BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, '..', 'Common.ps1'))
    Import-TsmModule
    function Get-Content-Of([string]$Name) { (Get-Command $Name).ScriptBlock.Ast.GetHelpContent() }
}

Describe 'Help of <Name>' -ForEach $Commands {
    BeforeAll {
        $script:Help = Get-Help -Name $Name -Full
        $script:Content = (Get-Command $Name).ScriptBlock.Ast.GetHelpContent()
    }

    It 'says in a line and in full what it does' {
        $Help.Synopsis | Should -Not -BeNullOrEmpty
        $Help.Synopsis | Should -Not -Match ([regex]::Escape($Name)) -Because 'a synopsis made by PowerShell begins with the name'
        ($Help.Description | Out-String).Trim().Length | Should -BeGreaterThan 80
    }

    It 'has at least two examples, each with words about it' {
        @($Help.Examples.Example).Count | Should -BeGreaterOrEqual 2
        foreach ($example in $Content.Examples) { $example | Should -Match '\n\s*\n\s*\S' }
    }

    It 'says what goes in and what comes out, and where to read on' {
        $Content.Inputs.Count | Should -BeGreaterThan 0
        $Content.Outputs.Count | Should -BeGreaterThan 0
        $Content.Links | Should -Contain 'about_TaskSequenceMedia'
    }

    It 'links only to help that is there' {
        foreach ($link in $Content.Links) {
            if ($link -like 'about_*') { continue }
            Get-Command -Name $link -Module TaskSequenceMedia | Should -Not -BeNullOrEmpty -Because $link
        }
    }

    It 'describes no parameter that is not there' {
        $known = @((Get-Command $Name).Parameters.Keys | ForEach-Object { $_.ToUpperInvariant() })
        @($Content.Parameters.Keys | Where-Object { $_ -notin $known }) | Should -BeNullOrEmpty
    }
}

Describe 'Help of parameters' {
    It '<Name> describes -<Parameter>' -ForEach $Parameters {
        (Get-Command $Name).ScriptBlock.Ast.GetHelpContent().Parameters[$Parameter.ToUpperInvariant()] | Should -Not -BeNullOrEmpty
    }

    It '<Name> tells the aliases of -<Parameter>' -ForEach $Parameters {
        $text = (Get-Command $Name).ScriptBlock.Ast.GetHelpContent().Parameters[$Parameter.ToUpperInvariant()]
        foreach ($alias in (Get-Command $Name).Parameters[$Parameter].Aliases) {
            if ($alias -notin 'wi', 'cf') { $text | Should -Match "\b$alias\b" }
        }
    }
}

Describe 'The topic about_TaskSequenceMedia' {
    It 'is there and names every command that exists and none that does not' {
        $text = [System.IO.File]::ReadAllText([System.IO.Path]::Combine($TsmModulePath, 'en-US', 'about_TaskSequenceMedia.help.txt'))
        $named = @([regex]::Matches($text, '\b[A-Z][a-z]+-TaskSequenceMedia([A-Z][A-Za-z]+)?\b') | ForEach-Object { $_.Value } | Sort-Object -Unique)
        $named | Should -Be @(Get-Command -Module TaskSequenceMedia | ForEach-Object { $_.Name } | Sort-Object -Unique)
    }
}
