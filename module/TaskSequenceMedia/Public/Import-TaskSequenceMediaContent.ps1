function Import-TaskSequenceMediaContent {
    <#
    .SYNOPSIS
        Checks every byte of a bundle, and gives what New-TaskSequenceMedia makes the same medium from.

    .DESCRIPTION
        A bundle that was altered, cut, or written by a newer version is refused. The files of a bundle that is one file are unpacked
        into a new folder (-Destination); a folder is used where it is. No connection is needed, neither now nor when the medium is made.

        New-TaskSequenceMedia makes the medium of an imported bundle only when its plan is that of the bundle: every file has the same
        hash. Secrets are not in the bundle: set MediaPassword and CertificatePath in its Definition where the medium needs them.

    .PARAMETER Path
        The bundle: a folder or a file of Export-TaskSequenceMediaContent. Wildcard characters are taken as they are.

    .PARAMETER MediaPath
        The medium that is to be made from it.

    .PARAMETER Destination
        The folder into which a bundle that is one file is unpacked. It must not exist, or be empty.

    .PARAMETER WhatIf
        Says what would be done, and does nothing.

    .PARAMETER Confirm
        Asks before the bundle is read.

    .INPUTS
        None.

    .OUTPUTS
        TaskSequenceMedia.Bundle

    .EXAMPLE
        Import-TaskSequenceMediaContent -Path ./bundle.iso -Destination ./unpacked -MediaPath ./out/boot.iso | New-TaskSequenceMedia

        Makes the medium of a bundle.

    .EXAMPLE
        $bundle = Import-TaskSequenceMediaContent -Path ./bundle -MediaPath ./out/boot.iso
        $bundle.Definition.MediaPassword = $secret
        $bundle | New-TaskSequenceMedia

        Makes the medium of a bundle that is a folder, with a password.

    .LINK
        Export-TaskSequenceMediaContent

    .LINK
        about_TaskSequenceMedia
    #>
    [CmdletBinding(PositionalBinding = $false, SupportsShouldProcess = $true, ConfirmImpact = 'Low')]
    [OutputType('TaskSequenceMedia.Bundle')]
    param(
        [Parameter(Mandatory = $true, Position = 0)]
        [ValidateNotNullOrEmpty()]
        [string]$Path,

        [Parameter(Mandatory = $true)]
        [ValidateNotNullOrEmpty()]
        [string]$MediaPath,

        [ValidateNotNullOrEmpty()]
        [string]$Destination
    )

    begin {
        Use-TsmCallerPreference -Cmdlet $PSCmdlet
    }

    process {
        $bundle = @()
        try {
            $request = [ordered]@{
                op        = 'importContent'
                path      = Resolve-TsmPath -Cmdlet $PSCmdlet -LiteralPath $Path
                mediaPath = Resolve-TsmPath -Cmdlet $PSCmdlet -LiteralPath $MediaPath
            }
            if ($Destination) { $request['destination'] = Resolve-TsmPath -Cmdlet $PSCmdlet -LiteralPath $Destination }
            if ($PSCmdlet.ShouldProcess($request['path'], (Get-TsmText 'ImportContentAction'))) {
                $bundle = @(Invoke-TsmContentOperation -Cmdlet $PSCmdlet -Request $request)
            }
        } catch {
            Write-TsmCaughtError -Cmdlet $PSCmdlet -Record $_ -Preference $ErrorActionPreference
        }
        $bundle
    }
}
