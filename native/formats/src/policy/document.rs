//! One policy: its task sequences turned to plain text, or read; and a policy that is made.
//!
//! Readers look for properties by the attribute `name` of an element, at any depth, and take the text of its child `value`.

use std::{fmt, ops::Range};

use roxmltree::{Document, Node, ParsingOptions};
use zeroize::Zeroizing;

use super::{MAX_NODES, PolicyError, parse, secret};
use crate::{
    profile::PolicyProfile,
    text::first_non_xml_char,
    xml_text::{escape_attribute, push_cdata},
};

const SEQUENCE: &str = "TS_Sequence";
const ADVERTISEMENT_ID: &str = "ADV_AdvertisementID";
const PACKAGE_ID: &str = "PKG_PackageID";
const PACKAGE_NAME: &str = "PKG_Name";
const NETWORK_ACCESS_ACCOUNT: &str = "CCM_NetworkAccessAccount";

/// A task sequence as a policy holds it.
#[derive(Clone, PartialEq, Eq)]
pub struct PolicyTaskSequence {
    /// ID of the deployment; empty when the policy has none.
    pub advertisement_id: String,
    /// Package ID; empty when the policy has none.
    pub package_id: String,
    /// Name; empty when the policy has none.
    pub name: String,
    /// The task sequence, plain XML. Can hold passwords: wiped when dropped.
    pub sequence: Zeroizing<String>,
}

impl fmt::Debug for PolicyTaskSequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PolicyTaskSequence")
            .field("advertisement_id", &self.advertisement_id)
            .field("package_id", &self.package_id)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// The policy with plain task sequences, from its root element to its end.
pub(super) fn to_plain(text: &str, number: usize) -> Result<Zeroizing<String>, PolicyError> {
    let text = text.trim_start_matches('\u{FEFF}').trim_start();
    let document = parse(text, number)?;
    let root = document.root_element().range();
    let mut parts: Vec<(Range<usize>, Zeroizing<String>)> = Vec::new();
    for value in properties(document.root_element(), SEQUENCE).filter_map(value_of) {
        if let Some(plain) = plain_sequence(&text_of(value), number)? {
            parts.push((inside(text, &value.range()), plain));
        }
    }
    // `]]>` splits a section in two: twelve characters more for every three at most.
    let room: usize = parts.iter().map(|(_, plain)| plain.len() * 5 + 16).sum();
    let mut made = Zeroizing::new(String::with_capacity(root.len() + room));
    let mut from = root.start;
    for (range, plain) in &parts {
        made.push_str(&text[from..range.start]);
        push_cdata(&mut made, plain);
        from = range.end;
    }
    made.push_str(&text[from..root.end]);
    Ok(made)
}

/// The plain text of a task sequence that is obfuscated; `None` when it is plain already.
fn plain_sequence(value: &str, document: usize) -> Result<Option<Zeroizing<String>>, PolicyError> {
    let trimmed = value.trim_start_matches('\u{FEFF}').trim_start();
    if trimmed.starts_with('<') {
        return Ok(None);
    }
    if trimmed.is_empty() {
        return Err(PolicyError::NoSequence { document, what: "it is empty" });
    }
    let plain = secret::reveal(trimmed).map_err(|source| PolicyError::Secret { document, source })?;
    check_sequence(&plain, document)?;
    Ok(Some(plain))
}

fn check_sequence(plain: &str, document: usize) -> Result<(), PolicyError> {
    if !plain.trim_start_matches('\u{FEFF}').trim_start().starts_with('<') {
        return Err(PolicyError::NoSequence { document, what: "the text does not begin like XML" });
    }
    first_non_xml_char(plain).map_or(Ok(()), |character| Err(PolicyError::Character(character)))
}

/// Where the content of an element is: behind its start tag, in front of its end tag.
fn inside(text: &str, element: &Range<usize>) -> Range<usize> {
    let mut quote = None;
    let start = text[element.clone()].char_indices().find(|(_, character)| match (quote, *character) {
        (None, '>') => true,
        (None, '"' | '\'') => {
            quote = Some(*character);
            false
        }
        (Some(open), character) if open == character => {
            quote = None;
            false
        }
        _ => false,
    });
    let start = element.start + start.map_or(0, |(place, _)| place + 1);
    let end = text[start..element.end].rfind("</").map_or(element.end, |place| start + place);
    start..end
}

