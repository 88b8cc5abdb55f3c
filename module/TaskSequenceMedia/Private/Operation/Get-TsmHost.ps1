function Get-TsmHost {
    <#
    .SYNOPSIS
        What this computer provides to a job: the places where libwim may lie beside the native library, and the file with the
        floors of security version numbers there, which replaces the built-in ones.
    #>
    [CmdletBinding()]
    [OutputType([System.Collections.Specialized.OrderedDictionary])]
    param()
    $ErrorActionPreference = 'Stop'
    $windows = [System.IO.Path]::DirectorySeparatorChar -eq '\'
    $name = if ($windows) { 'libwim-15.dll' } else { 'libwim.so.15' }
    $folders = [System.Collections.Generic.List[string]]::new()
    $library = [Environment]::GetEnvironmentVariable('TSM_NATIVE_PATH')
    if ($library) { $folders.Add([System.IO.Path]::GetDirectoryName([System.IO.Path]::GetFullPath($library))) }
    $runtimes = [System.IO.Path]::Combine($ExecutionContext.SessionState.Module.ModuleBase, 'runtimes')
    if ([System.IO.Directory]::Exists($runtimes)) {
        foreach ($folder in [System.IO.Directory]::GetDirectories($runtimes)) { $folders.Add([System.IO.Path]::Combine($folder, 'native')) }
    }
    $places = @(foreach ($folder in $folders) {
            $place = [System.IO.Path]::Combine($folder, $name)
            if ([System.IO.File]::Exists($place)) { $place }
        })
    $provided = [ordered]@{ wimLibrary = [string[]]$places }
    foreach ($folder in $folders) {
        $versions = [System.IO.Path]::Combine($folder, 'secure-boot-versions.json')
        if ([System.IO.File]::Exists($versions)) {
            $provided['securityVersions'] = $versions
            break
        }
    }
    $provided
}
