# Rules for every script of the module, read from the syntax tree: Windows PowerShell 5.1 must be able to run it, and nothing in it may
# surprise an administrator.
BeforeDiscovery {
    . ([System.IO.Path]::Combine($PSScriptRoot, '..', 'Common.ps1'))
    $module = $TsmSourcePath
    $script:Scripts = @(foreach ($file in Get-ChildItem -LiteralPath $module -Recurse -File -Include *.ps1, *.psm1, *.psd1) {
            @{ Name = $file.FullName.Substring($module.Length + 1); Path = $file.FullName }
        })
    $script:PrivateFiles = @($Scripts | Where-Object { $_.Name -match '^Private' })
    $script:PublicFiles = @($Scripts | Where-Object { $_.Name -match '^Public' })
    $script:AllFiles = @(Get-ChildItem -LiteralPath $module -Recurse -File | Where-Object { $_.FullName -notmatch '[\\/]runtimes[\\/]' } |
            ForEach-Object { @{ Name = $_.FullName.Substring($module.Length + 1); Path = $_.FullName } })
}

BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, '..', 'Common.ps1'))

    $script:Trees = @{}
    function Get-Tree([string]$Path) {
        if (-not $Trees.ContainsKey($Path)) {
            $tokens = $null
            $errors = $null
            $ast = [System.Management.Automation.Language.Parser]::ParseFile($Path, [ref]$tokens, [ref]$errors)
            $Trees[$Path] = @{ Ast = $ast; Tokens = $tokens; Errors = $errors }
        }
        $Trees[$Path]
    }
    function Find-Node($Ast, [string]$TypeName) {
        @($Ast.FindAll({ $args[0].GetType().Name -eq $TypeName }.GetNewClosure(), $true))
    }
    function Get-CommandName($Ast) { @(Find-Node $Ast 'CommandAst' | ForEach-Object { $_.GetCommandName() } | Where-Object { $_ }) }

    $script:Known = @(Get-Alias | ForEach-Object { $_.Name })

    # Get-Verb of Windows PowerShell 5.1: later versions know more
    $script:Verbs = 'Add Approve Assert Backup Block Checkpoint Clear Close Compare Complete Compress Confirm Connect Convert ConvertFrom ConvertTo Copy
        Debug Deny Disable Disconnect Dismount Edit Enable Enter Exit Expand Export Find Format Get Grant Group Hide Import Initialize Install Invoke
        Join Limit Lock Measure Merge Mount Move New Open Optimize Out Ping Pop Protect Publish Push Read Receive Redo Register Remove Rename Repair
        Request Reset Resize Resolve Restart Restore Resume Revoke Save Search Select Send Set Show Skip Split Start Step Stop Submit Suspend Switch
        Sync Test Trace Unblock Undo Uninstall Unlock Unprotect Unpublish Unregister Update Use Wait Watch Write' -split '\s+'
}

Describe 'Every file' {
    It '<Name> is ASCII, or UTF-8 with a byte order mark' -ForEach $AllFiles {
        $bytes = [System.IO.File]::ReadAllBytes($Path)
        $mark = $bytes.Length -ge 3 -and $bytes[0] -eq 0xEF -and $bytes[1] -eq 0xBB -and $bytes[2] -eq 0xBF
        $mark -or @($bytes -gt 127).Count -eq 0 | Should -BeTrue
    }

    It '<Name> has lines of at most 200 characters without blanks at their ends, and ends with a line end' -ForEach $AllFiles {
        $text = [System.IO.File]::ReadAllText($Path)
        $text | Should -Match '\n$'
        @($text -split '\r?\n' | Where-Object { $_ -match '\s$' }).Count | Should -Be 0
        if ($Path -notmatch '\.(ps1xml|txt)$' -and $Name -notmatch 'Resources') {
            @($text -split '\r?\n' | Where-Object { $_.Length -gt 200 -and $_ -notmatch '^\s*(New|Test)-TaskSequenceMedia' }).Count | Should -Be 0
        }
    }
}

