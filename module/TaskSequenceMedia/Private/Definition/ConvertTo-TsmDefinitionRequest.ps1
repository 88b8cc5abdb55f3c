function ConvertTo-TsmDefinitionRequest {
    <#
    .SYNOPSIS
        A definition object as the native library and definition files know it: an ordered hashtable with camelCase names.
    .DESCRIPTION
        What is not given is left out. So is a SecureString: only references to secrets are written.
    #>
    [CmdletBinding()]
    [OutputType([System.Collections.Specialized.OrderedDictionary])]
    param([Parameter(Mandatory = $true)] [psobject]$Definition)
    $ErrorActionPreference = 'Stop'
    $request = [ordered]@{}
    foreach ($name in Get-TsmDefinitionField) {
        $value = Get-TsmProperty $Definition $name
        if ($null -eq $value) { continue }
        switch ($name) {
            { $_ -in 'SchemaVersion', 'SiteFactsMaximumAge' } { $value = [int]$value }
            'Epoch' { $value = [long]$value }
            { $_ -in 'AllowUnattended', 'AllowUnknownMachine' } { $value = [bool]$value }
            { $_ -in 'DistributionPoint', 'ManagementPoint' } { $value = [string[]]@($value) }
            { $_ -in 'CertificateStartTime', 'CertificateExpireTime' } {
                $value = if ($value -is [string]) { $value } else { ConvertTo-TsmTimeText -Time $value }
            }
            'Variable' {
                $value = @(foreach ($item in @($value)) { [ordered]@{ name = [string]$item.Name; value = [string]$item.Value } })
            }
            'SiteFacts' { $value = ConvertTo-TsmPlainData -InputObject $value }
            'MediaPassword' {
                $secure = $value -is [psobject] -and $value.PSObject.BaseObject -is [securestring] -or $value -is [securestring]
                $value = if ($secure) { $null } else { [string]$value }
            }
            default { $value = [string]$value }
        }
        if ($null -eq $value) { continue }
        $text = ($value -is [string] -and $value.Length -eq 0)
        $list = ($value -is [array] -and $value.Length -eq 0)
        if ($text -or $list) { continue }
        $request[$name.Substring(0, 1).ToLowerInvariant() + $name.Substring(1)] = $value
    }
    $request
}
