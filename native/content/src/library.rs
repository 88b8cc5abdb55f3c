//! One content library: a folder with `PkgLib`, `DataLib` and `FileLib`, and the `FileLib` folders of further drives.

use crate::error::{ContentError, ContentErrorKind, Place};
use crate::tree::{ContentFile, ContentTree, PackageContent};
use crate::unrecorded;
use crate::verified::VerifiedReader;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::{BTreeSet, VecDeque};
use std::fs::File;
use std::io::{self, BufReader, Seek, SeekFrom};
use std::panic::resume_unwind;
use tsm_formats::Sha256Hash;
use tsm_formats::content_library::{ContentIni, FileIni, PackageIni};

/// A content library in a folder or share.
#[derive(Debug, Clone)]
pub struct Library {
    name: String,
    root: Utf8PathBuf,
    file_libs: Vec<Utf8PathBuf>,
}

/// No path in Windows is longer; a deeper tree is a loop or an attack.
pub(crate) const DEEPEST_FOLDER: usize = 256;

impl Library {
    /// Opens the library in `root`.
    pub fn open(root: &Utf8Path) -> Result<Self, ContentError> {
        let library = Self { name: root.to_string(), root: root.to_owned(), file_libs: vec![root.join("FileLib")] };
        for part in ["PkgLib", "DataLib", "FileLib"] {
            let folder = root.join(part);
            let meta = std::fs::metadata(&folder).map_err(|e| {
                let message = format!("the folder '{folder}' cannot be read");
                ContentError::new(ContentErrorKind::Library, library.place(), message).source(e)
            })?;
            if !meta.is_dir() {
                let message = format!("'{folder}' is not a folder");
                return Err(ContentError::new(ContentErrorKind::Library, library.place(), message));
            }
        }
        Ok(library)
    }

    /// Adds a further drive: a folder that holds only `FileLib`.
    pub(crate) fn add_drive(&mut self, root: &Utf8Path) {
        self.file_libs.push(root.join("FileLib"));
    }

    /// The library, as the admin named it.
    pub fn name(&self) -> &str {
        &self.name
    }

    fn place(&self) -> Place {
        Place { library: self.name.clone(), ..Place::default() }
    }

