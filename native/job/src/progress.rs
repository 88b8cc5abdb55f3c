//! Progress: what is being done, how far it is, and how long it will take.

use crate::Observer;
use std::sync::Arc;
use std::time::Instant;

/// What an activity counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Bytes.
    Bytes,
    /// Files, checks, packages: things.
    Items,
}

/// The state of one activity at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct ProgressRecord {
    /// Number of the activity in its context, from 1.
    pub id: u32,
    /// What is being done: "Writing disc image".
    pub activity: String,
    /// What it is busy with now: a file, a package. May be empty.
    pub status: String,
    /// Units done.
    pub done: u64,
    /// Units in all; 0 when unknown.
    pub total: u64,
    /// What is counted.
    pub unit: Unit,
    /// Whole seconds left at the speed so far; `None` until it can be told.
    pub seconds_remaining: Option<u32>,
    /// The activity ended.
    pub completed: bool,
}

/// An activity that is under way. It ends when dropped.
pub struct Activity {
    observer: Arc<dyn Observer>,
    record: ProgressRecord,
    begun: Instant,
}

impl Activity {
    pub(crate) fn begin(observer: Arc<dyn Observer>, id: u32, activity: String, unit: Unit, total: u64) -> Self {
        let record = ProgressRecord {
            id,
            activity,
            status: String::new(),
            done: 0,
            total,
            unit,
            seconds_remaining: None,
            completed: false,
        };
        observer.progress(&record);
        Self { observer, record, begun: Instant::now() }
    }

    /// Counts `units` more as done.
    pub fn advance(&mut self, units: u64) {
        self.set_done(self.record.done.saturating_add(units));
    }

    /// Sets how many units are done.
    pub fn set_done(&mut self, done: u64) {
        self.record.done = done;
        self.record.seconds_remaining = self.estimate();
        self.observer.progress(&self.record);
    }

    /// Says what the activity is busy with.
    pub fn set_status(&mut self, status: impl Into<String>) {
        self.record.status = status.into();
        self.observer.progress(&self.record);
    }

    /// Seconds left at the mean speed so far. Nothing is said in the first second: too little is known.
    fn estimate(&self) -> Option<u32> {
        let spent = self.begun.elapsed().as_secs_f64();
        if spent < 1.0 || self.record.done == 0 || self.record.total < self.record.done {
            return None;
        }
        let left = (self.record.total - self.record.done) as f64 * spent / self.record.done as f64;
        Some(left.min(f64::from(i32::MAX)) as u32)
    }
}

impl Drop for Activity {
    fn drop(&mut self) {
        self.record.completed = true;
        self.record.seconds_remaining = None;
        self.observer.progress(&self.record);
    }
}
