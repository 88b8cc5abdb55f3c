rem bcdboot makes the disk known to the firmware. Boot manager, boot.stl and fonts then come from the boot image: they and its
rem Windows PE have to be of one image, else the boot manager shows 0xc0430001.
bcdboot.exe W:\Windows /s S: /f UEFI
if errorlevel 1 echo NOTE: the firmware was not told of the disk; it will look for \EFI\Boot\{{LOADER}} there.
xcopy W:\EFI S:\EFI\ /s /e /h /r /y /q
if errorlevel 1 set "why=The boot files could not be copied to S:." & goto fail
if not exist S:\EFI\Microsoft\Boot mkdir S:\EFI\Microsoft\Boot
copy /y W:\EFI\boot\{{LOADER}} S:\EFI\Microsoft\Boot\bootmgfw.efi >nul
if errorlevel 1 set "why=The boot manager could not be copied to S:." & goto fail
rem The store says [boot], which is S: here; Windows PE lies on W:.
set "store=S:\{{UEFI_STORE}}"
bcdedit.exe /store %store% /set {{OPTIONS}} ramdisksdidevice partition=W:
if errorlevel 1 set "why=The boot configuration could not be changed." & goto fail
bcdedit.exe /store %store% /set {{ENTRY}} device "ramdisk=[W:]{{RAMDISK}},{{OPTIONS}}"
if errorlevel 1 set "why=The boot configuration could not be changed." & goto fail
bcdedit.exe /store %store% /set {{ENTRY}} osdevice "ramdisk=[W:]{{RAMDISK}},{{OPTIONS}}"
if errorlevel 1 set "why=The boot configuration could not be changed." & goto fail
bcdedit.exe /store %store% /set {bootmgr} device partition=S:
if errorlevel 1 set "why=The boot configuration could not be changed." & goto fail
