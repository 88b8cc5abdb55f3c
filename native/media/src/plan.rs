//! The plan: every file of the medium, before anything is written.

use crate::definition::Definition;
use serde::{Deserialize, Serialize};

/// A file of the medium.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanEntry {
    /// Its path on the medium, `/` between the parts. What the firmware starts but no file system shows stands under
    /// `[BOOT]/`.
    pub path: String,
    /// Its length in bytes; absent for files that hold fresh secrets.
    pub size: Option<u64>,
    /// The hash of its bytes, in upper-case hexadecimal digits; absent for files that hold fresh secrets.
    pub hash: Option<String>,
    /// `SHA256` where a content library or this program knows the bytes, `SHA1` where only the boot image records them.
    pub hash_algorithm: Option<String>,
    /// Where its bytes come from, in words.
    pub source: String,
    /// Number of the volume that holds it, from 1.
    pub volume: u32,
}

/// A package whose content is on the medium.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanPackage {
    /// The package ID.
    pub package_id: String,
    /// `BootImage`, `Package`, ...
    pub object_type: String,
    /// Its name.
    pub name: String,
    /// The version of its source.
    pub source_version: u32,
    /// Its length in bytes.
    pub bytes: u64,
    /// Where it is read from.
    pub sources: Vec<String>,
}

/// A volume of the medium.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanVolume {
    /// Its number, from 1.
    pub index: u32,
    /// How many files it holds.
    pub files: u64,
    /// Its length in bytes, as an image.
    pub bytes: u64,
}

/// Every file of a medium.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// The identity of the plan: equal input gives an equal one.
    pub plan_id: String,
    /// The identities of the plans of two media, when the definition asks for both boot loaders: each has a volume.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<String>,
    /// The file that will be made.
    pub path: String,
    /// The label of the disc.
    pub label: String,
    /// The files.
    pub entries: Vec<PlanEntry>,
    /// The packages.
    pub items: Vec<PlanPackage>,
    /// The volumes.
    pub volumes: Vec<PlanVolume>,
    /// Bytes needed in the temporary folder.
    pub staging_bytes: u64,
    /// Bytes needed beside the target.
    pub target_bytes: u64,
    /// What the plan is for.
    pub definition: Definition,
}
