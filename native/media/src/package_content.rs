//! The content of a package: from the first content library that has it whole, in the version of the site.

use crate::blueprint::{Item, KnownHash, PackageFile, Source};
use crate::boot_image::{check_version, hash};
use crate::content_sources::ContentSources;
use crate::supply::Supply;
use crate::{Error, ErrorKind, Result, Stage, content_errors};
use std::collections::HashSet;
use std::sync::Arc;
use tsm_content::{ContentFile, ContentTree, Giver, PackageContent};
use tsm_job::Context;
use tsm_site::Package;

/// A package that was found.
#[derive(Debug, Clone)]
pub(crate) struct FoundPackage {
    /// The package, as the site knows it.
    pub package: Package,
    /// The library that has it.
    pub library: Arc<Giver>,
    /// What the library has of it.
    pub content: Arc<PackageContent>,
    /// Why libraries that were asked before were passed over, and what is odd in the records of this one.
    pub remarks: Vec<String>,
}

/// Asks one library after the other. What files there are is known then; their bytes are checked when they are read.
pub(crate) fn find(package: &Package, supply: &Supply<'_>, context: &Context) -> Result<FoundPackage> {
    find_with(package, supply, context, |_, _| Ok(())).map(|(found, ())| found)
}

/// Sees to it that a file of a package is on this computer; says what gives it there.
pub(crate) type Bring<'a> = &'a dyn Fn(&ContentFile) -> Result<Giver>;

