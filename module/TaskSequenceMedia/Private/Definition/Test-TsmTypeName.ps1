function Test-TsmTypeName {
    <#
    .SYNOPSIS
        Whether an object is one of ours of the kind named, also after a job or a remote session handed it over.
    #>
    [CmdletBinding()]
    [OutputType([bool])]
    param(
        [Parameter(Mandatory = $true)] [AllowNull()] [object]$InputObject,
        [Parameter(Mandatory = $true)] [ValidateSet('Definition', 'TestReport', 'Plan', 'Bundle', 'Media', 'Certificate', 'BootLoader')] [string]$Noun
    )
    $ErrorActionPreference = 'Stop'
    if ($null -eq $InputObject) { return $false }
    $names = $InputObject.PSObject.TypeNames
    $names.Contains("TaskSequenceMedia.$Noun") -or $names.Contains("Deserialized.TaskSequenceMedia.$Noun")
}
