//! Bootable optical disc images: ISO 9660 (level 3), Joliet and UDF 1.02 over the same data ("bridge"), with El Torito.
//!
//! Two halves that know nothing of each other but the constants of the standards ([`consts`]):
//!
//! * **Writing.** [`Layout::new`] places every byte from paths and sizes alone. The layout is a value that can be asked
//!   for its size and for the place of a file, and [`Layout::write`] then produces the image in one forward pass,
//!   without seeking, so it can be hashed, piped or sent over a network while it is made. Equal input gives equal
//!   bytes.
//! * **Reading.** [`Image::open`] says what a disc image holds: labels, boot entries, and the files of each of the
//!   three trees. It is lenient with odd discs, notes what it found odd ([`Finding`]), and stays bounded on hostile
//!   input.
//!
//! The order of an image's blocks: system area, ISO 9660 descriptors, UDF recognition sequence, boot catalogue, UDF
//! volume descriptors, anchor at 256, UDF file set, ISO 9660 and Joliet path tables and directories, UDF file entries
//! and directories, boot images, files, zeros up to a multiple of 32 KiB, and the second anchor in the last block.
//!
//! ```
//! use std::io::{self, Read};
//! use std::ops::ControlFlow;
//! use tsm_optical::{ContentSource, Entry, Image, ImageOptions, Item, Layout, Tree};
//!
//! struct Hello;
//! impl ContentSource for Hello {
//!     fn open(&mut self, _item: &Item<'_>) -> io::Result<Box<dyn Read + '_>> {
//!         Ok(Box::new(&b"hello"[..]))
//!     }
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let options = ImageOptions { label: "Hello".into(), ..ImageOptions::default() };
//! let layout = Layout::new(vec![Entry::file("docs/Hello.txt", 5, 0)], Vec::new(), &options)?;
//! let mut bytes = Vec::new();
//! layout.write(&mut bytes, &mut Hello, &mut |_| ControlFlow::Continue(()))?;
//! assert_eq!(bytes.len() as u64, layout.total_size());
//!
//! let mut image = Image::open(io::Cursor::new(bytes))?;
//! let files = image.files(Tree::Udf)?;
//! let hello = files.iter().find(|file| file.path == "docs/Hello.txt").ok_or("not there")?;
//! let mut text = String::new();
//! image.read_file(hello).read_to_string(&mut text)?;
//! assert_eq!(text, "hello");
//! # Ok(())
//! # }
//! ```
#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod consts;
mod layout;
mod read;
mod write;

pub use layout::{BootImage, BootSource, Entry, ImageOptions, Labels, Layout, LayoutError, Platform};

pub use read::{
    BootEntryInfo, Descriptor, Extent, FileInfo, FileReader, Finding, FindingCode, Image, Limits, ReadError, Tree,
    VolumeLabels, differences,
};
pub use write::{BufferSink, ContentSource, Item, WriteError};
