function ConvertTo-TsmBootImageInfo {
    <#
    .SYNOPSIS
        The object of a boot image of what the native library gave; its boot files, drivers and components with types of their own.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory = $true)] [psobject]$Image)
    $ErrorActionPreference = 'Stop'
    $properties = [ordered]@{ PSTypeName = 'TaskSequenceMedia.BootImageInfo' }
    $names = 'Name', 'Description', 'Architecture', 'OsVersion', 'ClientVersion', 'Language', 'Firmware', 'ScratchSpace', 'Compression',
    'Length', 'ImageLength', 'PackageId', 'SourceVersion', 'Path', 'LoaderFolders', 'BootFiles', 'Drivers', 'OptionalComponents',
    'Updates', 'Warnings'
    foreach ($name in $names) {
        $value = Get-TsmProperty $Image $name
        switch ($name) {
            { $_ -in 'Firmware', 'LoaderFolders', 'Updates', 'Warnings' } { $value = [string[]]@($value | Where-Object { $null -ne $_ }) }
            'OsVersion' { $name = 'OSVersion' }
            'BootFiles' {
                $value = @(foreach ($file in @($value | Where-Object { $null -ne $_ })) {
                        $object = [pscustomobject]@{
                            PSTypeName = 'TaskSequenceMedia.BootFile'
                            Name       = Get-TsmProperty $file 'Name'
                            Firmware   = Get-TsmProperty $file 'Firmware'
                            IsRequired = [bool](Get-TsmProperty $file 'Required')
                            IsThere    = [bool](Get-TsmProperty $file 'IsThere')
                            Inside     = [string[]]@(Get-TsmProperty $file 'Inside' | Where-Object { $null -ne $_ })
                        }
                        Add-TsmText -InputObject $object -Text { $this.Name }
                    })
            }
            'Drivers' {
                $value = @(foreach ($driver in @($value | Where-Object { $null -ne $_ })) {
                        $object = [pscustomobject]@{ PSTypeName = 'TaskSequenceMedia.BootImageDriver' }
                        foreach ($part in 'Inf', 'Kind', 'Class', 'Provider', 'Date', 'Version', 'IsInbox') {
                            $object.PSObject.Properties.Add([psnoteproperty]::new($part, (Get-TsmProperty $driver $part)))
                        }
                        Add-TsmText -InputObject $object -Text { $this.Inf }
                    })
            }
            'OptionalComponents' {
                $value = @(foreach ($component in @($value | Where-Object { $null -ne $_ })) {
                        $object = [pscustomobject]@{
                            PSTypeName = 'TaskSequenceMedia.BootImageComponent'
                            Name       = Get-TsmProperty $component 'Name'
                            Version    = Get-TsmProperty $component 'Version'
                            Languages  = [string[]]@(Get-TsmProperty $component 'Languages' | Where-Object { $null -ne $_ })
                        }
                        Add-TsmText -InputObject $object -Text { $this.Name }
                    })
            }
        }
        $properties[$name] = $value
    }
    [pscustomobject]$properties
}
