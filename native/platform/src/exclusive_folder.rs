//! A folder that one process makes, beside the one whose place it takes when it is finished.

use crate::exclusive::{ExclusiveFile, Refusal};
use camino::{Utf8Path, Utf8PathBuf};
use std::io;

/// A folder that this process makes. Beside `target` there are, while it is made: `<target>.partial`, the folder;
/// `<target>.partial.lock`, held by the process; and for a moment `<target>.partial.old`, the folder that was replaced. All
/// of them go away when it is dropped.
#[derive(Debug)]
pub struct ExclusiveFolder {
    path: Utf8PathBuf,
    target: Utf8PathBuf,
    /// Taken out when the folder has its place.
    lock: Option<ExclusiveFile>,
}

impl ExclusiveFolder {
    /// Makes an empty folder beside `target`; refused when another process is making one, or its lock is no file of ours. What a process that was killed
    /// left behind is put in order first: the old folder gets its name back, should it have lost it in the middle of being
    /// replaced.
    pub fn create(target: &Utf8Path) -> io::Result<Result<Self, Refusal>> {
        let lock = match ExclusiveFile::create(&Self::lock_of(target))? {
            Ok(lock) => lock,
            Err(refusal) => return Ok(Err(refusal)),
        };
        restore(target)?;
        let path = Self::path_of(target);
        remove(&path)?;
        std::fs::create_dir(&path)?;
        Ok(Ok(Self { path, target: target.to_owned(), lock: Some(lock) }))
    }

    /// The folder that is made for a target.
    pub fn path_of(target: &Utf8Path) -> Utf8PathBuf {
        Utf8PathBuf::from(format!("{target}.partial"))
    }

    /// The file that is held while a folder is made for a target.
    pub fn lock_of(target: &Utf8Path) -> Utf8PathBuf {
        Utf8PathBuf::from(format!("{target}.partial.lock"))
    }

    fn old_of(target: &Utf8Path) -> Utf8PathBuf {
        Utf8PathBuf::from(format!("{target}.partial.old"))
    }

    /// The folder.
    pub fn path(&self) -> &Utf8Path {
        &self.path
    }

    /// Puts the folder in the place of its target, and removes what was there. When that fails, the old folder has its
    /// name, and this one goes away.
    ///
    /// Where the system can exchange two names in one step (Linux), the target is a whole folder at every moment. Elsewhere
    /// there is a moment without one between two renames; [`create`](Self::create) repairs what a crash leaves then.
    pub fn put(mut self) -> io::Result<()> {
        if !self.target.exists() {
            std::fs::rename(&self.path, &self.target)?;
        } else if exchange(&self.path, &self.target)? {
            // The new one has its place: what is left of the old one is swept by the next run, should it stay.
            let _ = remove(&self.path);
        } else {
            let old = Self::old_of(&self.target);
            remove(&old)?;
            std::fs::rename(&self.target, &old)?;
            if let Err(e) = std::fs::rename(&self.path, &self.target) {
                std::fs::rename(&old, &self.target)?;
                return Err(e);
            }
            let _ = remove(&old);
        }
        crate::durable::flush_folder_of(&self.target)?;
        // The lock goes last: until then nobody else begins.
        drop(self.lock.take());
        Ok(())
    }

    /// Puts a file that lies in the folder in the place of the target, as [`replace_file`](crate::replace_file) does. The
    /// folder goes away, whether that fails or not.
    pub fn put_file(self, file: &Utf8Path) -> io::Result<()> {
        crate::replace_file(file, &self.target)
    }
}

impl Drop for ExclusiveFolder {
    fn drop(&mut self) {
        if self.lock.is_some() {
            // Nothing can be done about a failure here; the next run sweeps the folder.
            let _ = remove(&self.path);
        }
    }
}

/// Gives the old folder its name back, or removes it when the new one is in its place.
fn restore(target: &Utf8Path) -> io::Result<()> {
    let old = ExclusiveFolder::old_of(target);
    match (old.exists(), target.exists()) {
        (true, false) => std::fs::rename(&old, target),
        (true, true) => remove(&old),
        (false, _) => Ok(()),
    }
}

/// Removes a folder with everything in it, should it be there; a link or a file of that name only itself.
pub(crate) fn remove(path: &Utf8Path) -> io::Result<()> {
    match std::fs::symlink_metadata(path) {
        Ok(meta) if meta.is_dir() => remove_folder(path),
        Ok(_) => std::fs::remove_file(path),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(e) => Err(e),
    }
}

