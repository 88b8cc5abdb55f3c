function New-TsmErrorRecord {
    <#
    .SYNOPSIS
        The one place where error records are made: the id is the stable number, the rest says what, where and what to do now.
    #>
    [CmdletBinding()]
    [OutputType([System.Management.Automation.ErrorRecord])]
    param(
        [Parameter(Mandatory = $true, Position = 0)] [string]$Id,
        [Parameter(Mandatory = $true, Position = 1)] [string]$Message,
        [string]$Category,
        [AllowNull()] [object]$Target,
        [AllowNull()] [string]$Action,
        [AllowNull()] [System.Exception]$Exception,
        [AllowNull()] [string]$Symbol,
        [System.Collections.IDictionary]$Data = @{}
    )
    $ErrorActionPreference = 'Stop'
    $known = Get-TsmErrorTable
    if ($known.ContainsKey($Id)) {
        if (-not $Symbol) { $Symbol = $known[$Id].Symbol }
        if (-not $Category) { $Category = $known[$Id].Category }
        if (-not $Action) { $Action = $known[$Id].Action }
    }
    # A category that this PowerShell does not know must not hide the error itself.
    $class = [System.Management.Automation.ErrorCategory]::NotSpecified
    if ([System.Enum]::IsDefined([System.Management.Automation.ErrorCategory], $Category)) { $class = $Category }

    # The number stands in front, so that it is in every transcript; a cause that repeats what was said is left out.
    $text = "${Id}: $Message"
    for ($cause = $Exception; $cause; $cause = $cause.InnerException) {
        $words = $cause.Message.TrimEnd('.')
        if ($text.IndexOf($words, [System.StringComparison]::OrdinalIgnoreCase) -lt 0) { $text += " Cause: $words." }
    }
    $raised = [System.InvalidOperationException]::new($Message, $Exception)
    $raised.Data['Symbol'] = $Symbol
    foreach ($key in $Data.Keys) { $raised.Data[$key] = $Data[$key] }
    $record = [System.Management.Automation.ErrorRecord]::new($raised, $Id, $class, $Target)
    $record.ErrorDetails = [System.Management.Automation.ErrorDetails]::new($text)
    if ($Action) { $record.ErrorDetails.RecommendedAction = $Action }
    $record
}
