@echo off
rem Applies a prestaged medium to a disk of this computer, in Windows PE. Everything on the disk is lost. Read guide.txt first.
rem
rem   apply.cmd [image] [number of the disk, or 'keep'] [/yes]
rem
rem 'keep' takes volumes that are there: W: for Windows, and with UEFI S: for the EFI system partition. /yes asks nothing.
setlocal EnableExtensions DisableDelayedExpansion
set "image={{IMAGE}}"
if not "%~1"=="" set "image=%~f1"
set "disk={{DISK}}"
if not "%~2"=="" set "disk=%~2"
set "sha256={{SHA256}}"
set "work=%TEMP%\tsm-apply.txt"
set "why="

echo == Image
if "%image%"=="" set "why=Name the image: apply.cmd IMAGE." & goto fail
if not exist "%image%" set "why=There is no image '%image%'." & goto fail
set "found="
for /f "skip=1 delims=" %%h in ('certutil -hashfile "%image%" SHA256 2^>nul') do if not defined found set "found=%%h"
if defined found set "found=%found: =%"
if not defined found echo NOT CHECKED: this Windows PE has no certutil. Compare the SHA-256 in guide.txt on another computer.
if defined found if /i not "%found%"=="%sha256%" set "why=The image has the SHA-256 %found%, not %sha256%." & goto fail
if defined found echo SHA-256 is right.

echo == Firmware
wpeutil UpdateBootInfo >nul 2>&1
set "firmware="
for /f "tokens=3" %%f in ('reg query HKLM\System\CurrentControlSet\Control /v PEFirmwareType 2^>nul') do (
    if "%%f"=="0x1" set "firmware=bios"
    if "%%f"=="0x2" set "firmware=uefi"
)
if not defined firmware set "why=This is not Windows PE: the kind of firmware is not known." & goto fail
if not exist "%~dp0disk-%firmware%.txt" set "why=The image does not start with %firmware%, which this computer was started with." & goto fail
echo %firmware%

echo == Disk
if /i "%disk%"=="keep" goto formatted
set "letters=W"
if "%firmware%"=="uefi" set "letters=W S"
rem An empty volume has no file, and not every cmd.exe takes the root alone for something that exists.
for %%l in (%letters%) do if exist %%l:\ set "why=The drive letter %%l: is in use."
for %%l in (%letters%) do if exist %%l:\* set "why=The drive letter %%l: is in use."
if defined why goto fail
>"%work%" echo list disk
diskpart /s "%work%"
echo.
echo Everything on disk %disk% will be lost.
if /i "%~3"=="/yes" goto format
set "answer="
set /p "answer=Type ERASE to go on: "
if not "%answer%"=="ERASE" set "why=Nothing was done." & goto fail
:format
rem A number right before > would be taken for the handle that is redirected.
>"%work%" echo select disk %disk%
type "%~dp0disk-%firmware%.txt">>"%work%"
diskpart /s "%work%"
if errorlevel 1 set "why=diskpart could not prepare disk %disk%." & goto fail

:formatted
rem A disk without a file system is found only when the task sequence wants to start the computer: so it is looked for here.
>"%work%" echo list volume
diskpart /s "%work%" | find " W " | find "NTFS" >nul
if errorlevel 1 set "why=Volume W: is not there, or not formatted with NTFS." & goto fail
vol W: >nul 2>&1
if errorlevel 1 set "why=Volume W: is not formatted." & goto fail
if not "%firmware%"=="uefi" goto apply
diskpart /s "%work%" | find " S " | find "FAT32" >nul
if errorlevel 1 set "why=Volume S: is not there, or not formatted with FAT32." & goto fail

:apply
echo == Apply
set "tool="
where dism.exe >nul 2>&1
if not errorlevel 1 set "tool=dism"
if defined tool goto tool
where wimlib-imagex.exe >nul 2>&1
if not errorlevel 1 set "tool=wimlib"
:tool
if not defined tool set "why=Neither dism nor wimlib-imagex is here." & goto fail
if "%tool%"=="dism" (
    dism.exe /Apply-Image "/ImageFile:%image%" /Index:1 /ApplyDir:W:\
) else (
    wimlib-imagex.exe apply "%image%" 1 W:\
)
if errorlevel 1 set "why=%tool% could not apply the image." & goto fail
if not exist "W:\{{BOOT_WIM}}" set "why=W:\{{BOOT_WIM}} is missing." & goto fail
for %%i in ({{NEEDED}}) do if not exist "W:\%%~i" set "why=W:\%%~i is missing."
if defined why goto fail
set "found="
for /f "skip=1 delims=" %%h in ('certutil -hashfile "W:\{{BOOT_WIM}}" SHA1 2^>nul') do if not defined found set "found=%%h"
if defined found set "found=%found: =%"
if defined found if /i not "%found%"=="{{BOOT_SHA1}}" set "why=W:\{{BOOT_WIM}} has other bytes than in the image." & goto fail

echo == Boot
goto %firmware%

:uefi
{{UEFI}}
goto done

:bios
{{BIOS}}
goto done

:done
del "%work%" >nul 2>&1
echo.
echo DONE. Remove this medium; the next start of the computer begins the installation.
exit /b 0

:fail
del "%work%" >nul 2>&1
echo.
echo FAILED: %why%
exit /b 1
