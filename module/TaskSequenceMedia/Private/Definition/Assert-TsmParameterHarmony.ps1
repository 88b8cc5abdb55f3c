function Assert-TsmParameterHarmony {
    <#
    .SYNOPSIS
        Says which parameters of a call have no effect, and refuses two that contradict each other (TSM1023).
    .DESCRIPTION
        New-CMBootableMedia has four parameters that mean nothing here. They are taken, so that its calls run, with a word about it: a
        warning for -NoAutoRun, whose effect its own documentation describes in two ways, a verbose message for the others.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)] [System.Management.Automation.PSCmdlet]$Cmdlet,
        [Parameter(Mandatory = $true)] [System.Collections.IDictionary]$Bound
    )
    $ErrorActionPreference = 'Stop'
    foreach ($pair in @(@('NoAutoRun', 'IncludeAutorun'), @('DisableWildcardHandling', 'ForceWildcardHandling'),
            @('Certificate', 'CertificatePath'), @('Certificate', 'CertificatePassword'))) {
        if ($Bound[$pair[0]] -and $Bound[$pair[1]]) {
            throw (New-TsmErrorRecord TSM1023 (Get-TsmText 'ParametersContradict' $pair[0] $pair[1]) -Target $pair[0])
        }
    }
    if ($Bound['NoAutoRun']) { $Cmdlet.WriteWarning('TSM1050: ' + (Get-TsmText 'IgnoredNoAutoRun')) }
    if ($Bound['AllowUacPrompt']) { $Cmdlet.WriteVerbose('TSM1050: ' + (Get-TsmText 'IgnoredUacPrompt')) }
    foreach ($name in 'DisableWildcardHandling', 'ForceWildcardHandling') {
        if ($Bound[$name]) { $Cmdlet.WriteVerbose('TSM1050: ' + (Get-TsmText 'IgnoredWildcard' $name)) }
    }
}
