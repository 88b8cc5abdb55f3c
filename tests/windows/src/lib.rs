//! Nothing but a home for the tests in `tests/`, which mean something on Windows only (`docs/windows.md`), and for a program
//! that stands for others in them.
//!
//! They run on Windows with `cargo test`, and on Linux under wine with `build/windows/cross.sh test`. They test
//! `tsm_native.dll` and `tsmedia.exe` as files: those beside the tests, or those in the folder that the environment
//! variable `TSM_WINDOWS_ARTEFACTS` names.
#![forbid(unsafe_code)]
