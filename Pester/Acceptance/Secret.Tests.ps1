# A password shows nowhere: not in any stream, transcript, log, error, plan, manifest or definition file, and not in the clear on the medium.
BeforeDiscovery {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'Site.ps1'))
    $script:Gap = Get-TsmAcceptanceGap
}

BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'Site.ps1'))
    Initialize-TsmAcceptance
    $script:Root = New-TsmRoot ([System.IO.Path]::Combine((Get-Item -LiteralPath $TestDrive).FullName, 'secret'))
    New-TsmSite -Path "$Root/site"
    $script:Word = 'Zq7-Hidd3n-Vjx'
    $script:Value = 'Kw9-Valu3-Pyt'

    # looks for text in bytes, as UTF-8, as UTF-16 and as what JSON or base64 would make of it
    function Find-Text([byte[]]$Bytes, [string]$Text) {
        $latin = [System.Text.Encoding]::GetEncoding(28591)
        $hay = $latin.GetString($Bytes)
        $forms = @($latin.GetString([System.Text.Encoding]::UTF8.GetBytes($Text)), $latin.GetString([System.Text.Encoding]::Unicode.GetBytes($Text)),
            [Convert]::ToBase64String([System.Text.Encoding]::UTF8.GetBytes($Text)).Substring(0, 12), [Convert]::ToBase64String([System.Text.Encoding]::Unicode.GetBytes($Text)).Substring(0, 12))
        foreach ($form in $forms) { if ($hay.Contains($form)) { return $true } }
        $false
    }
}

Describe 'A password' -Skip:([bool]$Gap) {
    It 'shows in no stream, no transcript and no file (<Form>)' -TestCases @(@{ Form = 'SecureString' }, @{ Form = 'env' }, @{ Form = 'file' }) {
        $folder = New-TsmRoot "$Root/$Form"
        $request = Get-TsmRequest -Root $folder
        $request.SiteFacts = "$Root/site/facts.json"
        $request.DistributionPoint = "$Root/site/SCCMContentLib", "$Root/site/SCCMContentLibE"
        $hidden = "$Root/$Form.txt"
        [System.IO.File]::WriteAllText($hidden, $Word)
        if ([System.IO.Path]::DirectorySeparatorChar -ne '\') { chmod 600 $hidden }
        $given = switch ($Form) {
            'SecureString' { '$secret' }
            'env' { "'env:TSM_TEST_WORD'" }
            'file' { "'file:$hidden'" }
        }
        ConvertTo-Json $request -Depth 5 | Set-Content -LiteralPath "$Root/$Form.request.json"
        [System.IO.File]::WriteAllText("$Root/$Form.ps1", @"
`$ErrorActionPreference = 'Continue'
`$VerbosePreference = `$DebugPreference = `$InformationPreference = 'Continue'
Start-Transcript -LiteralPath '$folder/transcript.txt' | Out-Null
`$env:TSM_TEST_WORD = [System.IO.File]::ReadAllText('$hidden')
`$secret = [securestring]::new(); foreach (`$letter in [System.IO.File]::ReadAllText('$hidden').ToCharArray()) { `$secret.AppendChar(`$letter) }
Import-Module '$TsmModulePath' -Verbose:`$false
`$request = @{}
foreach (`$property in (ConvertFrom-Json ([System.IO.File]::ReadAllText('$Root/$Form.request.json'))).PSObject.Properties) { `$request[`$property.Name] = `$property.Value }
`$definition = New-TaskSequenceMediaDefinition @request -MediaPassword $given -Variable ([ordered]@{ Product = '$Value' }) -SensitiveVariable Product
`$definition | Format-List | Out-String
`$definition | Export-TaskSequenceMediaDefinition -Path '$folder/definition.json'
`$plan = `$definition | New-TaskSequenceMedia -WhatIf
`$plan | Format-List * | Out-String; ConvertTo-Json `$plan -Depth 4 -WarningAction SilentlyContinue
`$media = `$definition | Test-TaskSequenceMediaDefinition | New-TaskSequenceMedia
`$media | Format-List * | Out-String
`$media | Test-TaskSequenceMedia | Format-List * | Out-String
`$request.Path = '$folder/none/boot.iso'
New-TaskSequenceMedia @request -MediaPassword $given
`$request.BootImage = 'PS100009'
New-TaskSequenceMedia @request -MediaPassword $given
foreach (`$fault in `$Error) { `$fault | Format-List * -Force | Out-String; `$fault.Exception | Format-List * -Force | Out-String }
Stop-Transcript | Out-Null
"@)
        $output = & (Get-TsmShell) -NoProfile -NonInteractive -File "$Root/$Form.ps1" *>&1 | Out-String
        $output | Should -Match 'TSM1401'
        [System.IO.File]::Exists("$folder/out/boot.iso") | Should -BeTrue -Because $output
        Find-Text ([System.Text.Encoding]::UTF8.GetBytes($output)) $Word | Should -BeFalse -Because 'output'
        foreach ($file in Get-ChildItem -LiteralPath $folder -Recurse -File) {
            Find-Text ([System.IO.File]::ReadAllBytes($file.FullName)) $Word | Should -BeFalse -Because $file.FullName
            if ($file.Name -in 'boot.iso', 'boot.iso.manifest.json', 'CreateTSMedia.log') {
                Find-Text ([System.IO.File]::ReadAllBytes($file.FullName)) $Value | Should -BeFalse -Because "the value of a variable in $($file.FullName)"
            }
        }
        @(Get-ChildItem -LiteralPath $folder -Recurse -File | ForEach-Object Name | Sort-Object) |
            Should -Be @('boot.iso', 'boot.iso.manifest.json', 'CreateTSMedia.log', 'definition.json', 'transcript.txt')
    }
}
