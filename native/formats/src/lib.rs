//! The bytes that ConfigMgr media, Windows PE and the content library define, as values.
//!
//! Pure: bytes in, values out. Nothing here opens a file, asks a server or knows the rest of the product. Every value
//! whose truth is not established lives in [`MediaProfile`], with the kind of evidence there is for it; the facts behind
//! the formats are in `docs/formats.md`.

#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod bcd;
pub mod bootstrap_ini;
pub mod cim_xml;
pub mod cmtrace;
pub mod content_library;
pub mod envelope;
pub mod file_version;
pub mod filetime;
pub mod floppy;
pub mod inf;
pub mod media_label;
pub mod pe;
pub mod policy;
pub mod profile;
pub mod registry;
pub mod secure_boot;
pub mod task_sequence;
pub mod text;
pub mod variables;

mod sha256;
mod xml_text;

pub use profile::{Evidence, MediaProfile, ProfileItem};
pub use sha256::{HashTextError, Sha256Hash};
