#!/usr/bin/env bash
# Builds TaskSequenceMedia for Windows (x64) on Linux and runs it there under wine.
#
#   build/windows/cross.sh check              compile everything, tests too, without making code
#   build/windows/cross.sh build [debug]      tsm_native.dll, tsmedia.exe and libwim-15.dll in target/windows/win-x64,
#                                             the libraries also where the module finds them; then the list of imports
#   build/windows/cross.sh test [NAME...]     the Rust tests of the workspace under wine, or those of the crates named,
#                                             and those of tests/windows once more with what "build" made;
#                                             the last line is the totals
#   build/windows/cross.sh imports            which libraries of Windows the three files need, compared with the allowed
#   build/windows/cross.sh arm64              whether the product compiles for ARM64 (nothing is made)
#
# Debian packages: gcc-mingw-w64-x86-64 wine64; and rustc-web cargo-web rust-web-src where rustup's toolchain has not got
# the target x86_64-pc-windows-gnu; clang and llvm for "arm64". They are installed when that is allowed. Nothing of this is needed to use the product.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
PATH="$PATH:/usr/sbin:/sbin"
here=build/windows
. build/prerequisites.sh
. build/rust-half.sh # count_tests
. $here/toolchain.sh
. $here/libwim.sh
. $here/imports.sh
. $here/wine.sh

usage() {
    sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' $here/cross.sh
}

# What users of Windows get, made and put in its places.
build() { # configuration
    local configuration=${1:-release} options=() made file
    [ "$configuration" = debug ] || options=(--release)
    use_target x86_64-pc-windows-gnu
    windows_cargo build "${options[@]}" -p tsm-ffi -p tsm-cli
    made=$target/$triple/$configuration
    mkdir -p "$artefacts"
    provide_libwim "$artefacts/libwim-15.dll"
    put_libwim_licence "$artefacts"
    for file in tsm_native.dll tsmedia.exe; do
        put "$made/$file" "$artefacts/$file"
    done
    list_imports
    mkdir -p "$module_native"
    for file in tsm_native.dll libwim-15.dll; do
        put "$artefacts/$file" "$module_native/$file"
    done
    put_libwim_licence "$module_native"
    printf '\nProgram: %s\nModule : %s\n' "$artefacts/tsmedia.exe" "$module_native"
}

# Copies a file so that nobody sees half of it.
put() { # from, to
    cp "$1" "$2.partial"
    mv -f "$2.partial" "$2"
}

check() {
    use_target x86_64-pc-windows-gnu
    windows_cargo check --workspace --all-targets
}

# ARM64 has no linker here; type errors are found all the same.
arm64() {
    local name status=0
    provide "${arm64_tools[@]}"
    for name in aarch64-pc-windows-gnullvm aarch64-pc-windows-msvc; do
        use_target "$name"
        use_clang_for_arm64
        if windows_cargo check -p tsm-ffi -p tsm-cli -p tsm-sample-site; then
            printf '%s: compiles\n' "$name"
        else
            loud "$name: does not compile here."
            status=1
        fi
    done
    return $status
}

target=${CARGO_TARGET_DIR:-$PWD/target}/windows
artefacts=$PWD/target/windows/win-x64
module_native=$PWD/target/module/TaskSequenceMedia/runtimes/win-x64/native
mkdir -p "$target"
verb=${1-}
[ $# -eq 0 ] || shift
case "$verb" in
    check | arm64) provide_toolchain && "$verb" ;;
    build) provide_toolchain && build "$@" ;;
    imports) list_imports ;;
    test) provide_toolchain && provide_wine && test_windows "$@" ;;
    -h | --help | help) usage ;;
    *) usage >&2; exit 64 ;;
esac
