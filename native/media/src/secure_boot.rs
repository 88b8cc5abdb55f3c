//! Secure Boot: who signed the boot loaders of a medium, a folder, a boot image or a file, and which computers start them.

mod both;
mod loader;
mod places;

pub(crate) use both::{join, parts};
pub use loader::{BootLoader, LoaderSigner, LoaderStart, SignatureState};
pub(crate) use places::{at, is_no_medium, of_blueprint, on_disc};

use tsm_formats::pe::SecurityVersion;
use tsm_formats::profile::{Generation, SecureBootProfile, Signs};

/// The name of the file, beside the program, that replaces the floors of security version numbers.
pub const SECURITY_VERSIONS_FILE: &str = "secure-boot-versions.json";

/// The update that brings the boot files of the authority of 2023.
pub(crate) const UPDATE_OF_2023: &str = "the cumulative update of April 2024 or a later one";

/// The years of generations, as a list in words.
pub(crate) fn years(generations: &[Generation]) -> String {
    let years: Vec<&str> = generations.iter().map(|g| g.year()).collect();
    if years.is_empty() { "none that is known".to_owned() } else { years.join(" and ") }
}

/// What is to be said of a boot manager of Windows that computers with the newest revocations refuse for its age. Which
/// states no number counts as 0.0.
pub(crate) fn below_floor(loader: &BootLoader, profile: &SecureBootProfile) -> Option<String> {
    let of_windows = |s: &LoaderSigner| {
        let authority = s.authority.as_deref().and_then(|name| profile.by_name(name));
        authority.is_some_and(|a| a.signs == Signs::Windows)
    };
    let floor = profile.security_versions.boot_manager()?;
    let own = loader.svn.as_ref().and_then(|svn| svn.parse::<SecurityVersion>().ok()).unwrap_or_default();
    if own >= floor || !loader.signers.iter().any(of_windows) {
        return None;
    }
    let said = loader.svn.as_ref().map_or_else(|| "none".to_owned(), Clone::clone);
    let date = &profile.security_versions.date;
    Some(format!(
        "The boot manager has the security version number {said}; computers with the revocations of {date} want {floor} or more."
    ))
}
