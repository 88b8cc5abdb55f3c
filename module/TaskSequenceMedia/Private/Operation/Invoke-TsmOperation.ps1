function Invoke-TsmOperation {
    <#
    .SYNOPSIS
        Runs one native job with the passwords that it needs, and gives back what it made.
    .DESCRIPTION
        The passwords are resolved before anything starts, live in the native library only while the job runs, and are dropped
        however it ends. Errors of the job go to the caller's error stream under the caller's preference.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)] [System.Management.Automation.PSCmdlet]$Cmdlet,
        [Parameter(Mandatory = $true)] [System.Collections.IDictionary]$Request,
        [Parameter(Mandatory = $true)] [AllowNull()] [object]$MediaPassword,
        [AllowNull()] [object]$CertificatePassword,
        [AllowNull()] [object]$DistributionPointCertificatePassword
    )
    $callerAction = $ErrorActionPreference
    $ErrorActionPreference = 'Stop'
    $ids = [System.Collections.Generic.List[uint64]]::new()
    try {
        $Request['secrets'] = [ordered]@{}
        foreach ($pair in @(@('MediaPassword', $MediaPassword), @('CertificatePassword', $CertificatePassword),
                @('DistributionPointCertificatePassword', $DistributionPointCertificatePassword))) {
            $secret = Resolve-TsmSecret -Password $pair[1] -Name $pair[0]
            if ($null -eq $secret) { continue }
            $id = Register-TsmSecret -Value $secret
            $ids.Add($id)
            $Request['secrets'][$pair[0].Substring(0, 1).ToLowerInvariant() + $pair[0].Substring(1)] = $id
        }
        $Request['host'] = Get-TsmHost
        $ErrorActionPreference = $callerAction
        Invoke-TsmJob -Cmdlet $Cmdlet -Request $Request
    } finally {
        $ErrorActionPreference = 'Stop'
        foreach ($id in $ids) { Unregister-TsmSecret -Id $id }
    }
}
