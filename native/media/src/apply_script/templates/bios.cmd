rem The store says [boot], which is W: here, the active partition. diskpart has written a boot record that starts bootmgr; bootsect
rem mends one of an older Windows.
where bootsect.exe >nul 2>&1
if errorlevel 1 goto done
bootsect.exe /nt60 W: /mbr /force
if errorlevel 1 set "why=The boot record could not be written." & goto fail
