# Loads the module from its source files, one function a file. Nothing else happens at import: the native library and the messages
# are loaded when a command first needs them.
#
# The files are read as one script, which takes half the time of running them one by one. With TSM_LOAD_FILES=1 they are run one by
# one, so that errors, breakpoints and code coverage know the file and the line.
Set-StrictMode -Version Latest

. ([System.IO.Path]::Combine($PSScriptRoot, 'TaskSequenceMedia.Source.ps1'))
$tsmSource = @(Get-TsmSource -Folder $PSScriptRoot)
if ($env:TSM_LOAD_FILES -eq '1') {
    foreach ($tsmFile in $tsmSource) {
        if ($tsmFile.Filled) { . ([scriptblock]::Create($tsmFile.Text)) } else { . $tsmFile.Path }
    }
} else {
    . ([scriptblock]::Create($tsmSource.Text -join "`n"))
}
Remove-Item -LiteralPath Function:Get-TsmSource
Remove-Variable -Name tsmFile, tsmSource -ErrorAction Ignore
