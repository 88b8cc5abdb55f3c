function Copy-TsmCaughtError {
    <#
    .SYNOPSIS
        A fresh copy of an error that was caught; its notes in $Error and in the command's -ErrorVariable are taken away.
    #>
    [CmdletBinding()]
    [OutputType([System.Management.Automation.ErrorRecord])]
    param(
        [Parameter(Mandatory = $true)] [System.Management.Automation.PSCmdlet]$Cmdlet,
        [Parameter(Mandatory = $true)] [System.Management.Automation.ErrorRecord]$Record
    )
    $ErrorActionPreference = 'Stop'
    $lists = @(, $global:Error)
    $bound = $Cmdlet.MyInvocation.BoundParameters
    if ($bound.ContainsKey('ErrorVariable')) {
        $lists += , $Cmdlet.SessionState.PSVariable.GetValue(([string]$bound['ErrorVariable']).TrimStart('+'))
    }
    foreach ($list in $lists) {
        if ($list -isnot [System.Collections.ArrayList]) { continue }
        for ($index = $list.Count - 1; $index -ge 0; $index--) {
            if (Test-TsmSameError -Note $list[$index] -Exception $Record.Exception) { $list.RemoveAt($index) }
        }
    }
    [System.Management.Automation.ErrorRecord]::new($Record, $null)
}
