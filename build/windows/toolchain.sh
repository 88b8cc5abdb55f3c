# The compiler for Windows; sourced by cross.sh.
#
# rustup's toolchain is used when it has the target. Otherwise Debian's own compiler, which is newer than its rustc and
# made for browsers, compiles the standard library from its source as well (rust-web-src): cargo's "build-std", which a
# released compiler does only with RUSTC_BOOTSTRAP=1.

# command or file, then the Debian package that has it
windows_tools=(
    x86_64-w64-mingw32-gcc:gcc-mingw-w64-x86-64
    make:make
)
debian_rust=(
    /usr/bin/rustc:rustc-web
    /usr/bin/cargo:cargo-web
    /usr/lib/rustlib/src/rust/library/std/Cargo.toml:rust-web-src
)
arm64_tools=(
    clang:clang
    llvm-lib:llvm
    /usr/share/mingw-w64/include/stdint.h:mingw-w64-common
)
wine_tools=(
    /usr/lib/wine/wine64:wine64
)

# Installs what of a list is missing, or says what to install.
provide() { # entries...
    needed=("$@")
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
    [ ${#missing[@]} -eq 0 ] && return
    loud "Missing, and not to be installed here: ${missing[*]}" "To install: apt-get install ${missing[*]}"
    return 69
}

provide_toolchain() {
    require_rust
    provide "${windows_tools[@]}"
    has_standard_library x86_64-pc-windows-gnu || provide "${debian_rust[@]}"
}

# Whether the toolchain of the PATH can compile for a target as it is.
has_standard_library() { # triple
    local folder
    folder=$(rustc --print target-libdir --target "$1" 2>/dev/null) && compgen -G "$folder/libstd-*.rlib" >/dev/null
}

use_target() { # triple
    triple=$1
    if has_standard_library "$triple"; then own_standard_library=; else own_standard_library=1; fi
}

# Libraries bring some C. What is made of it is never linked here, so mingw's headers do for both kinds of target.
use_clang_for_arm64() {
    local name=${triple//-/_}
    export "CC_$name=clang" "AR_$name=llvm-ar" \
        "CFLAGS_$name=--target=aarch64-w64-windows-gnu -nostdlibinc -isystem /usr/share/mingw-w64/include"
    [ "$triple" != aarch64-pc-windows-msvc ] || export "AR_$name=llvm-lib"
}

# Cargo for the target in use, with at most two compilers at a time unless CARGO_BUILD_JOBS says otherwise.
windows_cargo() { # command, arguments...
    local command=$1 name=${triple//-/_}
    shift
    # The C runtime of the compiler goes into each file: Windows has no libgcc_s or libwinpthread.
    local variables=(CARGO_TARGET_DIR="$target" CARGO_BUILD_JOBS="${CARGO_BUILD_JOBS:-2}"
        "CARGO_TARGET_${name^^}_RUSTFLAGS=-Ctarget-feature=+crt-static")
    if [ -n "$own_standard_library" ]; then
        env "${variables[@]}" RUSTC=/usr/bin/rustc RUSTDOC=/usr/bin/rustdoc RUSTC_BOOTSTRAP=1 \
            /usr/bin/cargo "$command" -Zbuild-std=std,panic_unwind --target "$triple" "$@"
    else
        env "${variables[@]}" cargo "$command" --target "$triple" "$@"
    fi
}
