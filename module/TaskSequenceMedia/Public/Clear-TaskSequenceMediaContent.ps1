function Clear-TaskSequenceMediaContent {
    <#
    .SYNOPSIS
        Removes content from the cache: by age, by size, by package, or all of it.

    .DESCRIPTION
        Without a limit everything goes. With several, a file goes that any of them names. Files that a build fetches at this moment stay.
        What is removed is fetched again when a medium needs it.

    .PARAMETER CachePath
        The folder of the cache; that of this user, when not given.

    .PARAMETER OlderThanDays
        Files that were not used for so many days.

    .PARAMETER MaximumSize
        The files used least recently go until the rest has at most so many bytes, such as 20GB.

    .PARAMETER PackageId
        The files of these packages that no other package has.

    .PARAMETER WhatIf
        Says what would be removed, and removes nothing.

    .PARAMETER Confirm
        Asks before anything is removed.

    .INPUTS
        None.

    .OUTPUTS
        TaskSequenceMedia.ContentSweep

    .EXAMPLE
        Clear-TaskSequenceMediaContent -OlderThanDays 30 -MaximumSize 20GB

        Removes what was not used for thirty days, and more, until at most 20 GB are left.

    .EXAMPLE
        Clear-TaskSequenceMediaContent -CachePath ./cache -WhatIf

        Says how much would be removed from a cache.

    .LINK
        Get-TaskSequenceMediaContent

    .LINK
        Save-TaskSequenceMediaContent

    .LINK
        about_TaskSequenceMedia
    #>
    [CmdletBinding(PositionalBinding = $false, SupportsShouldProcess = $true, ConfirmImpact = 'Medium')]
    [OutputType('TaskSequenceMedia.ContentSweep')]
    param(
        [Parameter(Position = 0)]
        [string]$CachePath,

        [ValidateRange(0, 36500)]
        [int]$OlderThanDays,

        [ValidateRange(0, [long]::MaxValue)]
        [long]$MaximumSize,

        [string[]]$PackageId
    )

    begin {
        Use-TsmCallerPreference -Cmdlet $PSCmdlet
    }

    process {
        $sweep = @()
        try {
            $request = [ordered]@{ op = 'clearContent'; onlySay = $true }
            if ($PSBoundParameters.ContainsKey('OlderThanDays')) { $request['olderThanSeconds'] = [long]$OlderThanDays * 86400 }
            if ($PSBoundParameters.ContainsKey('MaximumSize')) { $request['maximumBytes'] = $MaximumSize }
            if ($PackageId) { $request['packages'] = [string[]]@($PackageId) }
            $planned = @(Invoke-TsmContentOperation -Cmdlet $PSCmdlet -Request $request -CachePath $CachePath)[0]
            $what = Get-TsmText 'ClearContentAction' $planned.Files $planned.Bytes
            if ($PSCmdlet.ShouldProcess($planned.Path, $what)) {
                $request['onlySay'] = $false
                $sweep = @(Invoke-TsmContentOperation -Cmdlet $PSCmdlet -Request $request -CachePath $CachePath)
            }
        } catch {
            Write-TsmCaughtError -Cmdlet $PSCmdlet -Record $_ -Preference $ErrorActionPreference
        }
        $sweep
    }
}
