function Resolve-TsmDistributionPoint {
    <#
    .SYNOPSIS
        A distribution point as a definition keeps it: a URL or the name of a server as it is, the path of a library absolute.
    .DESCRIPTION
        A full name has a dot in it, a short one at most 15 characters (NetBIOS); where there is a folder of that name, the folder is
        meant. PS100012=FOLDER is the folder of one package. Names that begin as those of content libraries do are folders.
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param(
        [Parameter(Mandatory = $true)] [System.Management.Automation.PSCmdlet]$Cmdlet,
        [Parameter(Mandatory = $true)] [string]$Name
    )
    $ErrorActionPreference = 'Stop'
    if ($Name.Contains('://')) { return $Name }
    if ($Name -match '^([A-Za-z0-9]{3}[0-9A-Fa-f]{5})=(.+)$') { return $Matches[1] + '=' + (Resolve-TsmPath -Cmdlet $Cmdlet -LiteralPath $Matches[2]) }
    $isShort = $Name -match '^[A-Za-z0-9_-]{2,15}(:\d+)?$' -and $Name -notlike 'SCCMContentLib*'
    if (-not $isShort -and $Name -notmatch '^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+(:\d+)?$') { return Resolve-TsmPath -Cmdlet $Cmdlet -LiteralPath $Name }
    $path = $null
    try {      # the location need not be in the file system when a server is named
        $path = Resolve-TsmPath -Cmdlet $Cmdlet -LiteralPath $Name
    } catch {
        Write-Debug -Message $_.Exception.Message
    }
    if ($path -and [System.IO.Directory]::Exists($path)) { $path } else { $Name }
}
