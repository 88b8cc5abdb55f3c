# Loads the module from its source files, one function a file. Nothing else happens at import: the native library and the messages
# are loaded when a command first needs them.
#
# The files are read as one script, which takes half the time of running them one by one. With TSM_LOAD_FILES=1 they are run one by
# one, so that errors, breakpoints and code coverage know the file and the line.
Set-StrictMode -Version Latest

$tsmFiles = [System.IO.Directory]::GetFiles($PSScriptRoot, '*-*.ps1', 'AllDirectories')
if ($env:TSM_LOAD_FILES -eq '1') {
    foreach ($tsmFile in $tsmFiles) { . $tsmFile }
} else {
    . ([scriptblock]::Create(@(foreach ($tsmFile in $tsmFiles) { [System.IO.File]::ReadAllText($tsmFile) }) -join "`n"))
}
Remove-Variable -Name tsmFile, tsmFiles
