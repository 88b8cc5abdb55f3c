//! Progress of long calls: from libwim's C callback to one plain closure, without a panic ever crossing C.
use std::any::Any;
use std::ffi::{c_int, c_void};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use crate::native::{
    PROGRESS_ABORT, PROGRESS_CONTINUE, PROGRESS_EXTRACT_STREAMS, PROGRESS_VERIFY_STREAMS,
    PROGRESS_WRITE_METADATA_BEGIN, PROGRESS_WRITE_STREAMS, ProgressExtract, ProgressVerify, ProgressWrite,
};

/// Called with bytes done and bytes in all, uncompressed; `Break` stops the call with
/// [`WimErrorKind::Cancelled`](crate::WimErrorKind::Cancelled).
///
/// It may never be called when there is no data to move. It must not use the [`Wim`](crate::Wim) it belongs to, which is locked
/// meanwhile. A panic in it ends the call and goes on from there.
pub type Progress<'a> = &'a mut dyn FnMut(u64, u64) -> ControlFlow<()>;

/// What the trampoline needs; lives on the stack of the call that uses it.
pub(crate) struct Context<'a> {
    callback: Progress<'a>,
    before_trees: Option<&'a dyn Fn()>,
    panic: Option<Box<dyn Any + Send>>,
}

impl<'a> Context<'a> {
    pub(crate) fn new(callback: Progress<'a>) -> Self {
        Self { callback, before_trees: None, panic: None }
    }

    /// Also calls `before_trees` when all data is written, and the trees of the images follow.
    pub(crate) fn before_trees(self, before_trees: &'a dyn Fn()) -> Self {
        Self { before_trees: Some(before_trees), ..self }
    }

    /// Calls one of ours; after a panic, nothing is called any more.
    fn guarded(&mut self, call: impl FnOnce(&mut Self) -> ControlFlow<()>) -> c_int {
        if self.panic.is_some() {
            return PROGRESS_ABORT;
        }
        match catch_unwind(AssertUnwindSafe(|| call(self))) {
            Ok(ControlFlow::Continue(())) => PROGRESS_CONTINUE,
            Ok(ControlFlow::Break(())) => PROGRESS_ABORT,
            Err(panic) => {
                self.panic = Some(panic);
                PROGRESS_ABORT
            }
        }
    }

    /// Continues a panic of the callback, now that no C frame is in between.
    pub(crate) fn finish(self) {
        if let Some(panic) = self.panic {
            resume_unwind(panic);
        }
    }
}

/// The function that libwim calls; `context` is a [`Context`].
///
/// # Safety
/// `info` must be what libwim passes for `message`, and `context` the pointer registered with it.
pub(crate) unsafe extern "C" fn trampoline(message: c_int, info: *const c_void, context: *mut c_void) -> c_int {
    if context.is_null() {
        return PROGRESS_CONTINUE;
    }
    // SAFETY: the registered pointer is to a `Context` that outlives the registration, and libwim calls from the
    // thread of the operation, one call at a time.
    let context = unsafe { &mut *context.cast::<Context<'_>>() };
    if message == PROGRESS_WRITE_METADATA_BEGIN {
        return context.guarded(|context| {
            if let Some(call) = context.before_trees {
                call();
            }
            ControlFlow::Continue(())
        });
    }
    if info.is_null() {
        return PROGRESS_CONTINUE;
    }
    let (done, total) = match message {
        PROGRESS_EXTRACT_STREAMS => {
            // SAFETY: for this message libwim passes `wimlib_progress_info.extract`.
            let info = unsafe { &*info.cast::<ProgressExtract>() };
            (info.completed_bytes, info.total_bytes)
        }
        PROGRESS_WRITE_STREAMS => {
            // SAFETY: for this message libwim passes `wimlib_progress_info.write_streams`.
            let info = unsafe { &*info.cast::<ProgressWrite>() };
            (info.completed_bytes, info.total_bytes)
        }
        PROGRESS_VERIFY_STREAMS => {
            // SAFETY: for this message libwim passes `wimlib_progress_info.verify_streams`.
            let info = unsafe { &*info.cast::<ProgressVerify>() };
            (info.completed_bytes, info.total_bytes)
        }
        _ => return PROGRESS_CONTINUE,
    };
    context.guarded(|context| (context.callback)(done, total))
}
