//! A small make-believe Configuration Manager site: content library, boot images, packages and site facts, made from a
//! seed number. Tests, the demo and newcomers use it; nothing of it is needed at run time.
//!
//! ```no_run
//! use camino::Utf8Path;
//! use tsm_sample_site::{Fault, Site, SiteOptions};
//!
//! # fn main() -> anyhow::Result<()> {
//! let site = Site::generate(Utf8Path::new("site"), &SiteOptions::default())?;
//! let boot_image = site.package("PS100005").and_then(|package| package.contents.first());
//! println!("{:?}", boot_image.map(|content| &content.hash));
//! site.inject(Fault::FileBitFlipped, "PS100005")?;
//! # Ok(())
//! # }
//! ```
//!
//! Equal options give equal bytes in every file; only `facts.json` and the boot images' staging know where the site lies:
//! the facts name the folders of the content library.
//!
//! Nothing in here is Microsoft's: boot files are stand-ins, valid in form (PE programs, boot sectors, a FAT floppy
//! image, registry hives), that say what they are.
#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod boot;
mod chance;
mod facts;
mod fault;
mod library;
mod maker;
mod packages;
mod site;
mod tree;

pub use boot::given::BootPrograms;
pub use boot::{bcd, fat12, hive, program, sector};
pub use fault::{Fault, Injected};
pub use library::content_hash::content_hash;
pub use site::{MadeContent, MadeFile, MadePackage, Site, SiteOptions};
pub use tree::{Data, Node, Tree};
