function ConvertTo-TsmFieldValue {
    <#
    .SYNOPSIS
        What a user gave for a parameter, as a definition keeps it; nothing when it counts as not given.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)] [System.Management.Automation.PSCmdlet]$Cmdlet,
        [Parameter(Mandatory = $true)] [string]$Name,
        [Parameter(Mandatory = $true)] [string]$Kind,
        [Parameter(Mandatory = $true)] [AllowNull()] [AllowEmptyString()] [AllowEmptyCollection()] [object]$Value
    )
    $ErrorActionPreference = 'Stop'
    switch ($Kind) {      # these say themselves what nothing means
        'Facts' { return ConvertTo-TsmFactsArgument -Cmdlet $Cmdlet -SiteFacts $Value }
        'Secret' { return ConvertTo-TsmPasswordArgument -Cmdlet $Cmdlet -Password $Value -Name $Name }
        'Variable' { return ConvertTo-TsmVariable -Variable $Value }
        'Switch' { return [bool]$Value }
    }
    $given = @(foreach ($item in @($Value)) { if ($null -ne $item -and [string]$item -ne '') { $item } })
    if ($given.Count -eq 0) { return }
    switch ($Kind) {
        'Text' { [string]$given[0] }
        'Word' { Get-TsmOfficialWord -Cmdlet $Cmdlet -Name $Name -Word $given[0] }
        'Size' { ConvertTo-TsmMediaSize -Name $Name -Value $given[0] }
        'Number' { ConvertTo-TsmNumber -Name $Name -Value $given[0] }
        'Time' { ConvertTo-TsmTime -Name $Name -Value $given[0] }
        'Certificate' { Resolve-TsmCertificatePath -Cmdlet $Cmdlet -Path $given[0] }
        'Path' { Resolve-TsmPath -Cmdlet $Cmdlet -LiteralPath $given[0] }
        'Image' {
            if (Test-TsmWimPath -BootImage $given[0]) { Resolve-TsmPath -Cmdlet $Cmdlet -LiteralPath $given[0] } else { ([string]$given[0]).Trim() }
        }
        'Package' {
            if ($given[0] -match '^\s*[A-Za-z0-9]{8}\s*$') { ([string]$given[0]).Trim() } else { Resolve-TsmPath -Cmdlet $Cmdlet -LiteralPath $given[0] }
        }
        'TextList' { $given | Select-Object -Unique }
        'PointList' { @(foreach ($item in $given) { Resolve-TsmDistributionPoint -Cmdlet $Cmdlet -Name $item }) | Select-Object -Unique }
        'TrustList' {
            foreach ($item in $given) {      # a thumbprint of SHA-1 or SHA-256, perhaps with colons or blanks as Windows shows it
                $digits = $item -replace '[\s:\u200E]', ''
                if ($digits -match '^([0-9A-Fa-f]{40}|[0-9A-Fa-f]{64})$') { $item } else { Resolve-TsmPath -Cmdlet $Cmdlet -LiteralPath $item }
            }
        }
    }
}
