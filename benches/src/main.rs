//! `tsm-bench`: every benchmark beside its peers, in the same run, on the same bytes.
//!
//! Times of one machine say little; what counts is the ratio to a program that does the same work at the same moment. So
//! each round runs ours and the peers one after the other, and a ratio is taken within a round. `docs/performance.md` says
//! what is measured and shows the results.
#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod arguments;
mod child;
mod data;
mod document;
mod growth;
mod image;
mod machine;
mod measure;
mod module;
mod plot;
mod presence;
mod prestaged;
mod record;
mod result;
mod retrieval;
mod room;
mod run;
mod sequence;
mod size;
mod split;
mod stand_alone;

use arguments::{Arguments, Command};
use clap::Parser;
use std::process::ExitCode;

/// What stopped the benchmarks, in words.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Fault {
    message: String,
    #[source]
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Fault {
    /// A fault without a cause below.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), source: None }
    }

    /// For `map_err`: a fault with its cause.
    pub fn because<E: Into<Box<dyn std::error::Error + Send + Sync>>>(
        message: impl Into<String>,
    ) -> impl FnOnce(E) -> Self {
        let message = message.into();
        move |source| Self { message, source: Some(source.into()) }
    }
}

/// The result of a part of the benchmarks.
pub type Result<T> = std::result::Result<T, Fault>;

/// One line on standard output, for the person who waits.
pub fn say(line: impl AsRef<str>) {
    use std::io::Write;
    // Where nobody listens, the files still get written.
    let _ = writeln!(std::io::stdout().lock(), "{}", line.as_ref());
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match &arguments.command {
        None => run::all(&arguments.run),
        Some(Command::Write { library, package, image, record }) => child::write(library, package, image, record),
        Some(Command::Fetch { url, package, cache }) => child::fetch(url, package, cache),
        Some(Command::Presence { packages, urls }) => child::presence(packages, urls),
        Some(Command::Make { definition }) => child::make(definition),
        Some(Command::Test { medium }) => child::test(medium),
        Some(Command::Split { count }) => child::split(*count),
        Some(Command::StandAlone { definition }) => stand_alone::make(definition),
        Some(Command::TaskSequence { file }) => child::task_sequence(file),
        Some(Command::ReadBack { image, record }) => child::read_back(image, record),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            say(format!("tsm-bench: {fault}"));
            let mut cause = std::error::Error::source(&fault);
            while let Some(below) = cause {
                say(format!("  because: {below}"));
                cause = below.source();
            }
            ExitCode::FAILURE
        }
    }
}
