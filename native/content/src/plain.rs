//! Packages as plain files: another medium, a share with a folder a package, or the source folder of one package.
//!
//! Nothing records the hashes of these files, so each is read once to know its hash; whoever reads it later still gets
//! exactly those bytes or an error. Which version they are only the hash of the whole content tells, where the site knows it.

use crate::content_hash::content_hash;
use crate::error::{ContentError, ContentErrorKind, Place};
use crate::hashing;
use crate::library::{DEEPEST_FOLDER, cannot_read, check_name};
use crate::parallel;
use crate::source::{ContentSource, Opened};
use crate::tree::{ContentFile, ContentTree, PackageContent};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::{HashMap, VecDeque};
use std::fs::{File, Metadata};
use std::io::{self, Seek, SeekFrom};
use std::sync::{Mutex, PoisonError};
use tsm_formats::filetime;
use tsm_job::Context;

/// The folder of a medium that holds a folder a package (`docs/content.md`, "From where, in which order").
const OF_MEDIUM: [&str; 2] = ["SMS/PKG", "sms/pkg"];

/// Packages as plain files.
#[derive(Debug)]
pub struct PlainFolder {
    name: String,
    packages: Packages,
    threads: usize,
    /// What was read already: hashing takes as long as reading all of it.
    known: Mutex<HashMap<String, PackageContent>>,
}

/// Where the packages lie.
#[derive(Debug)]
enum Packages {
    /// Each in a folder of its ID, below this one.
    Below(Utf8PathBuf),
    /// Only this one, in this folder.
    One(String, Utf8PathBuf),
}

impl PlainFolder {
    /// The packages that a text names: a medium or another folder with a folder a package, or `ID=FOLDER`. `None` when it names
    /// something else, such as a content library. At most `threads` files are read at once.
    pub fn named_by(text: &str, threads: usize) -> Option<Self> {
        let packages = match Self::one_package(text) {
            Some((id, folder)) => Packages::One(id.to_ascii_uppercase(), Utf8PathBuf::from(folder)),
            None => Packages::Below(packages_below(Utf8Path::new(text))?),
        };
        Some(Self { name: text.to_owned(), packages, threads, known: Mutex::default() })
    }

    /// The package ID and the folder of a text `ID=FOLDER`.
    pub fn one_package(text: &str) -> Option<(&str, &str)> {
        text.split_once('=').filter(|(id, folder)| is_package_id(id) && !folder.is_empty())
    }

    fn place(&self, package: &str) -> Place {
        Place { library: self.name.clone(), package: Some(package.to_owned()), ..Place::default() }
    }

    /// The folder of a package, whatever the case of its name.
    fn folder_of(&self, package: &str) -> Result<Utf8PathBuf, ContentError> {
        let place = self.place(package);
        let found = match &self.packages {
            Packages::One(id, folder) if id.eq_ignore_ascii_case(package) => {
                Some(folder.clone()).filter(|f| f.is_dir())
            }
            Packages::One(..) => None,
            Packages::Below(root) => {
                let entries = root.read_dir_utf8().map_err(|e| cannot_read(place.clone(), root, e))?;
                let mut names = entries.flatten().filter(|e| e.file_name().eq_ignore_ascii_case(package));
                names.next().map(|entry| entry.path().to_owned()).filter(|folder| is_plain_folder(folder))
            }
        };
        found.ok_or_else(|| {
            ContentError::new(ContentErrorKind::PackageUnknown, place, "there is no folder of this package")
        })
    }

    /// Where a file lies, in the length that was seen.
    fn locate(&self, place: &Place, file: &ContentFile) -> Result<Utf8PathBuf, ContentError> {
        let path = self.folder_of(place.package.as_deref().unwrap_or_default())?.join(&file.path);
        let meta = std::fs::symlink_metadata(&path).map_err(|e| match e.kind() {
            io::ErrorKind::NotFound => {
                let message = format!("'{path}' is gone");
                ContentError::new(ContentErrorKind::FileMissing, place.clone(), message)
            }
            _ => cannot_read(place.clone(), &path, e),
        })?;
        if !meta.is_file() || meta.len() != file.size {
            let message = format!("'{path}' has {} bytes, it had {}", meta.len(), file.size);
            return Err(ContentError::new(ContentErrorKind::FileLength, place.clone(), message));
        }
        Ok(path)
    }

