function Get-TsmDefinitionFault {
    <#
    .SYNOPSIS
        Every fault that can be seen in a definition without reading a file, as error records, the most telling one first.
    .DESCRIPTION
        A password that is at hand is looked at too; a reference to one is not followed, since it may lead somewhere only later.
    #>
    [CmdletBinding()]
    [OutputType([System.Management.Automation.ErrorRecord])]
    param([Parameter(Mandatory = $true)] [psobject]$Definition)
    $ErrorActionPreference = 'Stop'
    $request = [ordered]@{ op = 'checkDefinition'; definition = ConvertTo-TsmDefinitionRequest -Definition $Definition }
    $answer = Invoke-TsmCall -Request $request
    foreach ($fault in @(Get-TsmProperty $answer 'errors')) {
        if ($null -ne $fault) { ConvertTo-TsmErrorRecord $fault }
    }
}
