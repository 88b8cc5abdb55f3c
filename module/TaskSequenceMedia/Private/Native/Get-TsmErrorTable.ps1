function Get-TsmErrorTable {
    <#
    .SYNOPSIS
        Symbol, category and advice of the errors that the module itself meets. Those of the native library stand in its own table.
    .DESCRIPTION
        Where both know a number they say the same; a test compares them. The texts are here, and not among the translated messages,
        because they must be at hand when nothing else is.
    #>
    [CmdletBinding()]
    [OutputType([hashtable])]
    param()
    $ErrorActionPreference = 'Stop'
    $report = 'Report this, with the whole error record (Get-Error, or $Error[0] | Format-List * -Force).'
    $install = 'Install the module again, then start a new session: a library stays loaded until its process ends.'
    $build = "Install the module again; or build the library with 'cargo build --release -p tsm-ffi' and set the environment variable " +
        'TSM_NATIVE_PATH to the file that it makes.'
    $rows = @{
        'TSM1003' = 'DefinitionIncomplete', 'InvalidArgument'
        'TSM1004' = 'PathNotFileSystem', 'InvalidArgument'
        'TSM1005' = 'PathInvalid', 'InvalidArgument'
        'TSM1008' = 'VariableValueInvalid', 'InvalidArgument'
        'TSM1009' = 'PasswordEmpty', 'InvalidArgument'
        'TSM1010' = 'SecretUnresolved', 'ObjectNotFound'
        'TSM1011' = 'SecretFileExposed', 'SecurityError'
        'TSM1015' = 'ReportFailed', 'InvalidOperation'
        'TSM1017' = 'SecretReferenceInvalid', 'InvalidArgument'
        'TSM1018' = 'InputObjectInvalid', 'InvalidType'
        'TSM1023' = 'OptionsContradict', 'InvalidArgument'
        'TSM1050' = 'ParameterIgnored', 'NotSpecified'
        'TSM1051' = 'ParameterValueInvalid', 'InvalidArgument'
        'TSM1052' = 'SecretFileUnprotected', 'SecurityError'
        'TSM1053' = 'VaultUnavailable', 'NotInstalled'
        'TSM1102' = 'FactsMalformed', 'ParserError'
        'TSM1990' = 'NativeArchitectureNotSupported', 'NotInstalled', 'Start a 64-bit PowerShell (x64 or Arm64) and try again.'
        'TSM1991' = 'NativeLibraryMissing', 'NotInstalled', $build
        'TSM1992' = 'AbiMismatch', 'InvalidOperation', $install
        'TSM1993' = 'NativeAnswerMissing', 'InvalidResult', $report
        'TSM1994' = 'LanguageModeNotSupported', 'PermissionDenied'
        'TSM1995' = 'NativeLibraryUnusable', 'NotInstalled', $build
        'TSM1996' = 'SecretRefused', 'InvalidArgument', 'Give a password of at most 65,536 whole characters.'
        'TSM1997' = 'ModuleFault', 'NotSpecified', $report
        'TSM1998' = 'ConfirmationImpossible', 'InvalidOperation', 'Use -Confirm:$false where nobody can answer, such as in a scheduled task.'
    }
    $table = @{}
    foreach ($id in $rows.Keys) {
        $symbol, $category, $action = $rows[$id]
        $table[$id] = @{ Symbol = $symbol; Category = $category; Action = [string]$action }
    }
    $table
}
