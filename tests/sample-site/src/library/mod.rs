//! Writing a content library: PkgLib, DataLib and FileLib, on one or two drives.
pub mod content_hash;
mod signature;
mod writer;

pub(crate) use writer::{LibraryWriter, hex};
