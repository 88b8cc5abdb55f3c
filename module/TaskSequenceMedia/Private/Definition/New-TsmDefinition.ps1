function New-TsmDefinition {
    <#
    .SYNOPSIS
        The definition that the parameters of a public command ask for: paths absolute, words in their official spelling.
    .DESCRIPTION
        What is given as nothing or as empty text counts as not given. The parameters are those of New-TaskSequenceMediaDefinition;
        others that a command has are passed over.
    #>
    [CmdletBinding()]
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'Makes an object in memory.')]
    param(
        [Parameter(Mandatory = $true)] [System.Management.Automation.PSCmdlet]$Cmdlet,
        [Parameter(Mandatory = $true)] [System.Collections.IDictionary]$Bound
    )
    $ErrorActionPreference = 'Stop'
    Assert-TsmParameterHarmony -Cmdlet $Cmdlet -Bound $Bound
    $Bound = Expand-TsmCertificateArgument -Bound $Bound
    # Old names that stand beside the official one in a call: what they name comes after it.
    $further = @{
        DistributionPoint = 'BootImageDistributionPoint', 'TaskSequenceDistributionPoint', 'CommandPackageDistributionPoint'
        ManagementPoint   = @('BootImageManagementPoint')
    }
    $value = @{ Kind = foreach ($kind in 'Capture', 'Prestaged', 'StandAlone') { if ($Bound[$kind]) { $kind } } }
    if (-not $value['Kind']) { $value['Kind'] = 'Bootable' }
    $field = Get-TsmDefinitionField
    foreach ($name in $field.Keys) {
        $given = $Bound[$name]
        if ($further.ContainsKey($name)) {
            $given = @($given) + @(foreach ($old in $further[$name]) { $Bound[$old] })
        }
        if ($name -ne 'Kind') { $value[$name] = ConvertTo-TsmFieldValue -Cmdlet $Cmdlet -Name $name -Kind $field[$name] -Value $given }
    }
    if (-not $value['MediaType'] -and $value['Kind'] -ne 'Prestaged') { $value['MediaType'] = 'CdDvd' }
    New-TsmDefinitionObject -Value $value
}
