//! The content library as plain files and pages, for servers that know nothing of content libraries.
use anyhow::{Context as _, Result};
use camino::{Utf8Path, Utf8PathBuf};

use crate::distribution_point::listing::{Page, html};
use crate::distribution_point::shelf::{Entry, Thing, list, plain_entry, read_record};
use crate::distribution_point::switches::Behaviour;

/// The application of a distribution point.
const PACKAGES: &str = "SMS_DP_SMSPKG$";
/// The folder for the pages that list folders.
pub(super) const LISTINGS: &str = "listings";

/// Makes a folder `SMS_DP_SMSPKG$` in `root` with the library and, under its ID, each content as a tree of its files; and
/// beside it in `listings` a page `index.html` for each folder, with links to `host`. Bytes are linked, not copied, where
/// the file system can. The first of the libraries is the primary drive, the others hold only `FileLib`.
pub(super) fn write(libraries: &[Utf8PathBuf], root: &Utf8Path, host: &str) -> Result<()> {
    let packages = root.join(PACKAGES);
    let primary = libraries.first().context("there is no library")?;
    link_tree(&primary.join("PkgLib"), &packages.join("PkgLib"))?;
    link_tree(&primary.join("DataLib"), &packages.join("Datalib"))?;
    // IIS does not know the difference.
    std::os::unix::fs::symlink("Datalib", packages.join("DataLib"))?;
    for drive in libraries {
        link_tree(&drive.join("FileLib"), &packages.join("FileLib"))?;
    }
    let data = primary.join("DataLib");
    let entries = data.read_dir_utf8().with_context(|| format!("cannot list {data}"))?.flatten();
    let mut top: Vec<Entry> = entries.filter_map(|entry| plain_entry(entry.path())).collect();
    top.sort_by(|a, b| a.name.cmp(&b.name));
    for content in top.iter().filter(|entry| entry.size.is_none()) {
        let path = format!("/{PACKAGES}/{}", content.name);
        write_folder(&data.join(&content.name), root, &Page { host, path: &path, is_top: false })?;
    }
    let path = format!("/{PACKAGES}/Datalib");
    write_page(root, &Page { host, path: &path, is_top: true }, &top)
}

/// A folder of a content from its records, and all that is in it.
fn write_folder(records: &Utf8Path, root: &Utf8Path, page: &Page<'_>) -> Result<()> {
    let Some(Thing::Folder(entries)) = list(records) else { return Ok(()) };
    let folder = root.join(&page.path[1..]);
    make_folder(&folder)?;
    write_page(root, page, &entries)?;
    for entry in entries {
        if entry.size.is_none() {
            let path = format!("{}/{}", page.path, entry.name);
            write_folder(&records.join(&entry.name), root, &Page { path: &path, ..*page })?;
        } else if let Some(record) = read_record(&records.join(format!("{}.INI", entry.name))) {
            let hash = record.hash.to_string();
            let bytes = root.join(PACKAGES).join("FileLib").join(&hash[..4]).join(&hash);
            link(&bytes, &folder.join(&entry.name))?;
        }
    }
    Ok(())
}

fn write_page(root: &Utf8Path, page: &Page<'_>, entries: &[Entry]) -> Result<()> {
    let folder = root.join(LISTINGS).join(&page.path[1..]);
    make_folder(&folder)?;
    let path = folder.join("index.html");
    std::fs::write(&path, html(page, entries, &Behaviour::default())).with_context(|| format!("cannot write {path}"))
}

/// The same folders with links to the same files. What is there already stays.
fn link_tree(from: &Utf8Path, to: &Utf8Path) -> Result<()> {
    make_folder(to)?;
    for entry in from.read_dir_utf8().with_context(|| format!("cannot list {from}"))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            link_tree(entry.path(), &target)?;
        } else {
            link(entry.path(), &target)?;
        }
    }
    Ok(())
}

fn link(from: &Utf8Path, to: &Utf8Path) -> Result<()> {
    std::fs::hard_link(from, to)
        .or_else(|_| std::fs::copy(from, to).map(|_| ()))
        .with_context(|| format!("cannot link or copy {from} to {to}"))
}

fn make_folder(path: &Utf8Path) -> Result<()> {
    std::fs::create_dir_all(path).with_context(|| format!("cannot make {path}"))
}
