//! Task sequence XML: which steps there are, what they refer to, which of their variables hide secrets.
//!
//! Read as a stream: memory goes with the number of steps, not with the length of the text. Tolerant of steps that are
//! not known, strict on size, nesting, entities and characters. Facts and their sources: `docs/task-sequences.md`.

use std::{fmt, ops::Range};

mod read;
mod references;
mod running;
mod steps;

pub use references::{Catalogue, Entry, Finding, Needed, Reference, ReferenceSource, Resolution, resolve};
pub use running::{Running, RunningSteps, running_steps};
pub use steps::{ContentKind, StepKind};

/// What a reader takes at most. The product itself stops at 32 MB (expanded policy).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the text.
    pub bytes: u64,
    /// Elements inside each other.
    pub depth: usize,
    /// Steps, groups not counted.
    pub steps: usize,
    /// Bytes of a name or of a value that is kept.
    pub value: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 64 << 20, depth: 200, steps: 200_000, value: 1 << 20 }
    }
}

/// Task sequences that run each other, one inside the other, as far as they are looked at.
const MOST_CHILDREN: usize = 100;

/// A task sequence, as far as media need it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TaskSequence {
    /// The attribute `version`, such as `3.10`.
    pub version: String,
    /// What the sequence itself lists as needed, in its order.
    pub listed: Vec<Listed>,
    /// The steps in the order in which they run, whatever group they are in.
    pub steps: Vec<Step>,
    /// Names of variables for the whole sequence that hold a secret.
    pub secrets: Vec<String>,
    /// Where values that are secrets stand, in bytes of the text behind its byte order mark; ascending.
    pub secret_places: Vec<Range<u64>>,
}

/// An entry of the list of references.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listed {
    /// A package of any kind, or a child task sequence.
    Package {
        /// Its package ID.
        id: String,
        /// The program; `*` stands with child task sequences.
        program: Option<String>,
    },
    /// An application.
    Application {
        /// Its model name: `ScopeId_<GUID>/Application_<GUID>`.
        id: String,
    },
}

/// A step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Names of its groups and its own, joined by ` / `.
    pub path: String,
    /// The attribute `type`, such as `SMS_TaskSequence_RunCommandLineAction`.
    pub type_name: String,
    /// What it does, as far as that matters for media.
    pub kind: StepKind,
    /// Neither it nor a group around it is disabled.
    pub enabled: bool,
    /// The task sequence goes on when it, or a group around it, fails.
    pub continue_on_error: bool,
    /// A condition of it, or of a group around it, asks for the kind of media (`_SMSTSMediaType`).
    pub asks_media_type: bool,
    /// What it needs, in the order of its variables.
    pub uses: Vec<StepUse>,
    /// The image in an image file, or the edition in an upgrade package, that it takes: a number, or a variable.
    pub image_index: Option<String>,
    /// The base name of the variables that name what it installs.
    pub base_variable: Option<String>,
    /// The variable that it sets.
    pub sets: Option<String>,
    /// Names of its variables that hold a secret. The values are not kept.
    pub secrets: Vec<String>,
}

/// Something that a step names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepUse {
    /// What it should be, as far as the step says.
    pub kind: ContentKind,
    /// A package ID or the model name of an application; what is no ID is kept as it stands.
    pub id: String,
    /// Whether the ID can be one.
    pub form: IdForm,
    /// The program of a package.
    pub program: Option<String>,
    /// The name that the step shows for it.
    pub name: Option<String>,
}

/// What stands where an ID is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdForm {
    /// An ID.
    Id,
    /// `00000000`: an import left it there because the object was not imported with the task sequence.
    Placeholder,
    /// A task sequence variable, such as `%Image%`: only known when the task sequence runs.
    Variable,
    /// Something else.
    Other,
}

