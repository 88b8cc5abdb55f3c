//! The drivers of a boot image.

use serde::Serialize;
use tsm_formats::inf::{DriverInf, DriverKind};

/// A driver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BootImageDriver {
    /// Its setup information file.
    pub inf: String,
    /// `Network`, `Storage` or `Other`.
    pub kind: String,
    /// Name of its class, such as `Net`.
    pub class: Option<String>,
    /// Who made it.
    pub provider: Option<String>,
    /// Its date, as the file has it: month, day, year.
    pub date: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// It is part of Windows: nobody added it.
    pub is_inbox: bool,
}

/// A driver by its setup information file.
pub(super) fn driver(path: &str, bytes: &[u8]) -> BootImageDriver {
    let inf = DriverInf::from_bytes(bytes);
    let kind = match inf.kind() {
        DriverKind::Network => "Network",
        DriverKind::Storage => "Storage",
        DriverKind::Other => "Other",
    };
    BootImageDriver {
        inf: path.rsplit('/').next().unwrap_or(path).to_owned(),
        kind: kind.to_owned(),
        is_inbox: inf.provider.as_deref() == Some("Microsoft"),
        class: inf.class,
        provider: inf.provider,
        date: inf.date,
        version: inf.version,
    }
}
