//! Text between Rust and libwim: UTF-8 bytes on Unix, UTF-16 on Windows, always ended by a NUL.
use camino::Utf8Path;

use crate::error::{WimError, WimErrorKind};
use crate::native::TChar;

/// Text as libwim takes it; keep it alive as long as the pointer is used.
pub(crate) struct NativeText(Vec<TChar>);

impl NativeText {
    /// Refuses text with a NUL inside, which C would silently cut.
    pub(crate) fn new(text: &str) -> Result<Self, WimError> {
        if text.contains('\0') {
            return Err(WimError::new(WimErrorKind::BadArgument, format!("text with a NUL character: {text:?}")));
        }
        Ok(Self(encode(text)))
    }

    /// A path on disk.
    pub(crate) fn of_path(path: &Utf8Path) -> Result<Self, WimError> {
        Self::new(&without_limit(path))
    }

    pub(crate) fn as_ptr(&self) -> *const TChar {
        self.0.as_ptr()
    }
}

#[cfg(windows)]
fn encode(text: &str) -> Vec<TChar> {
    text.encode_utf16().chain([0]).collect()
}

#[cfg(not(windows))]
fn encode(text: &str) -> Vec<TChar> {
    text.bytes().chain([0]).map(u8::cast_signed).collect()
}

/// libwim for Windows opens files through functions that know no paths of more than 260 characters. A long path gets
/// the prefix that lifts the limit ("Naming Files, Paths, and Namespaces" of the Windows documentation).
#[cfg(windows)]
fn without_limit(path: &Utf8Path) -> String {
    // The shortest limit is that of folders: 260 characters less a name of the form 8.3.
    const LONG: usize = 247;
    // A path that cannot be made absolute is told of by libwim, in its words.
    let absolute = camino::absolute_utf8(path).unwrap_or_else(|_| path.to_owned()).into_string();
    match absolute.strip_prefix(r"\\") {
        _ if absolute.len() < LONG => absolute,
        Some(rest) if rest.starts_with(['?', '.']) => absolute,
        Some(share) => format!(r"\\?\UNC\{share}"),
        None => format!(r"\\?\{absolute}"),
    }
}

#[cfg(not(windows))]
fn without_limit(path: &Utf8Path) -> String {
    path.to_string()
}

/// The text at `pointer`, `None` for a null pointer. What is not Unicode comes back as the replacement character,
/// and `false` beside the text.
///
/// # Safety
/// `pointer` is null or points to a NUL-terminated string that lives during the call.
pub(crate) unsafe fn decode(pointer: *const TChar) -> Option<(String, bool)> {
    if pointer.is_null() {
        return None;
    }
    // SAFETY: not null, and terminated by the caller's promise.
    Some(unsafe { decode_terminated(pointer) })
}

#[cfg(windows)]
unsafe fn decode_terminated(pointer: *const TChar) -> (String, bool) {
    let mut length = 0;
    // SAFETY: every element up to and including the NUL is readable by the caller's promise.
    while unsafe { *pointer.add(length) } != 0 {
        length += 1;
    }
    // SAFETY: `length` elements were just read one by one.
    let units = unsafe { std::slice::from_raw_parts(pointer, length) };
    match String::from_utf16(units) {
        Ok(text) => (text, true),
        Err(_) => (String::from_utf16_lossy(units), false),
    }
}

#[cfg(not(windows))]
unsafe fn decode_terminated(pointer: *const TChar) -> (String, bool) {
    // SAFETY: a NUL-terminated string by the caller's promise.
    let text = unsafe { std::ffi::CStr::from_ptr(pointer) };
    match text.to_str() {
        Ok(text) => (text.to_owned(), true),
        Err(_) => (text.to_string_lossy().into_owned(), false),
    }
}

/// A path in an image as libwim spells it: absolute, with the platform's separator.
pub(crate) fn image_path(path: &str) -> String {
    let mut native = String::with_capacity(path.len() + 1);
    for part in path.split(['/', '\\']).filter(|part| !part.is_empty()) {
        native.push(SEPARATOR);
        native.push_str(part);
    }
    if native.is_empty() {
        native.push(SEPARATOR);
    }
    native
}

/// A path in an image as this crate spells it: `/` between the parts, none in front.
pub(crate) fn our_path(native: &str) -> String {
    let rest = native.strip_prefix(SEPARATOR).unwrap_or(native);
    if cfg!(windows) { rest.replace('\\', "/") } else { rest.to_owned() }
}

/// `WIMLIB_WIM_PATH_SEPARATOR`.
const SEPARATOR: char = if cfg!(windows) { '\\' } else { '/' };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_separators_and_doubled_ones_are_understood() {
        let separator = SEPARATOR.to_string();
        for text in ["", "/", "\\", "//"] {
            assert_eq!(image_path(text), separator, "{text:?}");
        }
        for text in ["Windows/Boot", "\\Windows\\Boot", "//Windows\\\\Boot/"] {
            assert_eq!(our_path(&image_path(text)), "Windows/Boot", "{text:?}");
        }
    }

    #[cfg(windows)]
    #[test]
    fn long_paths_get_the_prefix_that_lifts_the_limit() {
        let long = "x".repeat(300);
        let given = |path: String| without_limit(Utf8Path::new(&path));
        assert_eq!(given(r"C:\short.wim".into()), r"C:\short.wim");
        assert_eq!(given(format!("C:/{long}/a.wim")), format!(r"\\?\C:\{long}\a.wim"));
        assert_eq!(given(format!(r"\\server\share\{long}")), format!(r"\\?\UNC\server\share\{long}"));
        assert_eq!(given(format!(r"\\?\C:\{long}")), format!(r"\\?\C:\{long}"));
    }

    #[test]
    fn text_goes_through_unchanged() {
        for text in ["", "abc", "Grüße, 世界 🚀"] {
            let native = NativeText::new(text).unwrap();
            // SAFETY: `native` is NUL-terminated and alive.
            let back = unsafe { decode(native.as_ptr()) };
            assert_eq!(back, Some((text.to_owned(), true)));
        }
        // SAFETY: a null pointer is allowed.
        assert_eq!(unsafe { decode(std::ptr::null()) }, None);
        assert_eq!(NativeText::new("a\0b").err().map(|e| e.kind()), Some(WimErrorKind::BadArgument));
    }
}
