function Write-TsmError {
    <#
    .SYNOPSIS
        Writes an error record as the command's own, under the preference of whoever called the command.
    .DESCRIPTION
        A record that was thrown on its way belongs to where it was thrown; a fresh one gets the id 'TSM1203,<Command>'. What came
        from elsewhere gets a number of ours.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)] [System.Management.Automation.PSCmdlet]$Cmdlet,
        [Parameter(Mandatory = $true)] [System.Management.Automation.ErrorRecord]$Record,
        [Parameter(Mandatory = $true)] [System.Management.Automation.ActionPreference]$Preference
    )
    $ErrorActionPreference = 'Stop'
    $fresh = Copy-TsmErrorRecord (ConvertTo-TsmOwnRecord $Record)
    $ErrorActionPreference = $Preference
    $Cmdlet.WriteError($fresh)
}
