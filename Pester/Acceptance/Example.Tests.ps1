# The examples of the help do what they say: each is run against the sample site.
BeforeDiscovery {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'Site.ps1'))
    $script:Gap = Get-TsmAcceptanceGap
    Import-TsmModule
    $script:Examples = @(foreach ($command in Get-Command -Module TaskSequenceMedia) {
            $number = 0
            foreach ($example in $command.ScriptBlock.Ast.GetHelpContent().Examples) {
                $number++
                # the code ends at the last empty line before the words about it
                $parts = @(($example.Trim() -replace '\r') -split '\n\s*\n')
                @{ Command = $command.Name; Number = $number; Code = ($parts[0..($parts.Count - 2)] -join "`n`n") }
            }
        })
}

BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'Site.ps1'))
    Initialize-TsmAcceptance
    $script:Root = New-TsmRoot ([System.IO.Path]::Combine((Get-Item -LiteralPath $TestDrive).FullName, 'examples'))
    New-TsmSite -Path "$Root/site"
    $script:Secret = ConvertTo-TsmSecret 'Sample-Pa55word'
    $env:MEDIA_PASSWORD = 'Sample-Pa55word'
    $env:PFX_PASSWORD = 'Sample-Pa55word'
}

AfterAll { $env:MEDIA_PASSWORD = $env:PFX_PASSWORD = $null }

Describe 'Example <Number> of <Command>' -Skip:([bool]$Gap) -ForEach $Examples {
    BeforeAll {
        foreach ($folder in 'out', 'media', 'work') {
            if ([System.IO.Directory]::Exists("$Root/$folder")) { [System.IO.Directory]::Delete("$Root/$folder", $true) }
            [void][System.IO.Directory]::CreateDirectory("$Root/$folder")
        }
        foreach ($file in [System.IO.Directory]::GetFiles($Root, '*.json')) { [System.IO.File]::Delete($file) }
        $request = Get-TsmRequest -Root $Root
        $script:Ready = New-TaskSequenceMediaDefinition @request -MediaPassword env:MEDIA_PASSWORD
        $Ready | Export-TaskSequenceMediaDefinition -Path "$Root/definition.json"
        $request.Path = "$Root/media/boot.iso"
        New-TaskSequenceMedia @request -MediaPassword $Secret | Out-Null
        if ($Code -match 'hall3\.wim') {
            $depot = Get-TsmRequest -Root $Root -Kind Prestaged
            $depot.Path = "$Root/media/hall3.wim"
            New-TaskSequenceMedia @depot -MediaPassword $Secret | Out-Null
        }
        if ($Code -match 'TaskSequenceMediaContent.* -Path \./bundle') {
            foreach ($folder in 'bundle', 'unpacked') {
                if ([System.IO.Directory]::Exists("$Root/$folder")) { [System.IO.Directory]::Delete("$Root/$folder", $true) }
            }
            if ([System.IO.File]::Exists("$Root/bundle.iso")) { [System.IO.File]::Delete("$Root/bundle.iso") }
            if ($Code -match 'Import-') { $Ready | Export-TaskSequenceMediaContent -Path "$Root/$(if ($Code -match 'bundle\.iso') { 'bundle.iso' } else { 'bundle' })" | Out-Null }
        }
        if ($Code -match 'client\.pfx|\*\.pfx') { New-TaskSequenceMediaCertificate "$Root/media/client.pfx" -Password $Secret | Out-Null }
    }

    It 'runs without an error: <Code>' {
        Push-Location -LiteralPath $Root
        try {
            $faults = $null
            $block = [scriptblock]::Create('param($definition, $secret) $ErrorActionPreference = ''Stop''' + "`n" + $Code)
            $output = & $block $Ready $Secret
            ($output | Out-String) | Should -Not -Match 'Failed'
        } finally { Pop-Location }
        @(Get-ChildItem -LiteralPath $Root -Recurse -Filter '*.partial').Count | Should -Be 0
    }
}
