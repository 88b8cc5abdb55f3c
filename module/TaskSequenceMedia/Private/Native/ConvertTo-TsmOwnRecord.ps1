function ConvertTo-TsmOwnRecord {
    <#
    .SYNOPSIS
        A caught error as an error record with a number of ours: as it is when it has one, else a fresh one around it.
    .DESCRIPTION
        A question that cannot be asked arrives as whatever the host met when it tried; the name of the method tells.
    #>
    [CmdletBinding()]
    [OutputType([System.Management.Automation.ErrorRecord])]
    param([Parameter(Mandatory = $true, Position = 0)] [System.Management.Automation.ErrorRecord]$Record)
    $ErrorActionPreference = 'Stop'
    if ($Record.FullyQualifiedErrorId -cmatch '^TSM[0-9]{4}') { return $Record }
    $exception = $Record.Exception
    $report = @{ Target = $Record.TargetObject; Exception = $exception; Data = @{ Where = $Record.ScriptStackTrace } }
    $isCall = $exception -is [System.Management.Automation.MethodInvocationException]
    if ($isCall -and $exception.Message -cmatch '"Should(Process|Continue)"') {
        return New-TsmErrorRecord TSM1998 'The command has to ask before it goes on, and nobody can answer.' @report
    }
    New-TsmErrorRecord TSM1997 'The module failed in a way that it does not know.' @report
}
