# Loads the module from its source files, one function a file. Nothing else happens at import: the native library and the messages
# are loaded when a command first needs them.
#
# The files are read as one script, which takes half the time of running them one by one. With TSM_LOAD_FILES=1 they are run one by
# one, so that errors, breakpoints and code coverage know the file and the line.
Set-StrictMode -Version Latest

$tsmSource = @(& {       # a scope of its own, so that nothing of it stays
        . ([System.IO.Path]::Combine($args[0], 'TaskSequenceMedia.Source.ps1'))
        Get-TsmSource -Folder $args[0]
    } $PSScriptRoot)
if ($env:TSM_LOAD_FILES -eq '1') {
    foreach ($tsmFile in $tsmSource) {
        if ($tsmFile.Filled) { . ([scriptblock]::Create($tsmFile.Text)) } else { . $tsmFile.Path }
    }
} else {
    . ([scriptblock]::Create(@(foreach ($tsmFile in $tsmSource) { $tsmFile.Text }) -join "`n"))
}
Remove-Variable -Name tsmFile, tsmSource
