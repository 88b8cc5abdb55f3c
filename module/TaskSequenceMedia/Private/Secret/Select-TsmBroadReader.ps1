function Select-TsmBroadReader {
    <#
    .SYNOPSIS
        The well-known groups that everybody is in and that the access rules given allow to read, by their SIDs' names.
    .DESCRIPTION
        A rule has IdentityReference (whose Value is a SID), AccessControlType and FileSystemRights, as Windows gives them.
    #>
    [CmdletBinding()]
    [OutputType([string[]])]
    param([Parameter(Mandatory = $true)] [AllowEmptyCollection()] [object[]]$Rule)
    $ErrorActionPreference = 'Stop'
    $broad = @{
        'S-1-1-0' = 'Everyone'; 'S-1-5-11' = 'Authenticated Users'; 'S-1-5-32-545' = 'Users'; 'S-1-5-32-546' = 'Guests'
        'S-1-5-7' = 'Anonymous'; 'S-1-5-2' = 'Network'; 'S-1-5-4' = 'Interactive'
    }
    $read = 1 -bor 0x80000000L -bor 0x10000000L      # read data, and the generic rights to read and to do all
    foreach ($entry in $Rule) {
        $sid = [string]$entry.IdentityReference.Value
        $reads = ([long][int]$entry.FileSystemRights -band 0xFFFFFFFFL) -band $read
        if ([string]$entry.AccessControlType -ne 'Allow' -or $reads -eq 0) { continue }
        if ($broad.ContainsKey($sid)) { $broad[$sid] }
        if ($sid -match '^S-1-5-21-.+-51[345]$') { $sid }      # domain users, guests, computers
    }
}