    /// Reads the records of a package: every file with its length and hash. No content byte is read.
    pub fn package(&self, package_id: &str) -> Result<PackageContent, ContentError> {
        let place = Place { package: Some(package_id.to_owned()), ..self.place() };
        let record = self.root.join("PkgLib").join(format!("{package_id}.INI"));
        let ini = match File::open(&record) {
            Ok(file) => PackageIni::read(BufReader::new(file)).map_err(|e| {
                ContentError::new(ContentErrorKind::Record, place.clone(), format!("'{record}' is damaged")).source(e)
            })?,
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                let message = format!("there is no '{record}'");
                return Err(ContentError::new(ContentErrorKind::PackageUnknown, place, message));
            }
            Err(e) => return Err(cannot_read(place, &record, e)),
        };
        let ids = current_contents(&ini, package_id, &place)?;
        let mut oddities = Vec::new();
        let mut contents = Vec::new();
        for id in ids {
            contents.push(self.content(package_id, id, &mut oddities)?);
        }
        let package_id = package_id.to_owned();
        Ok(PackageContent {
            library: self.name.clone(),
            package_id,
            version: ini.version,
            has_records: true,
            contents,
            oddities,
        })
    }

    /// Reads the records of one content.
    fn content(&self, package: &str, id: &str, oddities: &mut Vec<String>) -> Result<ContentTree, ContentError> {
        let place = Place { package: Some(package.to_owned()), content: Some(id.to_owned()), ..self.place() };
        let root = self.root.join("DataLib").join(id);
        let record = self.root.join("DataLib").join(format!("{id}.INI"));
        let (has_folder, has_record) = (is_folder(&root, &place)?, exists(&record, &place)?);
        match (has_folder, has_record) {
            (false, false) => {
                let message = format!("the package lists the content, but there is no '{root}'");
                return Err(ContentError::new(ContentErrorKind::ContentMissing, place, message));
            }
            (false, true) => {
                let message = format!("there is '{record}', but no folder '{root}'");
                return Err(ContentError::new(ContentErrorKind::Record, place, message));
            }
            (true, false) => {
                let message = format!("there is the folder '{root}', but no '{record}'");
                return Err(ContentError::new(ContentErrorKind::Record, place, message));
            }
            (true, true) => {}
        }
        let ini = read_record(&record, &place, ContentIni::read)?;
        let (files, folders) = self.walk(&root, &place, oddities)?;
        let tree = ContentTree { content_id: id.to_owned(), hash: ini.hash, files, folders };
        if let Some(oddity) = tree.hash_oddity(&place) {
            if let Some(hash) = unrecorded::file_of(&self.file_libs, &tree) {
                let message = format!("the library keeps file {hash} for the content, whose record of it is missing");
                return Err(ContentError::new(ContentErrorKind::Record, place, message));
            }
            oddities.push(oddity);
        }
        Ok(tree)
    }

    /// Lists a content breadth first; links are refused, not followed.
    fn walk(
        &self,
        root: &Utf8Path,
        place: &Place,
        oddities: &mut Vec<String>,
    ) -> Result<(Vec<ContentFile>, Vec<String>), ContentError> {
        let (mut records, mut folders) = (Vec::new(), BTreeSet::new());
        let mut waiting = VecDeque::from([(root.to_owned(), String::new(), 0_usize)]);
        while let Some((folder, relative, depth)) = waiting.pop_front() {
            if depth > DEEPEST_FOLDER {
                let message = format!("'{folder}' is more than {DEEPEST_FOLDER} folders deep");
                return Err(ContentError::new(ContentErrorKind::Unsafe, place.clone(), message));
            }
            for entry in folder.read_dir_utf8().map_err(|e| cannot_read(place.clone(), &folder, e))? {
                let entry = entry.map_err(|e| cannot_read(place.clone(), &folder, e))?;
                let name = entry.file_name();
                check_name(name.strip_suffix(".INI").unwrap_or(name), place)?;
                let path = if relative.is_empty() { name.to_owned() } else { format!("{relative}/{name}") };
                let kind = entry.file_type().map_err(|e| cannot_read(place.clone(), entry.path(), e))?;
                if kind.is_symlink() {
                    let message = format!("'{}' is a link, which no content library has", entry.path());
                    return Err(ContentError::new(ContentErrorKind::Unsafe, place.clone(), message));
                } else if kind.is_dir() {
                    folders.insert(path.clone());
                    waiting.push_back((entry.path().to_owned(), path, depth + 1));
                } else {
                    records.push(path);
                }
            }
        }
        let mut files = file_records(root, &records, place, oddities)?;
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok((files, folders.into_iter().collect()))
    }

    /// Where the bytes with this hash lie: on one of the drives of this library. `None` when on none.
    pub fn locate(&self, hash: &Sha256Hash) -> Option<Utf8PathBuf> {
        self.find(hash).map(|(path, _)| path)
    }

    /// Where the bytes with this hash lie, and how many they are.
    fn find(&self, hash: &Sha256Hash) -> Option<(Utf8PathBuf, u64)> {
        let name = hash.to_string();
        self.file_libs.iter().find_map(|lib| {
            let path = lib.join(&name[..4]).join(&name);
            let meta = std::fs::symlink_metadata(&path).ok().filter(std::fs::Metadata::is_file)?;
            Some((path, meta.len()))
        })
    }

    /// Checks without reading that the bytes of a file are there with the recorded length; says where.
    pub fn check_file(&self, place: &Place, file: &ContentFile) -> Result<Utf8PathBuf, ContentError> {
        let Some((path, length)) = self.find(&file.sha256) else {
            let places: Vec<&str> = self.file_libs.iter().map(|p| p.as_str()).collect();
            let message = format!("no file {} in {}", file.sha256, places.join(", "));
            return Err(ContentError::new(ContentErrorKind::FileMissing, place.clone(), message));
        };
        if length != file.size {
            let message = format!("'{path}' has {length} bytes, {} are recorded", file.size);
            return Err(ContentError::new(ContentErrorKind::FileLength, place.clone(), message));
        }
        Ok(path)
    }

    /// Opens the bytes of a file; they are checked while they are read.
    pub fn open_file(&self, place: &Place, file: &ContentFile) -> Result<VerifiedReader<File>, ContentError> {
        Ok(VerifiedReader::new(self.open_raw(place, file, 0)?, file.size, file.sha256, place.clone()))
    }

    /// Opens the bytes of a file from byte `from` on, unchecked.
    pub(crate) fn open_raw(&self, place: &Place, file: &ContentFile, from: u64) -> Result<File, ContentError> {
        let path = self.check_file(place, file)?;
        let open = || {
            let mut opened = File::open(&path)?;
            opened.seek(SeekFrom::Start(from))?;
            Ok(opened)
        };
        open().map_err(|e| cannot_read(place.clone(), &path, e))
    }
}

