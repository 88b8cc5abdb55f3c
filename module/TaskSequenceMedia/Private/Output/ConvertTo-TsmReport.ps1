function ConvertTo-TsmReport {
    <#
    .SYNOPSIS
        The report object of what the native library gave: checks typed, duration as time span.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)] [psobject]$Report,
        [Parameter(Mandatory = $true)] [AllowNull()] [object]$Definition,
        [Parameter(Mandatory = $true)] [AllowNull()] [object]$MediaPassword
    )
    $ErrorActionPreference = 'Stop'
    $text = { '[{0}] {1}: {2}' -f $this.Outcome, (@(@($this.ErrorId, $this.Title) -ne $null) -join ' '), $this.Evidence }
    $checks = @(foreach ($check in @(Get-TsmProperty $Report 'Checks')) {
            if ($null -eq $check) { continue }
            $properties = [ordered]@{ PSTypeName = 'TaskSequenceMedia.Check' }
            foreach ($name in 'Id', 'ErrorId', 'Title', 'Outcome', 'Evidence', 'ClientSymptom', 'Remedy', 'Target') {
                $properties[$name] = Get-TsmProperty $check $name
            }
            Add-TsmText -InputObject ([pscustomobject]$properties) -Text $text
        })
    $media = Get-TsmProperty $Report 'Media'
    if ($null -ne $media) { $media = ConvertTo-TsmMedia -Media $media -MediaPassword $MediaPassword }
    [pscustomobject]@{
        PSTypeName = 'TaskSequenceMedia.TestReport'
        Outcome    = [string](Get-TsmProperty $Report 'Outcome')
        Subject    = [string](Get-TsmProperty $Report 'Subject')
        Checks     = [object[]]$checks
        Definition = $Definition
        Media      = $media
        Duration   = ConvertTo-TsmTimeSpan -Milliseconds (Get-TsmProperty $Report 'DurationMilliseconds')
    }
}
