function ConvertTo-TsmErrorRecord {
    <#
    .SYNOPSIS
        The error record of an error object of the native library. Causes become inner exceptions.
    #>
    [CmdletBinding()]
    [OutputType([System.Management.Automation.ErrorRecord])]
    param([Parameter(Mandatory = $true, Position = 0)] [psobject]$InputObject)
    $ErrorActionPreference = 'Stop'
    $causes = [string[]]@($InputObject.causes)
    $inner = $null
    for ($index = $causes.Length - 1; $index -ge 0; $index--) { $inner = [System.Exception]::new($causes[$index], $inner) }
    $data = @{ Stage = $InputObject.stage; Causes = $causes; Os = $InputObject.os; Retryable = [bool]$InputObject.retryable }
    $detail = $InputObject.PSObject.Properties['detail']
    if ($detail) { $data['Detail'] = $detail.Value }
    $record = @{
        Category  = [string]$InputObject.category
        Target    = $InputObject.target
        Action    = [string]$InputObject.recommendedAction
        Symbol    = [string]$InputObject.symbol
        Exception = $inner
        Data      = $data
    }
    New-TsmErrorRecord ([string]$InputObject.code) ([string]$InputObject.message) @record
}
