//! Content from everywhere: libraries in folders, our own distribution point, nginx and Apache. The rows of the tables are
//! those of `docs/content.md`, "What content must stand": each tree, fault and switch with its verdict.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "../kit/mod.rs"]
mod kit;

mod faults;
mod many_files;
#[cfg(unix)] // servers of others are started
mod media;
mod names;
mod resume;
#[cfg(unix)]
mod same_tree;
mod several_points;
mod switches;
mod taking;
