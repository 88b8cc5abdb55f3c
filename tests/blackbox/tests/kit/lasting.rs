//! Folders that last as long as a test program.
//!
//! What a test program keeps in a static value is never dropped, and so never removed. Such things lie in a folder of
//! their own for each process, which is locked while the process lives; the next test program removes those whose process
//! has ended.

use camino::{Utf8Path, Utf8PathBuf};
use std::fs::File;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What the names of these folders begin with.
const PREFIX: &str = "tsm-blackbox-";

/// The folder of this process, and the file in it that is locked.
static PLACE: LazyLock<(Utf8PathBuf, File)> = LazyLock::new(|| {
    // Made by cargo for the tests of a workspace, on the disk of the target folder.
    let parent = Utf8Path::new(env!("CARGO_TARGET_TMPDIR"));
    std::fs::create_dir_all(parent).unwrap();
    sweep(parent);
    let made = tempfile::Builder::new().prefix(PREFIX).tempdir_in(parent).unwrap().keep();
    let folder = Utf8PathBuf::from_path_buf(made).unwrap();
    let lock = File::create(folder.join("lock")).unwrap();
    lock.lock().unwrap();
    (folder, lock)
});

fn sweep(parent: &Utf8Path) {
    for entry in parent.read_dir_utf8().unwrap().flatten() {
        let dead = entry.file_name().starts_with(PREFIX)
            && File::open(entry.path().join("lock")).is_ok_and(|lock| lock.try_lock().is_ok());
        if dead {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

/// The name of a folder, not made yet, that lasts as long as this test program.
pub fn folder(name: &str) -> Utf8PathBuf {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    PLACE.0.join(format!("{name}-{}", NEXT.fetch_add(1, Ordering::Relaxed)))
}
