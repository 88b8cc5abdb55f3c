function ConvertTo-TsmTime {
    <#
    .SYNOPSIS
        A time of what a user gave for a parameter: a DateTime, a DateTimeOffset, or text that PowerShell takes for one.
    #>
    [CmdletBinding()]
    [OutputType([datetime])]
    param(
        [Parameter(Mandatory = $true)] [string]$Name,
        [Parameter(Mandatory = $true)] [object]$Value
    )
    $ErrorActionPreference = 'Stop'
    $base = $Value.PSObject.BaseObject
    if ($base -is [datetime]) { return $base }
    if ($base -is [DateTimeOffset]) { return $base.LocalDateTime }
    $time = [datetime]::MinValue
    $style = [System.Globalization.DateTimeStyles]::AllowWhiteSpaces
    if ($base -isnot [string] -or -not [datetime]::TryParse($base, [cultureinfo]::InvariantCulture, $style, [ref]$time)) {
        throw (New-TsmErrorRecord TSM1051 (Get-TsmText 'TimeForm' $Name ([string]$base)) -Target $Name -Action (Get-TsmText 'TimeFormAction'))
    }
    $time
}
