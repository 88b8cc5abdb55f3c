//! A safe layer over libwim 15, the library of wimlib, which reads and writes Windows Imaging (WIM) files.
//!
//! libwim is not linked: [`Library::load`] opens it at run time, so a program that never touches a WIM needs no libwim
//! and one that does can say in plain words how to get it. Nothing here knows what an image is used for.
//!
//! ```no_run
//! use camino::Utf8Path;
//! use tsm_wim::{Library, Wim};
//!
//! # fn main() -> Result<(), tsm_wim::WimError> {
//! let library = Library::load(&[])?;
//! let wim = Wim::open(&library, Utf8Path::new("boot.wim"))?;
//! for image in &wim.info()?.images {
//!     println!("{}: {}", image.index, image.name);
//! }
//! if wim.entry(1, r"Windows\Boot\EFI\bootmgfw.efi")?.is_some() {
//!     wim.extract_file(1, r"Windows\Boot\EFI\bootmgfw.efi", Utf8Path::new("out"))?;
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Paths inside an image are written with `/` on every platform, without a leading one; on input `\` is as good.
//! They are compared without regard to case, as Windows does; a name spelled exactly wins over one that differs in case.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod capture;
mod entries;
mod error;
mod export;
mod extract;
mod file;
mod info;
mod library;
mod native;
mod progress;
mod split;
mod text;
mod times;
mod wim;

pub use capture::{CaptureOptions, append, capture};
pub use entries::WimEntry;
pub use error::{WimError, WimErrorKind};
pub use export::{Addition, ExportOptions, Exported};
pub use file::WimFile;
pub use info::{Architecture, Compression, ImageInfo, WimInfo};
pub use library::Library;
pub use progress::Progress;
pub use split::{HEADER_BYTES, PartHead, PartReader, Split};
pub use times::set_tree_times;
pub use wim::Wim;
