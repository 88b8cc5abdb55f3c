//! Breaking a site: each fault that a content library has in the field, by name.
use anyhow::{Context as _, Result, bail};
use camino::{Utf8Path, Utf8PathBuf};
use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use crate::site::{MadeContent, MadeFile, MadePackage, PRIMARY, Site};

/// What is to be broken. A fault of a file breaks the first file that is not empty of the package's current content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ValueEnum)]
#[non_exhaustive]
pub enum Fault {
    /// The bytes are gone from FileLib.
    FileMissing,
    /// The bytes in FileLib end too early.
    FileTruncated,
    /// One bit is wrong, the size is right: found only by hashing.
    FileBitFlipped,
    /// Every byte is another, the size is right: found only by hashing.
    FileOtherBytes,
    /// The INI of the file is gone.
    FileIniMissing,
    /// The INI of the file is empty.
    FileIniEmpty,
    /// The INI of the file has no `Hash`.
    FileIniNoHash,
    /// The hash is written in lower case: to be accepted with a warning.
    FileHashLowerCase,
    /// The hash has 63 digits.
    FileHashShort,
    /// The INI says one byte more than the file has.
    FileSizeWrong,
    /// A file of the content is called `..\evil.txt` (not possible on Windows).
    TraversalFileName,
    /// The package lists a content `..\..\evil`.
    TraversalContentId,
    /// The hash of the whole content is wrong, all files are right.
    ContentHashWrong,
    /// The content's folder has no INI beside it.
    FolderWithoutIni,
    /// The content's INI has no folder.
    IniWithoutFolder,
    /// The package lists one more content, which is not in DataLib.
    AbsentContentListed,
    /// The INI of the package is gone.
    PackageIniMissing,
    /// The INI of the package is empty.
    PackageIniEmpty,
    /// The package says its version, but only the content of the version before is there.
    StaleVersion,
    /// The whole library has the version before, all hashes fit: only the site's version tells.
    OldVersion,
    /// The content's folder may not be read (Unix only, and not as root).
    AccessDenied,
    /// Unknown keys and sections, comments, LF, a byte order mark, blanks in every INI of the package: to be accepted.
    OddlyWritten,
    /// The INI of the package has 100,000 keys in 5 MB.
    HugeIni,
    /// A symbolic link to a folder outside lies in the content's folder: not to be followed (Unix only).
    SymbolicLink,
}

/// What was broken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Injected {
    /// The fault.
    pub fault: Fault,
    /// The package.
    pub package: String,
    /// The content.
    pub content: String,
    /// The file of the content, for a fault of a file.
    pub file: Option<String>,
    /// What was changed, removed or added on disk.
    pub path: Utf8PathBuf,
}

impl Site {
    /// Breaks a package of the site on disk.
    ///
    /// # Errors
    /// A package that is not there or cannot have the fault, or what the file system says.
    pub fn inject(&self, fault: Fault, package: &str) -> Result<Injected> {
        let package = self.package(package).with_context(|| format!("the sample site has no package {package}"))?;
        let content = package.contents.first().with_context(|| format!("{} has no content", package.id))?;
        let place = Place { site: self, library: self.root().join(PRIMARY), package, content };
        let (path, file) = match fault {
            Fault::FileMissing | Fault::FileTruncated | Fault::FileBitFlipped | Fault::FileOtherBytes => {
                place.bytes(fault)?
            }
            Fault::FileIniMissing
            | Fault::FileIniEmpty
            | Fault::FileIniNoHash
            | Fault::FileHashLowerCase
            | Fault::FileHashShort
            | Fault::FileSizeWrong
            | Fault::TraversalFileName => place.file_ini(fault)?,
            Fault::StaleVersion | Fault::OldVersion => (place.version(fault)?, None),
            Fault::TraversalContentId
            | Fault::AbsentContentListed
            | Fault::PackageIniMissing
            | Fault::PackageIniEmpty
            | Fault::HugeIni => (place.package_ini(fault)?, None),
            Fault::OddlyWritten => (place.every_ini()?, None),
            Fault::ContentHashWrong
            | Fault::FolderWithoutIni
            | Fault::IniWithoutFolder
            | Fault::AccessDenied
            | Fault::SymbolicLink => (place.content(fault)?, None),
        };
        let content = content.id.clone();
        Ok(Injected { fault, package: package.id.clone(), content, file, path })
    }
}

/// A package of the library on disk.
struct Place<'a> {
    site: &'a Site,
    library: Utf8PathBuf,
    package: &'a MadePackage,
    content: &'a MadeContent,
}

