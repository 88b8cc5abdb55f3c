//! An open WIM: owner of libwim's handle.
use std::ffi::c_void;
use std::io::Read as _;
use std::ptr::NonNull;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use camino::{Utf8Path, Utf8PathBuf};

use crate::error::{WimError, WimErrorKind};
use crate::library::Library;
use crate::native::{OPEN_ERROR_IF_SPLIT, WimStruct};
use crate::progress::{Context, Progress, trampoline};
use crate::text::NativeText;

/// libwim's `WIMStruct`, freed on drop.
pub(crate) struct Handle {
    pub(crate) library: Arc<Library>,
    pointer: NonNull<WimStruct>,
}

// SAFETY: a WIMStruct may be used from any thread as long as only one uses it at a time (wimlib.h, "Thread Safety");
// a `Handle` is the only owner of its pointer.
unsafe impl Send for Handle {}

impl Handle {
    /// # Safety
    /// `pointer` came from this library's open or create and is owned by nobody else.
    pub(crate) unsafe fn new(library: &Arc<Library>, pointer: *mut WimStruct) -> Result<Self, WimError> {
        match NonNull::new(pointer) {
            Some(pointer) => Ok(Self { library: Arc::clone(library), pointer }),
            None => Err(WimError::new(WimErrorKind::Other, "libwim returned no handle")),
        }
    }

    /// Opens a file with libwim's open flags.
    pub(crate) fn open(library: &Arc<Library>, path: &Utf8Path, flags: i32) -> Result<Self, WimError> {
        let native = NativeText::of_path(path)?;
        let mut pointer = std::ptr::null_mut();
        // SAFETY: the path is NUL-terminated and alive; `pointer` is a valid place for the result.
        let code = unsafe { (library.functions.open_wim)(native.as_ptr(), flags, &raw mut pointer) };
        library.check(code)?;
        // SAFETY: just opened, nobody else has it.
        unsafe { Self::new(library, pointer) }
    }

    pub(crate) fn as_ptr(&self) -> *mut WimStruct {
        self.pointer.as_ptr()
    }

    /// Runs `operation` while `progress` hears libwim's messages.
    pub(crate) fn with_progress(
        &mut self,
        progress: Progress<'_>,
        operation: impl FnOnce(&Library, *mut WimStruct) -> i32,
    ) -> Result<(), WimError> {
        self.with_context(Context::new(progress), operation)
    }

    /// Runs `operation` while `context` hears libwim's messages.
    pub(crate) fn with_context(
        &mut self,
        mut context: Context<'_>,
        operation: impl FnOnce(&Library, *mut WimStruct) -> i32,
    ) -> Result<(), WimError> {
        let register = self.library.functions.register_progress;
        // SAFETY: the context outlives the operation, and is unregistered below before it goes out of scope:
        // `operation` is a single call into C, which does not unwind.
        unsafe {
            register(self.as_ptr(), Some(trampoline), (&raw mut context).cast::<c_void>());
        }
        let code = operation(&self.library, self.as_ptr());
        // SAFETY: takes the function away again; a null context is never used without a function.
        unsafe { register(self.as_ptr(), None, std::ptr::null_mut()) };
        context.finish();
        self.library.check(code)
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: the pointer is ours alone and not used after this.
        unsafe { (self.library.functions.free)(self.as_ptr()) }
    }
}

/// An open WIM file. May be shared between threads; calls wait for one another.
pub struct Wim {
    path: Utf8PathBuf,
    handle: Mutex<Handle>,
}

impl std::fmt::Debug for Wim {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Wim").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Wim {
    /// Opens a WIM for reading. Only header, tables and XML are read, whatever the size of the file.
    ///
    /// # Errors
    /// With the file's path: [`WimErrorKind::NotFound`], [`WimErrorKind::NotAWim`], [`WimErrorKind::SplitPart`],
    /// [`WimErrorKind::Encrypted`], [`WimErrorKind::UnsupportedCompression`], [`WimErrorKind::UnsupportedVersion`],
    /// [`WimErrorKind::Truncated`], [`WimErrorKind::Damaged`], [`WimErrorKind::Io`].
    pub fn open(library: &Arc<Library>, path: &Utf8Path) -> Result<Self, WimError> {
        check_begin(path)?;
        let handle =
            Handle::open(library, path, OPEN_ERROR_IF_SPLIT).map_err(|error| explain_open(error, path).at(path))?;
        Ok(Self::of(path, handle))
    }

