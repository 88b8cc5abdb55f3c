//! What lies behind an address: the library on disk, as the web module of a distribution point shows it.
//!
//! Everything is read from disk for each request, so that a library that was broken meanwhile is served broken. Case does
//! not count, links are not followed, and no name leads out of the library.
use std::io::{BufReader, Read as _};

use camino::{Utf8Path, Utf8PathBuf};
use tsm_formats::content_library::{FileIni, PackageIni};
use tsm_formats::filetime;

/// The application for packages and that for signatures.
const PACKAGES: &str = "SMS_DP_SMSPKG$";
const SIGNATURES: &str = "SMS_DP_SMSSIG$";

/// Which form of an address it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    PkgLib,
    DataLib,
    FileLib,
    /// `<content>/sccm?/<path>`.
    Query,
    /// `<content>/<path>`, files and folders.
    Direct,
    Signature,
}

/// What is there.
#[derive(Debug)]
pub(crate) enum Thing {
    File(Utf8PathBuf),
    Bytes(Vec<u8>),
    Folder(Vec<Entry>),
    Nothing,
}

/// A line of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) name: String,
    /// `None` for a folder.
    pub(crate) size: Option<u64>,
    /// Seconds since 1970.
    pub(crate) modified: i64,
}

/// An address that was understood.
#[derive(Debug)]
pub(super) struct Address<'a> {
    pub(super) form: Form,
    /// Below an application that asks for no client certificate.
    pub(super) no_cert: bool,
    /// The names behind the application, without `sccm`.
    pub(super) names: Vec<&'a str>,
}

/// Takes the names of an address apart; `None` when no application of a distribution point has it.
pub(super) fn understand<'a>(path: &'a [String], query: Option<&'a [String]>) -> Option<Address<'a>> {
    let (application, rest) = path.split_first()?;
    let application = application.to_ascii_uppercase();
    let bare = application.strip_prefix("NOCERT_").or(application.strip_prefix("CCMTOKENAUTH_"));
    let no_cert = bare.is_some();
    let names: Vec<&str> = rest.iter().map(String::as_str).collect();
    let (first, more) = names.split_first()?;
    let form = match bare.unwrap_or(&application) {
        SIGNATURES => Form::Signature,
        PACKAGES if first.eq_ignore_ascii_case("PkgLib") => Form::PkgLib,
        PACKAGES if first.eq_ignore_ascii_case("DataLib") => Form::DataLib,
        PACKAGES if first.eq_ignore_ascii_case("FileLib") => Form::FileLib,
        PACKAGES if matches!(more, [name] if name.eq_ignore_ascii_case("sccm")) && query.is_some() => {
            let inside = query.unwrap_or_default().iter().map(String::as_str);
            return Some(Address { form: Form::Query, no_cert, names: [*first].into_iter().chain(inside).collect() });
        }
        PACKAGES => Form::Direct,
        _ => return None,
    };
    Some(Address { form, no_cert, names })
}

/// The library's folders.
#[derive(Debug)]
pub(super) struct Shelf {
    primary: Utf8PathBuf,
    second: Utf8PathBuf,
}

impl Shelf {
    pub(super) fn new([primary, second]: [Utf8PathBuf; 2]) -> Self {
        Self { primary, second }
    }

    /// What an address gives.
    pub(super) fn look(&self, address: &Address<'_>) -> Thing {
        let found = match (address.form, address.names.as_slice()) {
            (Form::PkgLib, [_, name]) => below(&self.primary, &["PkgLib", name]).and_then(file),
            (Form::DataLib, [_]) => Some(self.top_listing()),
            (Form::DataLib, [_, rest @ ..]) => self.record(rest),
            (Form::FileLib, [_, rest @ ..]) => self.in_file_lib(rest).map(Thing::File),
            (Form::Query | Form::Direct, [content, rest @ ..]) => self.in_content(content, rest),
            (Form::Signature, [name]) => self.signatures(name).map(Thing::Bytes),
            _ => None,
        };
        found.unwrap_or(Thing::Nothing)
    }

    /// `DataLib/<rest>`: a file as it is; a content's folder shows the top listing instead, deeper ones nothing.
    fn record(&self, rest: &[&str]) -> Option<Thing> {
        let path = below(&self.primary.join("DataLib"), rest)?;
        if path.is_file() {
            return Some(Thing::File(path));
        }
        (rest.len() == 1).then(|| self.top_listing())
    }

