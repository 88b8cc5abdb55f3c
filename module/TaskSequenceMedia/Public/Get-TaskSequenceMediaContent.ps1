function Get-TaskSequenceMediaContent {
    <#
    .SYNOPSIS
        Shows what the cache holds of the content of distribution points, an object a package.

    .DESCRIPTION
        Nothing is asked of any server, and nothing is written. Complete says whether all files of a package are in the cache; files that
        are only begun do not count.

    .PARAMETER CachePath
        The folder of the cache; that of this user, when not given.

    .PARAMETER PackageId
        Only these packages. Wildcard characters are patterns.

    .INPUTS
        None.

    .OUTPUTS
        TaskSequenceMedia.Content

    .EXAMPLE
        Get-TaskSequenceMediaContent

        Shows the packages in the cache of this user.

    .EXAMPLE
        Get-TaskSequenceMediaContent -CachePath ./cache -PackageId PS1* | Measure-Object BytesHere -Sum

        Says how many bytes a cache holds of the packages of one site.

    .LINK
        Save-TaskSequenceMediaContent

    .LINK
        Clear-TaskSequenceMediaContent

    .LINK
        about_TaskSequenceMedia
    #>
    [CmdletBinding(PositionalBinding = $false)]
    [OutputType('TaskSequenceMedia.Content')]
    param(
        [Parameter(Position = 0)]
        [string]$CachePath,

        [SupportsWildcards()]
        [string[]]$PackageId
    )

    begin {
        Use-TsmCallerPreference -Cmdlet $PSCmdlet
    }

    process {
        $content = @()
        try {
            $request = [ordered]@{ op = 'listContent' }
            $content = @(foreach ($record in Invoke-TsmContentOperation -Cmdlet $PSCmdlet -Request $request -CachePath $CachePath) {
                    if (-not $PackageId -or @($PackageId | Where-Object { $record.PackageId -like $_ }).Count -gt 0) { $record }
                })
        } catch {
            Write-TsmCaughtError -Cmdlet $PSCmdlet -Record $_ -Preference $ErrorActionPreference
        }
        $content
    }
}