impl IdForm {
    /// The form of a package ID.
    #[must_use]
    pub fn of_package(text: &str) -> Self {
        let bytes = text.as_bytes();
        if text == "00000000" {
            Self::Placeholder
        } else if is_variable(text) {
            Self::Variable
        } else if bytes.len() == 8
            && bytes.iter().all(u8::is_ascii_alphanumeric)
            && bytes[3..].iter().all(u8::is_ascii_hexdigit)
        {
            Self::Id
        } else {
            Self::Other
        }
    }

    /// The form of the model name of an application.
    #[must_use]
    pub fn of_application(text: &str) -> Self {
        if text == "00000000" {
            Self::Placeholder
        } else if is_variable(text) {
            Self::Variable
        } else if text.starts_with("ScopeId_") && text.contains("/Application_") {
            Self::Id
        } else {
            Self::Other
        }
    }
}

fn is_variable(text: &str) -> bool {
    text.len() > 2 && text.starts_with('%') && text.ends_with('%')
}

/// Why a task sequence could not be read. None repeats any text of it but names of elements.
#[derive(Debug, thiserror::Error)]
pub enum TaskSequenceError {
    /// The text is no well-formed XML.
    #[error("the task sequence is no well-formed XML at byte {offset}: {reason}")]
    Xml {
        /// Where, in bytes of the text.
        offset: u64,
        /// What is wrong.
        reason: &'static str,
    },
    /// A document type definition: the way of entity bombs, and no task sequence has one.
    #[error("the task sequence has a document type definition at byte {0}, which is not allowed")]
    DocumentType(u64),
    /// An entity that is not one of the five of XML.
    #[error("the task sequence refers to an entity at byte {0}, which is not allowed")]
    Entity(u64),
    /// The root element is another one.
    #[error("this is no task sequence: its first element is '{root}', not 'sequence'")]
    NotASequence {
        /// Name of the root element.
        root: String,
    },
    /// A task sequence of the Microsoft Deployment Toolkit.
    #[error(
        "this is a task sequence of the Microsoft Deployment Toolkit (version {version}), not of Configuration Manager"
    )]
    Mdt {
        /// The attribute `version`.
        version: String,
    },
    /// The text is longer than is read.
    #[error("the task sequence is longer than {limit} bytes")]
    TooLong {
        /// What is read at most.
        limit: u64,
    },
    /// A limit other than the length.
    #[error("the task sequence has more than {limit} {what} (at byte {offset})")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// What is read at most.
        limit: usize,
        /// Where.
        offset: u64,
    },
    /// The text could not be read from where it is.
    #[error("the task sequence cannot be read")]
    Read(#[source] std::io::Error),
}

impl TaskSequence {
    /// Reads a task sequence from its text in UTF-8, with or without byte order mark and XML declaration.
    ///
    /// # Errors
    /// See [`TaskSequenceError`].
    pub fn read(text: impl std::io::BufRead, limits: &Limits) -> Result<Self, TaskSequenceError> {
        read::read(text, limits)
    }

    /// The same of text in memory.
    ///
    /// # Errors
    /// See [`TaskSequenceError`].
    pub fn parse(text: &str) -> Result<Self, TaskSequenceError> {
        read::read(text.as_bytes(), &Limits::default())
    }

    /// What stands around the secrets in the text that it was read from: one part more than there are
    /// [places](Self::secret_places).
    pub fn open_parts<'t>(&self, text: &'t str) -> impl Iterator<Item = &'t [u8]> + use<'t, '_> {
        let bytes = text.strip_prefix('\u{FEFF}').unwrap_or(text).as_bytes();
        let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(bytes.len());
        let ends = self.secret_places.iter().map(|secret| secret.start).chain([u64::MAX]);
        let starts = [0].into_iter().chain(self.secret_places.iter().map(|secret| secret.end));
        starts.zip(ends).map(move |(start, end)| bytes.get(place(start)..place(end)).unwrap_or_default())
    }
}

impl fmt::Display for Listed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Package { id, .. } | Self::Application { id } => f.write_str(id),
        }
    }
}

#[cfg(test)]
mod tests;
