function ConvertTo-TsmReference {
    <#
    .SYNOPSIS
        The object of a reference of what the native library gave.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)] [psobject]$Reference,
        [AllowEmptyCollection()] [object[]]$Secret = @(),
        [string]$Origin
    )
    $ErrorActionPreference = 'Stop'
    $step = Get-TsmProperty $Reference 'Step'
    $of = @($Secret | Where-Object { $step -and (Get-TsmProperty $_ 'Step') -eq $step } | ForEach-Object { $_.Variable })
    $object = [pscustomobject][ordered]@{
        PSTypeName     = 'TaskSequenceMedia.Reference'
        TaskSequence   = Get-TsmProperty $Reference 'TaskSequence'
        Step           = $step
        Kind           = Get-TsmProperty $Reference 'Kind'
        Id             = Get-TsmProperty $Reference 'Id'
        Name           = Get-TsmProperty $Reference 'Name'
        Program        = Get-TsmProperty $Reference 'Program'
        ImageIndex     = Get-TsmProperty $Reference 'ImageIndex'
        IsEnabled      = [bool](Get-TsmProperty $Reference 'IsEnabled')
        IsNeeded       = [bool](Get-TsmProperty $Reference 'IsNeeded')
        IsKnown        = [bool](Get-TsmProperty $Reference 'IsKnown')
        SourceVersion  = Get-TsmProperty $Reference 'SourceVersion'
        Contents       = [string[]]@(Get-TsmProperty $Reference 'Contents' | Where-Object { $null -ne $_ })
        Source         = Get-TsmProperty $Reference 'Source'
        SecretVariable = [string[]]$of
        Remedy         = Get-TsmProperty $Reference 'Remedy'
        Origin         = $Origin
    }
    Add-TsmText -InputObject $object -Text { '{0} {1}' -f $this.Kind, $this.Id }
}
