//! The content library of a bundle: records and bytes of each package, as a distribution point has them.

use super::index::CONTENT;
use crate::blueprint::{Item, KnownHash, PackageFile, Source};
use crate::package_content::{FoundPackage, empty_folders};
use std::collections::{BTreeMap, BTreeSet};
use tsm_content::{ContentFile, ContentTree};
use tsm_formats::content_library::{ContentIni, FileIni, PackageIni};

/// The library, as files and empty folders of the bundle.
#[derive(Default)]
pub(super) struct LibraryItems {
    /// The files by path: bytes that several packages share are there once.
    pub items: BTreeMap<String, Item>,
    /// The empty folders.
    pub folders: BTreeSet<String>,
}

impl LibraryItems {
    /// Adds a package. Made records get the time `modified`.
    pub fn add_package(&mut self, found: &FoundPackage, modified: i64) {
        let content = &found.content;
        let trees: Vec<&ContentTree> = content.contents.iter().collect();
        self.add_records(&content.package_id, content.version, &trees, modified);
        for (number, tree) in content.contents.iter().enumerate() {
            for (file, of) in tree.files.iter().enumerate() {
                let (library, package) = (found.library.clone(), content.clone());
                self.add_bytes(of, Source::Content(PackageFile { library, package, content: number, file }));
            }
        }
    }

    /// Adds the one file of an image package: its ID with the version, its content, the file with where its bytes are.
    pub fn add_image(
        &mut self,
        (id, version): (&str, u32),
        content: &str,
        (file, source): (&ContentFile, Source),
        modified: i64,
    ) {
        let (content_id, files) = (content.to_owned(), vec![file.clone()]);
        let tree = ContentTree { content_id, hash: None, files, folders: Vec::new() };
        self.add_records(id, Some(version), &[&tree], modified);
        self.add_bytes(file, source);
    }

    fn add_records(&mut self, id: &str, version: Option<u32>, trees: &[&ContentTree], modified: i64) {
        let contents = trees.iter().map(|tree| tree.content_id.clone()).collect();
        let package = PackageIni { version, contents, ..PackageIni::default() };
        self.add(Item::made(format!("{CONTENT}/PkgLib/{id}.INI"), package.write(), modified));
        for tree in trees {
            let root = format!("{CONTENT}/DataLib/{}", tree.content_id);
            let ini = ContentIni { hash: tree.hash, ..ContentIni::default() };
            self.add(Item::made(format!("{root}.INI"), ini.write(), modified));
            for file in &tree.files {
                let ini = FileIni {
                    size: file.size,
                    attributes: file.attributes,
                    modified_filetime: file.modified_filetime,
                    hash: file.sha256,
                    hash_was_lower_case: false,
                };
                self.add(Item::made(format!("{root}/{}.INI", file.path), ini.write(), modified));
            }
            let files = tree.files.iter().map(|file| file.path.as_str());
            self.folders.extend(empty_folders(files, tree.folders.iter().map(String::as_str), &root));
            if tree.files.is_empty() && tree.folders.is_empty() {
                self.folders.insert(root);
            }
        }
    }

    fn add_bytes(&mut self, file: &ContentFile, source: Source) {
        let name = file.sha256.to_string();
        self.add(Item {
            path: format!("{CONTENT}/FileLib/{}/{name}", &name[..4]),
            size: Some(file.size),
            hash: Some(KnownHash::Sha256(file.sha256)),
            modified: tsm_formats::filetime::to_timestamp(file.modified_filetime).map_or(0, |t| t.as_second()),
            source,
        });
    }

    fn add(&mut self, item: Item) {
        self.items.entry(item.path.clone()).or_insert(item);
    }
}
