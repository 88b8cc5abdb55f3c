function ConvertTo-TsmNumber {
    <#
    .SYNOPSIS
        A whole number of what a user gave for a parameter; anything else is an error that names the parameter.
    #>
    [CmdletBinding()]
    [OutputType([long])]
    param(
        [Parameter(Mandatory = $true)] [string]$Name,
        [Parameter(Mandatory = $true)] [object]$Value
    )
    $ErrorActionPreference = 'Stop'
    $number = [long]0
    $text = [string]::Format([cultureinfo]::InvariantCulture, '{0}', $Value)
    if (-not [long]::TryParse($text, [System.Globalization.NumberStyles]::AllowLeadingSign, [cultureinfo]::InvariantCulture, [ref]$number)) {
        throw (New-TsmErrorRecord TSM1051 (Get-TsmText 'NumberForm' $Name $text) -Target $Name -Action (Get-TsmText 'NumberFormAction'))
    }
    $number
}
