function ConvertTo-TsmFactsArgument {
    <#
    .SYNOPSIS
        What a user gave as site facts, as a definition keeps it: the absolute path of a facts file, those of several, or the object that holds the facts.
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
    if ($base -is [System.Collections.IList] -and $base.Count) {
        # An array of one would be unrolled on its way out; a definition takes one path as well.
        return @(foreach ($one in $base) {
                $one = if ($null -ne $one) { $one.PSObject.BaseObject }
                if ($one -is [string] -or $one -is [System.IO.FileInfo]) { ConvertTo-TsmFactsArgument -Cmdlet $Cmdlet -SiteFacts $one; continue }
                $name = if ($null -ne $one) { $one.GetType().Name } else { 'null' }
                throw (New-TsmErrorRecord TSM1018 (Get-TsmText 'FactsKind' $name) -Target 'SiteFacts' -Action (Get-TsmText 'FactsMissingAction'))
            })
    }
    if ($base -is [System.Collections.IDictionary] -or $base -is [System.Management.Automation.PSCustomObject]) { return $SiteFacts }
    $message = Get-TsmText 'FactsKind' ($base.GetType().Name)
    throw (New-TsmErrorRecord TSM1018 $message -Target 'SiteFacts' -Action (Get-TsmText 'FactsMissingAction'))
}