/// The contents of a package that count.
pub(crate) fn current_contents<'a>(
    ini: &'a PackageIni,
    package_id: &str,
    place: &Place,
) -> Result<Vec<&'a str>, ContentError> {
    let ids = ini.current_contents(package_id);
    match ini.version {
        Some(version) if ids.is_empty() => {
            let listed = if ini.contents.is_empty() { "none".to_owned() } else { ini.contents.join(", ") };
            let message = format!("the record names version {version}, whose content is not listed (listed: {listed})");
            Err(ContentError::new(ContentErrorKind::Version, place.clone(), message))
        }
        _ => Ok(ids),
    }
}

/// Records are read by so many threads: opening one over a share takes a thousand times as long as reading it.
const RECORD_READERS: usize = 4;
/// Fewer are not worth a thread.
const FEWEST_RECORDS: usize = 64;

/// Reads the records of files, whose paths start at `root`.
fn file_records(
    root: &Utf8Path,
    records: &[String],
    place: &Place,
    oddities: &mut Vec<String>,
) -> Result<Vec<ContentFile>, ContentError> {
    let read = |records: &[String]| -> Result<(Vec<ContentFile>, Vec<String>), ContentError> {
        let mut oddities = Vec::new();
        let files = records.iter().map(|path| file_record(&root.join(path), path, place, &mut oddities));
        Ok((files.collect::<Result<_, _>>()?, oddities))
    };
    let share = records.len().div_ceil(RECORD_READERS).max(FEWEST_RECORDS);
    let parts: Vec<_> = std::thread::scope(|scope| {
        if records.len() <= share {
            return vec![read(records)];
        }
        let running: Vec<_> = records.chunks(share).map(|part| scope.spawn(move || read(part))).collect();
        running.into_iter().map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    });
    let mut files = Vec::with_capacity(records.len());
    for part in parts {
        let (found, odd) = part?;
        files.extend(found);
        oddities.extend(odd);
    }
    Ok(files)
}

/// Reads the record of one file: `<name>.INI`, of which only the last suffix is taken off.
fn file_record(
    record: &Utf8Path,
    path: &str,
    place: &Place,
    oddities: &mut Vec<String>,
) -> Result<ContentFile, ContentError> {
    let suffix = path.len().saturating_sub(4);
    let stem = match path.get(suffix..) {
        Some(end) if end.eq_ignore_ascii_case(".INI") && suffix > 0 && !path[..suffix].ends_with('/') => {
            &path[..suffix]
        }
        _ => {
            let message = format!("'{record}' is not a record: its name does not end in .INI");
            return Err(ContentError::new(ContentErrorKind::Record, place.clone(), message));
        }
    };
    let place = Place { file: Some(stem.to_owned()), ..place.clone() };
    let ini = read_record(record, &place, FileIni::read)?;
    oddities.extend(lower_case_oddity(&ini, &place));
    Ok(ContentFile::from_record(stem, &ini))
}

/// What is odd about a record whose hash is in lower case: nothing that does harm.
pub(crate) fn lower_case_oddity(ini: &FileIni, place: &Place) -> Option<String> {
    ini.hash_was_lower_case.then(|| format!("{place}: the recorded hash is in lower case"))
}

/// Opens a record and reads it.
fn read_record<T, E: std::error::Error + Send + Sync + 'static>(
    record: &Utf8Path,
    place: &Place,
    read: impl FnOnce(BufReader<File>) -> Result<T, E>,
) -> Result<T, ContentError> {
    let file = File::open(record).map_err(|e| cannot_read(place.clone(), record, e))?;
    read(BufReader::new(file)).map_err(|e| {
        ContentError::new(ContentErrorKind::Record, place.clone(), format!("'{record}' is damaged")).source(e)
    })
}

/// Refuses names that would lead elsewhere when the content is written on Windows.
pub(crate) fn check_name(name: &str, place: &Place) -> Result<(), ContentError> {
    if matches!(name, "" | "." | "..") || name.contains(['\\', '/', '\0', ':']) {
        let message = format!("the name '{}' leads out of its folder", name.escape_debug());
        return Err(ContentError::new(ContentErrorKind::Unsafe, place.clone(), message));
    }
    Ok(())
}

pub(crate) fn cannot_read(place: Place, path: &Utf8Path, error: io::Error) -> ContentError {
    let why = if error.kind() == io::ErrorKind::PermissionDenied {
        format!("you may not read '{path}'")
    } else {
        format!("'{path}' cannot be read")
    };
    ContentError::new(ContentErrorKind::Read, place, why).source(error)
}

fn exists(path: &Utf8Path, place: &Place) -> Result<bool, ContentError> {
    path.try_exists().map_err(|e| cannot_read(place.clone(), path, e))
}

fn is_folder(path: &Utf8Path, place: &Place) -> Result<bool, ContentError> {
    match std::fs::symlink_metadata(path) {
        Ok(meta) => Ok(meta.is_dir()),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(e) => Err(cannot_read(place.clone(), path, e)),
    }
}
