//! The context of long work: one explicit value that carries progress, cancellation and the log.
//!
//! Work that takes longer than a moment gets a [`Context`] from its caller and passes it down. It holds no thread and no
//! global: whoever runs the work (the C boundary, the command line, a test) implements [`Observer`] and decides what
//! becomes of a report. A [`Context`] is cheap to clone.
//!
//! ```
//! use tsm_job::{Context, Unit};
//!
//! fn copy(context: &Context, blocks: u64) -> Result<(), tsm_job::Cancelled> {
//!     let mut activity = context.activity("Copying", Unit::Items, blocks);
//!     for _ in 0..blocks {
//!         context.check()?;
//!         activity.advance(1);
//!     }
//!     Ok(())
//! }
//!
//! assert!(copy(&Context::silent(), 3).is_ok());
//! ```
#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod progress;

pub use progress::{Activity, ProgressRecord, Unit};

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// The work was asked to stop, and did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the work was cancelled")]
pub struct Cancelled;

/// A flag that asks work to stop. Clones share the flag; raising it twice is fine, lowering it is impossible.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// A flag that is not raised.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks the work to stop at its next chance. Callable from any thread.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Whether the work was asked to stop.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// How much a log record matters, and which PowerShell stream it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Internals, for somebody who debugs this program.
    Debug,
    /// A step that an admin would tell a colleague about.
    Verbose,
    /// A notable fact.
    Information,
    /// Something to act on, although the work goes on.
    Warning,
}

/// One line for the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRecord {
    /// How much it matters.
    pub level: Level,
    /// The stable identifier, such as `TSM1602`, where the record has one. Warnings always have one.
    pub code: Option<&'static str>,
    /// The text for people. Never holds a secret.
    pub message: String,
}

/// Receives what work reports. Called from the thread of the work, so it must be quick and must not call back.
pub trait Observer: Send + Sync {
    /// The state of an activity changed. May come thousands of times a second.
    fn progress(&self, record: &ProgressRecord);
    /// A line for the log.
    fn log(&self, record: &LogRecord);
}

/// Drops every report.
struct Silent;

impl Observer for Silent {
    fn progress(&self, _: &ProgressRecord) {}
    fn log(&self, _: &LogRecord) {}
}

/// What long work is given: where reports go, and whether to stop.
#[derive(Clone)]
pub struct Context {
    observer: Arc<dyn Observer>,
    cancel: Cancel,
    next_activity: Arc<AtomicU32>,
}

impl Context {
    /// A context that reports to `observer` and stops when `cancel` is raised.
    pub fn new(observer: Arc<dyn Observer>, cancel: Cancel) -> Self {
        Self { observer, cancel, next_activity: Arc::new(AtomicU32::new(1)) }
    }

    /// A context that reports to nobody and is never cancelled; for tests and short work.
    pub fn silent() -> Self {
        Self::new(Arc::new(Silent), Cancel::new())
    }

    /// The flag of this context.
    pub fn cancel(&self) -> &Cancel {
        &self.cancel
    }

    /// Where reports go; for an observer that stands between this context and another.
    pub fn observer(&self) -> &Arc<dyn Observer> {
        &self.observer
    }

    /// An error as soon as the work was asked to stop. Loops call it at least once per chunk of 8 MiB.
    pub fn check(&self) -> Result<(), Cancelled> {
        if self.cancel.is_cancelled() { Err(Cancelled) } else { Ok(()) }
    }

    /// The same as a [`ControlFlow`], for callbacks of crates that do not know this one.
    pub fn flow(&self) -> ControlFlow<()> {
        if self.cancel.is_cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    /// Begins an activity of `total` units. It ends, and says so, when the returned value is dropped.
    pub fn activity(&self, name: impl Into<String>, unit: Unit, total: u64) -> Activity {
        let id = self.next_activity.fetch_add(1, Ordering::Relaxed);
        Activity::begin(self.observer.clone(), id, name.into(), unit, total)
    }

    /// Logs a step.
    pub fn verbose(&self, message: impl Into<String>) {
        self.log(Level::Verbose, None, message.into());
    }

    /// Logs internals.
    pub fn debug(&self, message: impl Into<String>) {
        self.log(Level::Debug, None, message.into());
    }

    /// Logs a notable fact.
    pub fn information(&self, message: impl Into<String>) {
        self.log(Level::Information, None, message.into());
    }

    /// Logs something to act on; `code` is its stable identifier.
    pub fn warning(&self, code: &'static str, message: impl Into<String>) {
        self.log(Level::Warning, Some(code), message.into());
    }

    fn log(&self, level: Level, code: Option<&'static str>, message: String) {
        self.observer.log(&LogRecord { level, code, message });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[derive(Default)]
    struct Recorder(Mutex<Vec<String>>);

    impl Observer for Recorder {
        fn progress(&self, r: &ProgressRecord) {
            self.0.lock().unwrap().push(format!("{}:{}/{} {}", r.activity, r.done, r.total, r.completed));
        }
        fn log(&self, r: &LogRecord) {
            self.0.lock().unwrap().push(format!("{:?} {:?} {}", r.level, r.code, r.message));
        }
    }

    #[test]
    fn an_activity_reports_its_beginning_its_steps_and_its_end() {
        let recorder = Arc::new(Recorder::default());
        let context = Context::new(recorder.clone(), Cancel::new());
        let mut activity = context.activity("Copying", Unit::Bytes, 4);
        activity.advance(3);
        drop(activity);
        let seen = recorder.0.lock().unwrap().clone();
        assert_eq!(seen, ["Copying:0/4 false", "Copying:3/4 false", "Copying:3/4 true"]);
    }

    #[test]
    fn a_raised_flag_is_seen_by_every_clone() {
        let context = Context::silent();
        let clone = context.clone();
        assert_eq!(clone.check(), Ok(()));
        context.cancel().cancel();
        assert_eq!(clone.check(), Err(Cancelled));
        assert_eq!(clone.flow(), ControlFlow::Break(()));
    }
}
