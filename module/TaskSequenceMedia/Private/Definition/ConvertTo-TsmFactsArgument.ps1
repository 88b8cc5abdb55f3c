function ConvertTo-TsmFactsArgument {
    <#
    .SYNOPSIS
        What a user gave as site facts, as a definition keeps it: the absolute path of a facts file, or the object that holds the facts.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)] [System.Management.Automation.PSCmdlet]$Cmdlet,
        [Parameter(Mandatory = $true)] [AllowNull()] [object]$SiteFacts
    )
    $ErrorActionPreference = 'Stop'
    $base = $SiteFacts
    if ($null -ne $base) { $base = $base.PSObject.BaseObject }
    if ($null -eq $base -or ($base -is [string] -and [string]::IsNullOrWhiteSpace($base))) {
        $action = Get-TsmText 'FactsMissingAction'
        throw (New-TsmErrorRecord TSM1003 (Get-TsmText 'FactsMissing') -Target 'SiteFacts' -Action $action)
    }
    if ($base -is [string]) { return Resolve-TsmPath -Cmdlet $Cmdlet -LiteralPath $base }
    if ($base -is [System.IO.FileInfo]) { return $base.FullName }
    if ($base -is [System.Collections.IDictionary] -or $base -is [System.Management.Automation.PSCustomObject]) { return $SiteFacts }
    $message = Get-TsmText 'FactsKind' ($base.GetType().Name)
    throw (New-TsmErrorRecord TSM1018 $message -Target 'SiteFacts' -Action (Get-TsmText 'FactsMissingAction'))
}
