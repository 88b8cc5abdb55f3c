function Write-TsmError {
    <#
    .SYNOPSIS
        Writes an error record as the command's own, under the preference of whoever called the command.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)] [System.Management.Automation.PSCmdlet]$Cmdlet,
        [Parameter(Mandatory = $true)] [System.Management.Automation.ErrorRecord]$Record,
        [Parameter(Mandatory = $true)] [System.Management.Automation.ActionPreference]$Preference
    )
    $ErrorActionPreference = $Preference
    $Cmdlet.WriteError($Record)
}
