function Get-TsmText {
    <#
    .SYNOPSIS
        A message for people, from the resources of the user's language, with its values filled in.
    .DESCRIPTION
        The resources are read when the first message is needed, not at import. Values are written without regard to culture, so
        that a message is the same on every computer but for its language.
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param(
        [Parameter(Mandatory = $true, Position = 0)] [string]$Name,
        [Parameter(Position = 1, ValueFromRemainingArguments = $true)] [object[]]$Value = @()
    )
    $ErrorActionPreference = 'Stop'
    if ($null -eq $script:TsmTexts) {
        $source = @{ BaseDirectory = $ExecutionContext.SessionState.Module.ModuleBase; FileName = 'TaskSequenceMedia.Resources.psd1' }
        $texts = $null
        Import-LocalizedData -BindingVariable texts @source -UICulture 'en-US'
        $local = $null
        Import-LocalizedData -BindingVariable local @source -ErrorAction SilentlyContinue
        if ($local) {
            foreach ($key in @($local.Keys)) { $texts[$key] = $local[$key] }
        }
        $script:TsmTexts = $texts
    }
    if (-not $script:TsmTexts.ContainsKey($Name)) { return "$Name $Value" }
    if ($Value.Count -eq 0) { return $script:TsmTexts[$Name] }
    [string]::Format([cultureinfo]::InvariantCulture, $script:TsmTexts[$Name], $Value)
}

$script:TsmTexts = $null