    /// A WIM of a handle that nobody else has.
    pub(crate) fn of(path: &Utf8Path, handle: Handle) -> Self {
        Self { path: path.to_owned(), handle: Mutex::new(handle) }
    }

    /// Path and handle, for who goes on with the handle alone.
    pub(crate) fn into_parts(self) -> (Utf8PathBuf, Handle) {
        (self.path, self.handle.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    /// The file it was opened from.
    #[must_use]
    pub fn path(&self) -> &Utf8Path {
        &self.path
    }

    /// Reads every stream of the WIM and compares its SHA-1, and reads the metadata of every image.
    ///
    /// # Errors
    /// [`WimErrorKind::Damaged`] or [`WimErrorKind::Truncated`] for a bad file, [`WimErrorKind::Cancelled`].
    pub fn verify(&self, progress: Progress<'_>) -> Result<(), WimError> {
        let mut handle = self.lock();
        handle
            .with_progress(progress, |library, wim| {
                // SAFETY: `wim` is an open handle, locked by us.
                unsafe { (library.functions.verify_wim)(wim, 0) }
            })
            .map_err(|error| error.at(&self.path))
    }

    /// The handle, for one user at a time.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Handle> {
        // A panic in a caller's callback happens between calls of libwim, so the handle is as good as before.
        self.handle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a WIM begins with, and wimlib's pipable ones (`WIM_MAGIC`, `PWM_MAGIC`).
const MAGICS: [&[u8; 8]; 2] = [b"MSWIM\0\0\0", b"WLPWM\0\0\0"];

/// Asks the operating system first: its words for "not there" and "not allowed" say more than libwim's, which also takes
/// a short file of any kind for a cut WIM.
pub(crate) fn check_begin(path: &Utf8Path) -> Result<(), WimError> {
    let no_wim = |text: &str| Err(WimError::new(WimErrorKind::NotAWim, text).at(path));
    let metadata = std::fs::metadata(path).map_err(|e| WimError::io("cannot look at the WIM", path, e))?;
    if metadata.is_dir() {
        return no_wim("it is a folder");
    }
    let mut begin = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(8).read_to_end(&mut begin))
        .map_err(|e| WimError::io("cannot read the WIM", path, e))?;
    match begin.as_slice() {
        [] => no_wim("the file is empty"),
        begin if MAGICS.iter().any(|magic| begin == magic.as_slice()) => Ok(()),
        _ => no_wim("it does not begin with MSWIM"),
    }
}

/// An impossible number of images is a caller's mistake elsewhere, but here it is what the file says. And libwim for
/// Windows says of a cut file only that it could not be read.
fn explain_open(error: WimError, path: &Utf8Path) -> WimError {
    const IMAGE_COUNT: i32 = 10;
    const READ: i32 = 50;
    match error.code() {
        Some(IMAGE_COUNT) => error.with_kind(WimErrorKind::Damaged),
        Some(READ) if is_cut(path).unwrap_or(false) => error.with_kind(WimErrorKind::Truncated),
        _ => error,
    }
}

/// Whether the file ends before the header, or before one of the four tables that the header names (lookup table, XML
/// data, boot metadata, integrity table): for each 56 bits of size, 8 of flags and the offset in the file.
fn is_cut(path: &Utf8Path) -> std::io::Result<bool> {
    const TABLES_AT: [usize; 4] = [0x30, 0x48, 0x60, 0x7c];
    let mut header = Vec::new();
    let file = std::fs::File::open(path)?;
    let length = file.metadata()?.len();
    file.take(208).read_to_end(&mut header)?;
    let number = |at| header.iter().skip(at).take(8).rev().fold(0_u64, |n, byte| (n << 8) | u64::from(*byte));
    let is_behind = |at: &usize| number(*at + 8).saturating_add(number(*at) & ((1 << 56) - 1)) > length;
    Ok(header.len() < 208 || TABLES_AT.iter().any(is_behind))
}
