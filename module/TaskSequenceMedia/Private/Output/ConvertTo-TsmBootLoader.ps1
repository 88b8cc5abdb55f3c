function ConvertTo-TsmBootLoader {
    <#
    .SYNOPSIS
        The boot loader of what the native library gave, with its signers; nothing for nothing.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory = $true)] [AllowNull()] [object]$Loader)
    $ErrorActionPreference = 'Stop'
    if ($null -eq $Loader) { return $null }
    $signers = foreach ($signer in @(Get-TsmProperty $Loader 'Signers' | Where-Object { $null -ne $_ })) {
        $object = [pscustomobject]@{
            PSTypeName = 'TaskSequenceMedia.LoaderSigner'
            Subject    = Get-TsmProperty $signer 'Subject'
            Issuer     = Get-TsmProperty $signer 'Issuer'
            Authority  = Get-TsmProperty $signer 'Authority'
            Generation = Get-TsmProperty $signer 'Generation'
            Chain      = [string[]]@(Get-TsmProperty $signer 'Chain' | Where-Object { $null -ne $_ })
            Thumbprint = Get-TsmProperty $signer 'Thumbprint'
            NotAfter   = ConvertFrom-TsmTimeText -Text (Get-TsmProperty $signer 'NotAfter')
            IsNested   = [bool](Get-TsmProperty $signer 'IsNested')
            State      = Get-TsmProperty $signer 'State'
        }
        Add-TsmText -InputObject $object -Text { if ($this.Authority) { $this.Authority } else { $this.Issuer } }
    }
    $starts = [ordered]@{}
    foreach ($start in @(Get-TsmProperty $Loader 'Starts' | Where-Object { $null -ne $_ })) {
        $starts[[string](Get-TsmProperty $start 'Computer')] = [string](Get-TsmProperty $start 'Result')
    }
    $object = [pscustomobject]@{
        PSTypeName   = 'TaskSequenceMedia.BootLoader'
        Path         = Get-TsmProperty $Loader 'Path'
        Container    = Get-TsmProperty $Loader 'Container'
        Architecture = Get-TsmProperty $Loader 'Architecture'
        Generations  = [string[]]@(Get-TsmProperty $Loader 'Generations' | Where-Object { $null -ne $_ })
        Signers      = @($signers)
        Svn          = Get-TsmProperty $Loader 'Svn'
        Starts       = [pscustomobject]$starts
        Remarks      = [string[]]@(Get-TsmProperty $Loader 'Remarks' | Where-Object { $null -ne $_ })
    }
    Add-TsmText -InputObject $object -Text { @(@($this.Path) + @($this.Signers | ForEach-Object { [string]$_ })) -join ', ' }
}
