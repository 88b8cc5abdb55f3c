//! Why an export file cannot be used.

use camino::{Utf8Path, Utf8PathBuf};
use tsm_formats::cim_xml::CimError;

/// What is wrong with an export file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExportErrorKind {
    /// It cannot be read, is no zip file, or has no task sequence in it.
    Unreadable,
    /// It is made to harm: it grows without end, or its names lead out of it.
    Unsafe,
}

/// An export file that cannot be used. Repeats nothing of its content but names of entries.
#[derive(Debug, thiserror::Error)]
#[error("export file '{path}': {message}")]
pub struct ExportError {
    kind: ExportErrorKind,
    path: Utf8PathBuf,
    message: String,
    #[source]
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl ExportError {
    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> ExportErrorKind {
        self.kind
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Utf8Path {
        &self.path
    }

    pub(super) fn new(kind: ExportErrorKind, path: &Utf8Path, message: impl Into<String>) -> Self {
        Self { kind, path: path.to_owned(), message: message.into(), source: None }
    }

    pub(super) fn because(self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { source: Some(source.into()), ..self }
    }

    pub(super) fn object(path: &Utf8Path, entry: &str, error: CimError) -> Self {
        let kind = match error {
            CimError::Entity(_) | CimError::Deep(_) => ExportErrorKind::Unsafe,
            _ => ExportErrorKind::Unreadable,
        };
        Self::new(kind, path, format!("'{}' cannot be read: {error}", entry.escape_debug())).because(error)
    }

    pub(super) fn without_task_sequence(path: &Utf8Path) -> Self {
        Self::new(ExportErrorKind::Unreadable, path, "no task sequence of Configuration Manager is in it")
    }
}
