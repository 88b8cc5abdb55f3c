function ConvertFrom-TsmTimeText {
    <#
    .SYNOPSIS
        The local time of RFC 3339 text; nothing for nothing. A time that was converted already stays.
    #>
    [CmdletBinding()]
    [OutputType([datetime])]
    param([Parameter(Mandatory = $true)] [AllowNull()] [object]$Text)
    $ErrorActionPreference = 'Stop'
    if ($null -eq $Text -or $Text -is [datetime]) { return $Text }
    if (-not [string]$Text) { return $null }
    $style = [System.Globalization.DateTimeStyles]::RoundtripKind
    [DateTimeOffset]::Parse([string]$Text, [cultureinfo]::InvariantCulture, $style).LocalDateTime
}
