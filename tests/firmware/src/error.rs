//! Why a medium was not started, or not to the end.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// Why a medium was not started, or not to the end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BootError {
    /// A program that is needed is not installed.
    #[error("{program} is not installed (Debian: {package})")]
    ProgramMissing {
        /// Its name.
        program: String,
        /// Debian's package.
        package: &'static str,
    },
    /// QEMU is there, but not the firmware.
    #[error("no firmware for {firmware} is installed (Debian: {package}); looked for {looked}")]
    FirmwareMissing {
        /// `BIOS` or `UEFI`.
        firmware: &'static str,
        /// Debian's package.
        package: &'static str,
        /// The places.
        looked: String,
    },
    /// The modules of GRUB for a platform are not installed.
    #[error("GRUB's modules are not installed (Debian: {package}); looked for {}", folder.display())]
    ModulesMissing {
        /// Debian's package.
        package: &'static str,
        /// The folder.
        folder: PathBuf,
    },
    /// A program failed.
    #[error("{program} failed: {output}")]
    Program {
        /// Its name.
        program: &'static str,
        /// What it said.
        output: String,
    },
    /// The firmware found nothing to start.
    #[error("the firmware found nothing to start after {:.1} s: {said:?}; {kept}", after.as_secs_f64())]
    NothingBootable {
        /// Since the start.
        after: Duration,
        /// The words of the firmware.
        said: String,
        /// What was kept.
        kept: Kept,
    },
    /// The time was up: firmware or boot program hang, or the limit is too short.
    #[error("nothing more came for the rest of {} s; last on the serial port: {last:?}; {kept}", limit.as_secs())]
    Hang {
        /// The limit of the case.
        limit: Duration,
        /// The last of the serial port.
        last: String,
        /// What was kept.
        kept: Kept,
    },
    /// The computer went off, or began anew, before the end.
    #[error(
        "the computer went off before the end ({status}); QEMU: {errors:?}; last on the serial port: {last:?}; {kept}"
    )]
    WentOff {
        /// How QEMU ended.
        status: String,
        /// Its standard error.
        errors: String,
        /// The last of the serial port.
        last: String,
        /// What was kept.
        kept: Kept,
    },
    /// A file of the harness cannot be read or written.
    #[error("cannot use {}", path.display())]
    File {
        /// Its path.
        path: PathBuf,
        /// The cause.
        #[source]
        source: io::Error,
    },
}

impl BootError {
    /// The fault is only that something is not installed here.
    #[must_use]
    pub fn is_missing_tool(&self) -> bool {
        matches!(self, Self::ProgramMissing { .. } | Self::FirmwareMissing { .. } | Self::ModulesMissing { .. })
    }

    /// What a failed start left behind.
    #[must_use]
    pub fn kept(&self) -> Option<&Kept> {
        match self {
            Self::NothingBootable { kept, .. } | Self::Hang { kept, .. } | Self::WentOff { kept, .. } => Some(kept),
            _ => None,
        }
    }
}

/// What a failed start left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Everything that came out of the serial port.
    pub serial_log: PathBuf,
    /// The screen; PNG, or PPM from a QEMU that cannot write PNG.
    pub screenshot: Option<PathBuf>,
}

impl std::fmt::Display for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "serial log: {}", self.serial_log.display())?;
        match &self.screenshot {
            Some(path) => write!(f, ", screen: {}", path.display()),
            None => f.write_str(", no screenshot"),
        }
    }
}

pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> BootError {
    let path = path.into();
    move |source| BootError::File { path, source }
}
