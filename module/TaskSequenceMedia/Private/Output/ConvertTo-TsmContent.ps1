function ConvertTo-TsmContent {
    <#
    .SYNOPSIS
        What is here of the content of a package.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory = $true)] [psobject]$Content)
    $ErrorActionPreference = 'Stop'
    $used = Get-TsmProperty $Content 'LastUsed'
    [pscustomobject][ordered]@{
        PSTypeName    = 'TaskSequenceMedia.Content'
        PackageId     = [string]$Content.PackageId
        Name          = [string](Get-TsmProperty $Content 'Name')
        SourceVersion = Get-TsmProperty $Content 'SourceVersion'
        Complete      = [bool]$Content.Complete
        FilesHere     = [long]$Content.FilesHere
        Files         = [long]$Content.Files
        BytesHere     = [long]$Content.BytesHere
        Bytes         = [long]$Content.Bytes
        LastUsed      = if ($used) { ConvertFrom-TsmTimeText -Text $used }
        Sources       = [string[]]@(Get-TsmProperty $Content 'Sources')
        Path          = [string]$Content.Path
    }
}
