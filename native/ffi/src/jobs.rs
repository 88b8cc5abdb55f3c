//! The table of jobs: each one a thread, a flag to stop it and a queue of events.

pub(crate) use crate::events::Polled;

use crate::errors::{Boundary, ErrorObject, Failure};
use crate::events::{Event, Queue};
use crate::guard;
use crate::tables::{lock, next_id};
use crate::work::Work;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;
use tsm_job::{Cancel, Context};
use tsm_media::ErrorKind;

struct Job {
    queue: Arc<Queue>,
    cancel: Cancel,
    thread: Mutex<Option<JoinHandle<()>>>,
}

static JOBS: Mutex<BTreeMap<u64, Arc<Job>>> = Mutex::new(BTreeMap::new());

/// Starts work on a thread of its own and gives the id of the job.
pub(crate) fn start(work: Work) -> Result<u64, Failure> {
    let id = next_id();
    let cancel = Cancel::new();
    let queue = Arc::new(Queue::new(cancel.clone()));
    let context = Context::new(queue.clone(), cancel.clone());
    let events = queue.clone();
    let thread = std::thread::Builder::new()
        .name(format!("tsm-job-{id}"))
        .spawn(move || run(work, &context, &events))
        .map_err(|e| Failure::Boundary(Boundary::ThreadUnavailable, format!("No thread can be started: {e}.")))?;
    lock(&JOBS).insert(id, Arc::new(Job { queue, cancel, thread: Mutex::new(Some(thread)) }));
    Ok(id)
}

/// The thread of a job: does the work and always ends with exactly one last event.
fn run(work: Work, context: &Context, queue: &Queue) {
    let secrets = work.secrets().clone();
    let last = match guard::catch(|| work.run(context, queue)) {
        Ok(Ok(result)) => Event::Completed { result },
        Ok(Err(Failure::Media(error))) if error.kind() == ErrorKind::Cancelled => {
            Event::Cancelled { error: ErrorObject::from(&error) }
        }
        Ok(Err(failure)) => Event::Failed { error: failure.to_object() },
        Err(panic) => Event::Failed { error: panic_object(panic, &secrets) },
    };
    queue.push(&last);
    queue.finish();
}

/// The error object of a panic. Messages of panics can quote any value, so one that holds a secret is not told.
fn panic_object(mut panic: guard::Panic, secrets: &tsm_media::Secrets) -> ErrorObject {
    let held = secrets.all().any(|secret| {
        let value = secret.expose();
        !value.is_empty() && (panic.message.contains(value) || panic.message.contains(&*escaped(value)))
    });
    if held {
        panic.message = "(the message is withheld: it held a secret)".to_owned();
    }
    Failure::Panic(panic).to_object()
}

/// A value as `{:?}` would show it, without the quotes.
fn escaped(value: &str) -> zeroize::Zeroizing<String> {
    zeroize::Zeroizing::new(value.escape_debug().to_string())
}

fn find(id: u64) -> Result<Arc<Job>, Failure> {
    lock(&JOBS).get(&id).cloned().ok_or_else(|| Failure::unknown_handle("job", id))
}

/// Waits at most `timeout` for events.
pub(crate) fn poll(id: u64, timeout: Duration) -> Result<Polled, Failure> {
    Ok(find(id)?.queue.poll(timeout))
}

/// Asks a job to stop.
pub(crate) fn cancel(id: u64) -> Result<(), Failure> {
    find(id)?.cancel.cancel();
    Ok(())
}

/// Cancels and forgets a job; says whether it ended within `wait`.
pub(crate) fn free(id: u64, wait: Duration) -> Result<bool, Failure> {
    let job = lock(&JOBS).remove(&id).ok_or_else(|| Failure::unknown_handle("job", id))?;
    job.cancel.cancel();
    job.queue.close();
    let ended = job.queue.wait_finished(wait);
    let thread = lock(&job.thread).take();
    if ended && let Some(thread) = thread {
        // It has nothing left to do but to return. Its panics were caught; there is no result to look at.
        let _ = thread.join();
    }
    Ok(ended)
}

/// How many jobs were started and not freed.
pub(crate) fn count() -> usize {
    lock(&JOBS).len()
}
