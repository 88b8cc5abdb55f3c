//! Variables.dat: the task sequence variables that a medium carries.
//!
//! The plain text is UTF-16LE XML in the password envelope of [`crate::envelope`]; see `docs/formats.md`, "Variables.dat".

use std::{
    collections::{HashMap, hash_map::Entry},
    fmt,
};

use zeroize::Zeroizing;

use crate::{
    envelope::{self, Algorithm, EnvelopeError},
    profile::MediaProfile,
    text::{TextError, first_non_xml_char},
};

mod describe;
mod name;
pub mod names;
mod xml;

pub use describe::VariablesForm;
pub use name::{NameError, NameReason, check_customer_name};

/// Variables in their order. Names are unique whatever their case; values are wiped when dropped and never printed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct MediaVariables {
    list: Vec<(String, Zeroizing<String>)>,
    /// Place in `list` by lower-case name.
    places: HashMap<String, usize>,
}

/// Why variables cannot be taken, written or read.
#[derive(Debug, thiserror::Error)]
pub enum VariablesError {
    /// A variable without a name.
    #[error("a media variable has no name")]
    EmptyName,
    /// The same name a second time, perhaps in another case.
    #[error("the media variable '{0}' is there twice")]
    Duplicate(String),
    /// A character that XML 1.0 cannot hold, NUL among them.
    #[error("{} of the media variable '{name}' holds the character U+{:04X}, which XML cannot carry", if *.in_name { "the name" } else { "the value" }, u32::from(*.character))]
    Character {
        /// The variable.
        name: String,
        /// Whether the character is in the name.
        in_name: bool,
        /// The first such character.
        character: char,
    },
    /// The profile asks for something that cannot be written.
    #[error("the media profile cannot be used: {0}")]
    Profile(&'static str),
    /// The envelope: another file, cut off, wrong password, damage.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// The decrypted bytes are no UTF-16LE text; the file is damaged.
    #[error("the decrypted media variables are damaged")]
    Text(#[source] TextError),
    /// The decrypted text is no well-formed XML; the file is damaged, or not made by ConfigMgr.
    #[error("the decrypted media variables are no well-formed XML (line {line}, column {column}): {reason}")]
    Xml {
        /// Line, from 1.
        line: u32,
        /// Column, from 1.
        column: u32,
        /// What the parser found; holds no text of the file.
        reason: &'static str,
    },
    /// A `var` element without `name` attribute.
    #[error("a media variable has no name attribute (line {line}, column {column})")]
    Unnamed {
        /// Line, from 1.
        line: u32,
        /// Column, from 1.
        column: u32,
    },
}

impl MediaVariables {
    /// No variables.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a variable at the end. Reserved names are allowed here, as the medium's own variables have them; names that
    /// come from a person go through [`check_customer_name`] first.
    ///
    /// # Errors
    /// [`VariablesError::EmptyName`], [`VariablesError::Duplicate`], [`VariablesError::Character`].
    pub fn push(&mut self, name: &str, value: &str) -> Result<(), VariablesError> {
        if name.is_empty() {
            return Err(VariablesError::EmptyName);
        }
        for (text, in_name) in [(name, true), (value, false)] {
            if let Some(character) = first_non_xml_char(text) {
                return Err(VariablesError::Character { name: name.escape_debug().to_string(), in_name, character });
            }
        }
        match self.places.entry(name.to_lowercase()) {
            Entry::Occupied(_) => Err(VariablesError::Duplicate(name.to_owned())),
            Entry::Vacant(place) => {
                place.insert(self.list.len());
                self.list.push((name.to_owned(), Zeroizing::new(value.to_owned())));
                Ok(())
            }
        }
    }

    /// The value of a variable; the case of the name does not matter.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let place = *self.places.get(&name.to_lowercase())?;
        self.list.get(place).map(|(_, value)| value.as_str())
    }

    /// Names and values in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.list.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// How many variables there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The bytes of Variables.dat. Without a password of the user's, `password` is
    /// [`EnvelopeProfile::default_password`](crate::profile::EnvelopeProfile::default_password).
    ///
    /// # Errors
    /// [`VariablesError::Profile`] for a profile that makes no XML, [`VariablesError::Envelope`] when it gets too long.
    pub fn to_bytes(
        &self,
        password: &str,
        profile: &MediaProfile,
        algorithm: Algorithm,
    ) -> Result<Vec<u8>, VariablesError> {
        let plain = xml::write(self, profile)?;
        Ok(envelope::seal(&plain, password, algorithm, profile.envelope.leftover_bytes)?)
    }

    /// Reads the bytes of Variables.dat, whatever its algorithm and leftover bytes.
    ///
    /// # Errors
    /// All of [`VariablesError`]; a wrong password and damage are told apart as well as the format allows.
    pub fn from_bytes(bytes: &[u8], password: &str) -> Result<Self, VariablesError> {
        xml::read(&envelope::open(bytes, password)?.plain)
    }
}

impl fmt::Debug for MediaVariables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MediaVariables")?;
        f.debug_list().entries(self.iter().map(|(name, _)| name)).finish()
    }
}

#[cfg(test)]
mod tests;
