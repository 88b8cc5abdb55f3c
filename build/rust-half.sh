# What can be done without PowerShell; sourced by build.sh. The same steps as in build.ps1, which is the real build tool.

target=${CARGO_TARGET_DIR:-target}

rust_half() { # task, why without PowerShell
    local status=0
    mkdir -p target
    case "$1" in
        test) test_rust "$2" || status=$? ;;
        demo) demo_rust || status=$? ;;
        build) cargo build --release -p tsm-ffi -p tsm-cli || status=$? ;;
        lint) cargo fmt --all --check && cargo clippy --workspace --all-targets -- -D warnings || status=$? ;;
        firmware) TSM_REQUIRE_TOOLS=1 cargo test -p tsm-firmware -- --include-ignored --test-threads=1 --nocapture || status=$? ;;
        bench) cargo run --release -p tsm-benches -- --document docs/performance.md || status=$? ;;
        testwindows) bash build/windows/cross.sh test || status=$? ;;
        docs) TSM_UPDATE_DOCS=1 cargo test -p tsm-blackbox --test documents || status=$? ;;
        package)
            loud "The package holds the PowerShell module, which cannot be assembled: $2."
            return 69
            ;;
    esac
    case "$1" in
        test) loud "LEFT OUT: the PowerShell module and all of Pester/, because $2." ;;
        demo) loud "LEFT OUT: the pipeline in PowerShell (the program tsmedia did the work), because $2." ;;
        build) loud "LEFT OUT: the PowerShell module in target/module, because $2." ;;
        lint) loud "LEFT OUT: the scripts, because $2." ;;
    esac
    # The last line of a test run is its totals.
    [ "$1" != test ] || printf '\n%s\n' "$totals"
    return "$status"
}

passed=0 failed=0 skipped=0 totals=''

# A step that counts as one test.
step() { # name, command...
    local name=$1
    shift
    printf '\n== %s\n' "$name"
    if "$@"; then passed=$((passed + 1)); else
        failed=$((failed + 1))
        loud "$name failed."
    fi
}

test_rust() { # why without PowerShell
    local log=target/test-rust.log
    step 'rustfmt' cargo fmt --all --check
    step 'clippy' cargo clippy --workspace --all-targets -- -D warnings
    printf '\n== cargo test\n'
    local status=0
    cargo test --workspace --no-fail-fast -- --show-output | tee "$log" || status=$?
    read -r rust_passed rust_failed rust_skipped < <(count_tests "$log")
    # Nothing failed by name, and yet not good: something did not compile or died.
    if [ "$status" -ne 0 ] && [ "$rust_failed" -eq 0 ]; then rust_failed=1; fi
    passed=$((passed + rust_passed)) failed=$((failed + rust_failed)) skipped=$((skipped + rust_skipped + 1))
    grep -hE '^SKIPPED| \.\.\. ignored' "$log" | sed 's/^test /SKIPPED: /; s/ \.\.\. ignored//' | sort -u >&2 || true
    printf '\nSKIPPED: Pester: %s\n' "$1" >&2
    totals="$passed passed, $failed failed, $skipped skipped"
    [ "$failed" -eq 0 ]
}

# Passed, failed and skipped of a log of cargo test. A test that lacks a tool says SKIPPED and ends well.
count_tests() {
    awk '
        /^test result:/ { for (i = 1; i < NF; i++) { n = $i
            if ($(i + 1) ~ /^passed/) p += n; if ($(i + 1) ~ /^failed/) f += n; if ($(i + 1) ~ /^ignored/) s += n } }
        /^SKIPPED/ { s++; p-- }
        END { print p + 0, f + 0, s + 0 }' "$1"
}

# A sample site, a definition, a medium of it, and the report on that medium; all in target/demo.
demo_rust() {
    local demo=target/demo programs=$target/release
    cargo build --release -p tsm-cli -p tsm-sample-site || return
    rm -rf "$demo/site"
    mkdir -p "$demo"
    "$programs/tsmedia-sample-site" make "$demo/site" >/dev/null || return
    (umask 077 && printf 'Sample-Password-1\n' >"$demo/media-password.txt")
    chmod 600 "$demo/media-password.txt"
    cat >"$demo/definition.json" <<'JSON'
{
  "schemaVersion": 1,
  "kind": "Bootable",
  "path": "boot.iso",
  "mediaType": "CdDvd",
  "mediaLabel": "Contoso boot",
  "mediaMode": "SiteBased",
  "siteFacts": "site/facts.json",
  "bootImage": "PS100005",
  "distributionPoint": ["site/SCCMContentLib", "site/SCCMContentLibE"],
  "managementPoint": ["http://mp1.contoso.test"],
  "mediaPassword": "file:media-password.txt",
  "variable": [{ "name": "Department", "value": "Sales" }],
  "logPath": "CreateTSMedia.log"
}
JSON
    printf '\n== tsmedia new\n'
    "$programs/tsmedia" new "$demo/definition.json" || return
    printf '\n== tsmedia test\n'
    "$programs/tsmedia" test "$demo/boot.iso" --media-password "file:$demo/media-password.txt"
}
