//! The boundary, tested through its exported functions as a foreign caller would use them, misuse included.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod caller;
mod calls;
mod jobs;
mod secrets;
