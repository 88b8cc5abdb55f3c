//! What the operating system must do for TaskSequenceMedia: free space, rights, durable flush, atomic replacement,
//! exclusive files, certificates in stores of Windows, and whether a file with a secret is private. And what the processor can:
//! two hashes in the time of one.
//!
//! This is the only crate that calls the operating system beyond Rust's standard library.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

#[cfg(windows)]
mod access_list;
mod attributes;
mod certificate_store;
mod durable;
mod exclusive;
mod exclusive_folder;
mod folder;
#[cfg(windows)]
mod open_file;
mod secret_file;
mod sha256;
mod volume;
#[cfg(windows)]
mod win_http;
#[cfg(windows)]
mod windows_calls;

pub use attributes::set_attributes;
pub use certificate_store::{StoreError, StoreLocation, export_certificate};
pub use durable::{Obstacle, flush_file, obstacle_to_replacing, replace_file};
pub use exclusive::{ExclusiveFile, Refusal};
pub use exclusive_folder::ExclusiveFolder;
pub use folder::{folder_is_writable, free_space, holds_length};
pub use secret_file::{Privacy, secret_file_privacy};
pub use sha256::{Sha256Stream, hashes_in_pairs, update_both};
pub use volume::{largest_file, same_volume};
#[cfg(windows)]
pub use win_http::WinHttp;

/// The system's folder for temporary files, as text.
pub fn temporary_folder() -> camino::Utf8PathBuf {
    camino::Utf8PathBuf::from_path_buf(std::env::temp_dir()).unwrap_or_else(|_| camino::Utf8PathBuf::from("."))
}

/// The folder in which this user's programs keep what they can fetch again: `%LOCALAPPDATA%` on Windows, the cache folder
/// of the XDG base directory specification elsewhere; `None` where neither is known.
pub fn user_cache_folder() -> Option<camino::Utf8PathBuf> {
    let variable = |name: &str| std::env::var(name).ok().filter(|v| !v.is_empty()).map(camino::Utf8PathBuf::from);
    if cfg!(windows) {
        return variable("LOCALAPPDATA");
    }
    // Relative paths there are to be ignored (XDG base directory specification, "Environment variables").
    let named = variable("XDG_CACHE_HOME").filter(|path| path.is_absolute());
    named.or_else(|| variable("HOME").map(|home| home.join(".cache")))
}
