//! The queue between the thread of a job and whoever polls it.
//!
//! Progress is thinned here, so that a loop may report every block: the first and the last record of an activity are
//! always given, between them the newest one, at most five times a second. The queue is bounded: a job that reports
//! faster than anybody reads waits, unless it was cancelled.

use crate::errors::ErrorObject;
use crate::tables::lock;
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tsm_job::{Cancel, Level, LogRecord, Observer, ProgressRecord, Unit};

/// The longest batch that a poll gives, in bytes. Windows PowerShell parses at most two million characters at once.
const MAXIMUM_BATCH: usize = 256 << 10;
/// Above this an output is given in parts, so that several events fit into a batch.
const MAXIMUM_VALUE: usize = 128 << 10;
/// Above this many bytes a job has to wait for its reader.
const MAXIMUM_QUEUE: usize = 4 << 20;
/// The shortest time between two progress records of one activity.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(200);

/// Something that a job tells.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(crate) enum Event {
    Progress {
        id: u32,
        /// Always null: activities stand side by side.
        parent_id: Option<u32>,
        activity: String,
        status: String,
        done: u64,
        total: u64,
        unit: &'static str,
        seconds_remaining: Option<u32>,
        completed: bool,
    },
    Log {
        level: &'static str,
        code: Option<&'static str>,
        message: String,
    },
    /// Elements that belong at the end of the array `field` of the next output.
    Part {
        field: String,
        items: Vec<Value>,
    },
    Output {
        type_name: &'static str,
        value: Value,
    },
    Error {
        error: ErrorObject,
    },
    Completed {
        result: Value,
    },
    Failed {
        error: ErrorObject,
    },
    /// With the error that says what became of the work.
    Cancelled {
        error: ErrorObject,
    },
}

impl Event {
    /// Whether nothing comes after it.
    fn is_last(&self) -> bool {
        matches!(self, Self::Completed { .. } | Self::Failed { .. } | Self::Cancelled { .. })
    }
}

impl From<&ProgressRecord> for Event {
    fn from(record: &ProgressRecord) -> Self {
        Self::Progress {
            id: record.id,
            parent_id: None,
            activity: record.activity.clone(),
            status: record.status.clone(),
            done: record.done,
            total: record.total,
            unit: match record.unit {
                Unit::Bytes => "bytes",
                Unit::Items => "items",
            },
            seconds_remaining: record.seconds_remaining,
            completed: record.completed,
        }
    }
}

/// What a poll finds.
#[derive(Debug)]
pub(crate) enum Polled {
    /// A JSON array of events.
    Batch(Vec<u8>),
    /// Nothing in the given time.
    Nothing,
    /// The last event was given.
    Done,
    /// The job was freed meanwhile.
    Gone,
}

/// An activity that is under way.
struct Shown {
    /// A record that was held back.
    newest: Option<ProgressRecord>,
    /// When the last one was given.
    given: Instant,
}

#[derive(Default)]
struct State {
    /// Events, as JSON, in their order.
    ready: VecDeque<Vec<u8>>,
    /// Their length in all.
    bytes: usize,
    activities: BTreeMap<u32, Shown>,
    /// The last event is in `ready`, or was given.
    ended: bool,
    /// Nobody will poll again.
    closed: bool,
    /// The thread of the job is about to end.
    finished: bool,
}

impl State {
    fn push(&mut self, event: &Event) {
        // An event is made of our own types and cannot fail to become JSON; if it did, the reader would miss one line.
        let Ok(json) = serde_json::to_vec(event) else { return };
        self.bytes += json.len();
        self.ready.push_back(json);
    }

    /// Moves what was held back long enough, and says when the next one will be due.
    fn release(&mut self, now: Instant) -> Option<Instant> {
        let mut due = Vec::new();
        let mut next: Option<Instant> = None;
        for activity in self.activities.values_mut() {
            let at = activity.given + PROGRESS_INTERVAL;
            if activity.newest.is_some() && at > now {
                next = Some(next.map_or(at, |n| n.min(at)));
            } else if let Some(record) = activity.newest.take() {
                activity.given = now;
                due.push(record);
            }
        }
        due.iter().for_each(|record| self.push(&record.into()));
        next
    }