    fn top_listing(&self) -> Thing {
        let folder = self.primary.join("DataLib");
        let entries = folder.read_dir_utf8().into_iter().flatten().flatten();
        let mut list: Vec<Entry> = entries.filter_map(|entry| plain_entry(entry.path())).collect();
        list.sort_by(|a, b| a.name.cmp(&b.name));
        Thing::Folder(list)
    }

    fn in_file_lib(&self, rest: &[&str]) -> Option<Utf8PathBuf> {
        let drives = [&self.primary, &self.second];
        drives.into_iter().find_map(|drive| below(&drive.join("FileLib"), rest).filter(|path| path.is_file()))
    }

    /// A file or folder of a content under its own name.
    fn in_content(&self, content: &str, path: &[&str]) -> Option<Thing> {
        let root = self.content(content)?;
        let Some((last, folders)) = path.split_last() else { return list(&root) };
        let folder = below(&root, folders)?;
        if let Some(record) = below(&folder, &[&format!("{last}.INI")]).filter(|record| record.is_file()) {
            let hash = read_record(&record)?.hash.to_string();
            return self.in_file_lib(&[&hash[..4], &hash]).map(Thing::File);
        }
        list(&below(&folder, &[last])?)
    }

    /// The folder of a content, by its ID or by that of its package.
    fn content(&self, id: &str) -> Option<Utf8PathBuf> {
        let data = self.primary.join("DataLib");
        if let Some(folder) = below(&data, &[id]).filter(|folder| folder.is_dir()) {
            return Some(folder);
        }
        let ini = below(&self.primary, &["PkgLib", &format!("{id}.INI")])?;
        let ini = PackageIni::read(BufReader::new(std::fs::File::open(ini).ok()?)).ok()?;
        below(&data, &[ini.current_contents(id).first()?]).filter(|folder| folder.is_dir())
    }

    /// `<content>.tar`: for each file a header of 512 bytes in the manner of tar, but without checksum, and its signature.
    fn signatures(&self, name: &str) -> Option<Vec<u8>> {
        let root = self.content(strip_end(name, ".tar")?)?;
        let (mut out, mut folders) = (Vec::new(), vec![(root, String::new())]);
        while let Some((folder, prefix)) = folders.pop() {
            let Some(Thing::Folder(entries)) = list(&folder) else { continue };
            for entry in entries {
                let path = format!("{prefix}{}", entry.name);
                if entry.size.is_none() {
                    folders.push((folder.join(&entry.name), format!("{path}\\")));
                } else if let Some(bytes) = self.signature(&folder.join(format!("{}.INI", entry.name))) {
                    out.extend(tar_header(&path, bytes.len()));
                    out.extend_from_slice(&bytes);
                    out.resize(out.len().next_multiple_of(512), 0);
                }
            }
        }
        Some(out)
    }

    fn signature(&self, record: &Utf8Path) -> Option<Vec<u8>> {
        let hash = read_record(record)?.hash.to_string();
        let mut bytes = Vec::new();
        let path = self.in_file_lib(&[&hash[..4], &format!("{hash}.SIG")])?;
        std::fs::File::open(path).ok()?.read_to_end(&mut bytes).ok()?;
        Some(bytes)
    }
}

/// Walks down by names in any case. A link, a name that leads elsewhere, or nothing there: `None`.
fn below(folder: &Utf8Path, names: &[&str]) -> Option<Utf8PathBuf> {
    let mut path = folder.to_owned();
    for name in names {
        if name.is_empty() || *name == "." || *name == ".." || name.contains(['/', '\\', '\0']) {
            return None;
        }
        let exact = path.join(name);
        path = match exact.symlink_metadata() {
            Ok(meta) if meta.is_symlink() => return None,
            Ok(_) => exact,
            Err(_) => in_other_case(&path, name)?,
        };
    }
    Some(path)
}

fn in_other_case(folder: &Utf8Path, name: &str) -> Option<Utf8PathBuf> {
    let wanted = name.to_lowercase();
    let mut entries = folder.read_dir_utf8().ok()?.flatten();
    let found = entries.find(|entry| entry.file_name().to_lowercase() == wanted)?;
    (!found.file_type().ok()?.is_symlink()).then(|| found.into_path())
}

fn file(path: Utf8PathBuf) -> Option<Thing> {
    path.is_file().then_some(Thing::File(path))
}

