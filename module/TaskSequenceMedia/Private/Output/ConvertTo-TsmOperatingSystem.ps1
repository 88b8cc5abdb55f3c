function ConvertTo-TsmOperatingSystem {
    <#
    .SYNOPSIS
        The operating system on a prestaged medium, as its WIM describes it; nothing for nothing.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory = $true)] [AllowNull()] [object]$OperatingSystem)
    $ErrorActionPreference = 'Stop'
    if ($null -eq $OperatingSystem) { return $null }
    $object = [pscustomobject]@{
        PSTypeName   = 'TaskSequenceMedia.OperatingSystem'
        Name         = Get-TsmProperty $OperatingSystem 'Name'
        Description  = Get-TsmProperty $OperatingSystem 'Description'
        Edition      = Get-TsmProperty $OperatingSystem 'Edition'
        OSVersion    = Get-TsmProperty $OperatingSystem 'OsVersion'
        Architecture = Get-TsmProperty $OperatingSystem 'Architecture'
        Languages    = [string[]]@(@(Get-TsmProperty $OperatingSystem 'Languages') -ne $null)
        AppliedBytes = Get-TsmProperty $OperatingSystem 'AppliedBytes'
        Files        = Get-TsmProperty $OperatingSystem 'Files'
    }
    Add-TsmText -InputObject $object -Text { @(@($this.Name, $this.Edition, $this.OSVersion, $this.Architecture) -ne $null) -join ', ' }
}
