function Add-TsmText {
    <#
    .SYNOPSIS
        Gives an object the text by which it reads inside another one, in a string or in a CSV file.
    .DESCRIPTION
        A file of types could do so for all at once, but would have to be loaded at every import. What a job hands over keeps the text.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)] [psobject]$InputObject,
        [Parameter(Mandatory = $true)] [scriptblock]$Text
    )
    $ErrorActionPreference = 'Stop'
    $InputObject.PSObject.Methods.Add([System.Management.Automation.PSScriptMethod]::new('ToString', $Text))
    $InputObject
}
