function ConvertTo-TsmContentSweep {
    <#
    .SYNOPSIS
        What was removed from a cache, and what is left.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory = $true)] [psobject]$Sweep)
    $ErrorActionPreference = 'Stop'
    $properties = [ordered]@{ PSTypeName = 'TaskSequenceMedia.ContentSweep' }
    foreach ($name in 'Files', 'Bytes', 'FilesLeft', 'BytesLeft', 'Busy') { $properties[$name] = [long]$Sweep.$name }
    $properties['Path'] = [string]$Sweep.Path
    [pscustomobject]$properties
}
