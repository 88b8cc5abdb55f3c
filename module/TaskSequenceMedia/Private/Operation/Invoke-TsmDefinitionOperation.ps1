function Invoke-TsmDefinitionOperation {
    <#
    .SYNOPSIS
        Runs one native job about a definition: 'testDefinition', 'resolve', 'create', 'saveContent' or 'exportContent'.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)] [System.Management.Automation.PSCmdlet]$Cmdlet,
        [Parameter(Mandatory = $true)] [ValidateSet('testDefinition', 'resolve', 'create', 'saveContent', 'exportContent')] [string]$Operation,
        [Parameter(Mandatory = $true)] [psobject]$Definition,
        [AllowNull()] [string]$PlanId,
        [AllowNull()] [string]$Path
    )
    $callerAction = $ErrorActionPreference
    $ErrorActionPreference = 'Stop'
    $request = [ordered]@{ op = $Operation; definition = ConvertTo-TsmDefinitionRequest -Definition $Definition }
    if ($PlanId) { $request['planId'] = $PlanId }
    if ($Path) { $request['path'] = $Path }
    $password = Get-TsmProperty $Definition 'MediaPassword'
    $options = @{
        Cmdlet = $Cmdlet; Request = $request; MediaPassword = $password
        CertificatePassword = Get-TsmProperty $Definition 'CertificatePassword'
        DistributionPointCertificatePassword = Get-TsmProperty $Definition 'DistributionPointCertificatePassword'
    }
    $ErrorActionPreference = $callerAction
    $result = @(Invoke-TsmOperation @options)
    $ErrorActionPreference = 'Stop'
    foreach ($item in $result) {
        switch ($Operation) {
            'testDefinition' { ConvertTo-TsmReport -Report $item -Definition $Definition -MediaPassword $password }
            'resolve' { ConvertTo-TsmPlan -Plan $item -Definition $Definition }
            'exportContent' { ConvertTo-TsmBundle -Bundle $item -Definition $Definition }
            'saveContent' { ConvertTo-TsmContent -Content $item }
            'create' { ConvertTo-TsmMedia -Media $item -MediaPassword $password }
        }
    }
}
