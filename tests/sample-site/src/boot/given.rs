//! Boot programs of somebody else in place of the stand-ins, for tests that start a medium.
use anyhow::{Context as _, Result};

use super::fat12::floppy;
use super::image::words;
use super::program::Machine;
use crate::tree::Tree;

/// Programs that can really start on an x64 computer. The firmware finds them where it finds Microsoft's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BootPrograms {
    /// The El Torito boot image for BIOS, in place of every `etfsboot.com`.
    pub bios: Vec<u8>,
    /// The UEFI program, in place of `bootmgfw.efi` and as the loader in every `efisys.bin`; at most about 1.4 MB.
    pub uefi: Vec<u8>,
}

impl BootPrograms {
    /// Puts the programs into the tree of an x64 boot image, wherever a stand-in is.
    pub(crate) fn put_into(&self, tree: &mut Tree) -> Result<()> {
        let floppy = floppy("EFISECTOR", words(Machine::X64).efi, &self.uefi)
            .context("the given UEFI boot program does not fit a floppy disk")?;
        for path in tree.entries.keys().cloned().collect::<Vec<_>>() {
            match path.rsplit('/').next().unwrap_or_default() {
                "etfsboot.com" => tree.file(&path, self.bios.clone()),
                "bootmgfw.efi" | "bootmgfw_EX.efi" => tree.file(&path, self.uefi.clone()),
                name if name.starts_with("efisys") => tree.file(&path, floppy.clone()),
                _ => {}
            }
        }
        Ok(())
    }
}
