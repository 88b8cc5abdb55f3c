function ConvertTo-TsmBundle {
    <#
    .SYNOPSIS
        The bundle object of what the native library gave, with its definition: the one that was given, or the one in the bundle.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)] [psobject]$Bundle,
        [AllowNull()] [psobject]$Definition
    )
    $ErrorActionPreference = 'Stop'
    if ($null -eq $Definition) { $Definition = ConvertFrom-TsmDefinition -Definition $Bundle.Definition }
    [pscustomobject][ordered]@{
        PSTypeName = 'TaskSequenceMedia.Bundle'
        Path       = [string]$Bundle.Path
        PlanId     = [string]$Bundle.PlanId
        Files      = [long]$Bundle.Files
        Bytes      = [long]$Bundle.Bytes
        Packages   = [object[]]@(foreach ($item in @(Get-TsmProperty $Bundle 'Packages')) {
                if ($null -eq $item) { continue }
                $copy = [ordered]@{ PSTypeName = 'TaskSequenceMedia.PlanItem' }
                foreach ($name in 'PackageId', 'ObjectType', 'Name', 'SourceVersion', 'Bytes', 'Sources') { $copy[$name] = Get-TsmProperty $item $name }
                [pscustomobject]$copy
            })
        LeftOut    = [string[]]@(Get-TsmProperty $Bundle 'LeftOut')
        Tool       = [string]$Bundle.Tool
        Created    = ConvertFrom-TsmTimeText -Text $Bundle.Created
        Definition = $Definition
    }
}
