function Get-TsmSecretFileReader {
    <#
    .SYNOPSIS
        A reader over a file that holds a secret; refused (TSM1011) when others than its owner may read it.
    #>
    [CmdletBinding()]
    [OutputType([System.IO.TextReader])]
    param([Parameter(Mandatory = $true)] [string]$Path)
    $ErrorActionPreference = 'Stop'
    $target = "file:$Path"
    if (-not [System.IO.File]::Exists($Path)) {
        $action = Get-TsmText 'SecretFileAction'
        throw (New-TsmErrorRecord TSM1010 (Get-TsmText 'SecretFile' $Path) -Category ObjectNotFound -Target $target -Action $action)
    }
    $reader = $null
    try {
        $reader = [System.IO.StreamReader]::new($Path, [System.Text.Encoding]::UTF8)
        $readers = @(Get-TsmFileReadership -Path $Path)
    } catch {
        if ($reader) { $reader.Dispose() }
        $action = Get-TsmText 'SecretFileAction'
        $cause = $_.Exception.GetBaseException()
        throw (New-TsmErrorRecord TSM1010 (Get-TsmText 'SecretFileUnreadable' $Path) -Category ReadError -Target $target -Action $action -Exception $cause)
    }
    if ($readers.Count -gt 0) {
        $reader.Dispose()
        $action = Get-TsmText 'SecretFileExposedAction'
        $message = Get-TsmText 'SecretFileExposed' $Path ($readers -join ', ')
        throw (New-TsmErrorRecord TSM1011 $message -Target $target -Action $action)
    }
    , $reader
}
