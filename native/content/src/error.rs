//! What can be wrong with content, and where.

use std::fmt;
use tsm_net::{NetError, NetErrorKind};

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ContentErrorKind {
    /// The folder is not a content library, or cannot be read.
    Library,
    /// The library does not know the package.
    PackageUnknown,
    /// The library knows the package, but lacks a content of it.
    ContentMissing,
    /// The record of the package names a version whose content is not there.
    Version,
    /// A record is damaged, or a folder and its records disagree.
    Record,
    /// A name leads out of its folder, or a link lies in the library.
    Unsafe,
    /// The bytes of a file are not there.
    FileMissing,
    /// A file is shorter or longer than recorded.
    FileLength,
    /// A file has other bytes than recorded.
    FileAltered,
    /// The operating system refused to read.
    Read,
    /// The text that names a source cannot be one.
    SourceInvalid,
    /// A server of a kind that content cannot be read from.
    SourceUnsupported,
    /// A server did not give what was asked.
    Net(NetErrorKind),
    /// The answer of a distribution point cannot be understood.
    Answer,
    /// The folder of the cache cannot be used.
    Cache,
    /// The volume of the cache is full.
    CacheSpace,
    /// The cache was written by a newer version of this program.
    CacheVersion,
    /// The work was asked to stop.
    Cancelled,
}

/// Where in a library: as much as is known, outermost first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// The library, as the admin named it.
    pub library: String,
    /// The package ID.
    pub package: Option<String>,
    /// The content ID.
    pub content: Option<String>,
    /// The file, with its path in the content.
    pub file: Option<String>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "file '{file}', ")?;
        }
        if let Some(content) = &self.content {
            write!(f, "content {content}, ")?;
        }
        if let Some(package) = &self.package {
            write!(f, "package {package}, ")?;
        }
        let server = self.library.contains("://");
        write!(f, "{} '{}'", if server { "distribution point" } else { "library" }, self.library)
    }
}

/// Content that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{place}: {message}")]
pub struct ContentError {
    kind: ContentErrorKind,
    place: Box<Place>,
    message: String,
    #[source]
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl ContentErrorKind {
    /// What a fault of the network is here.
    pub(crate) fn of_net(kind: NetErrorKind) -> Self {
        match kind {
            NetErrorKind::Cancelled => Self::Cancelled,
            kind => Self::Net(kind),
        }
    }
}

impl ContentError {
    /// An error at a place.
    pub fn new(kind: ContentErrorKind, place: Place, message: impl Into<String>) -> Self {
        Self { kind, place: Box::new(place), message: message.into(), source: None }
    }

    /// Adds the error below.
    #[must_use]
    pub fn source(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// A refusal or silence of a server.
    pub(crate) fn net(place: Place, error: NetError) -> Self {
        Self::new(ContentErrorKind::of_net(error.kind()), place, error.to_string()).source(error)
    }

    /// What happened, without the place.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The error of this crate that lies in an error of a reader, if there is one.
    pub fn inside(io: &std::io::Error) -> Option<&Self> {
        io.get_ref()?.downcast_ref()
    }

    /// What is wrong.
    pub fn kind(&self) -> ContentErrorKind {
        self.kind
    }

    /// Where.
    pub fn place(&self) -> &Place {
        &self.place
    }
}
