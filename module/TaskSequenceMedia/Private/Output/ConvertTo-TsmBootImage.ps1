function ConvertTo-TsmBootImage {
    <#
    .SYNOPSIS
        The boot image of a medium; nothing for nothing.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory = $true)] [AllowNull()] [object]$BootImage)
    $ErrorActionPreference = 'Stop'
    if ($null -eq $BootImage) { return $null }
    $object = [pscustomobject]@{
        PSTypeName    = 'TaskSequenceMedia.BootImage'
        PackageId     = Get-TsmProperty $BootImage 'PackageId'
        SourceVersion = Get-TsmProperty $BootImage 'SourceVersion'
        Architecture  = Get-TsmProperty $BootImage 'Architecture'
        OSVersion     = Get-TsmProperty $BootImage 'OsVersion'
        Loader        = ConvertTo-TsmBootLoader -Loader (Get-TsmProperty $BootImage 'Loader')
    }
    Add-TsmText -InputObject $object -Text { @(@($this.PackageId, $this.Architecture, $this.OSVersion) -ne $null) -join ' ' }
}
