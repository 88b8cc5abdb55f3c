//! The exit codes of `tsmedia`. Scripts rely on them: a code never changes its meaning.

use tsm_media::{Error, ErrorKind, Outcome, Stage};

/// Done, and nothing to say.
pub const GOOD: u8 = 0;
/// Done, with warnings to look at.
pub const WARNINGS: u8 = 1;
/// It cannot work: the definition, the site facts, the content or the target is at fault. Nothing was written.
pub const PREFLIGHT: u8 = 2;
/// The medium could not be written or put in its place. The old one is as it was.
pub const BUILD: u8 = 3;
/// The medium is not what it should be. The old one is as it was.
pub const VERIFICATION: u8 = 4;
/// The command line is wrong (`EX_USAGE` of `sysexits.h`).
pub const USAGE: u8 = 64;
/// Cancelled, as shells show it (128 + SIGINT).
pub const CANCELLED: u8 = 130;

/// The code for an error: what counts is how far the work had come.
pub fn of_error(error: &Error) -> u8 {
    if error.kind() == ErrorKind::Cancelled {
        return CANCELLED;
    }
    match error.stage() {
        Stage::Input | Stage::Site | Stage::Plan | Stage::Preflight | Stage::Content | Stage::Certificate => PREFLIGHT,
        Stage::Build | Stage::Publish => BUILD,
        Stage::Verify => VERIFICATION,
    }
}

/// The code for the outcome of a test; `failed` is the code for a test that failed.
pub fn of_outcome(outcome: Outcome, failed: u8) -> u8 {
    match outcome {
        Outcome::Passed => GOOD,
        Outcome::Warning => WARNINGS,
        Outcome::Failed => failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cancelled_run_is_told_apart_from_a_failed_one_whatever_it_was_doing() {
        for stage in [Stage::Content, Stage::Build, Stage::Verify] {
            assert_eq!(of_error(&Error::new(ErrorKind::Cancelled, stage, "The work was cancelled.")), CANCELLED);
        }
    }

    #[test]
    fn the_stage_decides_the_code() {
        let code = |stage| of_error(&Error::new(ErrorKind::Internal, stage, "x"));
        assert_eq!([code(Stage::Site), code(Stage::Publish), code(Stage::Verify)], [PREFLIGHT, BUILD, VERIFICATION]);
    }
}