    /// Reads all files of a package.
    fn read(&self, package: &str, context: &Context) -> Result<PackageContent, ContentError> {
        let place = self.place(package);
        let root = self.folder_of(package)?;
        let (paths, mut folders) = walk(&root, &place, context)?;
        if let Some(part) = paths.iter().find(|path| is_part_of_image(path)) {
            let message =
                format!("'{part}' is a part of an image that was split for the medium; the whole is not there");
            return Err(ContentError::new(ContentErrorKind::SourceUnsupported, place, message));
        }
        let mut files = parallel::each(self.threads, &paths, |path| self.file(&root, path, &place, context))?;
        files.sort_by(|a, b| a.path.cmp(&b.path));
        folders.sort();
        let mut tree = ContentTree { content_id: package.to_owned(), hash: None, files, folders };
        tree.hash = Some(content_hash(&tree));
        let oddity = format!("{place}: its files have no records; only the site can tell which version they are");
        Ok(PackageContent {
            library: self.name.clone(),
            package_id: package.to_owned(),
            version: None,
            has_records: false,
            contents: vec![tree],
            oddities: vec![oddity],
        })
    }

    fn file(&self, root: &Utf8Path, path: &str, place: &Place, context: &Context) -> Result<ContentFile, ContentError> {
        let full = root.join(path);
        let place = Place { file: Some(path.to_owned()), ..place.clone() };
        let unreadable = |e| cannot_read(place.clone(), &full, e);
        let mut file = File::open(&full).map_err(unreadable)?;
        let meta = file.metadata().map_err(unreadable)?;
        let sha256 = hashing::hash(&mut file, context).map_err(unreadable)?;
        let modified = meta.modified().ok().and_then(|time| jiff::Timestamp::try_from(time).ok());
        Ok(ContentFile {
            path: path.to_owned(),
            size: meta.len(),
            sha256: sha256.ok_or_else(|| crate::point::cancelled(&place))?,
            attributes: attributes(&meta),
            modified_filetime: modified.and_then(filetime::from_timestamp).unwrap_or_default(),
        })
    }
}

impl ContentSource for PlainFolder {
    fn name(&self) -> &str {
        &self.name
    }

    fn package(&self, package_id: &str, context: &Context) -> Result<PackageContent, ContentError> {
        let id = package_id.to_ascii_uppercase();
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(content) = known().get(&id) {
            return Ok(content.clone());
        }
        let content = self.read(package_id, context)?;
        known().insert(id, content.clone());
        Ok(content)
    }

    fn check(&self, place: &Place, file: &ContentFile) -> Result<(), ContentError> {
        self.locate(place, file).map(|_| ())
    }

    fn open(&self, place: &Place, file: &ContentFile, from: u64, _: Option<&str>) -> Result<Opened, ContentError> {
        let path = self.locate(place, file)?;
        let open = || {
            let mut opened = File::open(&path)?;
            opened.seek(SeekFrom::Start(from))?;
            Ok(opened)
        };
        let body = open().map_err(|e| cannot_read(place.clone(), &path, e))?;
        Ok(Opened { from, mark: None, body: Box::new(body) })
    }

    fn is_folder(&self) -> bool {
        true
    }

    fn path_of(&self, place: &Place, file: &ContentFile) -> Result<Utf8PathBuf, ContentError> {
        self.locate(place, file)
    }
}