/// Removes a folder. Where files that are read-only cannot be removed (Windows with FAT, exFAT and many shares), they are
/// made writable first.
fn remove_folder(path: &Utf8Path) -> io::Result<()> {
    match std::fs::remove_dir_all(path) {
        #[cfg(windows)]
        Err(e) if e.kind() == io::ErrorKind::PermissionDenied => {
            crate::attributes::make_removable(path)?;
            std::fs::remove_dir_all(path)
        }
        done => done,
    }
}

/// Exchanges two names in one step; `false` when the system cannot.
#[cfg(target_os = "linux")]
fn exchange(a: &Utf8Path, b: &Utf8Path) -> io::Result<bool> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;
    match renameat_with(CWD, a.as_std_path(), CWD, b.as_std_path(), RenameFlags::EXCHANGE) {
        Ok(()) => Ok(true),
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => Ok(false),
        Err(e) => Err(e.into()),
    }
}

/// Exchanges two names in one step; `false` when the system cannot.
#[cfg(not(target_os = "linux"))]
fn exchange(_: &Utf8Path, _: &Utf8Path) -> io::Result<bool> {
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_the_folder_takes_the_place_of_the_target_and_the_folder_goes_away() {
        let guard = tempfile::tempdir().unwrap();
        let root = Utf8PathBuf::from_path_buf(guard.path().to_owned()).unwrap();
        let target = root.join("x.wim");
        std::fs::write(&target, "old").unwrap();
        let folder = ExclusiveFolder::create(&target).unwrap().unwrap();
        let file = folder.path().join("image.wim");
        std::fs::write(&file, "new").unwrap();
        folder.put_file(&file).unwrap();
        assert_eq!(std::fs::read_to_string(&target).unwrap(), "new");
        assert_eq!(root.read_dir_utf8().unwrap().count(), 1);
        let folder = ExclusiveFolder::create(&target).unwrap().unwrap();
        assert!(folder.put_file("no such file".into()).is_err());
        assert_eq!(root.read_dir_utf8().unwrap().count(), 1);
    }

    fn place() -> (tempfile::TempDir, Utf8PathBuf) {
        let guard = tempfile::tempdir().unwrap();
        let target = Utf8PathBuf::from_path_buf(guard.path().join("medium")).unwrap();
        (guard, target)
    }

    fn fill(folder: &Utf8Path, text: &str) {
        std::fs::create_dir_all(folder.join("a")).unwrap();
        std::fs::write(folder.join("a/b.txt"), text).unwrap();
    }

    fn text(folder: &Utf8Path) -> String {
        std::fs::read_to_string(folder.join("a/b.txt")).unwrap()
    }

    /// What lies beside the target.
    fn names(target: &Utf8Path) -> Vec<String> {
        let entries = target.parent().unwrap().read_dir_utf8().unwrap();
        let mut names: Vec<String> = entries.map(|e| e.unwrap().file_name().to_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn it_takes_the_place_of_nothing_and_of_an_old_folder() {
        let (_guard, target) = place();
        for round in ["first", "second"] {
            let folder = ExclusiveFolder::create(&target).unwrap().unwrap();
            fill(folder.path(), round);
            folder.put().unwrap();
            assert_eq!((text(&target).as_str(), names(&target)), (round, vec!["medium".to_owned()]));
        }
    }

    #[test]
    fn it_is_gone_after_a_drop_and_the_old_one_stays() {
        let (_guard, target) = place();
        fill(&target, "old");
        let folder = ExclusiveFolder::create(&target).unwrap().unwrap();
        fill(folder.path(), "new");
        drop(folder);
        assert_eq!((text(&target).as_str(), names(&target)), ("old", vec!["medium".to_owned()]));
    }

    #[test]
    fn a_second_process_is_refused_and_what_a_dead_one_left_is_swept() {
        let (_guard, target) = place();
        let first = ExclusiveFolder::create(&target).unwrap().unwrap();
        assert!(ExclusiveFolder::create(&target).unwrap().is_err());
        drop(first);
        fill(&ExclusiveFolder::path_of(&target), "left");
        let next = ExclusiveFolder::create(&target).unwrap().unwrap();
        assert_eq!(next.path().read_dir_utf8().unwrap().count(), 0);
    }

    #[test]
    fn a_folder_that_lost_its_name_in_a_crash_gets_it_back() {
        let (_guard, target) = place();
        fill(&ExclusiveFolder::old_of(&target), "old");
        drop(ExclusiveFolder::create(&target).unwrap().unwrap());
        assert_eq!((text(&target).as_str(), names(&target)), ("old", vec!["medium".to_owned()]));
        fill(&ExclusiveFolder::old_of(&target), "older");
        drop(ExclusiveFolder::create(&target).unwrap().unwrap());
        assert_eq!((text(&target).as_str(), names(&target)), ("old", vec!["medium".to_owned()]));
    }
}
