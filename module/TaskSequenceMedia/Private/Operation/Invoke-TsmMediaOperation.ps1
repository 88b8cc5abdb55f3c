function Invoke-TsmMediaOperation {
    <#
    .SYNOPSIS
        Runs one native job about a medium: 'testMedia', 'getMedia' or 'profileEvidence'.
    .DESCRIPTION
        Target has Path and MediaPassword; a password that is given beside it wins.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)] [System.Management.Automation.PSCmdlet]$Cmdlet,
        [Parameter(Mandatory = $true)] [ValidateSet('testMedia', 'getMedia', 'profileEvidence')] [string]$Operation,
        [Parameter(Mandatory = $true)] [psobject]$Target,
        [AllowNull()] [string]$Manifest,
        [AllowNull()] [string]$MediaProfile,
        [AllowNull()] [object]$MediaPassword
    )
    $callerAction = $ErrorActionPreference
    $ErrorActionPreference = 'Stop'
    $password = ConvertTo-TsmPasswordArgument -Cmdlet $Cmdlet -Password $MediaPassword
    if ($null -eq $password) { $password = $Target.MediaPassword }
    $request = [ordered]@{ op = $Operation; path = $Target.Path; manifestPath = $null }
    if ($Manifest) { $request['manifestPath'] = Resolve-TsmPath -Cmdlet $Cmdlet -LiteralPath $Manifest }
    if ($MediaProfile) { $request['mediaProfile'] = Resolve-TsmPath -Cmdlet $Cmdlet -LiteralPath $MediaProfile }
    $ErrorActionPreference = $callerAction
    $result = @(Invoke-TsmOperation -Cmdlet $Cmdlet -Request $request -MediaPassword $password)
    $ErrorActionPreference = 'Stop'
    foreach ($item in $result) {
        switch ($Operation) {
            'testMedia' { ConvertTo-TsmReport -Report $item -Definition $null -MediaPassword $password }
            # a program, a boot image or a folder that is no medium has boot loaders to tell of
            { $_ -eq 'getMedia' -and (Test-TsmTypeName -InputObject $item -Noun 'BootLoader') } { ConvertTo-TsmBootLoader -Loader $item; break }
            'getMedia' { ConvertTo-TsmMedia -Media $item -MediaPassword $password }
            'profileEvidence' { ConvertTo-TsmEvidence -Evidence $item -Path $Target.Path }
        }
    }
}