Describe 'Every script' {
    It '<Name> parses without error' -ForEach $Scripts { @((Get-Tree $Path).Errors).Count | Should -Be 0 }

    It '<Name> is in the syntax of Windows PowerShell 5.1' -ForEach $Scripts {
        $tree = Get-Tree $Path
        foreach ($type in 'TernaryExpressionAst', 'PipelineChainAst', 'UsingStatementAst', 'TrapStatementAst') {
            @(Find-Node $tree.Ast $type).Count | Should -Be 0 -Because $type
        }
        @($tree.Tokens | Where-Object { [string]$_.Kind -in 'QuestionQuestion', 'QuestionQuestionEquals', 'QuestionDot', 'QuestionLBracket', 'Clean', 'AndAnd', 'OrOr', 'QuestionMark' }).Count |
            Should -Be 0
        @(Find-Node $tree.Ast 'VariableExpressionAst' | ForEach-Object { $_.VariablePath.UserPath } |
                Where-Object { $_ -in 'IsWindows', 'IsLinux', 'IsMacOS', 'IsCoreCLR', 'PSStyle', 'EnabledExperimentalFeatures', 'event', 'input' }).Count | Should -Be 0
        @(Find-Node $tree.Ast 'CommandParameterAst' | Where-Object { $_.ParameterName -in 'Parallel', 'AsHashtable', 'NoTypeInformation:$false' }).Count | Should -Be 0
    }

    It '<Name> calls no command that it must not' -ForEach $Scripts {
        $banned = 'Write-Host', 'Read-Host', 'Out-Host', 'Out-Default', 'Invoke-Expression', 'iex', 'Add-Type', 'Format-Table', 'Format-List',
        'Format-Wide', 'Format-Custom', 'ConvertTo-SecureString', 'Start-Job', 'Invoke-WebRequest', 'Invoke-RestMethod', 'New-Object', 'Start-Sleep'
        Get-CommandName (Get-Tree $Path).Ast | Where-Object { $_ -in $banned } | Should -BeNullOrEmpty
    }

    It '<Name> uses no alias of a command' -ForEach $Scripts {
        $aliases = @($Known) + 'where', 'foreach', '%', '?', 'select', 'sort', 'gci', 'cat', 'ls'
        Get-CommandName (Get-Tree $Path).Ast | Where-Object { $_ -in $aliases } | Should -BeNullOrEmpty
    }

    It '<Name> asks ShouldProcess only as the whole condition of an if without else' -ForEach $Scripts {
        $tree = Get-Tree $Path
        $calls = @(Find-Node $tree.Ast 'InvokeMemberExpressionAst' | Where-Object { [string]$_.Member.Value -in 'ShouldProcess', 'ShouldContinue' })
        foreach ($call in $calls) {
            [string]$call.Member.Value | Should -Be 'ShouldProcess'
            $condition = $call.Parent.Parent        # the call, its expression, its pipeline
            $condition.GetType().Name | Should -Be 'PipelineAst'
            $if = $condition.Parent
            $if.GetType().Name | Should -Be 'IfStatementAst'
            $if.Clauses.Count | Should -Be 1
            $if.ElseClause | Should -BeNullOrEmpty
            [object]::ReferenceEquals($if.Clauses[0].Item1, $condition) | Should -BeTrue
        }
        $declares = @(Find-Node $tree.Ast 'NamedAttributeArgumentAst' | Where-Object { $_.ArgumentName -eq 'SupportsShouldProcess' }).Count
        $declares -gt 0 | Should -Be ($calls.Count -gt 0) -Because 'declared and called belong together'
    }

    It '<Name> has no plain-text password' -ForEach $Scripts {
        $parameters = @(Find-Node (Get-Tree $Path).Ast 'ParameterAst' | Where-Object { $_.Name.VariablePath.UserPath -match 'Password|Secret|Credential' })
        foreach ($parameter in $parameters) { $parameter.StaticType | Should -Not -Be ([string]) }
    }
}

