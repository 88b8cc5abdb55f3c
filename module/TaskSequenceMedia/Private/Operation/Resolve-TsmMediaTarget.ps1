function Resolve-TsmMediaTarget {
    <#
    .SYNOPSIS
        The media that one thing names, each with Path and MediaPassword.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)] [System.Management.Automation.PSCmdlet]$Cmdlet,
        [Parameter(Mandatory = $true)] [AllowNull()] [object]$InputObject,
        [switch]$Literal
    )
    $ErrorActionPreference = 'Stop'
    if (Test-TsmTypeName -InputObject $InputObject -Noun 'Plan') {
        $Cmdlet.WriteVerbose((Get-TsmText 'PlanPassedOver' (Get-TsmProperty $InputObject 'Path')))
        return
    }
    $media = $null
    if (Test-TsmTypeName -InputObject $InputObject -Noun 'Media') { $media = $InputObject }
    if (Test-TsmTypeName -InputObject $InputObject -Noun 'TestReport') { $media = Get-TsmProperty $InputObject 'Media' }
    if ($null -ne $media) {
        return [pscustomobject]@{ Path = [string]$media.Path; MediaPassword = Get-TsmProperty $media 'MediaPassword' }
    }
    $base = if ($null -ne $InputObject) { $InputObject.PSObject.BaseObject }
    $paths = @()
    if ($base -is [string]) {
        $paths = @(Resolve-TsmItemPath -Cmdlet $Cmdlet -Path $base -Literal:$Literal)
    } elseif ($base -is [System.IO.FileSystemInfo]) {
        $paths = @($base.FullName)
    } else {
        $message = Get-TsmText 'InputKind' (Get-TsmObjectTitle -InputObject $InputObject) (Get-TsmText 'InputMedia')
        throw (New-TsmErrorRecord TSM1018 $message -Target $InputObject -Action (Get-TsmText 'InputKindAction'))
    }
    foreach ($path in $paths) { [pscustomobject]@{ Path = $path; MediaPassword = $null } }
}
