function ConvertTo-TsmTimeText {
    <#
    .SYNOPSIS
        A time as RFC 3339 text in UTC. A time without zone is taken as local, as PowerShell does.
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param([Parameter(Mandatory = $true)] [object]$Time)
    $ErrorActionPreference = 'Stop'
    $utc = if ($Time -is [DateTimeOffset]) { $Time.UtcDateTime } else { ([datetime]$Time).ToUniversalTime() }
    $utc.ToString('yyyy-MM-ddTHH:mm:ss.FFFFFFFZ', [cultureinfo]::InvariantCulture)
}