/// The elements below a node whose attribute `name` is this one.
fn properties<'a, 'i: 'a>(node: Node<'a, 'i>, name: &'static str) -> impl Iterator<Item = Node<'a, 'i>> {
    node.descendants().filter(move |node| node.is_element() && node.attribute("name") == Some(name))
}

fn value_of<'a, 'i: 'a>(property: Node<'a, 'i>) -> Option<Node<'a, 'i>> {
    property.children().find(|child| child.is_element() && child.tag_name().name() == "value")
}

/// Text and CDATA of an element, joined.
fn text_of(element: Node<'_, '_>) -> Zeroizing<String> {
    let parts = || element.children().filter(Node::is_text).filter_map(|node| node.text());
    let mut text = Zeroizing::new(String::with_capacity(parts().map(str::len).sum()));
    parts().for_each(|part| text.push_str(part));
    text
}

/// A policy that has been taken before; what cannot be parsed is not there.
fn taken(text: &str) -> Option<Document<'_>> {
    Document::parse_with_options(text, ParsingOptions { nodes_limit: MAX_NODES, ..ParsingOptions::default() }).ok()
}

/// The task sequences of a policy. What belongs to one are the properties beside it.
pub(super) fn task_sequences(text: &str) -> Vec<PolicyTaskSequence> {
    let Some(document) = taken(text) else { return Vec::new() };
    let found = properties(document.root_element(), SEQUENCE).filter_map(|property| {
        let sequence = text_of(value_of(property)?);
        let beside = |name| {
            let instance = property.parent()?;
            let value = properties(instance, name).find_map(value_of)?;
            Some(text_of(value).trim().to_owned())
        };
        Some(PolicyTaskSequence {
            advertisement_id: beside(ADVERTISEMENT_ID).unwrap_or_default(),
            package_id: beside(PACKAGE_ID).unwrap_or_default(),
            name: beside(PACKAGE_NAME).unwrap_or_default(),
            sequence,
        })
    });
    found.collect()
}

/// A policy in which nothing stands where its task sequences are.
pub(super) fn around_task_sequences(text: &str) -> Zeroizing<String> {
    let Some(document) = taken(text) else { return Zeroizing::default() };
    let sequences = properties(document.root_element(), SEQUENCE).filter_map(value_of);
    let places: Vec<Range<usize>> = sequences.map(|value| inside(text, &value.range())).collect();
    let mut around = Zeroizing::new(String::with_capacity(text.len() - places.iter().map(Range::len).sum::<usize>()));
    let mut from = 0;
    for place in places {
        around.push_str(&text[from..place.start]);
        from = place.end;
    }
    around.push_str(&text[from..]);
    around
}

/// How many instances with a network access account a policy has.
pub(super) fn network_access_accounts(text: &str) -> usize {
    let count = |document: Document<'_>| {
        document.descendants().filter(|node| node.attribute("class") == Some(NETWORK_ACCESS_ACCOUNT)).count()
    };
    taken(text).map_or(0, count)
}

/// A policy with a task sequence of our own.
pub(super) fn make(
    sequence: &PolicyTaskSequence,
    profile: &PolicyProfile,
    number: usize,
) -> Result<Zeroizing<String>, PolicyError> {
    check_sequence(&sequence.sequence, number)?;
    let values = [
        (ADVERTISEMENT_ID, sequence.advertisement_id.as_str()),
        (PACKAGE_ID, sequence.package_id.as_str()),
        (PACKAGE_NAME, sequence.name.as_str()),
        (SEQUENCE, sequence.sequence.as_str()),
    ];
    let attributes = [profile.task_sequence_class.as_str(), profile.text_type.as_str()];
    if let Some(character) = values.iter().map(|(_, value)| *value).chain(attributes).find_map(first_non_xml_char) {
        return Err(PolicyError::Character(character));
    }
    // A carriage return takes most: a character reference between two CDATA sections.
    let room: usize = values.iter().map(|(_, value)| value.len() * 17 + 128).sum();
    let mut text = Zeroizing::new(String::with_capacity(room + 128));
    text.push_str(&format!("<instance class=\"{}\">", escape_attribute(&profile.task_sequence_class)));
    for (name, value) in values {
        let kind = escape_attribute(&profile.text_type);
        text.push_str(&format!("<property name=\"{name}\" type=\"{kind}\"><value>"));
        push_cdata(&mut text, value);
        text.push_str("</value></property>");
    }
    text.push_str("</instance>");
    Ok(text)
}
