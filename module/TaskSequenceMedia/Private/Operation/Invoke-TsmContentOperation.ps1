function Invoke-TsmContentOperation {
    <#
    .SYNOPSIS
        Runs one native job about a cache: 'listContent' or 'clearContent', or about a bundle: 'importContent'. The folder is that of this user when none is given.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)] [System.Management.Automation.PSCmdlet]$Cmdlet,
        [Parameter(Mandatory = $true)] [System.Collections.IDictionary]$Request,
        [AllowNull()] [AllowEmptyString()] [string]$CachePath
    )
    $callerAction = $ErrorActionPreference
    $ErrorActionPreference = 'Stop'
    if ($CachePath) { $Request['cachePath'] = Resolve-TsmPath -Cmdlet $Cmdlet -LiteralPath $CachePath }
    $ErrorActionPreference = $callerAction
    $result = @(Invoke-TsmJob -Cmdlet $Cmdlet -Request $Request)
    $ErrorActionPreference = 'Stop'
    foreach ($item in $result) {
        switch ($Request['op']) {
            'listContent' { ConvertTo-TsmContent -Content $item }
            'importContent' { ConvertTo-TsmBundle -Bundle $item }
            'clearContent' { ConvertTo-TsmContentSweep -Sweep $item }
        }
    }
}
