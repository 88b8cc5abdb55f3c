//! Files that others use at the same moment. Windows refuses what Unix allows: to replace or remove a file that somebody
//! has open, and to open one that is about to go.

use camino::Utf8Path;
use std::io;
use std::time::Duration;
use tempfile::NamedTempFile;

/// How often a refusal is met with another try, and the pause before it: half a second in all. The files in question are
/// small, or open for the moment of being renamed.
const TRIES: u32 = 25;
const PAUSE: Duration = Duration::from_millis(20);

/// Whether it was refused because somebody has the file open, or may have been: Windows also calls it a matter of rights
/// when a file that was removed goes away with its last reader ("System Error Codes", Microsoft Learn).
pub(super) fn is_in_use(error: &io::Error) -> bool {
    const ACCESS_DENIED: i32 = 5;
    const SHARING_VIOLATION: i32 = 32;
    const LOCK_VIOLATION: i32 = 33;
    const USER_MAPPED_FILE: i32 = 1224;
    const DELETE_PENDING: i32 = 303;
    cfg!(windows)
        && matches!(
            error.raw_os_error(),
            Some(ACCESS_DENIED | SHARING_VIOLATION | LOCK_VIOLATION | DELETE_PENDING | USER_MAPPED_FILE)
        )
}

/// Does `work`, and again for a short time while it is refused because of others.
///
/// # Errors
/// Those of `work`.
pub(super) fn patiently<T>(mut work: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    for _ in 0..TRIES {
        match work() {
            Err(e) if is_in_use(&e) => std::thread::sleep(PAUSE),
            other => return other,
        }
    }
    work()
}

/// Gives a new file its name, also in the place of another.
///
/// # Errors
/// What the operating system says.
pub(super) fn name(new: NamedTempFile, path: &Utf8Path) -> io::Result<()> {
    let mut new = Some(new);
    patiently(|| {
        let Some(file) = new.take() else { return Ok(()) };
        file.persist(path).map(|_| ()).map_err(|refused| {
            new = Some(refused.file);
            refused.error
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_have_no_part_in_is_told_at_once() {
        let mut tries = 0;
        let missing: io::Result<()> = patiently(|| {
            tries += 1;
            Err(io::ErrorKind::NotFound.into())
        });
        assert_eq!((missing.unwrap_err().kind(), tries), (io::ErrorKind::NotFound, 1));
    }

    #[cfg(windows)]
    #[test]
    fn what_is_in_use_for_a_moment_is_waited_for() {
        let mut tries = 0;
        let done = patiently(|| {
            tries += 1;
            if tries < 3 { Err(io::Error::from_raw_os_error(32)) } else { Ok(tries) }
        });
        assert_eq!(done.unwrap(), 3);
    }
}
