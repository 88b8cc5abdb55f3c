function Assert-TsmNewFile {
    <#
    .SYNOPSIS
        Refuses a path where something is already, unless it is a file and may be replaced.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)] [string]$Path,
        [switch]$Force
    )
    $ErrorActionPreference = 'Stop'
    if ([System.IO.Directory]::Exists($Path)) {
        $action = Get-TsmText 'PathEmptyAction'
        throw (New-TsmErrorRecord TSM1005 (Get-TsmText 'FileIsFolder' $Path) -Target $Path -Action $action)
    }
    if ([System.IO.File]::Exists($Path) -and -not $Force) {
        $action = Get-TsmText 'FileExistsAction'
        throw (New-TsmErrorRecord TSM1005 (Get-TsmText 'FileExists' $Path) -Category ResourceExists -Target $Path -Action $action)
    }
}
