//! What a bundle says of itself: `bundle.json`, and `SHA256SUMS` with the hash of every file.

use crate::plan::PlanPackage;
use crate::{Error, ErrorKind, Result, Stage};
use camino::Utf8Path;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tsm_formats::Sha256Hash;

/// The version of the format that this program writes and reads.
pub(super) const FORMAT: u32 = 1;
/// What the bundle says of itself.
pub(super) const INDEX: &str = "bundle.json";
/// The hash of every other file.
pub(super) const SUMS: &str = "SHA256SUMS";
/// The definition, whose paths start at the folder of the bundle.
pub(super) const DEFINITION: &str = "definition.json";
/// The site facts.
pub(super) const FACTS: &str = "facts.json";
/// The media profile, where the definition names one.
pub(super) const PROFILE: &str = "profile.json";
/// The content library.
pub(super) const CONTENT: &str = "content";
/// The boot image, where it is no package.
pub(super) const BOOT: &str = "files/boot";
/// The files of the prestart command, where they are no package.
pub(super) const PRESTART: &str = "files/prestart";
/// The programs of a console.
pub(super) const CONSOLE: &str = "files/console";

/// `bundle.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Index {
    /// The version of the format.
    pub format: u32,
    /// The program that wrote the bundle.
    pub tool: String,
    /// When.
    pub created: String,
    /// The identity of the plan.
    pub plan_id: String,
    /// The packages.
    pub packages: Vec<PlanPackage>,
    /// The fields of the definition that were left out.
    pub left_out: Vec<String>,
    /// The empty folders of the bundle.
    pub folders: Vec<String>,
    /// When files that no package records were last written: seconds since 1970, by path.
    pub times: BTreeMap<String, i64>,
}

impl Index {
    /// Reads `bundle.json`. The version comes first: a newer one may differ in everything else.
    pub fn read(text: &[u8], source: &Utf8Path) -> Result<Self> {
        let fault = |e: serde_json::Error| {
            let message = format!("'{source}' is no bundle: its {INDEX} cannot be read.");
            Error::new(ErrorKind::BundleInvalid, Stage::Content, message).target(source.as_str()).source(e)
        };
        let value: serde_json::Value = serde_json::from_slice(text).map_err(fault)?;
        match value.get("format").and_then(serde_json::Value::as_u64) {
            Some(format) if format > u64::from(FORMAT) => Err(newer(source, format)),
            Some(format) if format == u64::from(FORMAT) => serde_json::from_value(value).map_err(fault),
            _ => {
                let message = format!("'{source}' is no bundle: its {INDEX} names no format that is known.");
                Err(Error::new(ErrorKind::BundleInvalid, Stage::Content, message).target(source.as_str()))
            }
        }
    }
}

/// The error of a bundle that a newer version wrote.
pub(super) fn newer(source: &Utf8Path, format: u64) -> Error {
    let message = format!("The bundle '{source}' has format {format}; this program knows format {FORMAT}.");
    Error::new(ErrorKind::BundleVersion, Stage::Content, message).target(source.as_str())
}

/// The hash of every file, by path.
pub(super) type Sums = BTreeMap<String, Sha256Hash>;

/// `SHA256SUMS`, as the program `sha256sum` writes it: 64 digits, two spaces, the path, a line feed.
pub(super) fn write_sums(sums: &Sums) -> Vec<u8> {
    let line = |(path, hash): (&String, &Sha256Hash)| format!("{}  {path}\n", hash.to_string().to_ascii_lowercase());
    sums.iter().map(line).collect::<String>().into_bytes()
}

/// Reads `SHA256SUMS`, which has to be exactly as it was written: no bit of it is without meaning.
pub(super) fn read_sums(bytes: &[u8]) -> Option<Sums> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut sums = Sums::new();
    for line in text.strip_suffix('\n')?.split('\n') {
        let (digits, path) = line.split_at_checked(64)?;
        let hash: Sha256Hash = digits.to_ascii_uppercase().parse().ok()?;
        sums.insert(path.strip_prefix("  ")?.to_owned(), hash);
    }
    (write_sums(&sums) == bytes).then_some(sums)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums() -> Sums {
        [("a.txt", 1), ("b/c d.bin", 255)].map(|(path, byte)| (path.to_owned(), Sha256Hash([byte; 32]))).into()
    }

    #[test]
    fn sums_are_those_of_the_program_of_that_name() {
        let text = String::from_utf8(write_sums(&sums())).unwrap();
        assert_eq!(text, format!("{}  a.txt\n{}  b/c d.bin\n", "01".repeat(32), "ff".repeat(32)));
        assert_eq!(read_sums(text.as_bytes()), Some(sums()));
    }

    #[test]
    fn no_bit_of_them_can_be_turned_unnoticed() {
        let good = write_sums(&sums());
        for bit in 0..good.len() * 8 {
            let mut bad = good.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            assert_ne!(read_sums(&bad), Some(sums()), "bit {bit}");
        }
        assert_eq!(read_sums(&good[..good.len() - 1]), None);
    }

    #[test]
    fn a_newer_format_is_named_whatever_else_is_in_it() {
        let error = Index::read(br#"{"format": 2, "all": "new"}"#, "x.iso".into()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BundleVersion);
        for bad in ["{}", "[]", "{\"format\": 0}", "{\"format\": 1}", "{\"format\": \"2\"}"] {
            assert_eq!(
                Index::read(bad.as_bytes(), "x.iso".into()).unwrap_err().kind(),
                ErrorKind::BundleInvalid,
                "{bad}"
            );
        }
    }
}
