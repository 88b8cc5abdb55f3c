//! The C boundary of TaskSequenceMedia.
//!
//! A shared library (`tsm_native`) with nine C functions. PowerShell binds them without a compiler; any language that
//! can call C can do the same. There is no product logic here: requests go to `tsm_media`, what it reports comes back.
//!
//! # The functions
//!
//! | Function | Arguments | Returns |
//! |---|---|---|
//! | [`tsm_abi_version`] | none | [`ABI_VERSION`] |
//! | [`tsm_call`] | `request*`, `length`, `out**`, `out_length*` | 0, or below 0; a result or an error object in `out` |
//! | [`tsm_job_start`] | `request*`, `length`, `job*`, `out**`, `out_length*` | 0 and the job's id, or below 0 and an error object |
//! | [`tsm_job_poll`] | `job`, `timeout_ms`, `out**`, `out_length*` | 0: events in `out`; 1: none yet; 2: ended, and all events were given |
//! | [`tsm_job_cancel`] | `job` | 0; asks the job to stop, and does not wait |
//! | [`tsm_job_free`] | `job`, `wait_ms` | 0: ended; 1: still busy after `wait_ms`, left to end alone |
//! | [`tsm_secret_put`] | `utf16*`, `units`, `id*` | 0 and the secret's id |
//! | [`tsm_secret_drop`] | `id` | 0; the value is overwritten and forgotten |
//! | [`tsm_buf_free`] | `pointer`, `length` | nothing |
//!
//! Numbers are `int32`/`uint32`, ids `uint64`, lengths pointer-sized, the calling convention is the C one everywhere.
//!
//! # Return codes
//!
//! | Code | Meaning |
//! |---|---|
//! | 0 | done, or events are there |
//! | 1 | nothing yet (`tsm_job_poll`), left behind (`tsm_job_free`) |
//! | 2 | ended and drained (`tsm_job_poll`) |
//! | -1 | a pointer is NULL: `TSM1905` |
//! | -2 | the request or the secret cannot be understood: `TSM1902` |
//! | -3 | no such job or secret: `TSM1904` |
//! | -4 | the library panicked; the process lives on: `TSM1903` |
//! | -5 | the operation failed; the error object says how |
//!
//! # Rules
//!
//! - Requests and results are UTF-8 JSON with explicit lengths; nothing ends with NUL.
//! - `out`, `out_length`, `job` and `id` are set to NULL or 0 before anything else, and `out` may be filled **whatever
//!   is returned**: an error is JSON too. When it is not NULL the caller frees it once with [`tsm_buf_free`].
//! - Jobs and secrets are ids in tables of the process, never pointers: a wrong or freed id is answered with -3.
//!   An id never names two things.
//! - Every function may be called from any thread. Nothing ever calls back.
//! - A panic never crosses: it becomes -4, or the `failed` event of a job.
//! - Secrets enter through [`tsm_secret_put`] only. Requests name them by id; no output holds one.
//!
//! # Requests
//!
//! An object with the field `op`. [`tsm_call`] knows `version`, `schema`, `errors`, `parseDefinition`,
//! `checkDefinition` and `selftest`; [`tsm_job_start`] knows `testDefinition`, `resolve`, `create`, `testMedia`,
//! `getMedia`, `profileEvidence` and `selftest`. A field or `op` that is not known is refused with `TSM1902`.
//!
//! # Events
//!
//! A poll gives a JSON array of at most 256 KiB (more only when a single event is bigger). Each event has a `type`:
//!
//! | `type` | Other fields |
//! |---|---|
//! | `progress` | `id`, `parentId`, `activity`, `status`, `done`, `total`, `unit` (`bytes`, `items`), `secondsRemaining`, `completed` |
//! | `log` | `level` (`debug`, `verbose`, `information`, `warning`), `code`, `message` |
//! | `part` | `field`, `items`: elements of an array that the next `output` is too big to hold |
//! | `output` | `typeName`, `value` with field names in PascalCase |
//! | `error` | `error`: the job goes on |
//! | `completed` | `result` |
//! | `failed` | `error` |
//! | `cancelled` | `error` |
//!
//! One of the last three ends every job. Progress is thinned: the first and the last record of an activity always come,
//! between them the newest, at most five times a second.
//!
//! An error object has `code`, `symbol`, `category` (a name of .NET's `ErrorCategory`), `message`, `target`, `stage`,
//! `causes`, `os`, `recommendedAction`, `retryable`, and for a panic `detail` with the backtrace.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod buffer;
mod errors;
mod events;
mod guard;
mod jobs;
mod requests;
mod secrets;
mod selftest;
mod tables;
mod work;

use buffer::Out;
use errors::{Boundary, Failure, code};
use jobs::Polled;
use std::time::Duration;

/// The number of this set of functions. It grows with every change that an older caller would not survive.
pub const ABI_VERSION: u32 = 1;

/// The number of this set of functions; a caller that knows another one must not call anything else.
#[unsafe(no_mangle)]
pub extern "C" fn tsm_abi_version() -> u32 {
    ABI_VERSION
}

