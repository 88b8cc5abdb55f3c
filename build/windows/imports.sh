# Which libraries the files for Windows need; sourced by cross.sh.

# Libraries that every Windows from 10 and Server 2016 on has, and Windows PE too. Not here on purpose: vcruntime140,
# msvcp140 (the Visual C++ runtime, to be installed first) and libgcc_s, libwinpthread, libstdc++ (never on Windows).
# msvcrt.dll is part of Windows. crypt32 opens certificate stores, winhttp asks distribution points as the caller.
allowed_imports='advapi32 api-ms-win-core-synch-l1-2-0 api-ms-win-core-winrt-error-l1-1-0 bcrypt bcryptprimitives crypt32
    kernel32 msvcrt ntdll ole32 oleaut32 shell32 user32 userenv winhttp ws2_32'

# Prints the imports of each file; fails when there is one that is not allowed.
list_imports() {
    local file import status=0
    printf '\n== Imports\n'
    for file in tsm_native.dll tsmedia.exe libwim-15.dll; do
        mapfile -t imports < <(imports_of "$artefacts/$file")
        if [ ${#imports[@]} -eq 0 ]; then
            loud "$artefacts/$file is not there, or is no Windows file."
            return 1
        fi
        printf '%-16s %s\n' "$file" "${imports[*]}"
        for import in "${imports[@]}"; do
            case " ${allowed_imports//$'\n'/ } " in
                *" ${import%.dll} "*) ;;
                *)
                    loud "$file needs $import, which is not in the list of build/windows/imports.sh."
                    status=1
                    ;;
            esac
        done
    done
    return $status
}

imports_of() { # file
    x86_64-w64-mingw32-objdump -p "$1" 2>/dev/null | sed -n 's/^\tDLL Name: //p' | tr '[:upper:]' '[:lower:]' | sort -u
}
