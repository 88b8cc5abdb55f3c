function ConvertTo-TsmEvidence {
    <#
    .SYNOPSIS
        How one value of the media profile fares against a medium, with the path of the medium.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)] [psobject]$Evidence,
        [Parameter(Mandatory = $true)] [string]$Path
    )
    $ErrorActionPreference = 'Stop'
    $properties = [ordered]@{ PSTypeName = 'TaskSequenceMedia.Evidence'; Path = $Path }
    foreach ($name in 'Key', 'Assumed', 'Found', 'Verdict', 'Evidence', 'SettledBy') { $properties[$name] = Get-TsmProperty $Evidence $name }
    [pscustomobject]$properties
}
