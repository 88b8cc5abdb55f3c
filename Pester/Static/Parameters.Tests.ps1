# Parameters of a definition: names, aliases and what is required are those of the table, and calls of the product's own cmdlet bind.
BeforeDiscovery {
    . ([System.IO.Path]::Combine($PSScriptRoot, '..', 'Common.ps1'))
    $script:Rows = @((Import-PowerShellDataFile -LiteralPath ([System.IO.Path]::Combine($TsmRepository, 'Pester', 'Parameters.psd1'))).Parameters)
    $script:Commands = 'New-TaskSequenceMediaDefinition', 'New-TaskSequenceMedia'
}

BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, '..', 'Common.ps1'))
    Import-TsmModule
    $script:Rows = @((Import-PowerShellDataFile -LiteralPath ([System.IO.Path]::Combine($TsmRepository, 'Pester', 'Parameters.psd1'))).Parameters)
    # New-CMBootableMedia as its documentation lists it, with its aliases; without FormatMedia, which is for sticks.
    $script:Official = @{
        AllowUacPrompt = @(); AllowUnattended = @(); AllowUnknownMachine = @(); BootImage = @('BootImagePackage'); CertificateExpireTime = @()
        CertificatePassword = @(); CertificatePath = @(); CertificateStartTime = @(); DisableWildcardHandling = @()
        DistributionPoint = @('DistributionPoints'); Force = @(); ForceWildcardHandling = @(); ManagementPoint = @('ManagementPoints')
        MediaMode = @(); MediaPassword = @(); MediaType = @(); NoAutoRun = @(); Path = @('MediaPath', 'OutputPath', 'DriveName')
        PrestartCommand = @('PreExecCommandLine'); PrestartPackage = @(); SiteCode = @(); TemporaryFolder = @('TemporaryDirectory', 'StagingArea')
        UserDeviceAffinity = @(); Variable = @('TaskSequenceVariables', 'Variables'); WhatIf = @('wi'); Confirm = @('cf')
    }
    # New-CMCaptureMedia, in the same way.
    $script:OfficialCapture = @{
        AllowUacPrompt = @(); BootImage = @('BootImagePackage'); DisableWildcardHandling = @(); DistributionPoint = @('DistributionPoints')
        Force = @(); ForceWildcardHandling = @(); MediaType = @(); NoAutoRun = @(); Path = @('MediaPath', 'OutputPath', 'DriveName'); SiteCode = @()
        TemporaryFolder = @('TemporaryDirectory', 'StagingArea'); WhatIf = @('wi'); Confirm = @('cf')
    }
    # New-CMStandaloneMedia, in the same way.
    $script:OfficialStandAlone = @{
        AllowUacPrompt = @(); AllowUnattended = @(); Application = @('Applications'); CertificatePath = @(); DisableWildcardHandling = @()
        DistributionPoint = @('DistributionPoints'); DriverPackage = @('DriverPackages', 'PackageDriver', 'PackageDrivers'); Force = @()
        ForceWildcardHandling = @(); IncludeApplicationDependency = @('IncludeApplicationDependencies'); MediaExpirationDate = @('Expiration')
        MediaPassword = @(); MediaSize = @(); MediaStartDate = @('Start'); MediaType = @(); NoAutoRun = @(); Package = @('Packages')
        Path = @('MediaPath', 'OutputPath', 'DriveName'); PrestartCommand = @('PreExecCommandLine'); PrestartPackage = @(); SiteCode = @()
        TaskSequence = @(); TemporaryFolder = @('TemporaryDirectory', 'StagingArea'); Variable = @('TaskSequenceVariables', 'Variables')
        WhatIf = @('wi'); Confirm = @('cf')
    }
    # New-CMPrestageMedia has these too, and what stands in the second list; of those above it lacks one.
    $script:OfPrestaged = @{
        Comment = @(); CreatedBy = @(); OperatingSystemImage = @('OperatingSystemImagePackage'); OperatingSystemImageIndex = @(); TaskSequence = @(); Version = @()
        Application = @('Applications'); DriverPackage = @('DriverPackages', 'PackageDriver', 'PackageDrivers'); Package = @('Packages')
        IncludeApplicationDependency = @('IncludeApplicationDependencies')
    }
    foreach ($name in $Official.Keys | Where-Object { $_ -ne 'MediaType' }) { $OfPrestaged[$name] = $Official[$name] }
    function Get-Field([string]$Name, $Row) { if ($Row.ContainsKey($Name)) { @($Row[$Name]) } }
}