Describe 'Every function' {
    It '<Name> holds one function of the name of the file, with an approved verb' -ForEach ($PrivateFiles + $PublicFiles) {
        $functions = @((Get-Tree $Path).Ast.FindAll({ $args[0].GetType().Name -eq 'FunctionDefinitionAst' }, $false))
        $functions.Count | Should -Be 1
        $functions[0].Name | Should -BeExactly ([System.IO.Path]::GetFileNameWithoutExtension($Path))
        $verb, $noun = $functions[0].Name -split '-', 2
        $Verbs | Should -Contain $verb
        $pattern = if ($Name -match '^Public') { '^TaskSequenceMedia([A-Z][A-Za-z]+)?$' } else { '^Tsm[A-Z][A-Za-z]+$' }
        $noun | Should -MatchExactly $pattern
    }

    It '<Name> is an advanced function with typed parameters and a synopsis' -ForEach ($PrivateFiles + $PublicFiles) {
        $function = @((Get-Tree $Path).Ast.FindAll({ $args[0].GetType().Name -eq 'FunctionDefinitionAst' }, $false))[0]
        $block = $function.Body.ParamBlock
        $block | Should -Not -BeNullOrEmpty
        @($block.Attributes | Where-Object { $_.TypeName.Name -eq 'CmdletBinding' }).Count | Should -Be 1
        foreach ($parameter in $block.Parameters) {
            @($parameter.Attributes | Where-Object { $_.GetType().Name -eq 'TypeConstraintAst' }).Count | Should -BeGreaterThan 0 -Because $parameter.Name
        }
        $function.GetHelpContent().Synopsis | Should -Not -BeNullOrEmpty
    }

    It '<Name> sets $ErrorActionPreference before anything can fail' -ForEach $PrivateFiles {
        # an exception of a .NET method ends only its statement where no caller has a try: the next statement would run
        $function = @((Get-Tree $Path).Ast.FindAll({ $args[0].GetType().Name -eq 'FunctionDefinitionAst' }, $false))[0]
        $first = @($function.Body.EndBlock.Statements | Select-Object -First 2 | ForEach-Object { $_.Extent.Text })
        @($first -match '^\$ErrorActionPreference = ').Count | Should -Be 1
    }

    It '<Name> fits on two screens' -ForEach $PrivateFiles {
        $function = @((Get-Tree $Path).Ast.FindAll({ $args[0].GetType().Name -eq 'FunctionDefinitionAst' }, $false))[0]
        $function.Extent.EndLineNumber - $function.Extent.StartLineNumber | Should -BeLessThan 100
    }

    It '<Name> takes the preferences of its caller first, and nothing but its first parameter by position' -ForEach $PublicFiles {
        $function = @((Get-Tree $Path).Ast.FindAll({ $args[0].GetType().Name -eq 'FunctionDefinitionAst' }, $false))[0]
        $function.Body.BeginBlock.Statements[0].Extent.Text | Should -BeExactly 'Use-TsmCallerPreference -Cmdlet $PSCmdlet'
        $function.Body.ProcessBlock | Should -Not -BeNullOrEmpty
        $function.Body.ParamBlock.Extent.Text | Should -Not -Match 'Position = [1-9]'
        $binding = @($function.Body.ParamBlock.Attributes | Where-Object { $_.TypeName.Name -eq 'CmdletBinding' })[0]
        $binding.Extent.Text | Should -Match 'PositionalBinding = \$false'
        @($function.Body.ParamBlock.Attributes | Where-Object { $_.TypeName.Name -eq 'OutputType' }).Count | Should -BeGreaterThan 0
    }

    It '<Name> calls no native function' -ForEach $PublicFiles {
        [System.IO.File]::ReadAllText($Path) | Should -Not -Match 'Invoke-TsmJob|Get-TsmNative|::tsm_'
    }
}

Describe 'Messages' {
    BeforeAll {
        $script:Texts = Import-LocalizedData -BaseDirectory $TsmSourcePath -FileName TaskSequenceMedia.Resources.psd1 -UICulture en-US
        $script:Used = @(foreach ($file in Get-ChildItem -LiteralPath $TsmSourcePath -Recurse -File -Include *.ps1, *.psm1) {
                foreach ($call in Find-Node (Get-Tree $file.FullName).Ast 'CommandAst') {
                    if ($call.GetCommandName() -ne 'Get-TsmText') { continue }
                    @{ File = $file.Name; Key = $call.CommandElements[1]; Values = $call.CommandElements.Count - 2 }
                }
            })
    }

    It 'are all there that are used, with a value for every place' {
        $Used.Count | Should -BeGreaterThan 20
        foreach ($use in $Used) {
            $use.Key.GetType().Name | Should -Be 'StringConstantExpressionAst' -Because "$($use.File) must name its messages"
            $Texts.ContainsKey($use.Key.Value) | Should -BeTrue -Because "$($use.File) uses $($use.Key.Value)"
            if ($use.Values -eq 0) { continue }
            $places = @([regex]::Matches($Texts[$use.Key.Value], '\{(\d+)[^}]*\}') | ForEach-Object { [int]$_.Groups[1].Value } | Sort-Object -Unique)
            $places.Count | Should -Be $use.Values -Because "$($use.File) gives values to $($use.Key.Value)"
        }
    }

    It 'are all used that are there' {
        $keys = @($Used | ForEach-Object { $_.Key.Value })
        @($Texts.Keys | Where-Object { $_ -notin $keys }) | Should -BeNullOrEmpty
    }
}
