function ConvertFrom-TsmDefinition {
    <#
    .SYNOPSIS
        The definition object of what the native library gave back.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory = $true)] [psobject]$Definition)
    $ErrorActionPreference = 'Stop'
    $value = @{}
    foreach ($name in Get-TsmDefinitionField) { $value[$name] = Get-TsmProperty $Definition $name }
    $value['Variable'] = @(ConvertTo-TsmVariable -Variable $value['Variable'])
    foreach ($name in 'CertificateStartTime', 'CertificateExpireTime') { $value[$name] = ConvertFrom-TsmTimeText -Text $value[$name] }
    New-TsmDefinitionObject -Value $value
}
