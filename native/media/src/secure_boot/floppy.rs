//! The boot loader within an El Torito boot image for UEFI, which is a floppy disk of its own.

use std::io::{Cursor, Read};
use tsm_formats::pe::{MOST_PROGRAM_BYTES, SignedProgram};

/// The boot loader of any processor in the folder that firmware looks into (UEFI specification, 3.5.1.1).
pub(super) fn loader(image: Vec<u8>) -> Option<(String, SignedProgram)> {
    let volume = fatfs::FileSystem::new(Cursor::new(image), fatfs::FsOptions::new()).ok()?;
    let folder = volume.root_dir().open_dir("EFI/BOOT").ok()?;
    for entry in folder.iter().flatten().take(64) {
        let name = entry.file_name();
        let upper = name.to_ascii_uppercase();
        if !entry.is_file() || !upper.starts_with("BOOT") || !upper.ends_with(".EFI") {
            continue;
        }
        let mut bytes = Vec::new();
        entry.to_file().take(MOST_PROGRAM_BYTES + 1).read_to_end(&mut bytes).ok()?;
        return SignedProgram::read(&bytes).ok().map(|program| (format!("EFI/BOOT/{name}"), program));
    }
    None
}
