//! The page that a distribution point gives for a folder: a line an entry, with one link each.
//!
//! Only the form that was seen is relied upon (`docs/formats.md`, "Distribution point: lists"): a tag for folders in the
//! text before a link, and a link whose last part is the name. Dates and sizes are in the language of the server and are
//! not read. The page is read as it comes; only its entries are kept.

use std::io::{self, BufRead};
use tsm_net::{Url, decode, encode_segment};

/// The longest piece of text or tag; a longer one is no listing.
const LONGEST_PIECE: usize = 64 * 1024;
/// The most entries of one folder.
const MOST_ENTRIES: usize = 1_000_000;

/// An entry of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Its name.
    pub name: String,
    /// It is a folder.
    pub is_folder: bool,
}

/// Why a list cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ListingError {
    #[error("the list cannot be read to its end")]
    Io(#[from] io::Error),
    #[error("the list has no form that is known: {0}")]
    Form(&'static str),
    #[error("the list leads to '{0}', which is not within the folder that was asked for")]
    Foreign(String),
}

/// Reads the page that `folder` gave.
pub(crate) fn read(page: impl BufRead, folder: &Url) -> Result<Vec<Entry>, ListingError> {
    let mut reading = Reading { folder, entries: Vec::new(), before: String::new(), link: None, text: String::new() };
    let mut pieces = Pieces { page, buffer: Vec::new() };
    while let Some((text, tag)) = pieces.next()? {
        reading.take(&text, &tag)?;
    }
    Ok(reading.entries)
}

/// The page in pieces: text, and the tag behind it.
struct Pieces<R> {
    page: R,
    buffer: Vec<u8>,
}

impl<R: BufRead> Pieces<R> {
    fn next(&mut self) -> Result<Option<(String, String)>, ListingError> {
        self.buffer.clear();
        let mut limited = io::Read::take(&mut self.page, LONGEST_PIECE as u64);
        limited.read_until(b'>', &mut self.buffer)?;
        match self.buffer.last() {
            None => return Ok(None),
            Some(b'>') => {}
            Some(_) if self.buffer.len() >= LONGEST_PIECE => {
                return Err(ListingError::Form("a piece of it is longer than any name"));
            }
            // What stands behind the last tag.
            Some(_) => return Ok(None),
        }
        let piece = String::from_utf8_lossy(&self.buffer);
        let piece = piece.trim_end_matches('>');
        let (text, tag) = piece.rsplit_once('<').unwrap_or((piece, ""));
        Ok(Some((text.to_owned(), tag.trim().to_owned())))
    }
}

struct Reading<'a> {
    folder: &'a Url,
    entries: Vec<Entry>,
    /// The text since the last link.
    before: String,
    /// The address of the link that is open.
    link: Option<String>,
    /// The text within it.
    text: String,
}

impl Reading<'_> {
    fn take(&mut self, text: &str, tag: &str) -> Result<(), ListingError> {
        let into = if self.link.is_some() { &mut self.text } else { &mut self.before };
        if into.len() + text.len() < LONGEST_PIECE {
            into.push_str(text);
        }
        let name = tag.split(|c: char| c.is_ascii_whitespace()).next().unwrap_or_default().to_ascii_lowercase();
        match name.as_str() {
            "a" => {
                self.link = attribute(tag, "href");
                self.text.clear();
            }
            "/a" => {
                if let Some(link) = self.link.take() {
                    self.entry(&link)?;
                }
                self.before.clear();
            }
            // Some servers write the tag of a folder as it is.
            "dir" if self.link.is_none() => self.before.push_str("&lt;dir&gt;"),
            // Headings belong to no entry.
            "/h1" | "/title" | "pre" | "hr" => self.before.clear(),
            _ => {}
        }
        Ok(())
    }

    fn entry(&mut self, link: &str) -> Result<(), ListingError> {
        if self.entries.len() >= MOST_ENTRIES {
            return Err(ListingError::Form("it has more entries than any folder"));
        }
        let shown = unescape(&self.text);
        let Some(name) = name_of(self.folder, &unescape(link), &shown)? else { return Ok(()) };
        let before = self.before.to_ascii_lowercase();
        self.entries.push(Entry { name, is_folder: before.contains("&lt;dir&gt") });
        Ok(())
    }
}

/// The name of the entry that a link leads to; `None` for a link to the folder above, which some servers add.
fn name_of(folder: &Url, link: &str, shown: &str) -> Result<Option<String>, ListingError> {
    let foreign = || ListingError::Foreign(link.to_owned());
    let plain = link.replace('\\', "/");
    let path = match plain.split_once("://") {
        Some((_, rest)) => {
            let (server, path) = rest.split_once('/').ok_or_else(foreign)?;
            if !is_same_server(folder, server) {
                return Err(foreign());
            }
            path.to_owned()
        }
        None => plain.trim_start_matches('/').to_owned(),
    };
    let path = path.trim_end_matches('/');
    let (parent, raw) = path.rsplit_once('/').unwrap_or(("", path));
    let wanted = decode(folder.path()).unwrap_or_default();
    let wanted = wanted.trim_matches('/');
    let parent = decode(parent).unwrap_or_else(|| parent.to_owned());
    if wanted.to_lowercase().starts_with(&format!("{}/", path.to_lowercase())) {
        return Ok(None);
    }
    if !parent.is_empty() && parent.to_lowercase() != wanted.to_lowercase() {
        return Err(foreign());
    }
    let shown = shown.trim().trim_end_matches(['/', '\\']).rsplit(['/', '\\']).next().unwrap_or_default();
    Ok(Some(choose(raw, shown)))
}

