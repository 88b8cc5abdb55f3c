//! Where task sequences are read from: a facts file, an export file, a text. All end in site facts.

use super::{ReferenceQuery, one, unreadable};
use crate::site::{export_error, facts_error, of_one_site};
use crate::{Error, ErrorKind, Result, Stage};
use camino::Utf8Path;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use tsm_formats::task_sequence::{Limits, TaskSequence};
use tsm_site::SiteFacts;

/// The package ID that stands for a text which has none of its own.
const TEXT_ID: &str = "XML00000";
/// Where a text has no site.
const NO_SITE: &str = "XXX";

/// A task sequence that was found.
pub(super) struct Found {
    /// The facts that have it.
    pub facts: SiteFacts,
    /// Its package ID in them.
    pub package_id: String,
    /// Its name, where it has no other.
    pub name: Option<String>,
    /// It was a text, which knows neither its ID nor its boot image; its steps are not in the facts.
    pub text: Option<TaskSequence>,
    /// There is a facts file: what it does not know, the site did not tell.
    pub has_site: bool,
    /// Where it was read from.
    pub origin: String,
}

/// What a file is, by its first bytes.
enum Form {
    Facts,
    Export,
    Text,
}

pub(super) fn find(query: &ReferenceQuery) -> Result<Found> {
    let path = query.path.as_path();
    let beside = query.site_facts.as_deref().map(|path| SiteFacts::load(path).map_err(facts_error)).transpose()?;
    let has_site = beside.is_some();
    match form(path)? {
        Form::Facts => {
            let facts = SiteFacts::load(path).map_err(facts_error)?;
            let facts = match beside {
                Some(beside) => of_one_site(beside, facts, &format!("facts file '{path}'"))?,
                None => facts,
            };
            chosen(query, facts, true, format!("facts file {path}"))
        }
        Form::Export => {
            let exported = tsm_site::export::read(path).map_err(export_error)?;
            let only = match exported.task_sequences.as_slice() {
                [one] => Some(one.package_id.clone()),
                _ => None,
            };
            let facts = match beside {
                Some(beside) => of_one_site(beside, exported, &format!("export file '{path}'"))?,
                None => exported,
            };
            let asked = ReferenceQuery { task_sequence: query.task_sequence.clone().or(only), ..query.clone() };
            chosen(&asked, facts, has_site, format!("export file {path}"))
        }
        Form::Text => text(path, beside, has_site),
    }
}

fn chosen(query: &ReferenceQuery, facts: SiteFacts, has_site: bool, origin: String) -> Result<Found> {
    let package_id = match (&query.task_sequence, facts.task_sequences.as_slice()) {
        (Some(asked), _) => one(&facts, asked)?.package_id.clone(),
        (None, [one]) => one.package_id.clone(),
        (None, []) => {
            let message = format!("There is no task sequence in the {origin}.");
            return Err(Error::new(ErrorKind::TaskSequenceUnknown, Stage::Site, message).target(query.path.as_str()));
        }
        (None, several) => {
            let names = several.iter().take(20).map(|t| format!("{} ({})", t.package_id, t.name));
            let message = format!(
                "There are {} task sequences in the {origin}; name one of them: {}.",
                several.len(),
                names.collect::<Vec<_>>().join(", ")
            );
            return Err(Error::new(ErrorKind::TaskSequenceAmbiguous, Stage::Site, message).target(query.path.as_str()));
        }
    };
    Ok(Found { facts, package_id, name: None, text: None, has_site, origin })
}

/// A text that stands alone: read as it comes from the file, and a fact like the others but for its steps.
fn text(path: &Utf8Path, beside: Option<SiteFacts>, has_site: bool) -> Result<Found> {
    let sequence = read_text(path)?;
    let name = path.file_stem().unwrap_or(path.as_str()).to_owned();
    let mut facts = beside.unwrap_or_else(|| SiteFacts::of_site(NO_SITE, jiff::Timestamp::UNIX_EPOCH));
    facts.task_sequences.push(tsm_site::TaskSequence {
        package_id: TEXT_ID.to_owned(),
        name: name.clone(),
        boot_image: None,
        references: Vec::new(),
        sequence: None,
        policies: Vec::new(),
        policy_assignments: Vec::new(),
    });
    let origin = format!("text {path}");
    Ok(Found { facts, package_id: TEXT_ID.to_owned(), name: Some(name), text: Some(sequence), has_site, origin })
}

fn form(path: &Utf8Path) -> Result<Form> {
    let mut head = [0; 64];
    let mut length = 0;
    let mut file = File::open(path).map_err(|error| unread(path, error))?;
    while length < head.len() {
        match file.read(&mut head[length..]).map_err(|error| unread(path, error))? {
            0 => break,
            read => length += read,
        }
    }
    let head = head.get(..length).unwrap_or_default();
    if head.starts_with(b"PK") {
        return Ok(Form::Export);
    }
    // Byte order marks, blanks, and the zeros of UTF-16.
    let first =
        head.iter().find(|byte| !matches!(byte, 0 | 0xEF | 0xBB | 0xBF | 0xFF | 0xFE | b' ' | b'\t' | b'\r' | b'\n'));
    match first {
        Some(b'{') => Ok(Form::Facts),
        Some(b'<') => Ok(Form::Text),
        _ => {
            let message =
                format!("'{path}' is neither site facts (JSON) nor an export file (zip) nor a task sequence (XML).");
            Err(Error::new(ErrorKind::TaskSequenceUnreadable, Stage::Site, message).target(path.as_str()))
        }
    }
}

fn read_text(path: &Utf8Path) -> Result<TaskSequence> {
    let limits = Limits::default();
    let failed = |error| unreadable(path.as_str(), error);
    let mut file = BufReader::new(File::open(path).map_err(|error| unread(path, error))?);
    let head = file.fill_buf().map_err(|error| unread(path, error))?;
    let is_wide = matches!(head, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [_, 0, ..]);
    if !is_wide {
        return TaskSequence::read(file, &limits).map_err(failed);
    }
    let mut bytes = Vec::new();
    // Two bytes for a character, and one more tells a text that is too long.
    file.take(limits.bytes * 2 + 3).read_to_end(&mut bytes).map_err(|error| unread(path, error))?;
    let text = tsm_formats::text::decode(&bytes)
        .map_err(|error| unread(path, std::io::Error::new(std::io::ErrorKind::InvalidData, error)))?;
    TaskSequence::read(text.as_bytes(), &limits).map_err(failed)
}

fn unread(path: &Utf8Path, error: std::io::Error) -> Error {
    let message = format!("'{path}' cannot be read.");
    Error::new(ErrorKind::TaskSequenceUnreadable, Stage::Site, message).target(path.as_str()).source(error)
}
