function Test-TsmSameError {
    <#
    .SYNOPSIS
        Whether what PowerShell noted is an exception, or one of the causes of an exception, that was caught.
    #>
    [CmdletBinding()]
    [OutputType([bool])]
    param(
        [Parameter(Mandatory = $true)] [AllowNull()] [object]$Note,
        [Parameter(Mandatory = $true)] [System.Exception]$Exception
    )
    $ErrorActionPreference = 'Stop'
    if ($Note -is [System.Management.Automation.IContainsErrorRecord]) { $Note = $Note.ErrorRecord }
    if ($Note -is [System.Management.Automation.ErrorRecord]) { $Note = $Note.Exception }
    for ($noted = $Note -as [System.Exception]; $noted; $noted = $noted.InnerException) {
        for ($caught = $Exception; $caught; $caught = $caught.InnerException) {
            if ([object]::ReferenceEquals($noted, $caught)) { return $true }
        }
    }
    $false
}