/// As [`find`]; `look` looks into what a library has. A library in which it finds damage is passed over.
pub(crate) fn find_with<T>(
    package: &Package,
    supply: &Supply<'_>,
    context: &Context,
    look: impl Fn(&FoundPackage, Bring<'_>) -> Result<T>,
) -> Result<(FoundPackage, T)> {
    let (sources, mut failures) = supply.open(context)?;
    for (number, name) in sources.names().enumerate() {
        context.check()?;
        if let Some(reason) = supply.distrust_of(name) {
            failures.push(Error::new(reason.kind(), Stage::Content, reason.message()).target(name));
            continue;
        }
        let looked = whole(sources, number, package, supply, context).and_then(|found| {
            let trusted = |name: &str| supply.trusts(name);
            let bring =
                |file: &ContentFile| sources.bring(number, &found.content, package, |f| f == file, trusted, context);
            let seen = look(&found, &bring)?;
            Ok((found, seen))
        });
        match looked {
            Ok((mut found, seen)) => {
                let passed_over = failures.iter().map(|e| format!("Passed over: {}", e.with_causes()));
                let oddities = found.content.oddities.iter().map(|o| format!("{}.", crate::text::sentence(o)));
                found.remarks = passed_over.chain(oddities).collect();
                return Ok((found, seen));
            }
            Err(failure) if content_errors::is_ours(&failure) => return Err(failure),
            Err(failure) => {
                context.verbose(format!("{} The next library is asked.", failure.message()));
                failures.push(failure);
            }
        }
    }
    Err(content_errors::all_failed(&package.package_id, failures))
}

/// The package in one source, with all its files there in their recorded lengths.
fn whole(
    sources: &ContentSources,
    number: usize,
    package: &Package,
    supply: &Supply<'_>,
    context: &Context,
) -> Result<FoundPackage> {
    let content = sources.package(number, &package.package_id, context)?;
    check_version(&content, package)?;
    let library = sources.give(number, &content, package, |name| supply.trusts(name), context)?;
    Ok(FoundPackage { package: package.clone(), library: Arc::new(library), content, remarks: Vec::new() })
}

fn files(content: &PackageContent) -> impl Iterator<Item = (&ContentTree, &ContentFile)> {
    content.contents.iter().flat_map(|tree| tree.files.iter().map(move |file| (tree, file)))
}

impl FoundPackage {
    /// Its files, as files of the medium below `folder`.
    pub fn items(&self, folder: &str) -> Vec<Item> {
        (0..self.content.contents.len()).flat_map(|content| self.items_of(content, folder)).collect()
    }

    /// The files of one of its contents, as files of the medium below `folder`.
    pub fn items_of(&self, content: usize, folder: &str) -> Vec<Item> {
        let Some(tree) = self.content.contents.get(content) else { return Vec::new() };
        let item = |(file, of): (usize, &ContentFile)| Item {
            path: format!("{folder}/{}", of.path),
            size: Some(of.size),
            hash: Some(KnownHash::Sha256(of.sha256)),
            modified: tsm_formats::filetime::to_timestamp(of.modified_filetime).map_or(0, |t| t.as_second()),
            source: Source::Content(PackageFile {
                library: self.library.clone(),
                package: self.content.clone(),
                content,
                file,
            }),
        };
        tree.files.iter().enumerate().map(item).collect()
    }

    /// Its empty folders, below `folder`.
    pub fn empty_folders(&self, folder: &str) -> Vec<String> {
        let trees = &self.content.contents;
        let files = trees.iter().flat_map(|t| t.files.iter().map(|f| f.path.as_str()));
        empty_folders(files, trees.iter().flat_map(|t| t.folders.iter().map(String::as_str)), folder)
    }

    /// The empty folders of one of its contents, below `folder`, which is one itself when the content has nothing in it.
    pub fn empty_folders_of(&self, content: usize, folder: &str) -> Vec<String> {
        let Some(tree) = self.content.contents.get(content) else { return Vec::new() };
        if tree.files.is_empty() && tree.folders.is_empty() {
            return vec![folder.to_owned()];
        }
        let files = tree.files.iter().map(|f| f.path.as_str());
        empty_folders(files, tree.folders.iter().map(String::as_str), folder)
    }

    /// Its files, each content in a folder of its own: `<directory>/<content ID>`.
    pub fn items_apart(&self, directory: &str) -> Vec<Item> {
        let all = self.items(directory);
        let mut ids = self.content.contents.iter().flat_map(|tree| tree.files.iter().map(|_| &tree.content_id));
        let below = |mut item: Item| {
            let id = ids.next()?;
            item.path.insert_str(directory.len() + 1, &format!("{id}/"));
            Some(item)
        };
        all.into_iter().filter_map(below).collect()
    }

    /// Its empty folders, in the same places.
    pub fn empty_folders_apart(&self, directory: &str) -> Vec<String> {
        let of_tree = |tree: &ContentTree| {
            let files = tree.files.iter().map(|f| f.path.as_str());
            let place = format!("{directory}/{}", tree.content_id);
            empty_folders(files, tree.folders.iter().map(String::as_str), &place)
        };
        self.content.contents.iter().flat_map(of_tree).collect()
    }

    /// Reads all its bytes and says what is wrong with them, if anything is. What comes from a server only when it is needed
    /// is not read for that: it is checked on its way into the medium.
    pub fn altered(&self, context: &Context) -> Result<Option<Error>> {
        if self.library.is_stream() {
            return Ok(None);
        }
        for (tree, file) in files(&self.content) {
            let mut reader = match self.library.open_file(&self.content.place(tree, file), file) {
                Ok(reader) => reader,
                Err(e) => return Ok(Some(content_errors::error(e))),
            };
            if let Err(io) = hash(&mut reader, file.size, "Checking package in the library", context)? {
                self.library.discard(file);
                let kind = content_errors::inside(&io).map_or(ErrorKind::LibraryUnreadable, content_errors::kind);
                let message =
                    format!("Package {} in library '{}': {io}.", self.package.package_id, self.library.name());
                return Ok(Some(Error::new(kind, Stage::Content, message).target(self.library.name()).source(io)));
            }
        }
        Ok(None)
    }
}

/// Those of the folders that have nothing in them, below `root`: only they have to be named on a medium.
pub(crate) fn empty_folders<'a>(
    files: impl Iterator<Item = &'a str>,
    folders: impl Iterator<Item = &'a str> + Clone,
    root: &str,
) -> Vec<String> {
    let parent = |path: &'a str| path.rsplit_once('/').map(|(parent, _)| parent);
    let used: HashSet<&str> = files.chain(folders.clone()).filter_map(parent).collect();
    folders.filter(|folder| !used.contains(folder)).map(|folder| format!("{root}/{folder}")).collect()
}

#[cfg(test)]
mod tests {
    use super::empty_folders;

    #[test]
    fn only_folders_with_nothing_in_them_are_named() {
        let files = ["a/b/x.txt", "y.txt"];
        let folders = ["a", "a/b", "a/c", "d"];
        assert_eq!(
            empty_folders(files.into_iter(), folders.iter().copied(), "SMS/PKG/P"),
            ["SMS/PKG/P/a/c", "SMS/PKG/P/d"]
        );
    }
}
