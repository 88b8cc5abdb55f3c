function New-TsmReportFailure {
    <#
    .SYNOPSIS
        The error of a report that failed: which checks, what they saw, and what to do.
    #>
    [CmdletBinding()]
    [OutputType([System.Management.Automation.ErrorRecord])]
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'Makes an object in memory.')]
    param([Parameter(Mandatory = $true)] [psobject]$Report)
    $ErrorActionPreference = 'Stop'
    $lines = @()
    $remedies = @()
    foreach ($check in @(Get-TsmProperty $Report 'Checks')) {
        if ([string](Get-TsmProperty $check 'Outcome') -ne 'Failed') { continue }
        $lines += Get-TsmText 'ReportFailedLine' (Get-TsmProperty $check 'ErrorId') (Get-TsmProperty $check 'Title') (Get-TsmProperty $check 'Evidence')
        $remedies += [string](Get-TsmProperty $check 'Remedy')
    }
    $message = Get-TsmText 'ReportFailed' (Get-TsmProperty $Report 'Subject') ($lines -join ' ')
    $action = (@($remedies | Where-Object { $_ } | Select-Object -Unique) + (Get-TsmText 'ReportFailedAction')) -join ' '
    New-TsmErrorRecord TSM1015 $message -Target $Report -Action $action
}
