function New-TsmBinding {
    <#
    .SYNOPSIS
        A type whose static methods are the functions of the native library at an absolute path.
    .DESCRIPTION
        The type is emitted into memory: no compiler, no temporary file, one way for Windows PowerShell and PowerShell. A function
        that the library lacks shows at its first call only, so the ABI number must be compared before any other call.
    #>
    [CmdletBinding()]
    [OutputType([type])]
    param([Parameter(Mandatory = $true)] [string]$Path)
    $ErrorActionPreference = 'Stop'
    # Loading here names the cause of a failure; the loader behind P/Invoke hides it. Windows PowerShell has no such class.
    $loader = 'System.Runtime.InteropServices.NativeLibrary' -as [type]
    if ($loader) { [void]$loader::Load($Path) }
    $name = [System.Reflection.AssemblyName]::new('TaskSequenceMedia.Native.' + [guid]::NewGuid().ToString('N'))
    $assembly = [System.Reflection.Emit.AssemblyBuilder]::DefineDynamicAssembly($name, 'Run')
    $type = $assembly.DefineDynamicModule('Native').DefineType('TaskSequenceMedia.NativeMethods', 'Public, Abstract, Sealed')
    $pointer = [IntPtr]
    $toPointer = $pointer.MakeByRefType()
    $toId = [uint64].MakeByRefType()
    $functions = @{                                        # what is returned, then what is taken
        tsm_abi_version = @([uint32])
        tsm_call        = @([int], [byte[]], $pointer, $toPointer, $toPointer)
        tsm_job_start   = @([int], [byte[]], $pointer, $toId, $toPointer, $toPointer)
        tsm_job_poll    = @([int], [uint64], [uint32], $toPointer, $toPointer)
        tsm_job_cancel  = @([int], [uint64])
        tsm_job_free    = @([int], [uint64], [uint32])
        tsm_secret_put  = @([int], $pointer, $pointer, $toId)
        tsm_secret_drop = @([int], [uint64])
        tsm_buf_free    = @([void], $pointer, $pointer)
    }
    foreach ($function in $functions.GetEnumerator()) {
        $types = [type[]]$function.Value
        $taken = [type[]]@(if ($types.Length -gt 1) { $types[1..($types.Length - 1)] })
        $flags = 'Public, Static, PinvokeImpl'
        $method = $type.DefinePInvokeMethod($function.Key, $Path, $flags, 'Standard', $types[0], $taken, 'Cdecl', 'Unicode')
        $method.SetImplementationFlags('PreserveSig')
    }
    $type.CreateType()
}
