function ConvertTo-TsmApplyScript {
    <#
    .SYNOPSIS
        The object of the files for a depot, of what the native library gave.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory = $true)] [psobject]$Script)
    $ErrorActionPreference = 'Stop'
    [pscustomobject][ordered]@{
        PSTypeName   = 'TaskSequenceMedia.ApplyScript'
        Path         = [string]$Script.Path
        Files        = [string[]]@(Get-TsmProperty $Script 'Files')
        Image        = [string]$Script.Image
        Length       = [long]$Script.Length
        Sha256       = [string]$Script.Sha256
        Architecture = [string]$Script.Architecture
        Firmware     = [string[]]@(Get-TsmProperty $Script 'Firmware')
        Hashes       = [object[]]@(foreach ($item in @(Get-TsmProperty $Script 'Hashes')) {
                if ($null -eq $item) { continue }
                [pscustomobject][ordered]@{ PSTypeName = 'TaskSequenceMedia.ApplyHash'; Path = [string]$item.Path; Sha1 = [string]$item.Sha1 }
            })
        Warnings     = [string[]]@(Get-TsmProperty $Script 'Warnings' | Where-Object { $null -ne $_ })
    }
}
