function Invoke-TsmOperation {
    <#
    .SYNOPSIS
        Runs one native job with the password that it needs, and gives back what it made.
    .DESCRIPTION
        The password is resolved before anything starts, lives in the native library only while the job runs, and is dropped
        however it ends. Errors of the job go to the caller's error stream under the caller's preference.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)] [System.Management.Automation.PSCmdlet]$Cmdlet,
        [Parameter(Mandatory = $true)] [System.Collections.IDictionary]$Request,
        [Parameter(Mandatory = $true)] [AllowNull()] [object]$MediaPassword
    )
    $callerAction = $ErrorActionPreference
    $ErrorActionPreference = 'Stop'
    $id = $null
    try {
        $secret = Resolve-TsmSecret -Password $MediaPassword
        $Request['secrets'] = [ordered]@{}
        if ($null -ne $secret) {
            $id = Register-TsmSecret -Value $secret
            $Request['secrets']['mediaPassword'] = $id
        }
        $Request['host'] = Get-TsmHost
        $ErrorActionPreference = $callerAction
        Invoke-TsmJob -Cmdlet $Cmdlet -Request $Request
    } finally {
        $ErrorActionPreference = 'Stop'
        if ($null -ne $id) { Unregister-TsmSecret -Id $id }
    }
}
