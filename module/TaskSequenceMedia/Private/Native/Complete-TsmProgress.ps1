function Complete-TsmProgress {
    <#
    .SYNOPSIS
        Takes what a job has left on the screen off it.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)] [hashtable]$Shown,
        [Parameter(Mandatory = $true)] [uint64]$Job
    )
    $ErrorActionPreference = 'Stop'
    foreach ($id in @($Shown.Keys)) {
        Write-Progress -Id $id -SourceId ([int]($Job % [int]::MaxValue)) -Activity $Shown[$id] -Completed
    }
}
