# The script for people with a real site (docs/lab-check.md), on the sample site: its steps run, its report is complete and tells no name.
BeforeDiscovery {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'Site.ps1'))
    $script:Gap = Get-TsmAcceptanceGap
}

BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'Site.ps1'))
    $script:Script = [System.IO.Path]::Combine($TsmRepository, 'tools', 'Test-InLab.ps1')
    $script:Root = New-TsmRoot ([System.IO.Path]::Combine((Get-Item -LiteralPath $TestDrive).FullName, 'lab'))

    # Runs the script as people do, in a process of its own. Gives the report, and what else it said.
    function Invoke-Lab([hashtable]$Parameter) {
        $work = [System.IO.Path]::Combine($Root, [guid]::NewGuid().ToString('N'))
        $call = [System.IO.Path]::Combine($Root, 'call.ps1')
        $parts = foreach ($name in $Parameter.Keys) {
            $values = @($Parameter[$name] | ForEach-Object { "'$($_.Replace("'", "''"))'" })
            if ($values.Count -eq 1) { "$name = $values" } else { "$name = @($($values -join ', '))" }
        }
        [System.IO.File]::WriteAllText($call, @"
`$ErrorActionPreference = 'Stop'
`$secret = [securestring]::new()
foreach (`$letter in `$env:TSM_LAB_PASSWORD.ToCharArray()) { `$secret.AppendChar(`$letter) }
`$parameters = @{ $($parts -join '; ') }
& '$Script' @parameters -ModulePath '$TsmModulePath' -WorkFolder '$work' -WizardPassword `$secret
exit `$LASTEXITCODE
"@)
        $env:TSM_LAB_PASSWORD = 'Sample-Pa55word'
        try { $output = & (Get-TsmShell) -NoProfile -NonInteractive -File $call 2>&1 | Out-String } finally { $env:TSM_LAB_PASSWORD = $null }
        $file = [System.IO.Path]::Combine($work, 'report.json')
        $text = if ([System.IO.File]::Exists($file)) { [System.IO.File]::ReadAllText($file) }
        $steps = @{}
        if ($text) { foreach ($step in (ConvertFrom-Json -InputObject $text).Steps) { $steps[$step.Step] = $step } }
        @{ Code = $LASTEXITCODE; Output = $output; Text = $text; Steps = $steps; Work = $work }
    }
}

Describe 'The lab check on the sample site' -Skip:([bool]$Gap) {
    BeforeAll {
        Initialize-TsmAcceptance
        New-TsmSite -Path "$Root/site"
        $request = Get-TsmRequest -Root $Root
        New-TaskSequenceMedia @request -MediaPassword (ConvertTo-TsmSecret 'Sample-Pa55word') -Confirm:$false | Out-Null
        $script:Full = Invoke-Lab @{
            SiteFacts      = $request.SiteFacts
            BootImage      = 'PS100005'
            ContentLibrary = $request.DistributionPoint
            WizardMedium   = $request.Path
        }
    }

    It 'ends well, and says which step did what' {
        $Full.Code | Should -Be 0 -Because $Full.Output
        $Full.Steps.Count | Should -Be 6
        $Full.Steps['Build and demonstration'].Outcome | Should -Be 'Skipped'
        $Full.Steps['Import of the module'].Outcome | Should -Be 'Passed'
        foreach ($step in $Full.Steps.Keys) { $Full.Output | Should -Match ([regex]::Escape($step)) }
    }

    It 'makes a medium of the boot image, which is as expected' {
        $step = $Full.Steps['A medium of a real boot image package']
        # The certificate ends after a day: that is a warning.
        $step.Outcome | Should -Be 'Warning' -Because (ConvertTo-Json -InputObject $step -Depth 6)
        $step.Notes.Length | Should -BeGreaterThan 100000
        @($step.Notes.Before.NotPassed | Where-Object { $_.Outcome -eq 'Failed' }).Count | Should -Be 0
    }

    It 'lets the system read the medium, or says that it cannot' {
        $step = $Full.Steps['Windows reads that medium']
        $expected = if (Get-Command -Name Mount-DiskImage -ErrorAction SilentlyContinue) { 'Passed' } else { 'Skipped' }
        $step.Outcome | Should -Be $expected -Because (ConvertTo-Json -InputObject $step -Depth 6)
    }

    It 'compares the other medium with the media profile' {
        $step = $Full.Steps['A medium of the wizard']
        $step.Outcome | Should -Not -Be 'Failed' -Because (ConvertTo-Json -InputObject $step -Depth 6)
        @($step.Notes.Evidence).Count | Should -BeGreaterThan 20
        $step.Notes.Variables | Should -Contain '_SMSMediaGuid' -Because ($step.Notes.Variables -join ' ')
    }

    It 'tells no password, no key and no name of a computer, user, server or folder' {
        $Full.Text | Should -Not -Match 'Sample-Pa55word|BEGIN |contoso\.test'
        $Full.Text | Should -Not -Match ([regex]::Escape($Root.Replace('\', '\\')))
        $Full.Text | Should -Not -Match '[0-9A-Fa-f]{32}'
        $names = [System.Environment]::MachineName, [System.Environment]::UserName | Where-Object { $_.Length -ge 3 }
        foreach ($name in $names) { $Full.Text | Should -Not -Match ('(?<![A-Za-z0-9<])' + [regex]::Escape($name) + '(?![A-Za-z0-9>])') }
    }
}

Describe 'The lab check where something is missing' -Skip:([bool]$Gap) {
    It 'leaves steps out when nothing is given, and writes the report' {
        $run = Invoke-Lab @{ }
        $run.Code | Should -Be 0 -Because $run.Output
        @($run.Steps.Values | Where-Object { $_.Outcome -eq 'Skipped' }).Count | Should -Be 4
    }

    It 'goes on after a step that fails, and says so by its exit code' {
        $run = Invoke-Lab @{ SiteFacts = "$Root/no-such-facts.json"; BootImage = 'PS100005'; ContentLibrary = "$Root/nothing" }
        $run.Code | Should -Be 1 -Because $run.Output
        $run.Steps['A medium of a real boot image package'].Outcome | Should -Be 'Failed'
        $run.Steps['A medium of the wizard'].Outcome | Should -Be 'Skipped'
        $run.Text | Should -Not -Match 'no-such-facts'
    }
}

Describe 'The lab check as a script' {
    It 'is in the syntax of Windows PowerShell 5.1, in plain characters' {
        $tokens = $null
        $faults = $null
        $tree = [System.Management.Automation.Language.Parser]::ParseFile($Script, [ref]$tokens, [ref]$faults)
        @($faults).Count | Should -Be 0
        $new = 'TernaryExpressionAst', 'PipelineChainAst', 'UsingStatementAst'
        @($tree.FindAll({ $new -contains $args[0].GetType().Name }.GetNewClosure(), $true)).Count | Should -Be 0
        @($tokens | Where-Object { [string]$_.Kind -in 'QuestionQuestion', 'QuestionQuestionEquals', 'QuestionDot', 'QuestionLBracket', 'AndAnd', 'OrOr' }).Count | Should -Be 0
        @([System.IO.File]::ReadAllBytes($Script) -gt 127).Count | Should -Be 0
    }
}
