function ConvertTo-TsmCertificate {
    <#
    .SYNOPSIS
        The certificate of a medium, its times as DateTime; nothing for nothing.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory = $true)] [AllowNull()] [object]$Certificate)
    $ErrorActionPreference = 'Stop'
    if ($null -eq $Certificate) { return $null }
    $object = [pscustomobject]@{
        PSTypeName = 'TaskSequenceMedia.Certificate'
        Thumbprint = Get-TsmProperty $Certificate 'Thumbprint'
        NotBefore  = ConvertFrom-TsmTimeText -Text (Get-TsmProperty $Certificate 'NotBefore')
        NotAfter   = ConvertFrom-TsmTimeText -Text (Get-TsmProperty $Certificate 'NotAfter')
        KeyType    = Get-TsmProperty $Certificate 'KeyType'
    }
    Add-TsmText -InputObject $object -Text { '{0} ({1}), until {2:yyyy-MM-dd}' -f $this.Thumbprint, $this.KeyType, $this.NotAfter }
}
