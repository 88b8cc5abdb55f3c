function Resolve-TsmPath {
    <#
    .SYNOPSIS
        The absolute file system path of a path that a user gave. It need not exist; wildcard characters are taken as they are.
    .DESCRIPTION
        Relative paths start at the location of PowerShell, not at that of the process. A UNC path is one of the file system
        even while the location is on another provider's drive. A path of another provider is an error with the number TSM1004.
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param(
        [Parameter(Mandatory = $true)] [System.Management.Automation.PSCmdlet]$Cmdlet,
        [Parameter(Mandatory = $true)] [AllowEmptyString()] [string]$LiteralPath
    )
    $ErrorActionPreference = 'Stop'
    $provider = $null
    $drive = $null
    $asked = $LiteralPath
    if ([string]::IsNullOrWhiteSpace($asked)) {
        throw (New-TsmErrorRecord TSM1005 (Get-TsmText 'PathEmpty') -Action (Get-TsmText 'PathEmptyAction'))
    }
    if ($LiteralPath.StartsWith('\\')) { $LiteralPath = 'Microsoft.PowerShell.Core\FileSystem::' + $LiteralPath }
    try {
        $full = $Cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath($LiteralPath, [ref]$provider, [ref]$drive)
    } catch [System.Management.Automation.DriveNotFoundException], [System.Management.Automation.ProviderNotFoundException] {
        $action = Get-TsmText 'PathNotFileSystemAction'
        throw (New-TsmErrorRecord TSM1004 (Get-TsmText 'PathDriveUnknown' $asked) -Target $asked -Action $action -Exception $_.Exception)
    }
    if ($provider.Name -ne 'FileSystem') {
        $location = $Cmdlet.SessionState.Path.CurrentLocation.Path
        $relative = -not $Cmdlet.SessionState.Path.IsPSAbsolute($asked, [ref]$null) -and $asked -notmatch '::'
        if ($relative) {
            $message = Get-TsmText 'PathRelativeElsewhere' $asked $location
            $action = Get-TsmText 'PathRelativeElsewhereAction'
        } else {
            $message = Get-TsmText 'PathNotFileSystem' $asked $provider.Name
            $action = Get-TsmText 'PathNotFileSystemAction'
        }
        throw (New-TsmErrorRecord TSM1004 $message -Target $asked -Action $action)
    }
    $full
}
