function Get-TsmBuildText {
    <#
    .SYNOPSIS
        What -WhatIf, -Confirm and -Verbose say about a medium that is to be made; with a plan, in numbers.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)] [psobject]$Definition,
        [Parameter(Mandatory = $true)] [AllowEmptyCollection()] [object[]]$Plan
    )
    $ErrorActionPreference = 'Stop'
    $path = Get-TsmProperty $Definition 'Path'
    $replaces = [System.IO.File]::Exists($path) -or [System.IO.Directory]::Exists($path)
    $description = if ($replaces) { Get-TsmText 'BuildReplace' $path } else { Get-TsmText 'Build' $path }
    if ($Plan.Count -gt 0) {
        $bytes = [long]0
        foreach ($entry in $Plan[0].Entries) { $bytes += [long]$entry.Size }
        $description = Get-TsmText 'BuildPlanned' $description @($Plan[0].Entries).Count $bytes $Plan[0].PlanId
    }
    $question = if ($replaces) { Get-TsmText 'BuildReplaceQuestion' $path } else { Get-TsmText 'BuildQuestion' $path }
    @{ Description = $description; Question = $question; Caption = Get-TsmText 'BuildCaption' }
}
