function Write-TsmProgress {
    <#
    .SYNOPSIS
        Shows a progress event of a job and remembers in Shown what must be taken off the screen.
    .DESCRIPTION
        Ids are those of the job, so the same work always shows the same ids; the job is the source, so that two jobs at once keep apart.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)] [psobject]$Item,
        [Parameter(Mandatory = $true)] [hashtable]$Shown,
        [Parameter(Mandatory = $true)] [uint64]$Job
    )
    $ErrorActionPreference = 'Stop'
    if ([string]$ProgressPreference -in 'SilentlyContinue', 'Ignore') { return }
    $show = @{ Id = [int]$Item.id; SourceId = [int]($Job % [int]::MaxValue); Activity = [string]$Item.activity }
    if (-not $show.Activity) { $show.Activity = 'TaskSequenceMedia' }
    if ($Item.completed) {
        $Shown.Remove([int]$Item.id)
        Write-Progress @show -Completed
        return
    }
    $Shown[[int]$Item.id] = $show.Activity
    $show.Status = Get-TsmProgressStatus -Item $Item
    if ($Item.total -gt 0) { $show.PercentComplete = [int][Math]::Floor([Math]::Min(100, 100 * $Item.done / $Item.total)) }
    if ($null -ne $Item.secondsRemaining) { $show.SecondsRemaining = [int]$Item.secondsRemaining }
    if ($null -ne $Item.parentId -and $Item.parentId -ne $Item.id) { $show.ParentId = [int]$Item.parentId }
    Write-Progress @show
}
