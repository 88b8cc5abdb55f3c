//! A small disk, for tests of what happens when it is full or may not be written to.
//!
//! A memory file system is mounted, for which Linux wants a privileged user. Where that is not possible the test does
//! nothing and says so. (A privilege, unlike a tool, cannot be installed: `TSM_REQUIRE_TOOLS` does not ask for it.)

use super::Folder;
use camino::{Utf8Path, Utf8PathBuf};
use std::process::Command;

/// A mounted memory file system. It goes away with the test.
pub struct SmallDisk {
    place: Folder,
}

impl SmallDisk {
    /// Mounts a disk of some KiB.
    pub fn new(kib: u64) -> Option<Self> {
        let disk = Self { place: Folder::new() };
        disk.mount(&format!("size={kib}k")).then_some(disk)
    }

    fn mount(&self, options: &str) -> bool {
        let arguments = ["-t", "tmpfs", "-o", options, "tsm-test", self.place.path().as_str()];
        match Command::new("mount").args(arguments).output() {
            Ok(output) if output.status.success() => true,
            Ok(output) => {
                eprintln!("SKIPPED: no disk can be mounted: {}", String::from_utf8_lossy(&output.stderr).trim());
                false
            }
            Err(error) => {
                eprintln!("SKIPPED: no disk can be mounted: {error}");
                false
            }
        }
    }

    pub fn path(&self) -> &Utf8Path {
        self.place.path()
    }

    pub fn join(&self, name: &str) -> Utf8PathBuf {
        self.place.join(name)
    }

    /// From now on nothing can be written.
    pub fn make_read_only(&self) {
        assert!(self.mount("remount,ro"), "the disk cannot be made read-only");
    }

    /// Takes all the room that is left, as another program would.
    pub fn fill(&self) {
        let mut filler = std::fs::File::create(self.join("filler")).unwrap();
        let chunk = vec![0x55; 1 << 16];
        while std::io::Write::write_all(&mut filler, &chunk).is_ok() {}
        while std::io::Write::write_all(&mut filler, &[0x55]).is_ok() {}
    }
}

impl SmallDisk {
    /// The same, but for some KiB.
    #[allow(dead_code)] // not every test program fills disks so
    pub fn fill_but(&self, kib: u64) {
        self.fill();
        let filler = std::fs::File::options().write(true).open(self.join("filler")).unwrap();
        filler.set_len(filler.metadata().unwrap().len().saturating_sub(kib << 10)).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.place.path()).output();
    }
}