Describe 'The table of parameters' {
    It 'names those of <_>, in their order' -ForEach $Commands {
        $common = [System.Management.Automation.Cmdlet]::CommonParameters + [System.Management.Automation.Cmdlet]::OptionalCommonParameters
        $there = @((Get-Command $_).Parameters.Keys | Where-Object { $_ -notin $common -and $_ -notin 'InputObject', 'Force' })
        $there | Should -Be @($Rows | ForEach-Object { $_.Name })
    }

    It 'knows every parameter of New-CMBootableMedia and its aliases, all of which <_> has' -ForEach 'New-TaskSequenceMedia' {
        $parameters = (Get-Command $_).Parameters
        foreach ($name in $Official.Keys) {
            $parameters.ContainsKey($name) | Should -BeTrue -Because $name
            foreach ($alias in $Official[$name]) { $parameters[$name].Aliases | Should -Contain $alias }
        }
        $marked = @($Rows | Where-Object { (Get-Field From $_) -eq 'B' } | ForEach-Object { $_.Name } | Sort-Object)
        $marked | Should -Be @($Official.Keys | Where-Object { $_ -notin 'Force', 'WhatIf', 'Confirm' } | Sort-Object)
    }

    It 'has every parameter of New-CMCaptureMedia for capture media, and none that they cannot have' {
        $sets = (Get-Command New-TaskSequenceMedia).ParameterSets.Where({ $_.Name -eq 'Capture' })[0].Parameters
        foreach ($name in $OfficialCapture.Keys) {
            $sets.Name | Should -Contain $name
            foreach ($alias in $OfficialCapture[$name]) { ($sets | Where-Object Name -EQ $name).Aliases | Should -Contain $alias }
        }
        foreach ($name in 'MediaPassword', 'CertificatePath', 'Variable', 'ManagementPoint', 'MediaMode', 'PrestartCommand') { $sets.Name | Should -Not -Contain $name }
    }

    It 'has every parameter of New-CMStandaloneMedia for stand-alone media, and none that they cannot have' {
        $sets = (Get-Command New-TaskSequenceMedia).ParameterSets.Where({ $_.Name -eq 'StandAlone' })[0].Parameters
        foreach ($name in $OfficialStandAlone.Keys) {
            $sets.Name | Should -Contain $name
            foreach ($alias in $OfficialStandAlone[$name]) { ($sets | Where-Object Name -EQ $name).Aliases | Should -Contain $alias }
        }
        foreach ($name in 'ManagementPoint', 'MediaMode', 'AllowUnknownMachine', 'UserDeviceAffinity') { $sets.Name | Should -Not -Contain $name }
    }

    It 'knows every parameter of New-CMPrestageMedia and its aliases, all of which <_> has' -ForEach 'New-TaskSequenceMedia' {
        $parameters = (Get-Command $_).Parameters
        foreach ($name in $OfPrestaged.Keys) {
            $parameters.ContainsKey($name) | Should -BeTrue -Because $name
            foreach ($alias in $OfPrestaged[$name]) { $parameters[$name].Aliases | Should -Contain $alias }
            $sets = $parameters[$name].ParameterSets
            $sets.ContainsKey('Prestaged') -or $sets.ContainsKey('__AllParameterSets') | Should -BeTrue -Because $name
        }
    }

    It 'uses no name twice' {
        $all = @($Rows | ForEach-Object { $_.Name; Get-Field Alias $_ })
        @($all | Group-Object | Where-Object Count -gt 1 | ForEach-Object Name) | Should -BeNullOrEmpty
    }
}

