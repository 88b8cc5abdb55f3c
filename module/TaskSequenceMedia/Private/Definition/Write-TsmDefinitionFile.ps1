function Write-TsmDefinitionFile {
    <#
    .SYNOPSIS
        Writes a definition as JSON: the whole file or nothing. A SecureString is left out, with a warning.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)] [psobject]$Definition,
        [Parameter(Mandatory = $true)] [string]$Path,
        [Parameter(Mandatory = $true)] [System.Management.Automation.PSCmdlet]$Cmdlet
    )
    $ErrorActionPreference = 'Stop'
    $request = ConvertTo-TsmDefinitionRequest -Definition $Definition
    $text = (ConvertTo-Json -InputObject $request -Depth 32) + "`n"
    $partial = $Path + '.' + [guid]::NewGuid().ToString('N') + '.partial'
    try {
        [System.IO.File]::WriteAllText($partial, $text, [System.Text.UTF8Encoding]::new($false))
        if ([System.IO.File]::Exists($Path)) {
            [System.IO.File]::Replace($partial, $Path, [NullString]::Value)
        } else {
            [System.IO.File]::Move($partial, $Path)
        }
    } catch {
        $action = Get-TsmText 'DefinitionUnwritableAction'
        $cause = $_.Exception.GetBaseException()
        throw (New-TsmErrorRecord TSM1005 (Get-TsmText 'DefinitionUnwritable' $Path) -Category WriteError -Target $Path -Action $action -Exception $cause)
    } finally {
        if ([System.IO.File]::Exists($partial)) { [System.IO.File]::Delete($partial) }
    }
    foreach ($pair in @(@('MediaPassword', 'mediaPassword'), @('CertificatePassword', 'certificatePassword'),
            @('DistributionPointCertificatePassword', 'distributionPointCertificatePassword'))) {
        if ($null -ne (Get-TsmProperty $Definition $pair[0]) -and -not $request.Contains($pair[1])) {
            $Cmdlet.WriteWarning((Get-TsmText 'ExportPasswordLeftOut' $Path $pair[0] $pair[1]))
        }
    }
}
