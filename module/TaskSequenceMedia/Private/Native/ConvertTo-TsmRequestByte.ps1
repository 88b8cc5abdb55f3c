function ConvertTo-TsmRequestByte {
    <#
    .SYNOPSIS
        A request as UTF-8 JSON, ready for the native library.
    #>
    [CmdletBinding()]
    [OutputType([byte[]])]
    param([Parameter(Mandatory = $true)] [System.Collections.IDictionary]$Request)
    $ErrorActionPreference = 'Stop'
    , [System.Text.Encoding]::UTF8.GetBytes((ConvertTo-Json -InputObject $Request -Depth 32 -Compress))
}
