function ConvertFrom-TsmJson {
    <#
    .SYNOPSIS
        Objects of JSON text, the same in every PowerShell: text that looks like a time stays text.
    .DESCRIPTION
        Windows PowerShell leaves text alone; PowerShell 7.5 and later do so when told; what lies between is read another way.
        Reader is for tests.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true, Position = 0)] [string]$Text,
        [ValidateSet('', 'Plain', 'DateKind', 'Element')] [string]$Reader = ''
    )
    $ErrorActionPreference = 'Stop'
    if (-not $Reader) {
        $Reader = 'DateKind'
        if ($PSVersionTable.PSVersion.Major -lt 6) {
            $Reader = 'Plain'
        } elseif ($PSVersionTable.PSVersion -lt [version]'7.5') {
            $Reader = 'Element'
        }
    }
    switch ($Reader) {
        'Plain' { ConvertFrom-Json -InputObject $Text }
        'DateKind' { ConvertFrom-Json -InputObject $Text -DateKind String }
        'Element' {
            $document = [System.Text.Json.JsonDocument]::Parse($Text)
            try { ConvertFrom-TsmJsonElement -Element $document.RootElement } finally { $document.Dispose() }
        }
    }
}
