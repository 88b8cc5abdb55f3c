# Shared by all tests: imports the module under test. TSM_MODULE_PATH names another one, such as the assembled one: its folder or
# its manifest. Rules for source files look at the source, whatever is under test.
Set-StrictMode -Version Latest

$script:TsmRepository = [System.IO.Path]::GetFullPath([System.IO.Path]::Combine($PSScriptRoot, '..'))
$script:TsmSourcePath = [System.IO.Path]::Combine($script:TsmRepository, 'module', 'TaskSequenceMedia')
$script:TsmModulePath = [Environment]::GetEnvironmentVariable('TSM_MODULE_PATH')
if (-not $script:TsmModulePath) { $script:TsmModulePath = $script:TsmSourcePath }
if ($script:TsmModulePath -like '*.psd1') { $script:TsmModulePath = [System.IO.Path]::GetDirectoryName($script:TsmModulePath) }

function Import-TsmModule {
    <#
    .SYNOPSIS
        Imports the module under test anew.
    #>
    Import-Module -Name $script:TsmModulePath -Force -Global
}

function Get-TsmTreeHash {
    <#
    .SYNOPSIS
        One line a file below the folders given: path, length, SHA-256. Equal lists mean that nothing was touched.
    #>
    param([string[]]$Path)
    foreach ($folder in $Path) {
        foreach ($file in Get-ChildItem -LiteralPath $folder -Recurse -Force | Sort-Object FullName) {
            if ($file.PSIsContainer) { $file.FullName; continue }
            '{0} {1} {2}' -f $file.FullName, $file.Length, (Get-FileHash -LiteralPath $file.FullName -Algorithm SHA256).Hash
        }
    }
}

function ConvertTo-TsmSecret {
    <#
    .SYNOPSIS
        A SecureString of a text that tests may know.
    #>
    param([string]$Text)
    $secret = [securestring]::new()
    foreach ($letter in $Text.ToCharArray()) { $secret.AppendChar($letter) }
    $secret
}