type Changed = (Utf8PathBuf, Option<String>);

impl Place<'_> {
    fn file(&self) -> Result<&MadeFile> {
        let mut files = self.content.files.iter();
        files.find(|file| file.size > 0).with_context(|| format!("{} has no file with bytes", self.content.id))
    }

    fn folder(&self) -> Utf8PathBuf {
        self.library.join("DataLib").join(&self.content.id)
    }

    fn bytes(&self, fault: Fault) -> Result<Changed> {
        let file = self.file()?;
        let path = self.site.file_of_hash(&file.hash).with_context(|| format!("{} is gone already", file.path))?;
        match fault {
            Fault::FileMissing => remove(&path)?,
            Fault::FileTruncated => {
                let opened = std::fs::File::options().write(true).open(&path);
                opened
                    .and_then(|opened| opened.set_len(file.size - 1))
                    .with_context(|| format!("cannot cut {path}"))?;
            }
            Fault::FileOtherBytes => {
                let bytes = std::fs::read(&path).with_context(|| format!("cannot read {path}"))?;
                let other: Vec<u8> = bytes.iter().map(|byte| !byte).collect();
                std::fs::write(&path, other).with_context(|| format!("cannot change {path}"))?;
            }
            _ => flip_bit(&path, file.size / 2)?,
        }
        Ok((path, Some(file.path.clone())))
    }

    fn file_ini(&self, fault: Fault) -> Result<Changed> {
        let file = self.file()?;
        let path = self.folder().join(format!("{}.INI", file.path));
        let text = read(&path)?;
        let hash = &file.hash;
        let changed = match fault {
            Fault::FileIniMissing => {
                remove(&path)?;
                return Ok((path, Some(file.path.clone())));
            }
            Fault::FileIniEmpty => String::new(),
            Fault::FileIniNoHash => text.replace(&format!("Hash={hash}\r\n"), ""),
            Fault::FileHashLowerCase => text.replace(hash, &hash.to_lowercase()),
            Fault::FileHashShort => text.replace(hash, &hash[..63]),
            Fault::FileSizeWrong => {
                text.replace(&format!("Size={}\r\n", file.size), &format!("Size={}\r\n", file.size + 1))
            }
            _ if cfg!(windows) => bail!("{fault:?} needs a file system that allows a backslash in names"),
            _ => {
                let evil = r"..\evil.txt";
                let path = self.folder().join(format!("{evil}.INI"));
                write(&path, &text)?;
                return Ok((path, Some(evil.to_owned())));
            }
        };
        write(&path, &changed)?;
        Ok((path, Some(file.path.clone())))
    }

    fn content(&self, fault: Fault) -> Result<Utf8PathBuf> {
        let ini = self.library.join(format!("DataLib/{}.INI", self.content.id));
        let folder = self.folder();
        match fault {
            Fault::ContentHashWrong => {
                let wrong = format!("{}{}", &self.content.hash[32..], &self.content.hash[..32]);
                write(&ini, &read(&ini)?.replace(&self.content.hash, &wrong))?;
            }
            Fault::FolderWithoutIni => remove(&ini)?,
            Fault::IniWithoutFolder => {
                std::fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {folder}"))?;
                return Ok(folder);
            }
            Fault::SymbolicLink => return link(&self.site.root().join("outside"), &folder.join("link")),
            _ => {
                deny(&folder)?;
                return Ok(folder);
            }
        }
        Ok(ini)
    }

    fn package_ini(&self, fault: Fault) -> Result<Utf8PathBuf> {
        let path = self.library.join(format!("PkgLib/{}.INI", self.package.id));
        let listed =
            |id: &str| Ok::<_, anyhow::Error>(read(&path)?.replace("[Info]\r\n", &format!("{id}=\r\n[Info]\r\n")));
        let text = match fault {
            Fault::PackageIniMissing => {
                remove(&path)?;
                return Ok(path);
            }
            Fault::PackageIniEmpty => String::new(),
            Fault::TraversalContentId => listed(r"..\..\evil")?,
            // Such a content counts only when the package has no version.
            Fault::AbsentContentListed => {
                let without: String = listed("Content_00000000-0000-4000-8000-000000000000.1")?
                    .split_inclusive('\n')
                    .filter(|line| !line.starts_with("Version="))
                    .collect();
                without
            }
            _ => {
                let mut text = read(&path)?;
                text.push_str("[Unknown]\r\n");
                (0..100_000).for_each(|number| text.push_str(&format!("Key{number:020}={number:024}\r\n")));
                text
            }
        };
        write(&path, &text)?;
        Ok(path)
    }

    /// Writes the INIs of the package, of its content and of all files oddly.
    fn every_ini(&self) -> Result<Utf8PathBuf> {
        let package = self.library.join(format!("PkgLib/{}.INI", self.package.id));
        let content = self.library.join(format!("DataLib/{}.INI", self.content.id));
        let files = self.content.files.iter().map(|file| self.folder().join(format!("{}.INI", file.path)));
        for path in [package.clone(), content].into_iter().chain(files) {
            write(&path, &oddly(&read(&path)?))?;
        }
        Ok(package)
    }

    /// Gives the content the version before, in the library or only in DataLib.
    fn version(&self, fault: Fault) -> Result<Utf8PathBuf> {
        let package = &self.package.id;
        let version = self.package.version;
        if version < 2 || !self.content.id.eq_ignore_ascii_case(&format!("{package}.{version}")) {
            bail!("{package} has no version before its {version}");
        }
        let path = self.library.join(format!("PkgLib/{package}.INI"));
        let (new, old) = (&self.content.id, format!("{package}.{}", version - 1));
        if self.package.old_contents.iter().any(|content| content.id == old) {
            for ending in ["", ".INI"] {
                let place = self.library.join(format!("DataLib/{new}{ending}"));
                let gone =
                    if ending.is_empty() { std::fs::remove_dir_all(&place) } else { std::fs::remove_file(&place) };
                gone.with_context(|| format!("cannot remove {place}"))?;
            }
        } else {
            for ending in ["", ".INI"] {
                let place = |id: &str| self.library.join(format!("DataLib/{id}{ending}"));
                std::fs::rename(place(new), place(&old)).with_context(|| format!("cannot rename {}", place(new)))?;
            }
        }
        let mut text = format!("[Packages]\r\n{old}=\r\n[Info]\r\nVersion={version}\r\nFlags=16777216\r\n");
        if fault == Fault::OldVersion {
            text = text.replace(&format!("Version={version}"), &format!("Version={}", version - 1));
        }
        write(&path, &text)?;
        Ok(path)
    }
}

