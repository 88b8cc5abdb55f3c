//! Policy.xml: the policies of a medium that carries its task sequence.
//!
//! The plain text is UTF-16LE XML in the password envelope of [`crate::envelope`], as that of Variables.dat. A site gives
//! policies with an obfuscated task sequence; on a medium it is plain. See `docs/task-sequences.md`, "Policy.xml".

use std::fmt;

use roxmltree::{Document, ParsingOptions};
use zeroize::Zeroizing;

use crate::{
    envelope::{self, Algorithm, EnvelopeError},
    profile::{MediaProfile, PolicyProfile},
    text::{TextError, first_non_xml_char, from_utf16le, to_utf16le},
    xml_text::{LINE_END, finish, reason_of},
};

mod document;
pub mod secret;

pub use document::PolicyTaskSequence;
pub use secret::SecretError;

/// No real policies have more than some thousand elements: a task sequence is one text among them.
const MAX_NODES: u32 = 1 << 20;

/// Policies in their order. They hold task sequences and with them passwords: wiped when dropped and never printed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct MediaPolicy {
    /// Each one well-formed XML with one root element and nothing around it.
    documents: Vec<Zeroizing<String>>,
}

/// Why policies cannot be taken, written or read. None repeats any text of a policy.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// A policy is no well-formed XML, or has a document type definition.
    #[error("policy {document} is no well-formed XML (line {line}, column {column}): {reason}")]
    Xml {
        /// Which one, from 1.
        document: usize,
        /// Line, from 1.
        line: u32,
        /// Column, from 1.
        column: u32,
        /// What the parser found.
        reason: &'static str,
    },
    /// The task sequence of a policy cannot be turned to plain text.
    #[error("the task sequence in policy {document} cannot be read: {source}")]
    Secret {
        /// Which one, from 1.
        document: usize,
        /// Why.
        source: SecretError,
    },
    /// The property of the task sequence holds something else.
    #[error("policy {document} has no task sequence where one should be: {what}")]
    NoSequence {
        /// Which one, from 1.
        document: usize,
        /// What is there.
        what: &'static str,
    },
    /// A character that XML 1.0 cannot hold.
    #[error("a policy holds the character U+{:04X}, which XML cannot carry", u32::from(*.0))]
    Character(char),
    /// The profile asks for something that cannot be written.
    #[error("the media profile cannot be used: {0}")]
    Profile(&'static str),
    /// The envelope: another file, cut off, wrong password, damage.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// The decrypted bytes are no UTF-16LE text; the file is damaged.
    #[error("the decrypted policies are damaged")]
    Text(#[source] TextError),
}

impl MediaPolicy {
    /// No policies.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The policies that a site gives for a task sequence, with their assignments when the profile wants them.
    ///
    /// # Errors
    /// As [`MediaPolicy::push`]; assignments count on behind the policies.
    pub fn of_site<T: AsRef<str>>(
        policies: &[T],
        assignments: &[T],
        profile: &MediaProfile,
    ) -> Result<Self, PolicyError> {
        let mut policy = Self::new();
        let assignments = if profile.policy.with_assignments { assignments } else { &[] };
        policies.iter().chain(assignments).try_for_each(|text| policy.push(text.as_ref()))?;
        Ok(policy)
    }

    /// Adds a policy as a site gives it, with or without an XML declaration. Its task sequences become plain text.
    ///
    /// # Errors
    /// [`PolicyError::Xml`], [`PolicyError::Secret`] and [`PolicyError::NoSequence`], with the number that the policy would
    /// have had.
    pub fn push(&mut self, document: &str) -> Result<(), PolicyError> {
        let plain = document::to_plain(document, self.documents.len() + 1)?;
        self.documents.push(plain);
        Ok(())
    }

    /// Adds a policy that is made here, for media whose task sequence comes from no site.
    ///
    /// # Errors
    /// [`PolicyError::NoSequence`] when the text is no task sequence, [`PolicyError::Character`], [`PolicyError::Profile`].
    pub fn push_task_sequence(
        &mut self,
        sequence: &PolicyTaskSequence,
        profile: &PolicyProfile,
    ) -> Result<(), PolicyError> {
        let made = document::make(sequence, profile, self.documents.len() + 1)?;
        self.documents.push(made);
        Ok(())
    }

    /// The task sequences in their order, with what their policies say of them.
    #[must_use]
    pub fn task_sequences(&self) -> Vec<PolicyTaskSequence> {
        self.documents.iter().flat_map(|text| document::task_sequences(text)).collect()
    }

    /// The policies in their order, each without the text of its task sequences.
    #[must_use]
    pub fn around_task_sequences(&self) -> Vec<Zeroizing<String>> {
        self.documents.iter().map(|text| document::around_task_sequences(text)).collect()
    }

    /// How many network access accounts the policies bring along.
    #[must_use]
    pub fn network_access_accounts(&self) -> usize {
        self.documents.iter().map(|text| document::network_access_accounts(text)).sum()
    }

    /// How many policies there are; those that were read from a file count as one.
    #[must_use]
    pub fn len(&self) -> usize {
        self.documents.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.documents.is_empty()
    }

    /// The bytes of Policy.xml. Without a password of the user's, `password` is the text of `_SMSMediaGuid` as it stands in
    /// Variables.dat.
    ///
    /// # Errors
    /// [`PolicyError::Profile`] for a profile that makes no XML, [`PolicyError::Envelope`] when it gets too long.
    pub fn to_bytes(
        &self,
        password: &str,
        profile: &MediaProfile,
        algorithm: Algorithm,
    ) -> Result<Vec<u8>, PolicyError> {
        check_profile(&profile.policy)?;
        let PolicyProfile { xml_declaration, root_element, .. } = &profile.policy;
        // Room for everything, so that no copy of a task sequence stays behind in a buffer that grew.
        let room: usize = self.documents.iter().map(|text| text.len()).sum();
        let around = xml_declaration.len() + 2 * root_element.len() + profile.variables.plain_length_modulus + 64;
        let mut text = Zeroizing::new(String::with_capacity(room + around));
        text.push_str(xml_declaration);
        text.push_str(LINE_END);
        text.push_str(&format!("<{root_element}>"));
        self.documents.iter().for_each(|document| text.push_str(document));
        text.push_str(&format!("</{root_element}>"));
        finish(&mut text, &profile.variables);
        Ok(envelope::seal(&to_utf16le(&text), password, algorithm, profile.envelope.leftover_bytes)?)
    }

    /// Reads the bytes of Policy.xml, whatever its algorithm, its root element and the order of its policies.
    ///
    /// # Errors
    /// All of [`PolicyError`] but those of the profile.
    pub fn from_bytes(bytes: &[u8], password: &str) -> Result<Self, PolicyError> {
        let plain = envelope::open(bytes, password)?.plain;
        let text = from_utf16le(&plain).map_err(PolicyError::Text)?;
        let end = text.find('\0').unwrap_or(text.len());
        let mut policy = Self::new();
        policy.push(&text[..end])?;
        Ok(policy)
    }
}

/// The text that is well-formed XML of a known size.
fn parse(text: &str, document: usize) -> Result<Document<'_>, PolicyError> {
    let options = ParsingOptions { nodes_limit: MAX_NODES, ..ParsingOptions::default() };
    Document::parse_with_options(text, options).map_err(|error| PolicyError::Xml {
        document,
        line: error.pos().row,
        column: error.pos().col,
        reason: reason_of(&error),
    })
}

fn check_profile(profile: &PolicyProfile) -> Result<(), PolicyError> {
    let name = &profile.root_element;
    let plain_name =
        name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(|c| c.is_ascii_alphanumeric());
    if !plain_name {
        return Err(PolicyError::Profile("policy.rootElement is no XML element name"));
    }
    let declaration = &profile.xml_declaration;
    let plain_declaration = declaration.is_empty()
        || declaration.starts_with("<?xml version=")
            && declaration.ends_with("?>")
            && first_non_xml_char(declaration).is_none();
    if !plain_declaration {
        return Err(PolicyError::Profile("policy.xmlDeclaration is no XML declaration"));
    }
    Ok(())
}

impl fmt::Debug for MediaPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MediaPolicy({} policies)", self.documents.len())
    }
}

#[cfg(test)]
mod tests;
