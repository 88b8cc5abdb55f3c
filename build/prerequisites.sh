# What a Linux machine needs; sourced by build.sh. Installs what is missing when it may, and says so when it may not.

# command, file or library, then the Debian package that has it
needed=(
    # to build and run
    cc:gcc
    libwim.so.15:libwim15
    /etc/ssl/certs/ca-certificates.crt:ca-certificates
    # readers and writers that are not ours, for tests
    wimlib-imagex:wimtools
    mkntfs:ntfs-3g
    sgdisk:gdisk
    xorriso:xorriso
    7z:p7zip-full
    bsdtar:libarchive-tools
    udfinfo:udftools
    udfclient:udfclient
    isoinfo:genisoimage
    mkfs.vfat:dosfstools
    mcopy:mtools
    hivexml:libhivex-bin
    reged:chntpw
    openssl:openssl
    file:file
    script:bsdutils
    setpriv:util-linux
    strace:strace
    # servers that content is got from, for tests
    curl:curl
    /usr/sbin/nginx:nginx-light
    /usr/sbin/apache2:apache2-bin
    /usr/lib/apache2/modules/mod_auth_gssapi.so:libapache2-mod-auth-gssapi
    /usr/sbin/krb5kdc:krb5-kdc
    /usr/sbin/kadmin.local:krb5-admin-server
    kinit:krb5-user
    # signatures of boot programs
    sbsign:sbsigntool
    osslsigncode:osslsigncode
    # firmware that boots media
    qemu-system-x86_64:qemu-system-x86
    /usr/share/seabios/bios-256k.bin:seabios
    /usr/share/OVMF/OVMF_CODE_4M.fd:ovmf
    grub-mkimage:grub-common
    /usr/lib/python3/dist-packages/pefile.py:python3-pefile
    /usr/lib/python3/dist-packages/cryptography/__init__.py:python3-cryptography
    /usr/lib/python3/dist-packages/pip/__main__.py:python3-pip
    /usr/lib/grub/i386-pc/moddep.lst:grub-pc-bin
    /usr/lib/grub/x86_64-efi/moddep.lst:grub-efi-amd64-bin
)

# The program that writes settings of firmware: where Debian has no package of it, the wheel of PyPI, checked by its hash.
virt_firmware=26.10
virt_firmware_sha256=17400a94e9030d02861d00b030fd2f3c2d5b023aa68e955b29b1d58474925391

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

# Debian starts the services of what it installs, unless this file forbids it. Tests start their own servers, at their own
# ports; a machine that only builds should not begin to serve. Prints what to do afterwards.
forbid_services() {
    local policy=/usr/sbin/policy-rc.d
    [ ! -e "$policy" ] || return 0
    printf '#!/bin/sh\nexit 101\n' | $1 tee "$policy" >/dev/null && $1 chmod 755 "$policy" && printf '%s' "$1 rm -f $policy"
}

# What the proofs of Secure Boot need beside packages. Nothing of it is installed: Debian's shim would change how this machine
# starts, and is only unpacked. Without it those proofs are skipped, or fail where everything is required.
provide_secure_boot() {
    local tools=target/tools scratch
    mkdir -p "$tools"
    if ! command -v virt-fw-vars >/dev/null && [ ! -d "$tools/virt-firmware/virt" ]; then
        scratch=$(mktemp -d)
        if python3 -m pip download --quiet --no-deps --dest "$scratch" "virt-firmware==$virt_firmware" 2>/dev/null &&
            sha256sum --quiet --check - <<<"$virt_firmware_sha256  $scratch/virt_firmware-$virt_firmware-py3-none-any.whl"; then
            python3 -m zipfile --extract "$scratch/virt_firmware-$virt_firmware-py3-none-any.whl" "$tools/virt-firmware"
        else
            loud "virt-firmware could not be had from PyPI: the proofs of Secure Boot are left out."
        fi
        rm -rf "$scratch"
    fi
    if [ ! -e /usr/lib/shim/shimx64.efi.signed ] && [ ! -e "$tools/shim/usr/lib/shim/shimx64.efi.signed" ]; then
        scratch=$(mktemp -d)
        chmod 755 "$scratch"
        if (cd "$scratch" && apt-get download -qq shim-signed 2>/dev/null) && dpkg-deb --extract "$scratch"/shim-signed_*.deb "$tools/shim"; then :; else
            loud "Debian's shim could not be had: its proof is left out."
        fi
        rm -rf "$scratch"
    fi
}

# Installs what is missing. With everything there, a test that finds a tool missing fails instead of being skipped.
provide_packages() {
    local missing before afterwards
    mapfile -t missing < <(missing_packages)
    if [ ${#missing[@]} -gt 0 ] && before=$(privilege); then
        printf 'Installing: %s\n' "${missing[*]}"
        afterwards=$(forbid_services "$before")
        # shellcheck disable=SC2086  # the words before apt-get are several
        { $before DEBIAN_FRONTEND=noninteractive apt-get update -qq &&
            $before DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; } ||
            loud "apt-get failed."
        $afterwards
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
