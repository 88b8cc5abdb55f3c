function ConvertTo-TsmPlan {
    <#
    .SYNOPSIS
        The plan object of what the native library gave, with the definition that it was made of.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)] [psobject]$Plan,
        [Parameter(Mandatory = $true)] [psobject]$Definition
    )
    $ErrorActionPreference = 'Stop'
    $properties = [ordered]@{ PSTypeName = 'TaskSequenceMedia.Plan' }
    foreach ($name in 'PlanId', 'Path', 'Label') { $properties[$name] = [string](Get-TsmProperty $Plan $name) }
    $parts = [ordered]@{
        Entries = 'Path', 'Size', 'Hash', 'HashAlgorithm', 'Source', 'Volume'
        Items   = 'PackageId', 'ObjectType', 'Name', 'SourceVersion', 'Bytes', 'Sources'
        Volumes = 'Index', 'Files', 'Bytes'
    }
    $nouns = @{ Entries = 'PlanEntry'; Items = 'PlanItem'; Volumes = 'PlanVolume' }
    foreach ($part in $parts.Keys) {
        $properties[$part] = [object[]]@(foreach ($item in @(Get-TsmProperty $Plan $part)) {
                if ($null -eq $item) { continue }
                $copy = [ordered]@{ PSTypeName = 'TaskSequenceMedia.' + $nouns[$part] }
                foreach ($name in $parts[$part]) { $copy[$name] = Get-TsmProperty $item $name }
                [pscustomobject]$copy
            })
    }
    foreach ($name in 'StagingBytes', 'TargetBytes') { $properties[$name] = [long](Get-TsmProperty $Plan $name) }
    $properties['Definition'] = $Definition
    [pscustomobject]$properties
}
