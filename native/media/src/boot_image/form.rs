//! Forms of WIM files that libwim reads and the Windows boot manager does not.

use super::fault;
use crate::{ErrorKind, Result};
use camino::Utf8Path;
use tsm_wim::{Compression, WimInfo};

/// Refuses what no computer could start from. The boot manager loads the file into memory as it is and reads it there: it knows
/// XPRESS, LZX and no compression. (`docs/boot.md`, "Boot images")
pub(super) fn check(path: &Utf8Path, info: &WimInfo) -> Result<()> {
    if info.pipable {
        let message = format!("The boot image '{path}' is a pipable WIM, which only wimlib can read.");
        return Err(fault(ErrorKind::BootImagePipable, path, message));
    }
    if info.solid || info.compression == Compression::Lzms {
        let message =
            format!("The boot image '{path}' is compressed as a whole (LZMS), which no computer can start from.");
        return Err(fault(ErrorKind::BootImageCompression, path, message));
    }
    Ok(())
}
