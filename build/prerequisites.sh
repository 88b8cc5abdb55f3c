# What a Linux machine needs; sourced by build.sh. Installs what is missing when it may, and says so when it may not.

# command or file, then the Debian package that has it
needed=(
    cc:gcc
    libwim.so.15:libwim15
    wimlib-imagex:wimtools
    xorriso:xorriso
    7z:p7zip-full
    udfinfo:udftools
    isoinfo:genisoimage
    mkfs.vfat:dosfstools
    mcopy:mtools
    sgdisk:gdisk
    hivexsh:libhivex-bin
    openssl:openssl
    script:bsdutils
    /etc/ssl/certs/ca-certificates.crt:ca-certificates
)

loud() {
    printf '\n*** %s\n' "$@" >&2
}

require_rust() {
    if ! command -v cargo >/dev/null; then
        [ -x "${CARGO_HOME:-$HOME/.cargo}/bin/cargo" ] && PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH" && return
        loud "Rust is missing. Get it from https://rustup.rs, then run this again."
        exit 69
    fi
}

is_there() {
    case "$1" in
        /*) [ -e "$1" ] ;;
        lib*) [ -e "${TSM_LIBWIM-}" ] || ldconfig -p 2>/dev/null | grep -qF "$1" ;;
        *) command -v "$1" >/dev/null ;;
    esac
}

missing_packages() {
    local entry
    for entry in "${needed[@]}"; do
        is_there "${entry%%:*}" || printf '%s\n' "${entry##*:}"
    done
}

# Prints the words to put before apt-get, or fails when nothing may be installed.
privilege() {
    command -v apt-get >/dev/null || return 1
    if [ "$(id -u)" -eq 0 ]; then
        printf 'env'
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        printf 'sudo -n env'
    else
        return 1
    fi
}

# Installs what is missing. With everything there, a test that finds a tool missing fails instead of being skipped.
provide_packages() {
    local missing before
    mapfile -t missing < <(missing_packages)
    if [ ${#missing[@]} -gt 0 ] && before=$(privilege); then
        printf 'Installing: %s\n' "${missing[*]}"
        # shellcheck disable=SC2086  # the words before apt-get are several
        { $before DEBIAN_FRONTEND=noninteractive apt-get update -qq &&
            $before DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; } ||
            loud "apt-get failed."
        mapfile -t missing < <(missing_packages)
    fi
    if [ ${#missing[@]} -eq 0 ]; then
        export TSM_REQUIRE_TOOLS=1
    else
        loud "These packages are missing and could not be installed here: ${missing[*]}" \
            "To install them: apt-get install ${missing[*]}" \
            "Tests that need them are skipped and counted."
    fi
}
