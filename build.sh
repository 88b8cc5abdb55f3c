#!/usr/bin/env bash
# Builds, tests and demonstrates TaskSequenceMedia where PowerShell may be missing.
#
#   ./build.sh test | demo | build | lint | package | firmware | bench | testwindows | docs     [further parameters of build.ps1]
#
# It installs the Debian packages that are missing, when it may, and hands over to build.ps1. Without PowerShell it runs
# the Rust half itself and says at the end what was left out.
#
#   TSM_PWSH     the PowerShell to use; "none" to run without
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
PATH="$PATH:/usr/sbin:/sbin"
. build/prerequisites.sh
. build/powershell.sh
. build/rust-half.sh

usage() {
    sed -n 's/^# \{0,1\}//; 2,9p' build.sh
}

# Whether that is a PowerShell that runs.
runs() {
    [ "$("$1" -NoProfile -NonInteractive -Command '"{0}{1}" -f "tsm", $PSVersionTable.PSVersion.Major' 2>/dev/null)" != '' ]
}

case "${1-}" in
    test | demo | build | lint | package | firmware | bench | testwindows | docs) task=$1 ;;
    -h | --help | help) usage; exit 0 ;;
    *) usage >&2; exit 64 ;;
esac
shift

require_rust
provide_packages
provide_secure_boot

powershell=$(find_powershell)
if [ -n "$powershell" ]; then
    if runs "$powershell"; then
        exec "$powershell" -NoProfile -NonInteractive -File build.ps1 -Task "$task" "$@"
    fi
    if [ -n "${TSM_PWSH-}" ]; then
        loud "TSM_PWSH names '$TSM_PWSH', which does not run as PowerShell."
        exit 69
    fi
    left_out_because="'$powershell' does not run"
else
    left_out_because="no PowerShell was found (TSM_PWSH, PATH, dotnet tool, download)"
fi
if [ $# -gt 0 ]; then
    loud "Parameters of build.ps1 ($*) need PowerShell: $left_out_because."
    exit 69
fi
rust_half "$task" "$left_out_because"
