//! The plain text of Variables.dat: XML out, XML in.

use std::borrow::Cow;

use roxmltree::{Document, Node, ParsingOptions};
use zeroize::Zeroizing;

use super::{MediaVariables, VariablesError};
use crate::{
    profile::MediaProfile,
    text::{first_non_xml_char, from_utf16le, to_utf16le},
};

/// Line end in front of the final NUL: what the `xml` property of MSXML puts behind a document.
const LINE_END: &str = "\r\n";
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

    let modulus = settings.plain_length_modulus;
    let length = (text.encode_utf16().count() + LINE_END.len() + 1) * 2;
    // Both numbers are even (checked above), so the loop ends within one modulus.
    let missing = (settings.plain_length_remainder + modulus - length % modulus) % modulus;
    text.extend(std::iter::repeat_n(' ', missing / 2));
    text.push_str(LINE_END);
    text.push('\0');
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

/// A CDATA section cannot hold `]]>`, and an XML parser turns CR LF in it into LF: both split the section.
fn push_cdata(text: &mut String, value: &str) {
    text.push_str("<![CDATA[");
    let mut rest = value;
    while let Some(place) = rest.find(['\r', ']']) {
        let (before, from) = rest.split_at(place);
        text.push_str(before);
        rest = if let Some(after) = from.strip_prefix('\r') {
            text.push_str("]]>&#13;<![CDATA[");
            after
        } else if let Some(after) = from.strip_prefix("]]>") {
            text.push_str("]]]]><![CDATA[>");
            after
        } else {
            text.push(']');
            &from[1..]
        };
    }
    text.push_str(rest);
    text.push_str("]]>");
}

fn escape_attribute(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>', '"', '\t', '\r', '\n']) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() * 6);
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\t' | '\r' | '\n' => escaped.push_str(&format!("&#{};", u32::from(character))),
            other => escaped.push(other),
        }
    }
    Cow::Owned(escaped)
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
        reason: xml_reason(&error),
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

/// The parser's own messages quote the text, which can be a secret.
fn xml_reason(error: &roxmltree::Error) -> &'static str {
    use roxmltree::Error;
    match error {
        Error::DtdDetected => "a DTD is not allowed here",
        Error::NodesLimitReached => "too many elements",
        Error::NoRootNode => "there is no root element",
        Error::UnclosedRootNode => "the root element is not closed",
        Error::UnexpectedCloseTag(..) | Error::UnexpectedEntityCloseTag(..) => "a closing tag does not match",
        Error::NonXmlChar(..) => "a character that XML cannot carry",
        Error::DuplicatedAttribute(..) => "an attribute is there twice",
        Error::UnexpectedEndOfStream => "the text ends too early",
        _ => "it cannot be parsed here",
    }
}
