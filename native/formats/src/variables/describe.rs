//! How a variables file is written, as far as that is not its content: what a real sample would settle.

use crate::envelope::{self, Algorithm};
use crate::text::from_utf16le;
use crate::variables::{MediaVariables, VariablesError, xml};

/// The form of a variables file. Holds no value of a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariablesForm {
    /// The cipher.
    pub algorithm: Algorithm,
    /// Bytes behind the ciphertext.
    pub leftover_bytes: usize,
    /// Bytes of the plain text, with its final NUL.
    pub plain_length: usize,
    /// The XML declaration; empty when there is none.
    pub xml_declaration: String,
    /// The name of the root element.
    pub root_element: String,
    /// Its `Version` attribute.
    pub version: Option<String>,
    /// The plain text ends with CR LF and one NUL.
    pub ends_with_line_end_and_nul: bool,
    /// The names of the variables, in order.
    pub names: Vec<String>,
}

impl VariablesForm {
    /// Reads a variables file for its form.
    ///
    /// # Errors
    /// As [`MediaVariables::from_bytes`].
    pub fn read(bytes: &[u8], password: &str) -> Result<Self, VariablesError> {
        let opened = envelope::open(bytes, password)?;
        let variables: MediaVariables = xml::read(&opened.plain)?;
        let text = from_utf16le(&opened.plain).map_err(VariablesError::Text)?;
        let declaration = match text.find("?>") {
            Some(end) if text.starts_with("<?xml") => text[..end + 2].to_owned(),
            _ => String::new(),
        };
        let (root_element, version) = root(&text);
        Ok(Self {
            algorithm: opened.algorithm,
            leftover_bytes: opened.leftover,
            plain_length: opened.plain.len(),
            xml_declaration: declaration,
            root_element,
            version,
            ends_with_line_end_and_nul: text.ends_with("\r\n\0") && !text.ends_with("\0\0"),
            names: variables.iter().map(|(name, _)| name.to_owned()).collect(),
        })
    }
}

fn root(text: &str) -> (String, Option<String>) {
    match roxmltree::Document::parse(text.trim_end_matches('\0')) {
        Ok(document) => {
            let root = document.root_element();
            (root.tag_name().name().to_owned(), root.attribute("Version").map(str::to_owned))
        }
        // `xml::read` has read it already, so this cannot be; nothing is better than a guess.
        Err(_) => (String::new(), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MediaProfile;

    #[test]
    fn what_we_write_has_the_form_of_the_profile() {
        let profile = MediaProfile::default();
        let mut variables = MediaVariables::new();
        variables.push("SMSTSMP", "http://mp").unwrap();
        variables.push("Second", "x").unwrap();
        let bytes = variables.to_bytes("pw", &profile, Algorithm::Aes256).unwrap();
        let form = VariablesForm::read(&bytes, "pw").unwrap();
        assert_eq!(form.algorithm, Algorithm::Aes256);
        assert_eq!(form.leftover_bytes, profile.envelope.leftover_bytes);
        assert_eq!(
            form.plain_length % profile.variables.plain_length_modulus,
            profile.variables.plain_length_remainder
        );
        assert_eq!(form.xml_declaration, profile.variables.xml_declaration);
        assert_eq!(form.root_element, profile.variables.root_element);
        assert_eq!(form.version.as_deref(), Some(profile.variables.version.as_str()));
        assert!(form.ends_with_line_end_and_nul);
        assert_eq!(form.names, ["SMSTSMP", "Second"]);
    }
}
