function Get-TsmFactCompletion {
    <#
    .SYNOPSIS
        Completions for a parameter, from the facts that stand on the same command line: packages, management points, the site code.
    .DESCRIPTION
        Gives nothing when there are no facts or they cannot be read; the shell then offers files, which a package may be too.
    #>
    [CmdletBinding()]
    [OutputType([System.Management.Automation.CompletionResult])]
    param(
        [Parameter(Mandatory = $true)] [string]$ParameterName,
        [AllowEmptyString()] [string]$WordToComplete,
        [AllowNull()] [object]$SiteFacts
    )
    $ErrorActionPreference = 'Stop'
    try {
        $facts = $SiteFacts
        # Of several files the facts file tells most; an export file (zip) is not read here.
        if ($facts -is [System.Collections.IList]) { $facts = @($facts | Where-Object { [string]$_ -notlike '*.zip' })[0] }
        if ($facts -is [string] -or $facts -is [System.IO.FileInfo]) {
            $path = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath([string]$facts)
            if ([System.IO.FileInfo]::new($path).Length -gt 8MB) { return }
            $facts = ConvertFrom-Json -InputObject ([System.IO.File]::ReadAllText($path))
        }
        $offers = [ordered]@{}      # what is typed, and what the tip says
        $kind = @{ BootImage = 'BootImage'; PrestartPackage = 'Package'; OperatingSystemImage = 'OperatingSystemImage' }[$ParameterName]
        if ($kind) {
            foreach ($package in @(Get-TsmProperty $facts 'packages')) {
                if ([string](Get-TsmProperty $package 'kind') -eq $kind) { $offers[[string](Get-TsmProperty $package 'packageId')] = Get-TsmProperty $package 'name' }
            }
        } elseif ($ParameterName -eq 'TaskSequence') {
            foreach ($sequence in @(Get-TsmProperty $facts 'taskSequences')) { $offers[[string](Get-TsmProperty $sequence 'packageId')] = Get-TsmProperty $sequence 'name' }
        } elseif ($ParameterName -eq 'ManagementPoint') {
            foreach ($point in @(Get-TsmProperty $facts 'managementPoints')) { $offers[[string](Get-TsmProperty $point 'url')] = $null }
        } elseif ($ParameterName -eq 'SiteCode') {
            $offers[[string](Get-TsmProperty $facts 'siteCode')] = Get-TsmProperty $facts 'siteName'
        }
        foreach ($offer in $offers.GetEnumerator()) {
            if (-not $offer.Key -or -not $offer.Key.StartsWith($WordToComplete.Trim("'", '"'), [StringComparison]::OrdinalIgnoreCase)) { continue }
            $tip = if ($offer.Value) { [string]$offer.Value } else { $offer.Key }
            [System.Management.Automation.CompletionResult]::new($offer.Key, $offer.Key, 'ParameterValue', $tip)
        }
    } catch {
        Write-Debug -Message $_.Exception.Message
    }
}
