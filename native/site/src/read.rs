//! Reading a facts file: strict, with the place of every fault.

use crate::facts::{SCHEMA_VERSION, SiteFacts};
use camino::Utf8Path;
use std::fs::File;
use std::io::{BufRead as _, BufReader};

/// What is wrong with a facts file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FactsErrorKind {
    /// It cannot be read.
    Unreadable,
    /// It is not well-formed, or a fact has an impossible value.
    Malformed,
    /// It has another version.
    Version,
}

/// A facts file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{place}: {message}")]
pub struct FactsError {
    kind: FactsErrorKind,
    place: String,
    message: String,
    #[source]
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl FactsError {
    /// What is wrong.
    pub fn kind(&self) -> FactsErrorKind {
        self.kind
    }

    fn new(kind: FactsErrorKind, place: &str, message: impl Into<String>) -> Self {
        Self { kind, place: place.to_owned(), message: message.into(), source: None }
    }
}

/// Facts files of real sites have some thousand packages; more than this is not a facts file.
const MOST_BYTES: u64 = 256 << 20;

impl SiteFacts {
    /// Reads a facts file.
    pub fn load(path: &Utf8Path) -> Result<Self, FactsError> {
        let place = format!("site facts '{path}'");
        let unreadable = |e: std::io::Error| FactsError {
            source: Some(Box::new(e)),
            ..FactsError::new(FactsErrorKind::Unreadable, &place, "the file cannot be read")
        };
        let length = std::fs::metadata(path).map_err(unreadable)?.len();
        if length > MOST_BYTES {
            let message = format!("{length} bytes are too many for a facts file");
            return Err(FactsError::new(FactsErrorKind::Malformed, &place, message));
        }
        // Read twice, and held never: steps of a task sequence can be tens of megabytes.
        let open = || -> std::io::Result<_> {
            let mut file = BufReader::new(File::open(path)?);
            let mark = file.fill_buf()?.starts_with(b"\xEF\xBB\xBF");
            file.consume(if mark { 3 } else { 0 });
            Ok(file)
        };
        check_version(serde_json::from_reader(open().map_err(unreadable)?), &place)?;
        Self::checked(serde_json::from_reader(open().map_err(unreadable)?), &place)
    }

    /// Reads facts from JSON text; `place` names it in errors.
    pub fn parse(text: &str, place: &str) -> Result<Self, FactsError> {
        let text = text.trim_start_matches('\u{feff}');
        check_version(serde_json::from_str(text), place)?;
        Self::checked(serde_json::from_str(text), place)
    }

    /// Facts that were read, or where and why they could not be.
    fn checked(read: serde_json::Result<Self>, place: &str) -> Result<Self, FactsError> {
        let facts = read.map_err(|e| {
            let (line, column) = (e.line(), e.column());
            let all = e.to_string();
            let message = all.rfind(" at line ").map_or(all.as_str(), |end| &all[..end]).to_owned();
            let kind = if e.is_io() { FactsErrorKind::Unreadable } else { FactsErrorKind::Malformed };
            let message = format!("line {line}, column {column}: {message}");
            FactsError { source: Some(Box::new(e)), ..FactsError::new(kind, place, message) }
        })?;
        facts.check(place)?;
        Ok(facts)
    }

    /// Reads facts from a JSON value.
    pub fn from_value(value: serde_json::Value, place: &str) -> Result<Self, FactsError> {
        Self::parse(&value.to_string(), place)
    }