    /// As many events as fit into a batch; `None` when there are none.
    fn batch(&mut self) -> Option<Vec<u8>> {
        let mut batch = vec![b'['];
        while let Some(event) = self.ready.front() {
            if batch.len() > 1 && batch.len() + event.len() + 2 > MAXIMUM_BATCH {
                break;
            }
            if batch.len() > 1 {
                batch.push(b',');
            }
            batch.extend_from_slice(event);
            self.bytes -= event.len();
            self.ready.pop_front();
        }
        batch.push(b']');
        (batch.len() > 2).then_some(batch)
    }
}

/// The queue of one job.
pub(crate) struct Queue {
    state: Mutex<State>,
    /// Something for the reader.
    news: Condvar,
    /// Something for the writer.
    room: Condvar,
    cancel: Cancel,
}

impl Queue {
    pub(crate) fn new(cancel: Cancel) -> Self {
        Self { state: Mutex::default(), news: Condvar::new(), room: Condvar::new(), cancel }
    }

    /// Adds an event. Waits while the queue is full; what comes after a cancellation or a free may be dropped instead.
    pub(crate) fn push(&self, event: &Event) {
        let mut state = lock(&self.state);
        while state.bytes > MAXIMUM_QUEUE && !state.closed && !self.cancel.is_cancelled() {
            state = wait(&self.room, state, Duration::from_millis(50));
        }
        if state.closed || state.ended || (state.bytes > MAXIMUM_QUEUE && !event.is_last()) {
            return;
        }
        if event.is_last() {
            state.activities.clear();
            state.ended = true;
        }
        state.push(event);
        self.news.notify_all();
    }

    /// Adds an output, in parts where it is big. `value` has field names in PascalCase already.
    pub(crate) fn output(&self, type_name: &'static str, mut value: Value) {
        for (field, items) in split(&mut value) {
            self.push(&Event::Part { field, items });
        }
        self.push(&Event::Output { type_name, value });
    }

    /// Waits at most `timeout` for events.
    pub(crate) fn poll(&self, timeout: Duration) -> Polled {
        let end = Instant::now().checked_add(timeout);
        let mut state = lock(&self.state);
        loop {
            if state.closed {
                return Polled::Gone;
            }
            let now = Instant::now();
            let due = state.release(now);
            if let Some(batch) = state.batch() {
                self.room.notify_all();
                return Polled::Batch(batch);
            }
            if state.ended {
                return Polled::Done;
            }
            let left = end.map_or(Duration::MAX, |end| end.saturating_duration_since(now));
            if left.is_zero() {
                return Polled::Nothing;
            }
            let until_due = due.map_or(left, |due| due.saturating_duration_since(now));
            state = wait(&self.news, state, left.min(until_due).max(Duration::from_millis(1)));
        }
    }

    /// Lets nothing in or out any more.
    pub(crate) fn close(&self) {
        lock(&self.state).closed = true;
        self.news.notify_all();
        self.room.notify_all();
    }

    /// Says that the thread of the job is about to end.
    pub(crate) fn finish(&self) {
        lock(&self.state).finished = true;
        self.news.notify_all();
    }

    /// Waits at most `timeout` until [`Queue::finish`] was called; says whether it was.
    pub(crate) fn wait_finished(&self, timeout: Duration) -> bool {
        let end = Instant::now().checked_add(timeout);
        let mut state = lock(&self.state);
        while !state.finished {
            let left = end.map_or(Duration::MAX, |end| end.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                return false;
            }
            state = wait(&self.news, state, left);
        }
        true
    }
}

impl Observer for Queue {
    fn progress(&self, record: &ProgressRecord) {
        let mut state = lock(&self.state);
        if state.closed || state.ended {
            return;
        }
        let now = Instant::now();
        if record.completed {
            state.activities.remove(&record.id);
        } else if let Some(shown) = state.activities.get_mut(&record.id) {
            let news = shown.newest.replace(record.clone()).is_none();
            if news {
                self.news.notify_all(); // the reader works out until when it has to wait
            }
            return;
        } else {
            state.activities.insert(record.id, Shown { newest: None, given: now });
        }
        drop(state);
        self.push(&record.into());
    }

    fn log(&self, record: &LogRecord) {
        let level = match record.level {
            Level::Debug => "debug",
            Level::Verbose => "verbose",
            Level::Information => "information",
            Level::Warning => "warning",
        };
        self.push(&Event::Log { level, code: record.code, message: record.message.clone() });
    }
}

fn wait<'a, T>(condition: &Condvar, guard: MutexGuard<'a, T>, timeout: Duration) -> MutexGuard<'a, T> {
    // An hour at most: callers loop, and some platforms dislike the longest durations.
    let timeout = timeout.min(Duration::from_secs(3600));
    condition.wait_timeout(guard, timeout).unwrap_or_else(PoisonError::into_inner).0
}

