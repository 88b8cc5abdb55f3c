# Reads the source of the module. The source tree loads itself with it (TaskSequenceMedia.psm1), and the build joins the same texts into
# the one file that users get.
#
# The parameters of a definition are written once, in New-TaskSequenceMediaDefinition. A command that takes them too has a line in their
# place, one in its help and one in its param block, which is filled in here: so help, syntax and completion are those of any command.

function Get-TsmSource {
    <#
    .SYNOPSIS
        The text of each function file in the folder of the module, private ones first; Filled says that it is not that of the file.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory = $true)] [string]$Folder)
    $ErrorActionPreference = 'Stop'
    $definition = [System.IO.File]::ReadAllText([System.IO.Path]::Combine($Folder, 'Public', 'New-TaskSequenceMediaDefinition.ps1')) -replace '\r'
    $help = [regex]::Match($definition, '(?s)\n(    \.PARAMETER .*?)\n\n    \.INPUTS\n')
    $parameters = [regex]::Match($definition, '(?s)\n    param\(\n(.*?)\n    \)\n')
    if (-not ($help.Success -and $parameters.Success)) { throw 'New-TaskSequenceMediaDefinition has no help of parameters, or no param block.' }
    foreach ($part in 'Private', 'Public') {
        $files = [System.IO.Directory]::GetFiles([System.IO.Path]::Combine($Folder, $part), '*.ps1', 'AllDirectories')
        [System.Array]::Sort($files, [System.StringComparer]::Ordinal)
        foreach ($file in $files) {
            $text = [System.IO.File]::ReadAllText($file)
            $whole = $text.Replace('    <help of the parameters of New-TaskSequenceMediaDefinition>', $help.Groups[1].Value)
            $whole = $whole.Replace('        # <parameters of New-TaskSequenceMediaDefinition>', $parameters.Groups[1].Value + ',')
            [pscustomobject]@{ Path = $file; Text = $whole; Filled = $whole.Length -ne $text.Length }
        }
    }
}
