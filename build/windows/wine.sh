# Running the tests under wine; sourced by cross.sh.

wine=/usr/lib/wine/wine64

provide_wine() {
    provide "${wine_tools[@]}"
    export WINEPREFIX=$target/wine WINEARCH=win64 WINEDEBUG=${WINEDEBUG:--all}
    # No search for .NET and for a browser; the stand-in below goes before wine's own file.
    export WINEDLLOVERRIDES='mscoree,mshtml=;bcryptprimitives=n'
    local system=$WINEPREFIX/drive_c/windows/system32
    if [ ! -e "$system/kernel32.dll" ]; then
        printf 'Making a Windows for wine in %s\n' "$WINEPREFIX"
        "$wine" wineboot --init >"$target/wineboot.log" 2>&1 || { tail "$target/wineboot.log" >&2; return 1; }
    fi
    # Rust's standard library needs ProcessPrng, which is part of Windows since 10 and of wine since 8.6.
    x86_64-w64-mingw32-gcc -shared -O2 -o "$system/bcryptprimitives.dll" $here/process_prng.c -ladvapi32
}

# Runs the tests; the last line is the totals.
test_windows() { # names of crates...
    local log=$target/test.log artefact_log=$target/test-artefacts.log status=0 choice=() name
    for name in "$@"; do choice+=(-p "$name"); done
    [ ${#choice[@]} -gt 0 ] || choice=(--workspace)
    use_target x86_64-pc-windows-gnu
    # A test of a tool that only Linux has says SKIPPED.
    unset TSM_REQUIRE_TOOLS
    export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER=$PWD/$here/run-in-wine.sh
    local made=$target/$triple/debug
    mkdir -p "$made/deps"
    provide_libwim "$made/libwim-15.dll" && cp "$made/libwim-15.dll" "$made/deps/libwim-15.dll"

    # Tests take these as files. Those in tests/blackbox have cargo make the program, but there is none under wine.
    windows_cargo build -p tsm-ffi -p tsm-cli
    export TSM_PROGRAM="Z:${made//\//\\}\\tsmedia.exe"
    printf '\n== cargo test under wine\n'
    windows_cargo test "${choice[@]}" --no-fail-fast -- --show-output | tee "$log" || status=$?
    : >"$artefact_log"
    if [ -e "$artefacts/tsmedia.exe" ]; then
        printf '\n== tests/windows with the files in %s\n' "$artefacts"
        TSM_WINDOWS_ARTEFACTS=$artefacts windows_cargo test -p tsm-windows-tests --no-fail-fast -- --show-output |
            tee "$artefact_log" || status=$?
        count_step list_imports
    else
        loud "LEFT OUT: the files as users get them, because 'cross.sh build' was not run."
    fi
    "${wine}server" -k 2>/dev/null || /usr/lib/wine/wineserver64 -k 2>/dev/null || true
    print_totals "$log" "$artefact_log" "$status"
}

step_passed=0 step_failed=0

# A step that counts as one test.
count_step() { # command...
    if "$@"; then step_passed=$((step_passed + 1)); else step_failed=$((step_failed + 1)); fi
}

print_totals() { # log, log, exit code of cargo
    local p f s passed=$step_passed failed=$step_failed skipped=0 log
    for log in "$1" "$2"; do
        read -r p f s < <(count_tests "$log")
        passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
    done
    # Nothing failed by name, and yet not good: something did not compile or died.
    if [ "$3" -ne 0 ] && [ "$failed" -eq 0 ]; then failed=1; fi
    grep -h '^SKIPPED' "$1" "$2" | sort | uniq -c >&2 || true
    printf '\n%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
    [ "$failed" -eq 0 ]
}
