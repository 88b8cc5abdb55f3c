//! Starts a medium on real firmware (SeaBIOS, OVMF) in QEMU, and lets GRUB read what is on it: a reader that nobody here
//! wrote, started the way a computer starts the medium.
//!
//! The walk of a case:
//!
//! 1. [`grub::programs`] makes boot programs of GRUB. They are put on the medium where Microsoft's would lie.
//! 2. [`Case::run`] starts the medium. Firmware finds GRUB on it; GRUB finds a second drive with the script of the case
//!    ([`probe`]), hashes the files of the medium with its own drivers and prints the hashes to the serial port.
//! 3. [`Report::faults`] compares them with what was expected.
//!
//! Each boot program gets the driver of one file system only, so that a hash proves which one was read: ISO 9660 for BIOS,
//! UDF for UEFI. Nothing of GRUB is kept in the repository.
//!
//! A case is a few lines:
//!
//! ```no_run
//! use std::{path::Path, time::Duration};
//! use tsm_firmware::{Case, Firmware, Medium, Probe};
//!
//! # fn main() -> Result<(), tsm_firmware::BootError> {
//! let case = Case {
//!     name: "disc-on-uefi",
//!     firmware: Firmware::Uefi,
//!     medium: Medium::Disc(Path::new("boot.iso")),
//!     probes: vec![Probe::file("SMS/data/TsmBootstrap.ini", 81, "0A1B...")],
//!     time_limit: Duration::from_secs(60),
//!     keep: Path::new("target/firmware"),
//! };
//! assert_eq!(case.run()?.faults(), Vec::<String>::new());
//! # Ok(())
//! # }
//! ```
#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod case;
mod emulator;
mod error;
pub mod grub;
mod monitor;
pub mod probe;
pub mod secure_boot;
mod tools;

pub use case::{Case, Report};
pub use emulator::{Firmware, Machine, Medium};
pub use error::{BootError, Kept};
pub use grub::Programs;
pub use probe::Probe;
pub use tools::Tools;
