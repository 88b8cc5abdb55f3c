function Assert-TsmLanguageMode {
    <#
    .SYNOPSIS
        Stops with TSM1994 where PowerShell's language is restricted: calls to the native library would be refused one by one.
    #>
    [CmdletBinding()]
    param([string]$Mode = [string]$ExecutionContext.SessionState.LanguageMode)
    $ErrorActionPreference = 'Stop'
    if ($Mode -eq 'FullLanguage') { return }
    # A cmdlet makes the record: a restricted session may not construct one.
    $report = @{
        ErrorId           = 'TSM1994'
        Category          = 'PermissionDenied'
        TargetObject      = $Mode
        Message           = "TaskSequenceMedia needs PowerShell's full language, but this session runs in $Mode."
        RecommendedAction = 'Sign the module or allow it in the policy of application control, then start a new session.'
    }
    Write-Error @report
}