Describe 'Parameter <Name>' -ForEach $Rows {
    It 'has the aliases of the table, and is required or not, in <_>' -ForEach $Commands {
        $parameter = (Get-Command $_).Parameters[$Name]
        $row = $Rows | Where-Object Name -EQ $Name
        @($parameter.Aliases | Sort-Object) | Should -Be @(Get-Field Alias $row | Sort-Object)
        $set = @('Bootable', 'Prestaged', 'Capture', 'StandAlone', '__AllParameterSets' | Where-Object { $parameter.ParameterSets.ContainsKey($_) })[0]
        $parameter.ParameterSets[$set].IsMandatory | Should -Be $row.ContainsKey('Required')
    }
}

Describe 'docs/parameters.md' {
    BeforeAll {
        $script:From = @{ B = 'New-CMBootableMedia'; P = 'New-CMPrestageMedia'; T = 'New-CMTaskSequenceMedia' }
        $script:Words = @{
            Set = 'the kind of medium'; Folder = 'a folder in the place of an image'; Plan = 'files or bytes of the medium, and so the plan'; Place = 'the place of the medium'
            File = 'the file or folder that is named'; Kept = 'nothing kept for the next medium'; Certificate = 'the certificate of the medium'; Log = 'the log'; Made = 'a medium in spite of a failed check'; Notice = 'a message that it has no effect'
            AtOnce = 'how many requests a distribution point has at once'
            Needed = 'without it, error {0} where it is needed'; Check = 'the check `{0}`'; Error = 'error {0} where it does not fit'; Medium = '`{0}` of the medium'; Merged = 'further entries of `{0}`'
        }
        function Get-Cell([string]$Text) { ($Text.Trim() -replace '\s+', ' ') -replace '([<>|])', '\$1' }
    }

    It 'is made from the table and the help (TSM_UPDATE_DOCS=1 writes it anew)' {
        $command = Get-Command New-TaskSequenceMediaDefinition
        $help = $command.ScriptBlock.Ast.GetHelpContent().Parameters
        $lines = @(
            '# Parameters', ''
            'Made from `Pester/Parameters.psd1` and the help of the commands; a test keeps it current, others show that each row is true.'
            'They are the parameters of `New-TaskSequenceMediaDefinition` and `New-TaskSequenceMedia`; a definition file has them as fields'
            'with a small first letter. What is given as `$null` or as empty text counts as not given.', ''
            'A call of `New-CMBootableMedia` runs after two changes: the name of the command, and `-Bootable` added. IDs, paths and URLs stand'
            'in the place of the objects of the console, and `-SiteFacts` in that of the connection. `-MediaType Usb` and `-FormatMedia` are'
            'not part of this version.', ''
            '| parameter | other names | name of | what it is | where it shows |', '|---|---|---|---|---|'
            foreach ($row in $Rows) {
                $kind, $what = $row.Shows -split ' ', 2
                $says = [string]$help[$row.Name.ToUpperInvariant()] -replace '(?s)\s+Alias(es)?:[A-Za-z,\s]+\.\s*$', ''
                $required = if ($row.ContainsKey('Required')) { 'Required. ' }
                $aliases = @(Get-Field Alias $row | ForEach-Object { "``$_``" }) -join ', '
                $name = if ($row.ContainsKey('From')) { "``$($From[$row.From])``" }
                "| ``$($row.Name)`` | $aliases | $name | $required$(Get-Cell $says) | $($Words[$kind] -f $what) |" -replace '  +', ' '
            }
            ''
        )
        $text = $lines -join "`n"
        $path = [System.IO.Path]::Combine($TsmRepository, 'docs', 'parameters.md')
        if ([Environment]::GetEnvironmentVariable('TSM_UPDATE_DOCS') -eq '1') { [System.IO.File]::WriteAllText($path, $text) }
        [System.IO.File]::ReadAllText($path) -replace '\r' | Should -BeExactly $text
    }
}
