//! Where content comes from: the content library of a site server or distribution point, read from a folder or share.
//!
//! A package is `PkgLib\<package>.INI`, which lists contents; a content is a tree of small INI files in `DataLib`; each
//! of these names the SHA-256 of a file, whose bytes lie in `FileLib` under that hash (`docs/formats.md`, "Content
//! library"). [`LibrarySet`] holds the libraries in the order in which the admin named them. Every byte read through
//! this crate is hashed on its way, and the last read fails when the hash is not the recorded one.
#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod error;
mod library;
mod set;
mod tree;
mod verified;

pub use error::{ContentError, ContentErrorKind, Place};
pub use library::Library;
pub use set::LibrarySet;
pub use tree::{ContentFile, ContentTree, PackageContent};
pub use verified::VerifiedReader;
