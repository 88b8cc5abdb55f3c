//! Finding and loading libwim.
use std::fmt::Write as _;
use std::mem::ManuallyDrop;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use crate::error::{WimError, WimErrorKind};
use crate::native::{Functions, INIT_DEFAULT_CASE_INSENSITIVE, INIT_DONT_ACQUIRE_PRIVILEGES};
use crate::text::decode;

/// The name under which the system knows the library.
#[cfg(windows)]
const SYSTEM_NAME: &str = "libwim-15.dll";
/// The name under which the system knows the library.
#[cfg(target_os = "macos")]
const SYSTEM_NAME: &str = "libwim.15.dylib";
/// The name under which the system knows the library.
#[cfg(not(any(windows, target_os = "macos")))]
const SYSTEM_NAME: &str = "libwim.so.15";

/// How to get the library, in one line.
#[cfg(windows)]
const HOW_TO_GET: &str = "put libwim-15.dll of the official wimlib package (https://wimlib.net) beside this program";
/// How to get the library, in one line.
#[cfg(not(windows))]
const HOW_TO_GET: &str = "install libwim 15 (Debian and Ubuntu: apt install libwim15; Fedora: dnf install wimlib; source: https://wimlib.net)";

/// A loaded libwim, initialised for paths without regard to case.
///
/// It stays in the process once loaded: libwim keeps global state, and a second load of the same file must not lose it.
pub struct Library {
    pub(crate) functions: Functions,
    place: String,
    _library: ManuallyDrop<libloading::Library>,
}

impl std::fmt::Debug for Library {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Library").field("place", &self.place).field("version", &self.version()).finish_non_exhaustive()
    }
}

impl Library {
    /// Loads libwim from the first of `candidates` that works, else by the system's name (`libwim.so.15`, on Windows
    /// `libwim-15.dll`).
    ///
    /// On Windows the system's name is looked up beside the program and in the system folder, never in the current
    /// folder or in `PATH`, where anybody may have put a file of that name.
    ///
    /// # Errors
    /// [`WimErrorKind::LibraryMissing`] with every place tried and how to get the library.
    pub fn load(candidates: &[Utf8PathBuf]) -> Result<Arc<Self>, WimError> {
        let mut tried: Vec<(String, String)> = Vec::new();
        for candidate in candidates {
            match load_file(candidate).and_then(|library| start(library, candidate.as_str())) {
                Ok(library) => return Ok(Arc::new(library)),
                Err(reason) => tried.push((candidate.to_string(), reason)),
            }
        }
        match load_system().and_then(|library| start(library, SYSTEM_NAME)) {
            Ok(library) => Ok(Arc::new(library)),
            Err(reason) => {
                tried.push((SYSTEM_NAME.to_owned(), reason));
                Err(missing(&tried))
            }
        }
    }

    /// libwim's version, such as `1.13.6`.
    #[must_use]
    pub fn version(&self) -> String {
        // SAFETY: takes nothing and only returns a constant.
        let version = unsafe { (self.functions.get_version)() };
        format!("{}.{}.{}", version >> 20, (version >> 10) & 0x3ff, version & 0x3ff)
    }

    /// The file or name it was loaded from.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }

    /// Success, or an error with libwim's code and its words for it.
    pub(crate) fn check(&self, code: std::ffi::c_int) -> Result<(), WimError> {
        if code == 0 {
            return Ok(());
        }
        // SAFETY: returns a pointer to a constant string for any number, or null.
        let words = unsafe { decode((self.functions.get_error_string)(code)) };
        let words = words.map_or_else(|| "unknown error".to_owned(), |(text, _)| text);
        Err(WimError::from_code(code, words))
    }
}

fn missing(tried: &[(String, String)]) -> WimError {
    let mut text = String::from("libwim, which reads and writes WIM files, could not be loaded; tried");
    for (place, reason) in tried {
        // Writing to a String cannot fail.
        let _ = write!(text, " {place} ({reason}),");
    }
    let _ = write!(text, " to get it: {HOW_TO_GET}");
    WimError::new(WimErrorKind::LibraryMissing, text)
}

fn start(library: libloading::Library, place: &str) -> Result<Library, String> {
    // SAFETY: the names are those of libwim 15 only; the library is never unloaded (ManuallyDrop below).
    let functions = unsafe { Functions::find(&library) }.map_err(|e| format!("not a libwim 15: {e}"))?;
    // SAFETY: libwim allows this from any thread and more than once; later calls do nothing.
    let code = unsafe { (functions.global_init)(INIT_DONT_ACQUIRE_PRIVILEGES | INIT_DEFAULT_CASE_INSENSITIVE) };
    if code != 0 {
        return Err(format!("libwim refused to start, error {code}"));
    }
    Ok(Library { functions, place: place.to_owned(), _library: ManuallyDrop::new(library) })
}

fn load_file(path: &Utf8Path) -> Result<libloading::Library, String> {
    // A bare name would be searched for in all the system's places; a candidate is a file and nothing else.
    let absolute = std::path::absolute(path).map_err(|e| e.to_string())?;
    if !absolute.is_file() {
        return Err("no such file".to_owned());
    }
    open(absolute.as_os_str(), true).map_err(|e| reason(&e))
}

fn load_system() -> Result<libloading::Library, String> {
    open(std::ffi::OsStr::new(SYSTEM_NAME), false).map_err(|e| reason(&e))
}

fn reason(error: &libloading::Error) -> String {
    match std::error::Error::source(error) {
        Some(source) => source.to_string(),
        None => error.to_string(),
    }
}

#[cfg(windows)]
fn open(name: &std::ffi::OsStr, is_file: bool) -> Result<libloading::Library, libloading::Error> {
    use libloading::os::windows::{LOAD_LIBRARY_SEARCH_DEFAULT_DIRS, LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR, Library};
    let mut flags = LOAD_LIBRARY_SEARCH_DEFAULT_DIRS;
    if is_file {
        flags |= LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR;
    }
    // SAFETY: loading runs the library's start-up code, which in libwim does nothing but set up its C runtime.
    unsafe { Library::load_with_flags(name, flags) }.map(Into::into)
}

#[cfg(not(windows))]
fn open(name: &std::ffi::OsStr, _is_file: bool) -> Result<libloading::Library, libloading::Error> {
    // SAFETY: loading runs the library's constructors, which libwim has none of.
    unsafe { libloading::Library::new(name) }
}