/// The same INI as a person with another editor and another program would leave it.
fn oddly(text: &str) -> String {
    let body = text.replace("\r\n", "  \n").replace("[Info]", "[info]").replace("[File]", "[FILE]");
    let strange = "; a comment\n\n[ Unknown ]\nKey=value\n";
    format!("\u{feff}{strange}{body}Unknown = 7\n{strange}")
}

fn flip_bit(path: &Utf8Path, at: u64) -> Result<()> {
    use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
    let flip = || {
        let mut file = std::fs::File::options().read(true).write(true).open(path)?;
        let mut byte = [0];
        file.seek(SeekFrom::Start(at))?;
        file.read_exact(&mut byte)?;
        file.seek(SeekFrom::Start(at))?;
        file.write_all(&[byte[0] ^ 1])
    };
    flip().with_context(|| format!("cannot change {path}"))
}

fn read(path: &Utf8Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read {path}"))
}

fn write(path: &Utf8Path, text: &str) -> Result<()> {
    std::fs::write(path, text).with_context(|| format!("cannot write {path}"))
}

fn remove(path: &Utf8Path) -> Result<()> {
    std::fs::remove_file(path).with_context(|| format!("cannot remove {path}"))
}

#[cfg(unix)]
fn deny(folder: &Utf8Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o0))
        .with_context(|| format!("cannot take the rights from {folder}"))
}

#[cfg(not(unix))]
fn deny(folder: &Utf8Path) -> Result<()> {
    bail!("{folder}: taking rights away is written for Unix only")
}

/// Makes a folder with a file of a content's kind outside the library, and a link to it inside.
#[cfg(unix)]
fn link(outside: &Utf8Path, link: &Utf8Path) -> Result<Utf8PathBuf> {
    std::fs::create_dir_all(outside).with_context(|| format!("cannot make {outside}"))?;
    write(&outside.join("secret.txt.INI"), "[File]\r\nSize=0\r\n")?;
    std::os::unix::fs::symlink(outside, link).with_context(|| format!("cannot link {link}"))?;
    Ok(link.to_owned())
}

#[cfg(not(unix))]
fn link(_outside: &Utf8Path, link: &Utf8Path) -> Result<Utf8PathBuf> {
    bail!("{link}: making links is written for Unix only")
}
