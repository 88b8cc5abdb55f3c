//! Stand-ins for the boot files of Windows PE, and the boot images made of them.
pub mod bcd;
pub mod fat12;
pub mod given;
pub mod hive;
pub mod image;
pub mod program;
pub mod sector;
pub mod signed;