/// Answers a short request at once.
///
/// # Safety
/// `request` is NULL or points to `length` readable bytes; `out` and `out_length` are NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tsm_call(request: *const u8, length: usize, out: *mut *mut u8, out_length: *mut usize) -> i32 {
    // SAFETY: the caller promises that both are NULL or writable.
    let Some(out) = (unsafe { Out::new(out, out_length) }) else { return code::NULL_ARGUMENT };
    guard::answer(Some(&out), || {
        // SAFETY: the caller promises `length` readable bytes, which stay valid for this call.
        let request = unsafe { buffer::bytes(request, length) }?;
        out.put(&requests::call(request)?)?;
        Ok(code::OK)
    })
}

/// Starts long work on a thread of its own and returns at once.
///
/// # Safety
/// As [`tsm_call`]; `job` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tsm_job_start(
    request: *const u8,
    length: usize,
    job: *mut u64,
    out: *mut *mut u8,
    out_length: *mut usize,
) -> i32 {
    // SAFETY: the caller promises that both are NULL or writable.
    let out = unsafe { Out::new(out, out_length) };
    guard::answer(out.as_ref(), || {
        if job.is_null() || out.is_none() {
            return Err(Boundary::NullArgument.into());
        }
        // SAFETY: it is not NULL, and the caller promises that it is writable then.
        unsafe { job.write_unaligned(0) };
        // SAFETY: the caller promises `length` readable bytes, which stay valid for this call.
        let request = unsafe { buffer::bytes(request, length) }?;
        let id = jobs::start(requests::job(request)?)?;
        // SAFETY: as above.
        unsafe { job.write_unaligned(id) };
        Ok(code::OK)
    })
}

/// Waits at most `timeout_ms` for events of a job.
///
/// # Safety
/// `out` and `out_length` are NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tsm_job_poll(job: u64, timeout_ms: u32, out: *mut *mut u8, out_length: *mut usize) -> i32 {
    // SAFETY: the caller promises that both are NULL or writable.
    let Some(out) = (unsafe { Out::new(out, out_length) }) else { return code::NULL_ARGUMENT };
    guard::answer(Some(&out), || match jobs::poll(job, Duration::from_millis(timeout_ms.into()))? {
        Polled::Batch(batch) => {
            out.put_bytes(batch);
            Ok(code::OK)
        }
        Polled::Nothing => Ok(code::PENDING),
        Polled::Done => Ok(code::DONE),
        Polled::Gone => Err(Failure::unknown_handle("job", job)),
    })
}

/// Asks a job to stop. Asking twice, or after its end, changes nothing.
#[unsafe(no_mangle)]
pub extern "C" fn tsm_job_cancel(job: u64) -> i32 {
    guard::answer(None, || jobs::cancel(job).map(|()| code::OK))
}

/// Cancels a job, waits at most `wait_ms` for its end and forgets it. A job that is still busy then ends by itself, unseen.
#[unsafe(no_mangle)]
pub extern "C" fn tsm_job_free(job: u64, wait_ms: u32) -> i32 {
    guard::answer(None, || {
        let ended = jobs::free(job, Duration::from_millis(wait_ms.into()))?;
        Ok(if ended { code::OK } else { code::PENDING })
    })
}

/// Takes in a secret of `units` UTF-16 code units. Unpaired surrogates are refused: no text of a person has them.
///
/// # Safety
/// `utf16` is NULL or points to `units` readable code units; `id` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tsm_secret_put(utf16: *const u16, units: usize, id: *mut u64) -> i32 {
    guard::answer(None, || {
        if id.is_null() {
            return Err(Boundary::NullArgument.into());
        }
        // SAFETY: it is not NULL, and the caller promises that it is writable then.
        unsafe { id.write_unaligned(0) };
        let length = units.checked_mul(2).ok_or_else(|| Failure::bad_request("The secret is too long."))?;
        // SAFETY: the caller promises `units` code units, that is twice as many bytes; bytes need no alignment.
        let bytes = unsafe { buffer::bytes(utf16.cast(), length) }?;
        let secret = secrets::put(bytes)?;
        // SAFETY: as above.
        unsafe { id.write_unaligned(secret) };
        Ok(code::OK)
    })
}

/// Overwrites and forgets a secret. Jobs that were started with it keep their own copy until they end.
#[unsafe(no_mangle)]
pub extern "C" fn tsm_secret_drop(id: u64) -> i32 {
    guard::answer(None, || secrets::forget(id).map(|()| code::OK))
}

/// Frees a buffer of this library. NULL, a foreign pointer and a buffer that was freed already are ignored; `length` is
/// part of the signature for callers that keep both together, and is not believed.
#[unsafe(no_mangle)]
pub extern "C" fn tsm_buf_free(pointer: *mut u8, length: usize) {
    let _ = length;
    guard::answer(None, || {
        buffer::free(pointer);
        Ok(code::OK)
    });
}