/// Whether a link names the server that was asked: the scheme and the port do not count, as pages over HTTPS name
/// `http://` and the usual port.
fn is_same_server(folder: &Url, server: &str) -> bool {
    let host = match server.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => host,
        _ => server,
    };
    host.eq_ignore_ascii_case(folder.host())
}

/// The name, from a link that may or may not be encoded and the text that it shows.
fn choose(raw: &str, shown: &str) -> String {
    match decode(raw) {
        Some(decoded) if decoded == shown => decoded,
        // Both are the same, and could not be if the link were encoded.
        _ if raw == shown && encode_segment(raw) != raw && raw.chars().any(|c| !c.is_ascii() || c == ' ') => {
            raw.to_owned()
        }
        Some(decoded) => decoded,
        None => raw.to_owned(),
    }
}

/// The value of an attribute of a tag.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let lower = tag.to_ascii_lowercase();
    let at = lower.find(&format!("{name}="))? + name.len() + 1;
    let value = tag.get(at..)?;
    match value.chars().next()? {
        quote @ ('"' | '\'') => value.get(1..)?.split(quote).next().map(str::to_owned),
        _ => value.split(|c: char| c.is_ascii_whitespace()).next().map(str::to_owned),
    }
}

/// Text with the character references of HTML that a name can need put in.
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let reference = rest.get(1..).and_then(|r| r.split_once(';')).map(|(name, _)| name).filter(|n| n.len() <= 8);
        let character = reference.and_then(|name| match name {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => {
                let number = name.strip_prefix('#')?;
                let code = match number.strip_prefix(['x', 'X']) {
                    Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                    None => number.parse().ok()?,
                };
                char::from_u32(code)
            }
        });
        match (character, reference) {
            (Some(character), Some(name)) => {
                out.push(character);
                rest = &rest[name.len() + 2..];
            }
            _ => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const FOLDER: &str = "http://dp1:8080/SMS_DP_SMSPKG$/PS100011.2";

    fn page(line: &str) -> Result<Vec<(String, bool)>, ListingError> {
        let text =
            format!("<html><head><title>/x</title></head><body><H1>&lt;dir&gt;</H1><hr>\r\n<pre>{line}</pre></html>");
        let entries = read(text.as_bytes(), &Url::parse(FOLDER).unwrap())?;
        Ok(entries.into_iter().map(|e| (e.name, e.is_folder)).collect())
    }

    fn one(line: &str) -> (String, bool) {
        let mut entries = page(line).unwrap();
        assert_eq!(entries.len(), 1, "{entries:?}");
        entries.remove(0)
    }

    fn line(name: &str, shown: &str) -> String {
        format!("4/13/2024  8:40 pm   12 <a href=\"{FOLDER}/{name}\">{FOLDER}/{shown}</a><br>\r\n")
    }

    #[test]
    fn a_folder_is_known_by_its_tag_with_or_without_a_semicolon() {
        for (tag, is_folder) in [("&lt;dir&gt", true), ("&lt;dir&gt;", true), ("<dir>", true), ("0", false)] {
            let text = format!("4/13/2024  8:40 pm  {tag} <a href=\"{FOLDER}/Sub\">{FOLDER}/Sub</a>");
            assert_eq!(one(&text), ("Sub".to_owned(), is_folder), "{tag}");
        }
    }

    #[test]
    fn names_come_out_of_links_that_are_encoded_and_of_links_that_are_not() {
        assert_eq!(one(&line("a%26b%20%231.txt", "a&amp;b #1.txt")).0, "a&b #1.txt");
        assert_eq!(one(&line("a b.txt", "a b.txt")).0, "a b.txt");
        assert_eq!(one(&line("%2541", "%41")).0, "%41");
        assert_eq!(one(&line("%C3%A4", "ä")).0, "ä");
        assert_eq!(one(&line("a&amp;b", "a&amp;b")).0, "a&b");
    }

    #[test]
    fn slashes_either_way_another_scheme_and_other_case_are_the_same() {
        let back = format!(
            "12 <a href=\"{}\">\\a.txt</a>",
            format!("{FOLDER}/a.txt").replace('/', "\\").replacen("\\\\", "//", 1)
        );
        assert_eq!(one(&back).0, "a.txt");
        let other = "12 <a href='HTTP://DP1/sms_dp_smspkg$/ps100011.2/a.txt'>a.txt</a>";
        assert_eq!(one(other).0, "a.txt");
    }

    #[test]
    fn links_that_lead_elsewhere_are_not_followed() {
        for link in [
            "http://elsewhere.contoso.test/SMS_DP_SMSPKG$/PS100011.2/a.txt",
            "http://dp1:8080/SMS_DP_SMSPKG$/PS100012.1/a.txt",
            "http://dp1:8080/SMS_DP_SMSPKG$/PS100011.2/sub/a.txt",
        ] {
            let error = page(&format!("12 <a href=\"{link}\">a.txt</a>")).unwrap_err();
            assert!(matches!(error, ListingError::Foreign(_)), "{link}: {error}");
        }
        assert!(page("<a href=\"http://dp1:8080/SMS_DP_SMSPKG$/\">[To Parent Directory]</a>").unwrap().is_empty());
    }

    #[test]
    fn a_page_without_entries_is_empty_and_garbage_is_none() {
        assert!(page("").unwrap().is_empty());
        let endless = "x".repeat(LONGEST_PIECE + 1);
        assert!(matches!(page(&endless), Err(ListingError::Form(_))));
    }
}
