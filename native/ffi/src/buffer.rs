//! Memory that crosses the boundary: request bytes in, result bytes out.
//!
//! Every buffer that was handed out is listed until it is freed. So a second free, a wrong length or a foreign pointer
//! does no harm, and a test can tell that none was forgotten.

use crate::errors::{Boundary, Failure};
use crate::tables::lock;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Mutex;

/// The longest request that is read. Requests are small; a bigger one is a caller that went astray.
const MAXIMUM_REQUEST: usize = 64 << 20;

/// Lengths of the buffers that callers hold, by address.
static HANDED_OUT: Mutex<BTreeMap<usize, usize>> = Mutex::new(BTreeMap::new());

/// The two places where a caller wants a result.
pub(crate) struct Out {
    pointer: *mut *mut u8,
    length: *mut usize,
}

impl Out {
    /// Empties both places; `None` when one is NULL.
    ///
    /// # Safety
    /// Each is NULL or writable, for as long as the value lives.
    pub(crate) unsafe fn new(pointer: *mut *mut u8, length: *mut usize) -> Option<Self> {
        if !pointer.is_null() {
            // SAFETY: not NULL, and then writable by the promise above.
            unsafe { pointer.write_unaligned(std::ptr::null_mut()) };
        }
        if !length.is_null() {
            // SAFETY: not NULL, and then writable by the promise above.
            unsafe { length.write_unaligned(0) };
        }
        (!pointer.is_null() && !length.is_null()).then_some(Self { pointer, length })
    }

    /// Hands a value out as JSON.
    pub(crate) fn put(&self, value: &impl Serialize) -> Result<(), Failure> {
        let bytes = serde_json::to_vec(value).map_err(|e| Failure::bad_request(format!("No JSON: {e}.")))?;
        self.put_bytes(bytes);
        Ok(())
    }

    /// Hands bytes out. The caller must free them.
    pub(crate) fn put_bytes(&self, bytes: Vec<u8>) {
        let length = bytes.len();
        if length == 0 {
            return; // an empty box has no memory of its own, so there would be nothing to free
        }
        let pointer = Box::into_raw(bytes.into_boxed_slice()).cast::<u8>();
        lock(&HANDED_OUT).insert(pointer.expose_provenance(), length);
        // SAFETY: `new` was promised that both are writable while this value lives.
        unsafe {
            self.pointer.write_unaligned(pointer);
            self.length.write_unaligned(length);
        }
    }
}

/// The bytes of a request.
///
/// # Safety
/// `pointer` is NULL or points to `length` bytes that stay readable and unchanged for `'a`.
pub(crate) unsafe fn bytes<'a>(pointer: *const u8, length: usize) -> Result<&'a [u8], Failure> {
    if pointer.is_null() {
        return Err(Boundary::NullArgument.into());
    }
    if length > MAXIMUM_REQUEST {
        return Err(Failure::bad_request(format!(
            "The request has {length} bytes; at most {MAXIMUM_REQUEST} are read."
        )));
    }
    // SAFETY: not NULL, readable by the promise above; bytes need no alignment, and the length is far below isize::MAX.
    Ok(unsafe { std::slice::from_raw_parts(pointer, length) })
}

/// Frees a buffer that was handed out; anything else is ignored.
pub(crate) fn free(pointer: *mut u8) {
    let Some(length) = lock(&HANDED_OUT).remove(&pointer.addr()) else { return };
    let ours = std::ptr::with_exposed_provenance_mut::<u8>(pointer.addr());
    // SAFETY: the table says that `put_bytes` made a box of this length at this address, exposed it, and that nobody freed
    // it; having removed the entry, this call is the only one that may.
    drop(unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(ours, length)) });
}

/// How many buffers callers hold now.
pub(crate) fn count() -> usize {
    lock(&HANDED_OUT).len()
}
