function Use-TsmCallerPreference {
    <#
    .SYNOPSIS
        Gives a command the preferences of whoever called it, -WhatIf of a wrapper included. Stands first in every command.
    .DESCRIPTION
        Functions of a module do not see preference variables of a calling script or function, only global ones.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory = $true)] [System.Management.Automation.PSCmdlet]$Cmdlet)
    $ErrorActionPreference = 'Stop'
    Assert-TsmLanguageMode
    $variables = @{
        ErrorAction       = 'ErrorActionPreference'
        WarningAction     = 'WarningPreference'
        InformationAction = 'InformationPreference'
        ProgressAction    = 'ProgressPreference'
        Verbose           = 'VerbosePreference'
        Debug             = 'DebugPreference'
        WhatIf            = 'WhatIfPreference'
        Confirm           = 'ConfirmPreference'
    }
    foreach ($pair in $variables.GetEnumerator()) {
        if ($Cmdlet.MyInvocation.BoundParameters.ContainsKey($pair.Key)) { continue }
        $value = $Cmdlet.SessionState.PSVariable.GetValue($pair.Value)
        if ($null -ne $value) { Set-Variable -Scope 1 -Name $pair.Value -Value $value -WhatIf:$false -Confirm:$false }
    }
}
