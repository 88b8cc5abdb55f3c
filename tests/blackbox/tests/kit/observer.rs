//! Looking into running work, and doing something at a moment of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use tsm_job::{Cancel, Context, LogRecord, Observer, ProgressRecord};

/// Something that work reported.
pub enum Report<'a> {
    Progress(&'a ProgressRecord),
    Log(&'a LogRecord),
}

/// Calls a function with every report, and keeps the log.
pub struct Watch<F> {
    act: F,
    log: Mutex<Vec<String>>,
}

impl<F: Fn(Report<'_>) + Send + Sync + 'static> Watch<F> {
    /// A watch, and the context to give to the work.
    pub fn new(cancel: Cancel, act: F) -> (Arc<Self>, Context) {
        let watch = Arc::new(Self { act, log: Mutex::new(Vec::new()) });
        (watch.clone(), Context::new(watch, cancel))
    }

    /// The lines of the log, each behind its code.
    pub fn log(&self) -> Vec<String> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl<F: Fn(Report<'_>) + Send + Sync> Observer for Watch<F> {
    fn progress(&self, record: &ProgressRecord) {
        (self.act)(Report::Progress(record));
    }

    fn log(&self, record: &LogRecord) {
        let line = format!("{} {}", record.code.unwrap_or("-"), record.message);
        self.log.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        (self.act)(Report::Log(record));
    }
}

/// A context that does something once: when an activity of this name has begun, or a log line contains it.
pub fn once_at(moment: &'static str, act: impl Fn() + Send + Sync + 'static) -> Context {
    let done = AtomicUsize::new(0);
    let (_, context) = Watch::new(Cancel::new(), move |report| {
        let reached = match report {
            Report::Progress(record) => record.activity == moment,
            Report::Log(record) => record.message.contains(moment),
        };
        if reached && done.fetch_add(1, Ordering::SeqCst) == 0 {
            act();
        }
    });
    context
}

/// A context that is cancelled at its `n`th report, and the count of reports.
pub fn cancelled_at(n: usize) -> (Context, Arc<AtomicUsize>) {
    let (cancel, count) = (Cancel::new(), Arc::new(AtomicUsize::new(0)));
    let (raised, counted) = (cancel.clone(), count.clone());
    let (_, context) = Watch::new(cancel, move |_: Report<'_>| {
        if counted.fetch_add(1, Ordering::SeqCst) + 1 == n {
            raised.cancel();
        }
    });
    (context, count)
}
