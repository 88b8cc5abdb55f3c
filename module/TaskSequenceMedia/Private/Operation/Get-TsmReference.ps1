function Get-TsmReference {
    <#
    .SYNOPSIS
        What the task sequences refer to that one name stands for; what is odd about them goes to the warning stream.
    .DESCRIPTION
        One file that cannot be read does not keep the others from being told.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)] [System.Management.Automation.PSCmdlet]$Cmdlet,
        [Parameter(Mandatory = $true)] [string]$Name,
        [switch]$Literal,
        [AllowNull()] [string]$TaskSequence,
        [AllowNull()] [string]$SiteFacts,
        [switch]$StandAlone
    )
    $callerAction = $ErrorActionPreference
    $ErrorActionPreference = 'Stop'
    $request = [ordered]@{ op = 'taskSequenceReferences'; path = $null; standAlone = [bool]$StandAlone }
    if ($TaskSequence) { $request['taskSequence'] = $TaskSequence }
    if ($SiteFacts) { $request['siteFacts'] = Resolve-TsmPath -Cmdlet $Cmdlet -LiteralPath $SiteFacts }
    foreach ($file in @(Resolve-TsmItemPath -Cmdlet $Cmdlet -Path $Name -Literal:$Literal)) {
        $request['path'] = $file
        $ErrorActionPreference = $callerAction
        $result = @(Invoke-TsmOperation -Cmdlet $Cmdlet -Request $request -MediaPassword $null)
        $ErrorActionPreference = 'Stop'
        foreach ($found in $result) {
            foreach ($check in @(Get-TsmProperty $found 'Checks' | Where-Object { $null -ne $_ })) {
                $code = Get-TsmProperty $check 'ErrorId'
                if (-not $code) { $code = $check.Id }
                Write-TsmLog -Item ([pscustomobject]@{ level = 'warning'; code = $code; message = [string]$check.Evidence })
            }
            $secrets = @(Get-TsmProperty $found 'Secrets' | Where-Object { $null -ne $_ })
            foreach ($reference in @(Get-TsmProperty $found 'References' | Where-Object { $null -ne $_ })) {
                ConvertTo-TsmReference -Reference $reference -Secret $secrets -Origin ([string]$found.Origin)
            }
        }
    }
}