/// The folder below which each package has one: that of a medium, or the given one when it is no content library and holds a
/// folder with the name of a package.
fn packages_below(root: &Utf8Path) -> Option<Utf8PathBuf> {
    if ["PkgLib", "DataLib", "FileLib"].iter().any(|part| root.join(part).exists()) {
        return None;
    }
    if let Some(folder) = OF_MEDIUM.iter().map(|inner| root.join(inner)).find(|folder| folder.is_dir()) {
        return Some(folder);
    }
    let mut entries = root.read_dir_utf8().ok()?.flatten();
    entries.any(|e| is_package_id(e.file_name()) && e.path().is_dir()).then(|| root.to_owned())
}

/// Whether a name is a package ID: the site code and five hexadecimal digits.
fn is_package_id(name: &str) -> bool {
    let (site, number) = (name.get(..3).unwrap_or_default(), name.get(3..).unwrap_or_default());
    let is_site = site.len() == 3 && site.bytes().all(|b| b.is_ascii_alphanumeric());
    is_site && number.len() == 5 && number.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Whether a file is a part of an image that was too long for the medium: the hash of the image, a number of three digits,
/// and `.swm` (`docs/content.md`, "From where, in which order").
fn is_part_of_image(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.to_ascii_lowercase().strip_suffix(".swm").is_some_and(|stem| {
        stem.len() == 67
            && stem.bytes().take(64).all(|b| b.is_ascii_hexdigit())
            && stem.bytes().skip(64).all(|b| b.is_ascii_digit())
    })
}

fn is_plain_folder(path: &Utf8Path) -> bool {
    std::fs::symlink_metadata(path).is_ok_and(|meta| meta.is_dir())
}

/// The files and folders below a folder, breadth first. Links are refused: they could bring in anything.
fn walk(root: &Utf8Path, place: &Place, context: &Context) -> Result<(Vec<String>, Vec<String>), ContentError> {
    let (mut files, mut folders) = (Vec::new(), Vec::new());
    let mut waiting = VecDeque::from([(root.to_owned(), String::new(), 0_usize)]);
    let unsafe_name = |message| ContentError::new(ContentErrorKind::Unsafe, place.clone(), message);
    while let Some((folder, relative, depth)) = waiting.pop_front() {
        context.check().map_err(|_| crate::point::cancelled(place))?;
        if depth > DEEPEST_FOLDER {
            return Err(unsafe_name(format!("'{folder}' is more than {DEEPEST_FOLDER} folders deep")));
        }
        for entry in folder.read_dir_utf8().map_err(|e| cannot_read(place.clone(), &folder, e))? {
            let entry = entry.map_err(|e| cannot_read(place.clone(), &folder, e))?;
            let name = entry.file_name();
            check_name(name, place)?;
            let path = if relative.is_empty() { name.to_owned() } else { format!("{relative}/{name}") };
            let kind = entry.file_type().map_err(|e| cannot_read(place.clone(), entry.path(), e))?;
            if kind.is_dir() {
                waiting.push_back((entry.path().to_owned(), path.clone(), depth + 1));
                folders.push(path);
            } else if kind.is_file() {
                files.push(path);
            } else {
                return Err(unsafe_name(format!("'{}' is a link or no file, and not followed", entry.path())));
            }
        }
    }
    Ok((files, folders))
}

/// The Win32 attributes that a medium can pass on ("File Attribute Constants", Microsoft Learn).
#[cfg(windows)]
fn attributes(meta: &Metadata) -> u32 {
    use std::os::windows::fs::MetadataExt;
    const READ_ONLY_HIDDEN_SYSTEM_ARCHIVE: u32 = 0x27;
    meta.file_attributes() & READ_ONLY_HIDDEN_SYSTEM_ARCHIVE
}

/// Elsewhere files have none but "to be archived", which every new file has.
#[cfg(not(windows))]
fn attributes(_: &Metadata) -> u32 {
    0x20
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(inner: &[&str]) -> (tempfile::TempDir, Utf8PathBuf) {
        let guard = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::from_path_buf(guard.path().to_owned()).unwrap();
        inner.iter().for_each(|name| std::fs::create_dir_all(path.join(name)).unwrap());
        (guard, path)
    }

    #[test]
    fn media_shares_and_single_folders_are_told_from_libraries() {
        let is = |inner: &[&str]| {
            let (_guard, path) = folder(inner);
            PlainFolder::named_by(path.as_str(), 1).is_some()
        };
        assert!(is(&["SMS/PKG/PS100012", "SMS/data"]) && is(&["sms/pkg"]) && is(&["PS100012", "other"]));
        assert!(!is(&["PkgLib", "DataLib", "FileLib"]) && !is(&["FileLib"]) && !is(&["Projects", "x"]) && !is(&[]));
        assert_eq!(PlainFolder::one_package(r"PS100012=\\server\share"), Some(("PS100012", r"\\server\share")));
        for text in ["PS100012=", "PS10001=x", "name=x", "/a=b", "PS100012"] {
            assert_eq!(PlainFolder::one_package(text), None, "{text}");
        }
    }

    #[test]
    fn files_folders_and_the_content_hash_are_those_that_are_there() {
        // Vector V3 of the recipe (`docs/formats.md`, "Content library").
        let (_guard, path) = folder(&["Empty", "Sub/Deep"]);
        for (name, bytes) in [
            ("Setup.exe", "MZ"),
            ("readme.TXT", ""),
            ("Sub/B.txt", "hello"),
            ("Sub/a.txt", "hello"),
            ("Sub/Deep/x.bin", "\0"),
        ] {
            std::fs::write(path.join(name), bytes).unwrap();
        }
        let source = PlainFolder::named_by(&format!("ps100011={path}"), 4).unwrap();
        let content = source.package("PS100011", &Context::silent()).unwrap();
        let tree = &content.contents[0];
        assert_eq!(tree.folders, ["Empty", "Sub", "Sub/Deep"]);
        assert_eq!(tree.files.len(), 5);
        let hash = "6DD850CC87E3BB6B7B1F60BC9C1BF8CC8E2D72F62877224A08E8C3E9AF4BF8A9";
        assert_eq!(tree.hash.unwrap().to_string(), hash);
        assert!(!content.has_records && content.oddities.len() == 1);
        let error = source.package("PS100012", &Context::silent()).unwrap_err();
        assert_eq!(error.kind(), ContentErrorKind::PackageUnknown);
    }

    #[test]
    fn a_file_that_changes_later_is_found() {
        let (_guard, path) = folder(&["PS100012"]);
        std::fs::write(path.join("PS100012/a.txt"), "abc").unwrap();
        let source = PlainFolder::named_by(path.as_str(), 1).unwrap();
        let content = source.package("ps100012", &Context::silent()).unwrap();
        let (tree, file) = (&content.contents[0], &content.contents[0].files[0]);
        let place = content.place(tree, file);
        assert!(source.check(&place, file).is_ok());
        std::fs::write(path.join("PS100012/a.txt"), "abcd").unwrap();
        assert_eq!(source.check(&place, file).unwrap_err().kind(), ContentErrorKind::FileLength);
        std::fs::remove_file(path.join("PS100012/a.txt")).unwrap();
        assert_eq!(source.check(&place, file).unwrap_err().kind(), ContentErrorKind::FileMissing);
    }

    #[test]
    fn parts_of_a_split_image_are_no_content() {
        let (_guard, path) = folder(&["PS100020"]);
        std::fs::write(path.join(format!("PS100020/{}000.swm", "6D".repeat(32))), "part").unwrap();
        let error =
            PlainFolder::named_by(path.as_str(), 1).unwrap().package("PS100020", &Context::silent()).unwrap_err();
        assert_eq!(error.kind(), ContentErrorKind::SourceUnsupported, "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn links_are_refused() {
        let (_guard, path) = folder(&["PS100012"]);
        std::os::unix::fs::symlink("/etc/passwd", path.join("PS100012/link")).unwrap();
        let error =
            PlainFolder::named_by(path.as_str(), 1).unwrap().package("PS100012", &Context::silent()).unwrap_err();
        assert_eq!(error.kind(), ContentErrorKind::Unsafe, "{error}");
    }
}
