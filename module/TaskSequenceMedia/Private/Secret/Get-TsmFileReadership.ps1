function Get-TsmFileReadership {
    <#
    .SYNOPSIS
        Who besides the owner, the user, the system and the administrators may read a file, in words; nothing when nobody may.
    .DESCRIPTION
        Unix: the permission bits of group and others. Windows: the allowing entries of the access list.
    #>
    [CmdletBinding()]
    [OutputType([string[]])]
    param([Parameter(Mandatory = $true)] [string]$Path)
    $ErrorActionPreference = 'Stop'
    if ([System.IO.Path]::DirectorySeparatorChar -eq '\') {
        $kind = [System.Security.Principal.SecurityIdentifier]
        $list = Get-Acl -LiteralPath $Path
        $trusted = $list.GetOwner($kind).Value, [System.Security.Principal.WindowsIdentity]::GetCurrent().User.Value
        return Select-TsmOtherReader -Rule $list.GetAccessRules($true, $true, $kind) -Trusted $trusted
    }
    if ([System.IO.File].GetMethod('GetUnixFileMode', [type[]]@([string]))) {
        return Select-TsmModeReader -Mode ([int][System.IO.File]::GetUnixFileMode($Path))
    }
    # PowerShell before 7.3: the nine letters of its own view of the mode, such as -rw-r-----
    $text = (Get-Item -LiteralPath $Path -Force).UnixMode
    $mode = 0
    if ($text[4] -eq 'r') { $mode = $mode -bor 32 }
    if ($text[7] -eq 'r') { $mode = $mode -bor 4 }
    Select-TsmModeReader -Mode $mode
}
