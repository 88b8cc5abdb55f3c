function Get-TsmApplyScriptPlace {
    <#
    .SYNOPSIS
        The media that one path names, each with the folder for its files: the first one of a call gets the destination itself, further
        ones a folder of their name in it. Used remembers which folders are taken.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)] [System.Management.Automation.PSCmdlet]$Cmdlet,
        [Parameter(Mandatory = $true)] [string]$Path,
        [Parameter(Mandatory = $true)] [string]$Destination,
        [Parameter(Mandatory = $true)] [hashtable]$Used,
        [switch]$Literal
    )
    $ErrorActionPreference = 'Stop'
    $folder = Resolve-TsmPath -Cmdlet $Cmdlet -LiteralPath $Destination
    foreach ($file in @(Resolve-TsmItemPath -Cmdlet $Cmdlet -Path $Path -Literal:$Literal)) {
        $target = if ($Used.Count -eq 0) { $folder } else { [System.IO.Path]::Combine($folder, [System.IO.Path]::GetFileNameWithoutExtension($file)) }
        $Used[$target] = $true
        [pscustomobject]@{ Medium = $file; Folder = $target }
    }
}
