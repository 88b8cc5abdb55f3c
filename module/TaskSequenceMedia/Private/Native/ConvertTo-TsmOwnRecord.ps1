function ConvertTo-TsmOwnRecord {
    <#
    .SYNOPSIS
        A caught error as an error record with a number of ours: as it is when it has one, else TSM1997 around it.
    #>
    [CmdletBinding()]
    [OutputType([System.Management.Automation.ErrorRecord])]
    param([Parameter(Mandatory = $true, Position = 0)] [System.Management.Automation.ErrorRecord]$Record)
    $ErrorActionPreference = 'Stop'
    if ($Record.FullyQualifiedErrorId -cmatch '^TSM[0-9]{4}') { return $Record }
    $message = 'The module failed in a way that it does not know.'
    New-TsmErrorRecord TSM1997 $message -Target $Record.TargetObject -Exception $Record.Exception -Data @{ Where = $Record.ScriptStackTrace }
}
