function Get-TsmEnvironmentReader {
    <#
    .SYNOPSIS
        A reader over the value of an environment variable of this session.
    #>
    [CmdletBinding()]
    [OutputType([System.IO.TextReader])]
    param([Parameter(Mandatory = $true)] [string]$Name)
    $ErrorActionPreference = 'Stop'
    $value = [Environment]::GetEnvironmentVariable($Name)
    if ($null -eq $value) {
        $action = Get-TsmText 'SecretEnvironmentAction' $Name
        $message = Get-TsmText 'SecretEnvironment' $Name
        throw (New-TsmErrorRecord TSM1010 $message -Category ObjectNotFound -Target "env:$Name" -Action $action)
    }
    , [System.IO.StringReader]::new($value)
}
