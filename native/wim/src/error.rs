//! The one error of this crate: what kind of failure, which file, and what libwim said.
use camino::{Utf8Path, Utf8PathBuf};

/// What went wrong, coarse enough to decide what to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WimErrorKind {
    /// libwim could not be loaded from any place.
    LibraryMissing,
    /// The WIM file, source folder or target folder does not exist.
    NotFound,
    /// The file does not begin as a WIM does.
    NotAWim,
    /// The file is one part of a split WIM (`.swm`).
    SplitPart,
    /// The WIM is encrypted, as some downloaded `.esd` files are.
    Encrypted,
    /// A compression that libwim does not know.
    UnsupportedCompression,
    /// A version of the WIM format that libwim does not know.
    UnsupportedVersion,
    /// The file ends too early.
    Truncated,
    /// Bytes are not what a checksum, a table or the header says.
    Damaged,
    /// The WIM has no image of this number.
    NoSuchImage,
    /// The image has no such path.
    NoSuchPath,
    /// The path names a folder where a file is wanted.
    IsDirectory,
    /// The path names a link or other reparse point where a file is wanted.
    IsReparsePoint,
    /// A name inside the image cannot be told as a path: not Unicode, or with a separator in it.
    BadName,
    /// An argument that libwim cannot take, such as text with a NUL in it.
    BadArgument,
    /// The data is compressed as one (`.esd`), so that it cannot be divided.
    Solid,
    /// The WIM is one of wimlib's pipable ones.
    Pipable,
    /// One piece of data is longer than a part of a split WIM may be.
    PartTooSmall,
    /// The caller's progress callback asked to stop.
    Cancelled,
    /// The WIM may not be changed: marked read-only or no right to write.
    ReadOnly,
    /// Reading failed in the operating system, or a folder could not be made or listed.
    Io,
    /// Writing failed in the operating system: what was made could not be put down.
    WriteFailed,
    /// Anything else that libwim refuses.
    Other,
}

/// A failure with its kind, its file, its place inside the image and the words of libwim.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.message())]
pub struct WimError {
    kind: WimErrorKind,
    path: Option<Utf8PathBuf>,
    inside: Option<String>,
    code: Option<i32>,
    text: String,
    #[source]
    source: Option<std::io::Error>,
}

impl WimError {
    pub(crate) fn new(kind: WimErrorKind, text: impl Into<String>) -> Self {
        Self { kind, path: None, inside: None, code: None, text: text.into(), source: None }
    }

    pub(crate) fn io(doing: &str, path: impl Into<Utf8PathBuf>, source: std::io::Error) -> Self {
        let kind = match source.kind() {
            std::io::ErrorKind::NotFound => WimErrorKind::NotFound,
            _ => WimErrorKind::Io,
        };
        Self { source: Some(source), ..Self::new(kind, doing).at(path) }
    }

    /// From a code that libwim returned and the text it has for that code.
    pub(crate) fn from_code(code: i32, words: String) -> Self {
        let kind = kind_of_code(code);
        let source = match kind {
            WimErrorKind::Io | WimErrorKind::WriteFailed => last_system_error(),
            _ => None,
        };
        Self { code: Some(code), source, ..Self::new(kind, words) }
    }

    /// The same failure where its place shows that it is of another kind.
    pub(crate) fn with_kind(self, kind: WimErrorKind) -> Self {
        Self { kind, ..self }
    }

    pub(crate) fn at(mut self, path: impl Into<Utf8PathBuf>) -> Self {
        self.path = Some(path.into());
        self
    }

    pub(crate) fn inside(mut self, path: impl Into<String>) -> Self {
        self.inside = Some(path.into());
        self
    }

    /// What kind of failure it is.
    #[must_use]
    pub fn kind(&self) -> WimErrorKind {
        self.kind
    }

    /// The file or folder on disk that the failure is about.
    #[must_use]
    pub fn path(&self) -> Option<&Utf8Path> {
        self.path.as_deref()
    }

    /// The path inside the image that the failure is about.
    #[must_use]
    pub fn path_in_image(&self) -> Option<&str> {
        self.inside.as_deref()
    }

    /// The number libwim returned (`enum wimlib_error_code` of wimlib.h).
    #[must_use]
    pub fn code(&self) -> Option<i32> {
        self.code
    }

    fn message(&self) -> String {
        let mut message = String::new();
        if let Some(path) = &self.path {
            message.push_str(path.as_str());
            message.push_str(": ");
        }
        if let Some(inside) = &self.inside {
            message.push('"');
            message.push_str(inside);
            message.push_str("\" in the image: ");
        }
        match self.kind {
            WimErrorKind::NotAWim => message.push_str("not a WIM file"),
            WimErrorKind::SplitPart => message.push_str("one part of a split WIM, not a whole WIM"),
            WimErrorKind::Encrypted => message.push_str("the WIM is encrypted"),
            WimErrorKind::UnsupportedCompression => {
                message.push_str("compressed in a way that libwim does not know");
            }
            WimErrorKind::UnsupportedVersion => {
                message.push_str("a WIM version that libwim does not know");
            }
            WimErrorKind::Truncated => message.push_str("the WIM ends too early"),
            WimErrorKind::Damaged => message.push_str("the WIM is damaged"),
            _ => {
                message.push_str(&self.text);
                if let Some(code) = self.code {
                    message.push_str(&format!(" (libwim error {code})"));
                }
                return message;
            }
        }
        match self.code {
            Some(code) => message.push_str(&format!(" (libwim error {code}: {})", self.text)),
            None => message.push_str(&format!(" ({})", self.text)),
        }
        message
    }
}

/// The system's reason for a failure that libwim just returned: `errno` is still that of the failed call on Unix. Windows
/// keeps no such promise.
fn last_system_error() -> Option<std::io::Error> {
    let error = std::io::Error::last_os_error();
    (cfg!(unix) && error.raw_os_error() != Some(0)).then_some(error)
}

/// `enum wimlib_error_code` of wimlib.h, sorted into our kinds.
fn kind_of_code(code: i32) -> WimErrorKind {
    use WimErrorKind as K;
    match code {
        2 | 13 | 17 | 19 | 20 | 21 | 27 | 28 | 30 | 31 | 36 | 55 | 56 | 73 | 84 | 90 => K::Damaged,
        16 | 15 => K::UnsupportedCompression,
        18 => K::NoSuchImage,
        24 | 25 => K::BadArgument,
        32 => K::IsDirectory,
        33 | 62 => K::SplitPart,
        35 | 37 | 47 | 48 | 50 | 51 | 52 | 57..=61 | 63 => K::Io,
        72 => K::WriteFailed,
        43 => K::NotAWim,
        49 => K::NoSuchPath,
        65 => K::Truncated,
        67 => K::UnsupportedVersion,
        71 => K::ReadOnly,
        74 => K::Encrypted,
        76 => K::Cancelled,
        _ => K::Other,
    }
}
