//! Where the data lies: a folder that goes away, on a file system with room enough.

use crate::size::SizeName;
use crate::{Fault, Result, say};
use camino::{Utf8Path, Utf8PathBuf};
use std::fs::{self, File};
use std::io::Write;

/// The folder for the data of one run.
pub struct Room {
    _folder: tempfile::TempDir,
    /// Its path.
    pub path: Utf8PathBuf,
    /// The file system it is on, as the system names it.
    pub file_system: String,
}

impl Room {
    /// Makes a folder in `parent`.
    pub fn make(parent: &Utf8Path) -> Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("tsm-bench-")
            .tempdir_in(parent)
            .map_err(Fault::because(format!("no folder can be made in '{parent}'")))?;
        let path = Utf8PathBuf::from_path_buf(folder.path().to_owned())
            .map_err(|path| Fault::new(format!("'{}' is not Unicode", path.display())))?;
        let file_system = file_system(&path).unwrap_or_else(|| "unknown".to_owned());
        if file_system != "tmpfs" {
            say(format!("'{parent}' is no file system in memory ({file_system}): the figures show the disk."));
        }
        Ok(Self { _folder: folder, path, file_system })
    }

    /// The wanted size, or the largest that fits.
    pub fn fitting(&self, wanted: SizeName) -> Result<SizeName> {
        let free = self.free()?;
        let mut size = wanted;
        while size.room() > free {
            let room = size.room() >> 20;
            let Some(smaller) = size.smaller() else {
                return Err(Fault::new(format!("{} MiB are free, {room} are needed", free >> 20)));
            };
            say(format!("*** {} MiB are free, size '{size:?}' needs {room}: '{smaller:?}' is taken.", free >> 20));
            size = smaller;
        }
        Ok(size)
    }

    /// Bytes that can be written; on a file system in memory not more than there is memory.
    fn free(&self) -> Result<u64> {
        let free = tsm_platform::free_space(&self.path)
            .map_err(Fault::because(format!("the free space of '{}' is not known", self.path)))?;
        let memory = if self.file_system == "tmpfs" { crate::machine::available_memory() } else { None };
        Ok(memory.map_or(free, |memory| free.min(memory)))
    }
}

/// The type of the file system that holds `path`, from the kernel's table of mounts.
fn file_system(path: &Utf8Path) -> Option<String> {
    let mounts = fs::read_to_string("/proc/mounts").ok()?;
    let fields = mounts.lines().filter_map(|line| {
        let mut fields = line.split(' ').skip(1);
        Some((fields.next()?, fields.next()?))
    });
    let holding = fields.filter(|(place, _)| path.starts_with(place));
    holding.max_by_key(|(place, _)| place.len()).map(|(_, kind)| kind.to_owned())
}

/// Fills `bytes` of a file system in memory and frees them again, so that the next program finds pages that the machine has
/// at hand. A virtual machine gets unused memory from its host page by page, which takes longer than everything that is
/// measured here, and would be charged to whoever comes first.
pub fn warm(folder: &Utf8Path, bytes: u64) -> Result<()> {
    if file_system(folder).as_deref() != Some("tmpfs") {
        return Ok(());
    }
    let path = folder.join("warm");
    let fault = Fault::because(format!("'{path}' cannot be written"));
    let piece = vec![1; 1 << 20];
    let written = File::create(&path).and_then(|mut file| (0..bytes >> 20).try_for_each(|_| file.write_all(&piece)));
    written.map_err(fault)?;
    remove(&path)
}

/// Removes a file or a folder, if it is there.
pub fn remove(path: &Utf8Path) -> Result<()> {
    let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match removed {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
            Err(Fault::because(format!("'{path}' cannot be removed"))(e))
        }
        _ => Ok(()),
    }
}
