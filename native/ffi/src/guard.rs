//! The panic boundary: no panic crosses into the caller's process, and none is lost.
//!
//! While code runs under [`catch`], the panic hook keeps message, place and backtrace for it and prints nothing: standard
//! error belongs to the user's shell. Panics of all other threads go to the hook that was there before.

use crate::buffer::Out;
use crate::errors::Failure;
use std::backtrace::Backtrace;
use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::sync::Once;

/// What is known about a panic.
#[derive(Debug)]
pub(crate) struct Panic {
    /// Its message and its place in the source.
    pub(crate) message: String,
    /// The frames that led to it.
    pub(crate) backtrace: String,
}

thread_local! {
    /// How many [`catch`] this thread is in.
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    /// What the hook saw.
    static SEEN: RefCell<Option<Panic>> = const { RefCell::new(None) };
}

/// Runs `body`; a panic becomes a value.
pub(crate) fn catch<T>(body: impl FnOnce() -> T) -> Result<T, Panic> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if DEPTH.try_with(Cell::get).unwrap_or(0) == 0 {
                previous(info);
            } else {
                keep(info);
            }
        }));
    });
    DEPTH.with(|depth| depth.set(depth.get() + 1));
    // Unwind safety: tables are changed in single steps under their locks, and nothing else outlives `body`.
    let result = panic::catch_unwind(AssertUnwindSafe(body));
    DEPTH.with(|depth| depth.set(depth.get() - 1));
    result.map_err(|payload| {
        let seen = SEEN.take();
        std::mem::forget(payload); // the destructor of a payload may panic again; losing a few bytes is better
        seen.unwrap_or_else(|| Panic { message: "unknown panic".to_owned(), backtrace: String::new() })
    })
}

/// Keeps what the hook is told, for [`catch`].
fn keep(info: &PanicHookInfo<'_>) {
    let text = info.payload_as_str().unwrap_or("a value that is no text");
    let place = info.location().map_or_else(String::new, |l| format!(" ({}:{})", l.file(), l.line()));
    let seen = Panic { message: format!("{text}{place}"), backtrace: Backtrace::force_capture().to_string() };
    SEEN.set(Some(seen));
}

/// Runs the body of an exported function: an error or a panic becomes a code, and an error object where there is a place.
pub(crate) fn answer(out: Option<&Out>, body: impl FnOnce() -> Result<i32, Failure>) -> i32 {
    let failure = match catch(body) {
        Ok(Ok(code)) => return code,
        Ok(Err(failure)) => failure,
        Err(panic) => Failure::Panic(panic),
    };
    if let Some(out) = out {
        // Should this panic too (there is no known way), the caller still gets the code.
        let _ = catch(|| out.put(&failure.to_object()));
    }
    failure.code()
}
