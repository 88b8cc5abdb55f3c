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
//! A [`DistributionPoint`] serves the content library over HTTP or HTTPS on the loopback address, as well or as badly as a
//! [`Behaviour`] says:
//!
//! ```no_run
//! # fn main() -> anyhow::Result<()> {
//! use tsm_sample_site::{Behaviour, DistributionPoint, Site, Switch, Trouble, What};
//!
//! let site = Site::open("site".into())?;
//! let behaviour = Behaviour::with(&[Switch::NoPropfind]).trouble(Trouble::new(What::Cut(1000), "FileLib").times(2));
//! let point = DistributionPoint::start(&site, behaviour)?;
//! println!("{}/SMS_DP_SMSPKG$", point.url());
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
mod console;
mod distribution_point;
pub mod export;
mod facts;
mod fault;
#[cfg(unix)]
pub mod foreign;
mod library;
mod maker;
mod packages;
pub mod policy;
mod site;
pub mod task_sequence;
mod tree;
mod two_images;

pub use boot::given::BootPrograms;
pub use boot::signed::{Signers, TestAuthority};
pub use boot::{bcd, fat12, hive, program, sector};
pub use distribution_point::authority::{Authority, Flaw, Identity};
pub use distribution_point::switches::{Behaviour, Switch, Trouble, What};
pub use distribution_point::{DistributionPoint, Seen};
pub use facts::{OTHER_TASK_SEQUENCE, TASK_SEQUENCE};
pub use fault::{Fault, Injected};
pub use library::content_hash::content_hash;
pub use site::{MadeContent, MadeFile, MadePackage, Site, SiteOptions};
pub use tree::{Data, Node, Tree};