/// Takes the arrays out of a value that is too big for a batch, cut into pieces that are not.
fn split(value: &mut Value) -> Vec<(String, Vec<Value>)> {
    let length = |value: &Value| serde_json::to_vec(value).map_or(0, |json| json.len());
    let mut parts = Vec::new();
    if length(value) <= MAXIMUM_VALUE {
        return parts;
    }
    let Value::Object(object) = value else { return parts };
    for (field, value) in object.iter_mut() {
        let Value::Array(items) = value else { continue };
        let mut part = Vec::new();
        let mut bytes = 0;
        for item in items.drain(..) {
            let more = length(&item) + 1;
            if bytes + more > MAXIMUM_VALUE && !part.is_empty() {
                parts.push((field.clone(), std::mem::take(&mut part)));
                bytes = 0;
            }
            bytes += more;
            part.push(item);
        }
        if !part.is_empty() {
            parts.push((field.clone(), part));
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(done: u64, completed: bool) -> ProgressRecord {
        ProgressRecord {
            id: 1,
            activity: "Copying".into(),
            status: String::new(),
            done,
            total: 100_000,
            unit: Unit::Items,
            seconds_remaining: None,
            completed,
        }
    }

    fn drain(queue: &Queue) -> Vec<Value> {
        let mut events = Vec::new();
        while let Polled::Batch(batch) = queue.poll(Duration::ZERO) {
            assert!(batch.len() <= MAXIMUM_BATCH, "{}", batch.len());
            let batch: Vec<Value> = serde_json::from_slice(&batch).unwrap();
            events.extend(batch);
        }
        events
    }

    #[test]
    fn of_many_progress_records_the_first_the_newest_and_the_last_remain() {
        let queue = Queue::new(Cancel::new());
        for done in 0..100_000 {
            queue.progress(&record(done, false));
        }
        std::thread::sleep(PROGRESS_INTERVAL);
        let seen: Vec<u64> = drain(&queue).iter().map(|e| e["done"].as_u64().unwrap()).collect();
        assert_eq!(seen, [0, 99_999]);
        queue.progress(&record(100_000, true));
        assert_eq!(drain(&queue)[0]["completed"], true);
    }

    #[test]
    fn a_held_back_record_wakes_the_reader_when_it_is_due() {
        let queue = Queue::new(Cancel::new());
        queue.progress(&record(0, false));
        drain(&queue);
        queue.progress(&record(1, false));
        assert!(matches!(queue.poll(Duration::ZERO), Polled::Nothing));
        let begun = Instant::now();
        assert!(matches!(queue.poll(Duration::from_secs(30)), Polled::Batch(_)));
        assert!(begun.elapsed() < Duration::from_secs(5));
    }

    #[test]
    fn a_big_value_is_cut_into_parts_that_make_it_up_again() {
        let items: Vec<Value> = (0..20_000).map(|i| serde_json::json!({ "Path": format!("folder/{i}") })).collect();
        let value = serde_json::json!({ "Name": "x", "Entries": items, "Empty": [] });
        let queue = Queue::new(Cancel::new());
        queue.output("T", value.clone());
        let events = drain(&queue);
        let (last, parts) = events.split_last().unwrap();
        assert!(parts.len() > 2);
        let mut again = last["value"].clone();
        for part in parts {
            assert_eq!(part["type"], "part");
            let field = part["field"].as_str().unwrap();
            again[field].as_array_mut().unwrap().extend(part["items"].as_array().unwrap().iter().cloned());
        }
        assert_eq!(again, value);
    }

    #[test]
    fn a_full_queue_lets_the_writer_wait_until_it_is_read_or_cancelled() {
        let cancel = Cancel::new();
        let queue = Queue::new(cancel.clone());
        let message = "x".repeat(64 << 10);
        std::thread::scope(|scope| {
            let writer = scope.spawn(|| {
                for _ in 0..200 {
                    queue.push(&Event::Log { level: "debug", code: None, message: message.clone() });
                }
            });
            std::thread::sleep(Duration::from_millis(300));
            assert!(!writer.is_finished());
            assert!(lock(&queue.state).bytes < MAXIMUM_QUEUE + (128 << 10));
            cancel.cancel();
            writer.join().unwrap();
        });
        assert!(lock(&queue.state).bytes < MAXIMUM_QUEUE + (128 << 10), "bounded after a cancellation too");
    }
}
