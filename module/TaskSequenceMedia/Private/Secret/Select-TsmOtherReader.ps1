function Select-TsmOtherReader {
    <#
    .SYNOPSIS
        Whom the access rules given allow to read, besides those who may: by name where it is well known, else by SID.
    .DESCRIPTION
        The system and the administrators read every file of a computer anyhow; Trusted holds the SIDs of the owner and the user. The
        native library has the same rule for its program (native/platform/src/access_list.rs). A rule has IdentityReference (whose
        Value is a SID), AccessControlType and FileSystemRights, as Windows gives them. Rules that deny are not counted in.
    #>
    [CmdletBinding()]
    [OutputType([string[]])]
    param(
        [Parameter(Mandatory = $true)] [AllowEmptyCollection()] [object[]]$Rule,
        [string[]]$Trusted = @()
    )
    $ErrorActionPreference = 'Stop'
    $names = @{
        'S-1-1-0' = 'Everyone'; 'S-1-5-11' = 'Authenticated Users'; 'S-1-5-32-545' = 'Users'; 'S-1-5-32-546' = 'Guests'
        'S-1-5-7' = 'Anonymous'; 'S-1-5-2' = 'Network'; 'S-1-5-4' = 'Interactive'
    }
    # Everyone as owner is what file systems without access lists say, such as FAT.
    $may = @('S-1-5-18', 'S-1-5-32-544', 'S-1-3-4') + @($Trusted | Where-Object { $_ -ne 'S-1-1-0' })
    # Read data; change the rules or the owner, and read then; the generic rights to read and to do all.
    $read = 1 -bor 0x40000 -bor 0x80000 -bor 0x80000000L -bor 0x10000000L
    $found = foreach ($entry in $Rule) {
        $sid = [string]$entry.IdentityReference.Value
        $reads = ([long][int]$entry.FileSystemRights -band 0xFFFFFFFFL) -band $read
        if ([string]$entry.AccessControlType -ne 'Allow' -or $reads -eq 0 -or $may -contains $sid) { continue }
        if ($names.ContainsKey($sid)) { $names[$sid] } else { $sid }
    }
    $found | Select-Object -Unique
}
