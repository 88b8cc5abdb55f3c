function Get-TsmMediaWork {
    <#
    .SYNOPSIS
        The media that a command is asked about, each with Path and MediaPassword. What cannot be found is an error of the command.
    .DESCRIPTION
        Takes medium objects, reports about media, file objects, and text that is a path. A plan gives none: under -WhatIf it takes the
        place of the medium that is not made.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)] [System.Management.Automation.PSCmdlet]$Cmdlet,
        [Parameter(Mandatory = $true)] [AllowNull()] [object]$Asked,
        [switch]$Literal
    )
    $callerAction = $ErrorActionPreference
    $ErrorActionPreference = 'Stop'
    foreach ($item in @($Asked)) {
        try {
            Resolve-TsmMediaTarget -Cmdlet $Cmdlet -InputObject $item -Literal:$Literal
        } catch {
            Write-TsmCaughtError -Cmdlet $Cmdlet -Record $_ -Preference $callerAction
        }
    }
}
