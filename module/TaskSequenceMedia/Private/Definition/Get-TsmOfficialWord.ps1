function Get-TsmOfficialWord {
    <#
    .SYNOPSIS
        A word in the spelling in which its parameter lists it, which is that of definition files.
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param(
        [Parameter(Mandatory = $true)] [System.Management.Automation.PSCmdlet]$Cmdlet,
        [Parameter(Mandatory = $true)] [string]$Name,
        [Parameter(Mandatory = $true)] [string]$Word
    )
    $ErrorActionPreference = 'Stop'
    foreach ($attribute in $Cmdlet.MyInvocation.MyCommand.Parameters[$Name].Attributes) {
        if ($attribute -is [ValidateSet]) {
            foreach ($known in $attribute.ValidValues) { if ($known -eq $Word) { return $known } }
        }
    }
}
