function Write-TsmLog {
    <#
    .SYNOPSIS
        Writes a log event to the stream of its level. A warning begins with its code, by which it can be looked up and filtered.
    .DESCRIPTION
        With the cmdlets and not with the methods of $PSCmdlet: under -Debug those stop and ask at every line.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory = $true)] [psobject]$Item)
    $ErrorActionPreference = 'Stop'
    $message = [string]$Item.message
    $code = [string]$Item.code
    switch ([string]$Item.level) {
        'debug' { Write-Debug -Message $message }
        'verbose' { Write-Verbose -Message $message }
        'information' {
            $tags = @('TaskSequenceMedia')
            if ($code) { $tags += $code }
            Write-Information -MessageData $message -Tags $tags
        }
        'warning' {
            if ($code) { $message = "${code}: $message" }
            Write-Warning -Message $message
        }
    }
}
