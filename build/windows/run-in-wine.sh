#!/usr/bin/env bash
# Cargo's runner for Windows programs: wine, with a limit, so that a hanging test ends the run with a name.
export TSM_UNDER_WINE=1 # for tests of what wine cannot do
exec timeout --kill-after=10 "${TSM_WINE_SECONDS:-1800}" /usr/lib/wine/wine64 "$@"