    /// Refuses values that no site has.
    fn check(&self, place: &str) -> Result<(), FactsError> {
        let wrong = |fact: &str, why: &str| {
            Err(FactsError::new(FactsErrorKind::Malformed, place, format!("the fact '{fact}' {why}")))
        };
        if self.site_code.len() != 3 || !self.site_code.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return wrong("siteCode", "is not three letters or digits");
        }
        for (name, text) in [
            ("publicRootKey", self.public_root_key.as_deref()),
            ("siteSigningCertificate", self.site_signing_certificate.as_deref()),
        ] {
            if text.is_some_and(|t| !is_hex(t)) {
                return wrong(name, "is not an even number of hexadecimal digits");
            }
        }
        if self.root_ca_certificates.iter().any(|c| !is_hex(c)) {
            return wrong("rootCaCertificates", "is not an even number of hexadecimal digits");
        }
        for id in self.task_sequences.iter().flat_map(|t| [Some(&t.package_id), t.boot_image.as_ref()]).flatten() {
            if id.len() != 8 || !id.bytes().all(|b| b.is_ascii_alphanumeric()) {
                return wrong("taskSequences", &format!("names '{id}', which is not eight letters or digits"));
            }
        }
        for package in &self.packages {
            if package.package_id.len() != 8 || !package.package_id.bytes().all(|b| b.is_ascii_alphanumeric()) {
                return wrong("packageId", &format!("'{}' is not eight letters or digits", package.package_id));
            }
            if package.contents.iter().filter_map(|c| c.hash.as_deref()).any(|h| h.len() != 64 || !is_hex(h)) {
                return wrong("hash", &format!("of package {} is not 64 hexadecimal digits", package.package_id));
            }
        }
        Ok(())
    }
}

/// The version of a facts file, and nothing else of it.
#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Version {
    schema_version: Option<serde_json::Value>,
}

/// The version comes first: a file of another version may differ in everything else.
fn check_version(read: serde_json::Result<Version>, place: &str) -> Result<(), FactsError> {
    let Ok(found) = read else { return Ok(()) };
    match found.schema_version.map(|v| v.as_u64()) {
        Some(Some(version)) if version == u64::from(SCHEMA_VERSION) => Ok(()),
        Some(Some(version)) => Err(FactsError::new(
            FactsErrorKind::Version,
            place,
            format!("the facts have schema version {version}; this program knows version {SCHEMA_VERSION}"),
        )),
        _ => Err(FactsError::new(FactsErrorKind::Version, place, "the facts name no schema version (schemaVersion)")),
    }
}

fn is_hex(text: &str) -> bool {
    !text.is_empty() && text.len().is_multiple_of(2) && text.bytes().all(|b| b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minimal() -> serde_json::Value {
        serde_json::json!({ "schemaVersion": 1, "retrieved": "2026-11-01T08:00:00Z", "siteCode": "PS1" })
    }

    #[test]
    fn the_smallest_facts_name_version_time_and_site() {
        assert_eq!(SiteFacts::from_value(minimal(), "facts").unwrap().site_code, "PS1");
    }

    #[test]
    fn another_version_is_refused_before_anything_else_is_looked_at() {
        let error = SiteFacts::parse(r#"{"schemaVersion": 2, "new": true}"#, "facts").unwrap_err();
        assert_eq!(error.kind(), FactsErrorKind::Version);
        assert!(error.to_string().contains("version 2"));
    }

    #[test]
    fn an_unknown_fact_is_named_with_its_place() {
        let mut facts = minimal();
        facts["publicRootkey"] = "00".into();
        let error = SiteFacts::from_value(facts, "facts").unwrap_err();
        assert!(error.to_string().contains("publicRootkey") && error.to_string().contains("line 1"), "{error}");
    }

    #[test]
    fn a_task_sequence_is_found_by_its_id_and_an_application_also_by_a_name_that_only_it_has() {
        let mut facts = minimal();
        facts["taskSequences"] = serde_json::json!([{ "packageId": "PS100030", "name": "Deploy", "bootImage": "PS1" }]);
        assert!(SiteFacts::from_value(facts.clone(), "facts").unwrap_err().to_string().contains("'PS1'"));
        facts["taskSequences"][0]["bootImage"] = "PS100005".into();
        let application = |id: &str, name: &str| serde_json::json!({ "id": id, "name": name, "version": 1 });
        facts["applications"] = [application("a", "One"), application("b", "Two"), application("c", "two")].into();
        let facts = SiteFacts::from_value(facts, "facts").unwrap();
        assert_eq!(facts.task_sequence("ps100030").unwrap().name, "Deploy");
        assert_eq!(facts.application("ONE").unwrap().id, "a");
        assert_eq!(facts.application("c").unwrap().name, "two");
        assert!(facts.application("Two").is_none() && facts.application("Three").is_none());
    }

    #[test]
    fn keys_that_are_not_hexadecimal_are_refused() {
        let mut facts = minimal();
        facts["publicRootKey"] = "xyz".into();
        let error = SiteFacts::from_value(facts, "facts").unwrap_err();
        assert!(error.to_string().contains("'publicRootKey'"), "{error}");
    }
}
