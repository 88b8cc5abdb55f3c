function Get-TsmBootImageCompletion {
    <#
    .SYNOPSIS
        Completions for a boot image: the boot image packages of the facts that stand on the same command line.
    .DESCRIPTION
        Gives nothing when there are no facts or they cannot be read; the shell then offers files, which a boot image may be too.
    #>
    [CmdletBinding()]
    [OutputType([System.Management.Automation.CompletionResult])]
    param(
        [AllowEmptyString()] [string]$WordToComplete,
        [AllowNull()] [object]$SiteFacts
    )
    $ErrorActionPreference = 'Stop'
    try {
        $facts = $SiteFacts
        if ($facts -is [string] -or $facts -is [System.IO.FileInfo]) {
            $path = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath([string]$facts)
            if ([System.IO.FileInfo]::new($path).Length -gt 8MB) { return }
            $facts = ConvertFrom-Json -InputObject ([System.IO.File]::ReadAllText($path))
        }
        foreach ($package in @(Get-TsmProperty $facts 'packages')) {
            $id = [string](Get-TsmProperty $package 'packageId')
            if ([string](Get-TsmProperty $package 'kind') -ne 'BootImage' -or -not $id) { continue }
            if (-not $id.StartsWith($WordToComplete.Trim("'", '"'), [StringComparison]::OrdinalIgnoreCase)) { continue }
            $title = [string](Get-TsmProperty $package 'name')
            if (-not $title) { $title = $id }
            [System.Management.Automation.CompletionResult]::new($id, $id, 'ParameterValue', $title)
        }
    } catch {
        Write-Debug -Message $_.Exception.Message
    }
}
