function Resolve-TsmItemPath {
    <#
    .SYNOPSIS
        The absolute paths of files that a user named to be read, wildcards expanded.
    .DESCRIPTION
        A name that is there as it stands is taken as it stands, so that a file 'a[1].iso' can be named; otherwise wildcard
        characters are a pattern, and a pattern that meets nothing is an error. With -Literal nothing is expanded.
        A name without wildcards is given back even when there is no such file: whoever opens it says so.
    #>
    [CmdletBinding()]
    [OutputType([string[]])]
    param(
        [Parameter(Mandatory = $true)] [System.Management.Automation.PSCmdlet]$Cmdlet,
        [Parameter(Mandatory = $true)] [AllowEmptyString()] [string]$Path,
        [switch]$Literal
    )
    $ErrorActionPreference = 'Stop'
    $full = Resolve-TsmPath -Cmdlet $Cmdlet -LiteralPath $Path
    $pattern = [System.Management.Automation.WildcardPattern]::ContainsWildcardCharacters($Path)
    if ($Literal -or -not $pattern -or [System.IO.File]::Exists($full) -or [System.IO.Directory]::Exists($full)) { return $full }
    $provider = $null
    $found = @()
    try {
        $found = @($Cmdlet.SessionState.Path.GetResolvedProviderPathFromPSPath($Path, [ref]$provider))
    } catch [System.Management.Automation.ItemNotFoundException] {
        $found = @()
    }
    if ($found.Count -eq 0) {
        $action = Get-TsmText 'PatternEmptyAction'
        throw (New-TsmErrorRecord TSM1005 (Get-TsmText 'PatternEmpty' $Path) -Category ObjectNotFound -Target $Path -Action $action)
    }
    $found
}
