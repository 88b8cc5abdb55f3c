//! Bad input gets an error with its number that names the thing at fault, and nothing is lost.
//!
//! Each case is tried twice: the preflight has to find it, and the build has to refuse it with the same number. After
//! both, an older medium at the path, its manifest and all folders are as they were.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, missing_docs)]

#[path = "../kit/mod.rs"]
mod kit;

mod boot_image;
mod certificate;
mod definition;
mod facts;
mod library;
mod options;
mod rights;
mod target;

use kit::{Desk, in_short, words};
use tsm_job::Context;
use tsm_media::{Error, ErrorKind, Outcome};

/// Tries what cannot work: preflight and build refuse it with `kind`, the error holds every one of `named`, and nothing
/// changes.
fn assert_refused(case: &str, desk: &Desk, kind: ErrorKind, named: &[&str]) -> Error {
    let before = desk.state();
    let report = desk.preflight();
    let code = kind.code();
    let failures: Vec<_> = report.failures().filter(|c| c.error_id.as_deref() == Some(code)).collect();
    assert_eq!(report.outcome, Outcome::Failed, "{case}: the preflight lets it pass: {}", in_short(&report));
    assert!(!failures.is_empty(), "{case}: the preflight has no {code}: {}", in_short(&report));
    let said = |c: &&tsm_media::Check| format!("{} [{}]", c.evidence, c.target.as_deref().unwrap_or_default());
    let said: String = failures.iter().map(said).collect();
    for name in named {
        assert!(said.contains(name), "{case}: the preflight does not name '{name}': {said}");
    }
    let found = failures[0];
    assert!(found.remedy.as_deref().is_some_and(|r| r.ends_with('.')), "{case}: no remedy: {found:#?}");
    assert_eq!(desk.state(), before, "{case}: the preflight changed something");
    assert_build_refused(case, desk, &Context::silent(), kind, named)
}

/// The same for what only a build can meet.
fn assert_build_refused(case: &str, desk: &Desk, context: &Context, kind: ErrorKind, named: &[&str]) -> Error {
    let before = desk.state();
    let error = match desk.create_with(context) {
        Ok(_) => panic!("{case}: a medium was made"),
        Err(error) => error,
    };
    let said = words(&error);
    assert_eq!(error.kind(), kind, "{case}: {said}");
    for name in named {
        assert!(said.contains(name), "{case}: '{name}' is not named: {said}");
    }
    assert!(error.message().ends_with(['.', '?']), "{case}: no sentence: {said}");
    assert_eq!(desk.state(), before, "{case}: something was changed, or left behind");
    error
}
