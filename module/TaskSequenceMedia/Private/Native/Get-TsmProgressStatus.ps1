function Get-TsmProgressStatus {
    <#
    .SYNOPSIS
        What a progress event is busy with; when it does not say, how far it is. Never empty, which Write-Progress refuses.
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param([Parameter(Mandatory = $true)] [psobject]$Item)
    $ErrorActionPreference = 'Stop'
    if ($Item.status) { return [string]$Item.status }
    $culture = [cultureinfo]::InvariantCulture
    $done = [long]$Item.done
    $total = [long]$Item.total
    if ($Item.unit -eq 'bytes') {
        $done = [string]::Format($culture, '{0:N1} MB', $done / 1MB)
        $whole = [string]::Format($culture, '{0:N1} MB', $total / 1MB)
    } else {
        $whole = [string]$total
    }
    if ($total -gt 0) { "$done of $whole" } else { "$done" }
}