/// The files of a content's folder under their own names, with the size that their records tell.
pub(crate) fn list(folder: &Utf8Path) -> Option<Thing> {
    let mut list = Vec::new();
    for entry in folder.read_dir_utf8().ok()?.flatten() {
        let kind = entry.file_type().ok()?;
        if kind.is_dir() {
            list.extend(plain_entry(entry.path()));
        } else if let Some(name) = strip_end(entry.file_name(), ".INI").filter(|_| kind.is_file()) {
            let record = read_record(entry.path());
            let modified = record.and_then(|ini| filetime::to_timestamp(ini.modified_filetime));
            let modified = modified.map_or(0, jiff::Timestamp::as_second);
            list.push(Entry { name: name.to_owned(), size: Some(record.map_or(0, |ini| ini.size)), modified });
        }
    }
    list.sort_by(|a, b| a.name.cmp(&b.name));
    Some(Thing::Folder(list))
}

/// A file or folder as the file system tells of it.
pub(crate) fn plain_entry(path: &Utf8Path) -> Option<Entry> {
    let meta = path.symlink_metadata().ok().filter(|meta| !meta.is_symlink())?;
    let since = meta.modified().ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
    let size = meta.is_file().then_some(meta.len());
    Some(Entry { name: path.file_name()?.to_owned(), size, modified: i64::try_from(since.as_secs()).ok()? })
}

pub(crate) fn read_record(path: &Utf8Path) -> Option<FileIni> {
    FileIni::read(BufReader::new(std::fs::File::open(path).ok()?)).ok()
}

/// The name without its last suffix, in any case.
fn strip_end<'a>(name: &'a str, end: &str) -> Option<&'a str> {
    let at = name.len().checked_sub(end.len())?;
    name.get(at..).filter(|found| found.eq_ignore_ascii_case(end)).map(|_| &name[..at])
}

/// Name, size in octal digits, type and magic; mode, owner, time and checksum are empty, as was seen.
fn tar_header(path: &str, size: usize) -> [u8; 512] {
    let mut header = [0; 512];
    let name = &path.as_bytes()[..path.len().min(100)];
    header[..name.len()].copy_from_slice(name);
    header[124..135].copy_from_slice(format!("{size:011o}").as_bytes());
    header[156] = b'0';
    header[257..264].copy_from_slice(b"ustar  ");
    header
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        text.split('/').filter(|name| !name.is_empty()).map(str::to_owned).collect()
    }

    #[test]
    fn the_forms_of_an_address() {
        for (path, form, no_cert) in [
            ("/SMS_DP_SMSPKG$/PkgLib/A.INI", Form::PkgLib, false),
            ("/sms_dp_smspkg$/datalib", Form::DataLib, false),
            ("/NOCERT_SMS_DP_SMSPKG$/FileLib/ABCD/ABCDE", Form::FileLib, true),
            ("/SMS_DP_SMSPKG$/PS100005.3", Form::Direct, false),
            ("/SMS_DP_SMSPKG$/PS100005.3/sccm", Form::Direct, false),
            ("/SMS_DP_SMSSIG$/PS100005.3.tar", Form::Signature, false),
        ] {
            let path = names(path);
            let address = understand(&path, None).unwrap();
            assert_eq!((address.form, address.no_cert), (form, no_cert), "{path:?}");
        }
        let (path, query) = (names("/SMS_DP_SMSPKG$/PS100005.3/sccm"), names("/Sub/a.txt"));
        let address = understand(&path, Some(&query)).unwrap();
        assert_eq!((address.form, address.names), (Form::Query, vec!["PS100005.3", "Sub", "a.txt"]));
        assert!(understand(&names("/SMS_DP_SMSPKG$"), None).is_none());
        assert!(understand(&names("/other/PkgLib/A.INI"), None).is_none());
    }

    #[test]
    fn no_name_leads_out() {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap();
        std::fs::create_dir(root.join("in")).unwrap();
        std::fs::write(root.join("out.txt"), "x").unwrap();
        std::fs::write(root.join("in/Here.txt"), "x").unwrap();
        let inside = root.join("in");
        assert!(below(&inside, &["hERE.TXT"]).is_some());
        for bad in [&["..", "out.txt"][..], &["../out.txt"], &["..\\out.txt"], &["."], &[""]] {
            assert_eq!(below(&inside, bad), None, "{bad:?}");
        }
    }
}
