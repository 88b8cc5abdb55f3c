//! The head of a driver's setup information file (.inf): which class of device it is for, by whom, and of which version.
//!
//! Structure: "INF Version Section" and "INF Strings Section", Microsoft Learn.

use std::collections::HashMap;

use crate::text;

/// What a driver is for, as far as booting and setup care.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DriverKind {
    /// Network adapters (class `Net`).
    Network,
    /// Storage controllers (classes `SCSIAdapter` and `HDC`).
    Storage,
    /// Everything else.
    Other,
}

/// The head of a driver.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DriverInf {
    /// Name of its class, such as `Net`.
    pub class: Option<String>,
    /// GUID of its class, in braces, lower case.
    pub class_guid: Option<String>,
    /// Who made the package.
    pub provider: Option<String>,
    /// Date of the driver as it stands there: `mm/dd/yyyy`.
    pub date: Option<String>,
    /// Its version: four numbers with dots.
    pub version: Option<String>,
}

/// "System-Defined Device Setup Classes Available to Vendors", Microsoft Learn.
const CLASSES: [(&str, &str, DriverKind); 3] = [
    ("net", "{4d36e972-e325-11ce-bfc1-08002be10318}", DriverKind::Network),
    ("scsiadapter", "{4d36e97b-e325-11ce-bfc1-08002be10318}", DriverKind::Storage),
    ("hdc", "{4d36e96a-e325-11ce-bfc1-08002be10318}", DriverKind::Storage),
];

impl DriverInf {
    /// Reads the head of a file; what is not there is absent. Text that is neither UTF-16 nor UTF-8 is in some code page: its
    /// characters beyond ASCII are not what they were, which does no harm here.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let text = match text::decode(bytes) {
            Ok(text) => text.into_owned(),
            Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
        };
        let (version, strings) = (section(&text, "version"), section(&text, "strings"));
        let value = |key: &str| version.get(key).map(|value| resolved(value, &strings)).filter(|v| !v.is_empty());
        let driver_version = value("driverver").unwrap_or_default();
        let (date, number) = match driver_version.split_once(',') {
            Some((date, number)) => (date.trim(), number.trim()),
            None => (driver_version.trim(), ""),
        };
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Self {
            class: value("class"),
            class_guid: value("classguid").map(|guid| guid.to_lowercase()),
            provider: value("provider"),
            date: some(date),
            version: some(number),
        }
    }

    /// What the driver is for: its class by GUID, or by name where the GUID is missing.
    #[must_use]
    pub fn kind(&self) -> DriverKind {
        let by_guid = |guid: &str| CLASSES.iter().find(|(_, of_class, _)| *of_class == guid);
        let by_name = |name: &str| CLASSES.iter().find(|(of_class, ..)| name.eq_ignore_ascii_case(of_class));
        let found = match (&self.class_guid, &self.class) {
            (Some(guid), _) => by_guid(guid),
            (None, Some(name)) => by_name(name),
            (None, None) => None,
        };
        found.map_or(DriverKind::Other, |(_, _, kind)| *kind)
    }
}

/// The keys of a section, in lower case, with their values. A section may come in several parts.
fn section(text: &str, wanted: &str) -> HashMap<String, String> {
    let mut inside = false;
    let mut keys = HashMap::new();
    for line in text.lines() {
        let line = without_comment(line).trim();
        if let Some(name) = line.strip_prefix('[') {
            inside = name.split(']').next().is_some_and(|name| name.trim().eq_ignore_ascii_case(wanted));
        } else if inside && let Some((key, value)) = line.split_once('=') {
            keys.entry(key.trim().to_lowercase()).or_insert_with(|| value.trim().trim_matches('"').to_owned());
        }
    }
    keys
}

/// A `;` begins a comment, but for one between quotation marks.
fn without_comment(line: &str) -> &str {
    let mut quoted = false;
    for (at, character) in line.char_indices() {
        match character {
            '"' => quoted = !quoted,
            ';' if !quoted => return &line[..at],
            _ => {}
        }
    }
    line
}

/// `%name%` stands for a text of the section Strings.
fn resolved(value: &str, strings: &HashMap<String, String>) -> String {
    let token = value.strip_prefix('%').and_then(|rest| rest.strip_suffix('%'));
    token.and_then(|name| strings.get(&name.to_lowercase())).cloned().unwrap_or_else(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const INF: &str = "; a driver\r\n[Version]\r\nSignature = \"$WINDOWS NT$\"\r\nClass=Net ; network\r\n\
        ClassGUID={4D36E972-E325-11CE-BFC1-08002BE10318}\r\nProvider = %Maker%\r\nDriverVer= 03/14/2025 , 1.2.3.4\r\n\
        [Manufacturer]\r\nClass=Wrong\r\n[Strings]\r\nMaker = \"Contoso; Ltd.\"\r\n";

    #[test]
    fn the_head_of_a_driver_is_read_in_every_encoding() {
        let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain(text::to_utf16le(INF).iter().copied()).collect();
        for bytes in [INF.as_bytes(), &wide] {
            let inf = DriverInf::from_bytes(bytes);
            assert_eq!(inf.class.as_deref(), Some("Net"));
            assert_eq!(inf.provider.as_deref(), Some("Contoso; Ltd."));
            assert_eq!((inf.date.as_deref(), inf.version.as_deref()), (Some("03/14/2025"), Some("1.2.3.4")));
            assert_eq!(inf.kind(), DriverKind::Network);
        }
        let ansi = b"[Version]\nClass=SCSIAdapter\nProvider=\"M\xfcller\"\n";
        let inf = DriverInf::from_bytes(ansi);
        assert_eq!((inf.kind(), inf.provider.as_deref()), (DriverKind::Storage, Some("M\u{fc}ller")));
    }

    #[test]
    fn the_class_goes_by_its_guid() {
        let inf = DriverInf::from_bytes(b"[version]\nClassGuid={4d36e96a-e325-11ce-bfc1-08002be10318}\nClass=x");
        assert_eq!(inf.kind(), DriverKind::Storage);
        let inf = DriverInf::from_bytes(b"[version]\nClassGuid={00000000-e325-11ce-bfc1-08002be10318}\nClass=Net");
        assert_eq!(inf.kind(), DriverKind::Other);
        assert_eq!(DriverInf::from_bytes(b"\xff\xfe\x00"), DriverInf::default());
    }
}
