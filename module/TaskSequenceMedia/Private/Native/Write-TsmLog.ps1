function Write-TsmLog {
    <#
    .SYNOPSIS
        Writes a log event to the stream of its level. A warning begins with its code, by which it can be looked up and filtered.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)] [System.Management.Automation.PSCmdlet]$Cmdlet,
        [Parameter(Mandatory = $true)] [psobject]$Item
    )
    $ErrorActionPreference = 'Stop'
    $message = [string]$Item.message
    $code = [string]$Item.code
    switch ([string]$Item.level) {
        'debug' { $Cmdlet.WriteDebug($message) }
        'verbose' { $Cmdlet.WriteVerbose($message) }
        'information' {
            $tags = @('TaskSequenceMedia')
            if ($code) { $tags += $code }
            $Cmdlet.WriteInformation($message, [string[]]$tags)
        }
        'warning' {
            if ($code) { $message = "${code}: $message" }
            $Cmdlet.WriteWarning($message)
        }
    }
}
