function ConvertTo-TsmTimeSpan {
    <#
    .SYNOPSIS
        A time span of milliseconds; nothing for nothing.
    #>
    [CmdletBinding()]
    [OutputType([timespan])]
    param([Parameter(Mandatory = $true)] [AllowNull()] [object]$Milliseconds)
    $ErrorActionPreference = 'Stop'
    if ($null -eq $Milliseconds) { return $null }
    [timespan]::FromTicks([long]$Milliseconds * [timespan]::TicksPerMillisecond)
}
