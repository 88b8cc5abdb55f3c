//! `tsmedia`: make, check and show task sequence media from a terminal, a build machine or Windows PE.
//!
//! The program holds no product logic. It reads its arguments, finds the secrets that a definition refers to, starts the
//! work of `tsm-media`, shows how it goes, and ends with an exit code that a script can act on ([`exit`]).
//!
//! Results go to standard output, everything else to standard error. With `--json`, standard output is one JSON
//! document: the result, or `{"error": {...}}`.
#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod arguments;
mod boot;
mod certificate;
mod content;
mod depot;
mod exit;
mod print;
mod progress;
mod references;
mod run;
mod secrets;

use arguments::Arguments;
use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    match Arguments::try_parse() {
        Ok(arguments) => ExitCode::from(run::run(&arguments)),
        Err(refusal) => {
            // Help and version are asked for, and are no failure. Where even this cannot be printed, the code says it.
            let _ = refusal.print();
            ExitCode::from(if refusal.use_stderr() { exit::USAGE } else { exit::GOOD })
        }
    }
}
