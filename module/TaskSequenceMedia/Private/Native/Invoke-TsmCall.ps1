function Invoke-TsmCall {
    <#
    .SYNOPSIS
        Asks the native library something that it answers at once; what goes wrong is thrown as an error record.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory = $true)] [System.Collections.IDictionary]$Request)
    $ErrorActionPreference = 'Stop'
    $answer = Send-TsmRequest -Native (Get-TsmNative) -Bytes (ConvertTo-TsmRequestByte -Request $Request)
    if (-not $answer.Text) {
        $message = "The native library answered the request '$($Request['op'])' with code $($answer.Code) and no word."
        throw (New-TsmErrorRecord TSM1993 $message)
    }
    $value = ConvertFrom-TsmJson $answer.Text
    if ($answer.Code -ne 0) { throw (ConvertTo-TsmErrorRecord $value) }
    $value
}
