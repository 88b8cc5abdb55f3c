//! The plain text of Variables.dat: XML out, XML in.

use roxmltree::{Document, Node, ParsingOptions};
use zeroize::Zeroizing;

use super::{MediaVariables, VariablesError};
use crate::{
    profile::MediaProfile,
    text::{first_non_xml_char, from_utf16le, to_utf16le},
    xml_text::{LINE_END, escape_attribute, finish, push_cdata, reason_of},
};

/// No real file has more than a few hundred elements; a hostile one gets an error instead of memory.
const MAX_NODES: u32 = 1 << 20;

/// The plain bytes, padded with spaces in front of the last line end so that their number has the remainder that the
/// profile wants.
pub(super) fn write(variables: &MediaVariables, profile: &MediaProfile) -> Result<Zeroizing<Vec<u8>>, VariablesError> {
    let settings = &profile.variables;
    check_profile(profile)?;
    // Room for everything, so that no value stays behind in a buffer that grew. A carriage return takes most: it is
    // written as a character reference between two CDATA sections.
    let room: usize = variables.iter().map(|(name, value)| name.len() * 6 + value.len() * 17 + 64).sum();
    let mut text = Zeroizing::new(String::with_capacity(room + 512));
    text.push_str(&settings.xml_declaration);
    text.push_str(LINE_END);
    let root = &settings.root_element;
    text.push_str(&format!("<{root} Version=\"{}\">", escape_attribute(&settings.version)));
    for (name, value) in variables.iter() {
        text.push_str("<var name=\"");
        text.push_str(&escape_attribute(name));
        text.push_str("\">");
        push_cdata(&mut text, value);
        text.push_str("</var>");
    }
    text.push_str(&format!("</{root}>"));

    finish(&mut text, settings);
    Ok(to_utf16le(&text))
}

fn check_profile(profile: &MediaProfile) -> Result<(), VariablesError> {
    let settings = &profile.variables;
    let name = &settings.root_element;
    let plain_name =
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric()) && !name.as_bytes()[0].is_ascii_digit();
    if !plain_name {
        return Err(VariablesError::Profile("variables.rootElement is no XML element name"));
    }
    let declaration = &settings.xml_declaration;
    if !declaration.starts_with("<?xml version=")
        || !declaration.ends_with("?>")
        || first_non_xml_char(declaration).is_some()
    {
        return Err(VariablesError::Profile("variables.xmlDeclaration is no XML declaration"));
    }
    if first_non_xml_char(&settings.version).is_some() {
        return Err(VariablesError::Profile("variables.version holds characters that XML cannot carry"));
    }
    let (modulus, remainder) = (settings.plain_length_modulus, settings.plain_length_remainder);
    if !(2..=4096).contains(&modulus) || modulus % 2 != 0 || remainder % 2 != 0 || remainder >= modulus {
        return Err(VariablesError::Profile(
            "variables.plainLengthModulus must be even, 2 to 4096, and plainLengthRemainder even and smaller",
        ));
    }
    Ok(())
}

/// Reads the plain bytes: `var` elements at any depth, their `name`, their text. What stands behind the last NUL is
/// ignored, as other readers do.
pub(super) fn read(plain: &[u8]) -> Result<MediaVariables, VariablesError> {
    let text = from_utf16le(plain).map_err(VariablesError::Text)?;
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text).trim_end_matches('\0');
    let options = ParsingOptions { nodes_limit: MAX_NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|error| VariablesError::Xml {
        line: error.pos().row,
        column: error.pos().col,
        reason: reason_of(&error),
    })?;
    let mut variables = MediaVariables::new();
    let elements = document.descendants().filter(|node| node.is_element() && node.tag_name().name() == "var");
    for element in elements {
        let Some(name) = element.attribute("name") else {
            let place = document.text_pos_at(element.range().start);
            return Err(VariablesError::Unnamed { line: place.row, column: place.col });
        };
        variables.push(name, &value_of(element))?;
    }
    Ok(variables)
}

/// Text and CDATA of an element, joined.
fn value_of(element: Node<'_, '_>) -> Zeroizing<String> {
    let parts = || element.children().filter(Node::is_text).filter_map(|node| node.text());
    let mut value = Zeroizing::new(String::with_capacity(parts().map(str::len).sum()));
    parts().for_each(|part| value.push_str(part));
    value
}
