function Copy-TsmErrorRecord {
    <#
    .SYNOPSIS
        An error record like another one, but not bound to a command yet: whoever writes it becomes part of its id.
    #>
    [CmdletBinding()]
    [OutputType([System.Management.Automation.ErrorRecord])]
    param([Parameter(Mandatory = $true, Position = 0)] [System.Management.Automation.ErrorRecord]$Record)
    $ErrorActionPreference = 'Stop'
    $id = $Record.FullyQualifiedErrorId.Split(',')[0]
    $category = $Record.CategoryInfo.Category
    $copy = [System.Management.Automation.ErrorRecord]::new($Record.Exception, $id, $category, $Record.TargetObject)
    $copy.ErrorDetails = $Record.ErrorDetails
    $copy
}
