//! The content library as plain files and pages, for servers that know nothing of content libraries.
use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use camino::Utf8Path;

use crate::distribution_point::listing::{Page, html};
use crate::distribution_point::shelf::Entry;
use crate::distribution_point::switches::Behaviour;
use crate::site::{MadeContent, Site};

/// The application of a distribution point.
const PACKAGES: &str = "SMS_DP_SMSPKG$";
/// The folder for the pages that list folders.
pub(super) const LISTINGS: &str = "listings";

/// Makes a folder `SMS_DP_SMSPKG$` in `root` with the library and, under its ID, each content as a tree of its files; and
/// beside it in `listings` a page `index.html` for each folder, with links to `host`. Bytes are linked, not copied, where
/// the file system can.
pub(super) fn write(site: &Site, root: &Utf8Path, host: &str) -> Result<()> {
    let packages = root.join(PACKAGES);
    let [primary, second] = site.libraries();
    link_tree(&primary.join("PkgLib"), &packages.join("PkgLib"))?;
    link_tree(&primary.join("DataLib"), &packages.join("Datalib"))?;
    // IIS does not know the difference.
    std::os::unix::fs::symlink("Datalib", packages.join("DataLib"))?;
    for drive in [primary, second] {
        link_tree(&drive.join("FileLib"), &packages.join("FileLib"))?;
    }
    let contents: Vec<&MadeContent> =
        site.packages.iter().flat_map(|package| package.contents.iter().chain(&package.old_contents)).collect();
    for content in &contents {
        write_content(site, content, root, host)?;
    }
    let top = contents.iter().flat_map(|content| {
        let folder = Entry { name: content.id.clone(), size: None, modified: 0 };
        let ini = Entry { name: format!("{}.INI", content.id), size: Some(100), modified: 0 };
        [folder, ini]
    });
    let path = format!("/{PACKAGES}/Datalib");
    write_page(root, &Page { host, path: &path, is_top: true }, &top.collect::<Vec<_>>())
}

fn write_content(site: &Site, content: &MadeContent, root: &Utf8Path, host: &str) -> Result<()> {
    let mut folders: BTreeMap<&str, Vec<Entry>> = BTreeMap::from([("", Vec::new())]);
    folders.extend(content.folders.iter().map(|path| (path.as_str(), Vec::new())));
    for path in &content.folders {
        let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
        folders.entry(parent).or_default().push(Entry { name: name.to_owned(), size: None, modified: 0 });
    }
    for file in &content.files {
        let (parent, name) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
        let entry = Entry { name: name.to_owned(), size: Some(file.size), modified: file.modified };
        folders.entry(parent).or_default().push(entry);
    }
    for (folder, entries) in &folders {
        let path = format!("/{PACKAGES}/{}/{folder}", content.id);
        let path = path.trim_end_matches('/');
        make_folder(&root.join(&path[1..]))?;
        write_page(root, &Page { host, path, is_top: false }, entries)?;
    }
    for file in &content.files {
        let bytes = site.file_of_hash(&file.hash).with_context(|| format!("{} is not there", file.hash))?;
        link(&bytes, &root.join(PACKAGES).join(&content.id).join(&file.path))?;
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
