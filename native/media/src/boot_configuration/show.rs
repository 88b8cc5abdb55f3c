//! Boot configurations as objects and elements with names.

use crate::inspect::Inspection;
use crate::{Error, ErrorKind, Host, MediaTest, Result, Secrets, Stage, profile};
use camino::Utf8Path;
use serde::Serialize;
use serde_json::{Value, json};
use std::io::Read as _;
use tsm_formats::MediaProfile;
use tsm_formats::bcd::{self, ElementValue, Object, Store, element_name, object_kind, object_name};
use tsm_formats::pe::Machine;

/// A boot configuration.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BootConfiguration {
    /// Where it is: its path on the medium, or the file.
    pub path: String,
    /// Its objects, in their order.
    pub objects: Vec<BootConfigurationObject>,
}

/// An object of a boot configuration.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BootConfigurationObject {
    /// Its GUID, in braces.
    pub id: String,
    /// Its well-known name, such as `{bootmgr}`.
    pub name: Option<String>,
    /// What it is, in words.
    pub kind: String,
    /// Its type, eight hexadecimal digits.
    #[serde(rename = "type")]
    pub number: String,
    /// Its elements.
    pub elements: Vec<BootConfigurationElement>,
}

/// An element of an object.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BootConfigurationElement {
    /// Its number, eight hexadecimal digits.
    pub id: String,
    /// Its name, as bcdedit shows it.
    pub name: Option<String>,
    /// Its value: text, a number, yes or no, or a list. Devices are written as by bcdedit; bytes without a known form as
    /// hexadecimal digits.
    pub value: Value,
}

/// No boot configuration is larger; a larger file is not read.
const MOST_BYTES: u64 = 16 << 20;

/// Shows the boot configurations of a medium, or of a file that is one.
pub(crate) fn show(test: &MediaTest, secrets: &Secrets, host: &Host) -> Result<Vec<BootConfiguration>> {
    let profile = &profile::load(test.profile.as_deref(), host)?;
    if let Some(bytes) = as_hive(&test.path)? {
        return Ok(vec![configuration(test.path.as_str(), &bytes)?]);
    }
    let mut inspection = Inspection::open(&test.path, secrets, profile, host)?;
    let mut found = Vec::new();
    for path in places(profile) {
        if let Some(bytes) = inspection.small_file(&path) {
            found.push(configuration(&path, &bytes)?);
        }
    }
    if found.is_empty() {
        let message = format!("The medium '{}' has no boot configuration.", test.path);
        return Err(Error::new(ErrorKind::BootConfigurationInvalid, Stage::Verify, message).target(test.path.as_str()));
    }
    Ok(found)
}

/// Where a medium has its boot configurations.
pub(super) fn places(profile: &MediaProfile) -> [String; 2] {
    // Their paths do not depend on the processor.
    let place = |file: &tsm_formats::profile::BootFile| file.medium_for(Machine::X64).unwrap_or_default();
    [place(&profile.boot_files.bios_bcd), place(&profile.boot_files.uefi_bcd)]
}

/// The bytes of a file that is a registry hive; `None` for another one.
fn as_hive(path: &Utf8Path) -> Result<Option<Vec<u8>>> {
    let fault = |e| {
        let message = format!("'{path}' cannot be opened.");
        Error::new(ErrorKind::MediumUnreadable, Stage::Verify, message).target(path.as_str()).source(e)
    };
    let mut file = std::fs::File::open(path).map_err(fault)?;
    let mut bytes = Vec::new();
    if file.metadata().is_ok_and(|m| m.is_dir()) {
        return Ok(None);
    }
    (&mut file).take(4).read_to_end(&mut bytes).map_err(fault)?;
    if bytes != b"regf" {
        return Ok(None);
    }
    file.take(MOST_BYTES).read_to_end(&mut bytes).map_err(fault)?;
    Ok(Some(bytes))
}

fn configuration(path: &str, bytes: &[u8]) -> Result<BootConfiguration> {
    let store = read(path, bytes)?;
    Ok(BootConfiguration { path: path.to_owned(), objects: store.objects.iter().map(object).collect() })
}

/// Reads a store; the error names it.
pub(super) fn read(path: &str, bytes: &[u8]) -> Result<Store> {
    Store::from_bytes(bytes).map_err(|e: bcd::BcdError| {
        let message = format!("The boot configuration '{path}' cannot be read: {e}.");
        Error::new(ErrorKind::BootConfigurationInvalid, Stage::Verify, message).target(path).source(e)
    })
}

fn object(object: &Object) -> BootConfigurationObject {
    let element = |element: &bcd::Element| BootConfigurationElement {
        id: format!("{:08x}", element.id),
        name: element_name(object.kind, element.id).map(str::to_owned),
        value: value(&element.value),
    };
    BootConfigurationObject {
        id: object.id.clone(),
        name: object_name(&object.id).map(str::to_owned),
        kind: object_kind(object.kind).to_owned(),
        number: format!("{:08x}", object.kind),
        elements: object.elements.iter().map(element).collect(),
    }
}

fn value(value: &ElementValue) -> Value {
    match value {
        ElementValue::Text(text) | ElementValue::Object(text) => json!(text),
        ElementValue::ObjectList(ids) => json!(ids),
        ElementValue::Integer(number) => json!(number),
        ElementValue::IntegerList(numbers) => json!(numbers),
        ElementValue::Boolean(yes) => json!(yes),
        ElementValue::Device(device) => json!(device.to_string()),
        ElementValue::Bytes(bytes) => json!(crate::text::hex(bytes)),
    }
}
