function ConvertTo-TsmRegistration {
    <#
    .SYNOPSIS
        How a medium becomes known to its site: the record, and the calls that submit it; nothing for nothing.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory = $true)] [AllowNull()] [object]$Registration)
    $ErrorActionPreference = 'Stop'
    if ($null -eq $Registration) { return $null }
    $properties = [ordered]@{ PSTypeName = 'TaskSequenceMedia.Registration' }
    foreach ($name in 'State', 'Record', 'Json', 'CimCommand', 'AdminService', 'AdminServiceCommand') {
        $properties[$name] = Get-TsmProperty $Registration $name
    }
    Add-TsmText -InputObject ([pscustomobject]$properties) -Text { [string]$this.State }
}
