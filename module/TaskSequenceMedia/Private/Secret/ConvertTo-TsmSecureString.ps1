function ConvertTo-TsmSecureString {
    <#
    .SYNOPSIS
        The first line that a reader gives, as SecureString, taken character by character; the reader is closed.
    #>
    [CmdletBinding()]
    [OutputType([securestring])]
    param([Parameter(Mandatory = $true)] [System.IO.TextReader]$Reader)
    $ErrorActionPreference = 'Stop'
    $longest = 1024
    try {
        $secret = [securestring]::new()
        while ($true) {
            $next = $Reader.Read()
            if ($next -lt 0 -or $next -eq 10 -or $next -eq 13) { break }
            if ($secret.Length -ge $longest) {
                $action = Get-TsmText 'SecretFileAction'
                throw (New-TsmErrorRecord TSM1010 (Get-TsmText 'SecretLong' $longest) -Category InvalidData -Action $action)
            }
            $secret.AppendChar([char]$next)
        }
        $secret.MakeReadOnly()
        $secret
    } finally { $Reader.Dispose() }
}
