function Read-TsmDefinitionFile {
    <#
    .SYNOPSIS
        The definition object of a JSON file; relative paths in it start at its folder.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory = $true)] [string]$Path)
    $ErrorActionPreference = 'Stop'
    try {
        $length = [System.IO.FileInfo]::new($Path).Length
        if ($length -gt 16MB) { throw [System.IO.IOException]::new((Get-TsmText 'DefinitionHuge' $length)) }
        $text = [System.IO.File]::ReadAllText($Path)
    } catch {
        $cause = $_.Exception.GetBaseException()
        $category = if ($cause -is [System.IO.FileNotFoundException] -or $cause -is [System.IO.DirectoryNotFoundException]) {
            'ObjectNotFound'
        } else { 'ReadError' }
        $action = Get-TsmText 'DefinitionUnreadableAction'
        throw (New-TsmErrorRecord TSM1005 (Get-TsmText 'DefinitionUnreadable' $Path) -Category $category -Target $Path -Action $action -Exception $cause)
    }
    $answer = Invoke-TsmCall -Request ([ordered]@{ op = 'parseDefinition'; text = $text; path = $Path })
    ConvertFrom-TsmDefinition -Definition $answer.definition
}
