function Get-TsmObjectTitle {
    <#
    .SYNOPSIS
        What kind of thing an object is, in a word: its first type name.
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param([Parameter(Mandatory = $true)] [AllowNull()] [object]$InputObject)
    $ErrorActionPreference = 'Stop'
    if ($null -eq $InputObject) { return '$null' }
    @($InputObject.PSObject.TypeNames)[0]
}
