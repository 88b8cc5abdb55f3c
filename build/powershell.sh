# Finding PowerShell; sourced by build.sh. In this order: TSM_PWSH, PATH, the .NET tool of that name, the pinned download.

# PowerShell as its makers publish it. A new version comes with its own hash, taken from the list beside the release.
pinned_version=7.6.5
pinned_url=https://github.com/PowerShell/PowerShell/releases/download/v$pinned_version/powershell-$pinned_version-linux-x64.tar.gz
pinned_sha256=b34ab3b19acac1d3d4d0d3cfdb02acf62f457b0b6a962ff008132033f7566844

# Where PowerShell goes that was found nowhere; git ignores the folder.
powershell_tools=${CARGO_TARGET_DIR:-target}/tools

# Prints the PowerShell to use, or nothing.
find_powershell() {
    case "${TSM_PWSH-}" in
        none) return ;;
        '') command -v pwsh || powershell_of_dotnet || powershell_of_download || true ;;
        *) printf '%s\n' "$TSM_PWSH" ;;
    esac
}

# The .NET tool: there already, or installed into our own folder.
powershell_of_dotnet() {
    local own=$powershell_tools/dotnet/pwsh
    for candidate in "${DOTNET_CLI_HOME:-$HOME}/.dotnet/tools/pwsh" "$own"; do
        if [ -x "$candidate" ]; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    command -v dotnet >/dev/null || return 1
    loud "Installing PowerShell $pinned_version as a .NET tool." >&2
    dotnet tool install PowerShell --version "$pinned_version" --tool-path "$powershell_tools/dotnet" >&2 || return 1
    [ -x "$own" ] && printf '%s\n' "$own"
}

# The pinned download: used only if its hash is the one that stands above.
powershell_of_download() {
    local folder=$powershell_tools/powershell-$pinned_version
    if [ ! -x "$folder/pwsh" ]; then
        [ "$(uname -sm)" = 'Linux x86_64' ] || return 1
        command -v curl >/dev/null || return 1
        download_powershell "$folder" || return 1
    fi
    printf '%s\n' "$folder/pwsh"
}

download_powershell() { # folder
    local archive found
    mkdir -p "$powershell_tools"
    archive=$(mktemp "$powershell_tools/powershell.XXXXXX")
    loud "Downloading PowerShell $pinned_version." >&2
    if ! curl --fail --location --silent --show-error --connect-timeout 10 --max-time 600 -o "$archive" "$pinned_url" >&2; then
        rm -f "$archive"
        return 1
    fi
    found=$(sha256sum "$archive" | cut -d' ' -f1)
    if [ "$found" != "$pinned_sha256" ]; then
        loud "The download has the SHA-256 $found, not $pinned_sha256: it is not used." >&2
        rm -f "$archive"
        return 1
    fi
    # Unpacked beside its place first: a run that is broken off leaves nothing that looks whole.
    rm -rf "$1" "$1.partial"
    mkdir -p "$1.partial"
    tar -xzf "$archive" -C "$1.partial" || return 1
    chmod +x "$1.partial/pwsh"
    rm -f "$archive"
    mv "$1.partial" "$1"
}
