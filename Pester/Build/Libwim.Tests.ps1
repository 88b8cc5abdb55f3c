# How the build finds libwim-15.dll: TSM_LIBWIM, beside our library, PATH, Program Files, the pinned archive. The archive here is a
# stand-in on a server of this computer, and its hashes are its own: the real one is never fetched.
BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, '..', 'Common.ps1'))
    foreach ($part in 'Tools', 'windows/Libwim') { . ([System.IO.Path]::Combine($TsmRepository, 'build', "$part.ps1")) }
    Add-Type -AssemblyName System.IO.Compression
    $script:Real = $WimArchive
    $script:Name = 'libwim-15.dll'

    # What is said is kept, not shown.
    $script:Said = [System.Collections.Generic.List[string]]::new()
    function Write-Line([string]$Text) { $Said.Add($Text) }
    function Write-Loud([string]$Text) { $Said.Add("LOUD $Text") }

    # An archive as the project publishes it: the library, licences, and more that nobody needs.
    function New-Archive([string]$Library) {
        $memory = [System.IO.MemoryStream]::new()
        $archive = [System.IO.Compression.ZipArchive]::new($memory, [System.IO.Compression.ZipArchiveMode]::Create, $true)
        $files = [ordered]@{ 'README.WINDOWS.txt' = 'read me'; 'COPYING.txt' = 'a licence'; 'wimlib-imagex.exe' = 'a program'; 'devel/libwim.lib' = 'x' }
        if ($Library) { $files[$Name] = $Library }
        foreach ($file in $files.Keys) {
            $stream = $archive.CreateEntry($file).Open()
            $bytes = [System.Text.Encoding]::ASCII.GetBytes($files[$file])
            $stream.Write($bytes, 0, $bytes.Length)
            $stream.Dispose()
        }
        $archive.Dispose()
        , $memory.ToArray()
    }

    function Get-Hash([byte[]]$Bytes) {
        $sha = [System.Security.Cryptography.SHA256]::Create()
        try { -join ($sha.ComputeHash($Bytes) | ForEach-Object { $_.ToString('x2') }) } finally { $sha.Dispose() }
    }

    # Answers everybody with the same bytes, until it is stopped. Counts the answers.
    function Start-Server([byte[]]$Body, [string]$Status = '200 OK') {
        $listener = [System.Net.Sockets.TcpListener]::new([System.Net.IPAddress]::Loopback, 0)
        $listener.Start()
        $answers = [System.Collections.Concurrent.ConcurrentQueue[int]]::new()
        $shell = [powershell]::Create().AddScript({
                param($Listener, $Body, $Status, $Answers)
                while ($true) {
                    $client = $Listener.AcceptTcpClient()
                    $stream = $client.GetStream()
                    $request = ''
                    while (-not $request.EndsWith("`r`n`r`n")) { $request += [char]$stream.ReadByte() }
                    $head = [System.Text.Encoding]::ASCII.GetBytes("HTTP/1.1 $Status`r`nContent-Length: $($Body.Length)`r`nConnection: close`r`n`r`n")
                    $stream.Write($head, 0, $head.Length)
                    $stream.Write($Body, 0, $Body.Length)
                    $client.Dispose()
                    $Answers.Enqueue(1)
                }
            }).AddArgument($listener).AddArgument($Body).AddArgument($Status).AddArgument($answers)
        [void]$shell.BeginInvoke()
        @{ Listener = $listener; Shell = $shell; Answers = $answers; Url = "http://127.0.0.1:$($listener.LocalEndpoint.Port)/wimlib.zip" }
    }

    function Stop-Server([hashtable]$Server) {
        $Server.Listener.Stop()
        $Server.Shell.Dispose()
    }
}

Describe 'Finding libwim-15.dll' {
    BeforeEach {
        $script:Folder = [System.IO.Path]::Combine((Get-Item -LiteralPath $TestDrive).FullName, [guid]::NewGuid().ToString('N'))
        $script:Places = @{}
        foreach ($place in 'named', 'beside', 'path', 'programs/wimlib', 'empty') {
            $Places[$place] = [System.IO.Directory]::CreateDirectory([System.IO.Path]::Combine($Folder, $place)).FullName
        }
        function Add-Library([string]$Place) {
            $file = [System.IO.Path]::Combine($Places[$Place], $Name)
            [System.IO.File]::WriteAllText($file, $Place)
            $file
        }
        $script:Kept = @{ Wim = $env:TSM_LIBWIM; Path = $env:PATH; Programs = $env:ProgramFiles; Offline = $env:TSM_OFFLINE }
        $env:TSM_LIBWIM = $null
        $env:TSM_OFFLINE = '1'
        $env:PATH = $Places['empty'], $Places['path'] -join [System.IO.Path]::PathSeparator
        $env:ProgramFiles = [System.IO.Path]::Combine($Folder, 'programs')
        $Said.Clear()
        Push-Location -LiteralPath $Folder
    }
    AfterEach {
        Pop-Location
        $env:TSM_LIBWIM = $Kept.Wim
        $env:PATH = $Kept.Path
        $env:ProgramFiles = $Kept.Programs
        $env:TSM_OFFLINE = $Kept.Offline
    }

    It 'takes the first place that has it, and says which one' {
        $script:WimArchive = $Real
        Find-WimLibrary -Beside $Places['beside'] | Should -BeNullOrEmpty
        $Said[-1] | Should -BeLike 'LOUD *TSM_LIBWIM, beside our library, PATH, Program Files*TSM_OFFLINE*'
        foreach ($place in @(
                @{ Name = 'programs/wimlib'; Words = 'Program Files' }, @{ Name = 'path'; Words = 'PATH: *' }, @{ Name = 'beside'; Words = 'beside our library' }
            )) {
            $file = Add-Library $place.Name
            Find-WimLibrary -Beside $Places['beside'] | Should -BeExactly $file
            $Said[-1] | Should -BeLike "libwim : $file ($($place.Words))"
        }
    }

    It 'takes what TSM_LIBWIM names before all others: the file, or its folder' {
        [void](Add-Library 'beside')
        $file = Add-Library 'named'
        foreach ($given in $file, $Places['named']) {
            $env:TSM_LIBWIM = $given
            Find-WimLibrary -Beside $Places['beside'] | Should -BeExactly $file
            $Said[-1] | Should -BeExactly "libwim : $file (TSM_LIBWIM)"
        }
    }

    It 'does not go on when TSM_LIBWIM leads nowhere' {
        [void](Add-Library 'beside')
        foreach ($given in $Places['empty'], [System.IO.Path]::Combine($Places['empty'], 'no.dll')) {
            $env:TSM_LIBWIM = $given
            { Find-WimLibrary -Beside $Places['beside'] } | Should -Throw "*TSM_LIBWIM*$given*"
        }
    }

    It 'asks nobody with TSM_OFFLINE' {
        $server = Start-Server (New-Archive 'the library')
        try {
            $script:WimArchive = @{ Version = '0'; Url = $server.Url; Sha256 = ''; Library = '' }
            Find-WimLibrary | Should -BeNullOrEmpty
            $server.Answers.Count | Should -Be 0
        } finally { Stop-Server $server }
    }
}

