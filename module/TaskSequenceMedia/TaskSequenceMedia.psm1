# Loads the module from its source files: one function a file, private ones first. Nothing else happens at import: the native
# library, the messages and the formats of other modules are loaded when a command first needs them.
Set-StrictMode -Version Latest

foreach ($tsmFile in [System.IO.Directory]::GetFiles([System.IO.Path]::Combine($PSScriptRoot, 'Private'), '*.ps1', 'AllDirectories')) {
    . $tsmFile
}
foreach ($tsmFile in [System.IO.Directory]::GetFiles([System.IO.Path]::Combine($PSScriptRoot, 'Public'), '*.ps1')) {
    . $tsmFile
}
Remove-Variable -Name tsmFile
