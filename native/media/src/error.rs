//! Every way in which making or checking a medium can fail: a stable number, what, where, and what to do now.

use crate::kinds::ErrorKind;
use std::fmt;

/// The stage of the walk in which an error was met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Stage {
    /// Reading and checking what was asked for.
    Input,
    /// Reading site facts.
    Site,
    /// Deciding every file of the medium.
    Plan,
    /// Checking that the plan can work.
    Preflight,
    /// Reading content.
    Content,
    /// Making or reading the media certificate.
    Certificate,
    /// Writing the medium.
    Build,
    /// Reading a medium back.
    Verify,
    /// Putting the verified medium in its place.
    Publish,
}

/// A failure of this crate.
#[derive(Debug)]
pub struct Error {
    inner: Box<Inner>,
}

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    stage: Stage,
    message: String,
    target: Option<String>,
    action: Option<String>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// The result of an operation of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An error of `kind`, met in `stage`; `message` says what happened and where, in a full sentence.
    pub fn new(kind: ErrorKind, stage: Stage, message: impl Into<String>) -> Self {
        let inner = Inner { kind, stage, message: message.into(), target: None, action: None, source: None };
        Self { inner: Box::new(inner) }
    }

    /// Names the thing at fault: a path, a package, a variable.
    #[must_use]
    pub fn target(mut self, target: impl Into<String>) -> Self {
        self.inner.target = Some(target.into());
        self
    }

    /// Says what to do, where the general advice of the kind is not the best that can be said.
    #[must_use]
    pub fn action(mut self, action: impl Into<String>) -> Self {
        self.inner.action = Some(action.into());
        self
    }

    /// Adds the error below.
    #[must_use]
    pub fn source(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.inner.source = Some(source.into());
        self
    }

    /// The kind, with its stable number.
    pub fn kind(&self) -> ErrorKind {
        self.inner.kind
    }

    /// The stage of the walk.
    pub fn stage(&self) -> Stage {
        self.inner.stage
    }

    /// What happened and where, without the errors below.
    pub fn message(&self) -> &str {
        &self.inner.message
    }

    /// The thing at fault, if it can be named.
    pub fn target_object(&self) -> Option<&str> {
        self.inner.target.as_deref()
    }

    /// What to do now.
    pub fn recommended_action(&self) -> &str {
        self.inner.action.as_deref().unwrap_or_else(|| self.inner.kind.action())
    }

    /// The errors below, outermost first, as text.
    pub fn causes(&self) -> Vec<String> {
        let mut causes = Vec::new();
        let mut next = std::error::Error::source(self);
        while let Some(cause) = next {
            causes.push(cause.to_string());
            next = cause.source();
        }
        causes
    }

    /// The message, with those of the errors below that say something more.
    pub(crate) fn with_causes(&self) -> String {
        let mut text = self.message().to_owned();
        for cause in self.causes() {
            if !text.to_lowercase().contains(&cause.to_lowercase()) {
                text.push_str(&format!(" Cause: {cause}."));
            }
        }
        text
    }

    /// The number of the operating system's error below, where there is one.
    pub fn os_code(&self) -> Option<i32> {
        let mut next = std::error::Error::source(self);
        while let Some(cause) = next {
            if let Some(code) = cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::raw_os_error) {
                return Some(code);
            }
            next = cause.source();
        }
        None
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.inner.kind.code(), self.inner.message)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.inner.source.as_deref().map(|e| e as _)
    }
}

impl From<tsm_job::Cancelled> for Error {
    fn from(cancelled: tsm_job::Cancelled) -> Self {
        Self::new(ErrorKind::Cancelled, Stage::Build, "The work was cancelled.").source(cancelled)
    }
}
