# libwim-15.dll; sourced by cross.sh.
#
# On Windows people take the official file. Here it is compiled, because the tests need one that runs under wine. The
# source of wimlib (LGPL-3.0 or later for the library) lies whole in the crate wimlib-sys on crates.io; cargo fetches it
# and compares its checksum. Nothing of it is part of this product's source.

wimlib_crate=0.3.1
wimlib_version=1.14.4
# Of wimlib-1.14.4.tar.gz within the crate, as the crate's own build script states it.
wimlib_sha512=f3c25ee14fe849f452f004ce8137ef040410ea048555ae71180086f010858b6ed593c8881b805bac65f9ee878bf11661a7f17677c6c24e2c77149c35ee0cd853

# Puts libwim-15.dll at a path: the file that TSM_LIBWIM_WINDOWS names, or one that is compiled here once.
provide_libwim() { # to
    local scratch=$target/libwim built
    built=$scratch/libwim-15.dll
    if [ -n "${TSM_LIBWIM_WINDOWS-}" ]; then
        built=$TSM_LIBWIM_WINDOWS
    elif [ ! -e "$built" ]; then
        mkdir -p "$scratch"
        printf 'Compiling wimlib %s for Windows (log: %s)\n' "$wimlib_version" "$scratch/build.log"
        compile_libwim "$scratch" >"$scratch/build.log" 2>&1 || {
            tail -n 20 "$scratch/build.log" >&2
            loud "libwim-15.dll could not be made. TSM_LIBWIM_WINDOWS may name one that exists."
            return 1
        }
    fi
    cp "$built" "$1.partial"
    mv -f "$1.partial" "$1"
}

compile_libwim() { # scratch folder
    local archive file
    archive=$(fetch_wimlib "$1") || return
    printf '%s  %s\n' "$wimlib_sha512" "$archive" | sha512sum --check || return
    rm -rf "$1/wimlib-$wimlib_version"
    tar -xzf "$archive" -C "$1" || return
    (
        cd "$1/wimlib-$wimlib_version" || exit
        ./configure --host=x86_64-w64-mingw32 --without-ntfs-3g --without-fuse --disable-static \
            CFLAGS='-O2 -static-libgcc' || exit
        make -j2 libwim.la
    ) || return
    for file in COPYING COPYING.GPLv3 COPYING.LGPLv3; do
        cp "$1/wimlib-$wimlib_version/$file" "$1/libwim-15.$file.txt" || return
    done
    x86_64-w64-mingw32-strip -o "$1/libwim-15.dll.partial" "$1/wimlib-$wimlib_version/.libs/libwim-15.dll" &&
        mv "$1/libwim-15.dll.partial" "$1/libwim-15.dll"
}

# Puts the licence of the library that was compiled here beside it, as its licence asks of everybody who passes it on.
put_libwim_licence() { # folder
    [ -n "${TSM_LIBWIM_WINDOWS-}" ] || cp "$target"/libwim/libwim-15.COPYING*.txt "$1/"
}

# Prints the path of wimlib's source archive. Cargo only fetches for a project, so an empty one is made.
fetch_wimlib() { # scratch folder
    local project=$1/fetch
    mkdir -p "$project/src"
    : >"$project/src/lib.rs"
    cat >"$project/Cargo.toml" <<TOML
[package]
name = "fetch-wimlib"
version = "0.0.0"
edition = "2021"
[dependencies]
wimlib-sys = "=$wimlib_crate"
[workspace]
TOML
    cargo vendor --quiet --manifest-path "$project/Cargo.toml" "$project/vendor" >/dev/null || return
    printf '%s\n' "$project/vendor/wimlib-sys/wimlib-$wimlib_version.tar.gz"
}
