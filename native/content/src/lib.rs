//! Where content comes from: the content library of a site server or distribution point, read from a folder or share.
//!
//! A package is `PkgLib\<package>.INI`, which lists contents; a content is a tree of small INI files in `DataLib`; each
//! of these names the SHA-256 of a file, whose bytes lie in `FileLib` under that hash (`docs/formats.md`, "Content
//! library"). [`LibrarySet`] holds the libraries in the order in which the admin named them. Every byte read through
//! this crate is hashed on its way, and the last read fails when the hash is not the recorded one.
#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod cache;
mod content_hash;
mod error;
mod fetch;
mod gate;
mod giver;
mod hashing;
mod library;
mod parallel;
mod plain;
mod point;
mod resuming;
mod set;
mod source;
mod tree;
mod unrecorded;
mod verified;

pub use cache::{Cache, CachedPackage, Limits, PackageRecord, Swept};
pub use content_hash::content_hash;
pub use error::{ContentError, ContentErrorKind, Place};
pub use fetch::{Fetched, Fetcher, Wanted, check_all};
pub use gate::Gate;
pub use giver::{ContentReader, Giver};
pub use library::Library;
pub use parallel::each as each_at_once;
pub use plain::PlainFolder;
pub use point::DistributionPoint;
pub use set::LibrarySet;
pub use source::{ContentSource, Opened};
pub use tree::{ContentFile, ContentTree, PackageContent};
pub use verified::{VerifiedReader, check_hash};