Describe 'The pinned archive' {
    BeforeEach {
        $script:Folder = [System.IO.Path]::Combine((Get-Item -LiteralPath $TestDrive).FullName, [guid]::NewGuid().ToString('N'))
        $script:Library = 'the library of the archive'
        $script:Body = New-Archive $Library
        $script:Server = Start-Server $Body
        $script:Archive = @{ Version = '1.2.3'; Url = $Server.Url; Sha256 = Get-Hash $Body; Library = Get-Hash ([System.Text.Encoding]::ASCII.GetBytes($Library)) }
        $script:Kept = [System.IO.Path]::Combine($Folder, 'wimlib-1.2.3')
        $Said.Clear()
    }
    AfterEach { Stop-Server $Server }

    It 'is fetched once, compared, and gives the library and its licence' {
        $found = Get-PinnedWimLibrary -Folder $Folder -Archive $Archive
        $found | Should -BeExactly ([System.IO.Path]::Combine($Kept, $Name))
        [System.IO.File]::ReadAllText($found) | Should -BeExactly $Library
        (Get-ChildItem -LiteralPath $Kept).Name | Sort-Object | Should -Be 'COPYING.txt', $Name
        Get-PinnedWimLibrary -Folder $Folder -Archive $Archive | Should -BeExactly $found
        $Server.Answers.Count | Should -Be 1
        # Somebody put another file there: it is fetched anew.
        [System.IO.File]::WriteAllText($found, 'another')
        Get-PinnedWimLibrary -Folder $Folder -Archive $Archive | Should -BeExactly $found
        [System.IO.File]::ReadAllText($found) | Should -BeExactly $Library
        $Server.Answers.Count | Should -Be 2
    }

    It 'is an error with another hash, and nothing of it is kept' {
        $Archive.Sha256 = 'f' * 64
        { Get-PinnedWimLibrary -Folder $Folder -Archive $Archive } | Should -Throw "*$(Get-Hash $Body)*$('f' * 64)*not used*"
        @(Get-ChildItem -LiteralPath $Kept).Count | Should -Be 0
    }

    It 'is an error when the library in it has another hash, or is not there' {
        $Archive.Library = 'f' * 64
        { Get-PinnedWimLibrary -Folder $Folder -Archive $Archive } | Should -Throw "*libwim-15.dll*$('f' * 64)*"
        @(Get-ChildItem -LiteralPath $Kept -Filter $Name).Count | Should -Be 0 -Because 'nobody may take it later'
        Stop-Server $Server
        $empty = New-Archive ''
        $script:Server = Start-Server $empty
        $Archive.Url = $Server.Url
        $Archive.Sha256 = Get-Hash $empty
        { Get-PinnedWimLibrary -Folder $Folder -Archive $Archive } | Should -Throw '*libwim-15.dll*'
    }

    It 'is left out loudly when <Case>' -ForEach @(
        @{ Case = 'nobody is there'; Status = '' }
        @{ Case = 'the server has it no longer'; Status = '404 Not Found' }
    ) {
        Stop-Server $Server
        if ($Status) {
            $script:Server = Start-Server $Body $Status
            $Archive.Url = $Server.Url
        }
        Get-PinnedWimLibrary -Folder $Folder -Archive $Archive | Should -BeNullOrEmpty
        $Said -join "`n" | Should -BeLike '*LOUD libwim-15.dll was not found and could not be fetched*TSM_LIBWIM*docs/windows.md*'
        @(Get-ChildItem -LiteralPath $Kept).Count | Should -Be 0
    }

    It 'leaves its licence beside the copy' {
        $found = Get-PinnedWimLibrary -Folder $Folder -Archive $Archive
        Copy-WimLicense -From $found -To $Folder
        [System.IO.File]::ReadAllText([System.IO.Path]::Combine($Folder, 'libwim-15.COPYING.txt')) | Should -BeExactly 'a licence'
    }

    It 'has one address and hashes that the documentation names' {
        $page = [System.IO.File]::ReadAllText([System.IO.Path]::Combine($TsmRepository, 'docs', 'windows.md'))
        foreach ($fact in $Real.Sha256, $Real.Library, [System.IO.Path]::GetFileName($Real.Url)) { $page | Should -Match ([regex]::Escape($fact)) }
    }
}
