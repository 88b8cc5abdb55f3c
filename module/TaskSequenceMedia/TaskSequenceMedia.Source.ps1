# Reads the source of the module. The source tree loads itself with it (TaskSequenceMedia.psm1), and the build joins the same texts into
# the one file that users get.
#
# The parameters of a definition are written once, in New-TaskSequenceMediaDefinition. A command that takes them too has a line in their
# place, one in its help and one in its param block, which is filled in here: so help, syntax and completion are those of any command.

function Get-TsmSource {
    <#
    .SYNOPSIS
        The text of each function file in the folder of the module, private ones first. Filled says that it is not that of the file.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory = $true)] [string]$Folder)
    $ErrorActionPreference = 'Stop'
    $ordinal = [System.StringComparison]::Ordinal
    $definition = [System.IO.File]::ReadAllText([System.IO.Path]::Combine($Folder, 'Public', 'New-TaskSequenceMediaDefinition.ps1')).Replace("`r", '')
    # what begins with the first of the texts and ends before the second, for each line that stands for it
    $cuts = @{
        '    <help of the parameters of New-TaskSequenceMediaDefinition>' = '    .PARAMETER ', "`n`n    .INPUTS`n", ''
        '        # <parameters of New-TaskSequenceMediaDefinition>'       = "        [Parameter(", "`n    )`n`n    begin", ','
    }
    $filling = @{}
    foreach ($line in $cuts.Keys) {
        $start = $definition.IndexOf($cuts[$line][0], $ordinal)
        $end = $definition.IndexOf($cuts[$line][1], $ordinal)
        if ($start -lt 0 -or $end -lt $start) { throw "New-TaskSequenceMediaDefinition has nothing to put in the place of '$line'." }
        $filling[$line] = $definition.Substring($start, $end - $start) + $cuts[$line][2]
    }
    foreach ($part in 'Private', 'Public') {
        $files = [System.IO.Directory]::GetFiles([System.IO.Path]::Combine($Folder, $part), '*.ps1', 'AllDirectories')
        [System.Array]::Sort($files, [System.StringComparer]::Ordinal)
        foreach ($file in $files) {
            $text = [System.IO.File]::ReadAllText($file)
            $whole = $text
            foreach ($line in $filling.Keys) { $whole = $whole.Replace($line, $filling[$line]) }
            @{ Path = $file; Text = $whole; Filled = $whole.Length -ne $text.Length }
        }
    }
}
