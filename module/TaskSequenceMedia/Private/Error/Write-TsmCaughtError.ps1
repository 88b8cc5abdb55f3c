function Write-TsmCaughtError {
    <#
    .SYNOPSIS
        Reports an error that a public command caught from its private functions: as one error of that command.
    .DESCRIPTION
        PowerShell notes an exception in $Error and in -ErrorVariable at every function that it passes, even though it is caught. What
        the user shall see is one error, with the command's name in its identifier; the notes of the same exception are taken away.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)] [System.Management.Automation.PSCmdlet]$Cmdlet,
        [Parameter(Mandatory = $true)] [System.Management.Automation.ErrorRecord]$Record,
        [Parameter(Mandatory = $true)] [object]$Preference
    )
    $ErrorActionPreference = 'Stop'
    if ($Record.Exception -is [System.Management.Automation.ActionPreferenceStopException]) { throw $Record }     # reported already
    $copy = Copy-TsmCaughtError -Cmdlet $Cmdlet -Record $Record
    Write-TsmError -Cmdlet $Cmdlet -Record $copy -Preference $Preference
}
