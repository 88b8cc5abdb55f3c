//! What the tests of this crate share: a sample site, and clients that lose their patience quickly.
#![allow(dead_code, reason = "each test file uses its part")]

use camino::{Utf8Path, Utf8PathBuf};
use std::io::Read;
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use tsm_content::{
    Cache, ContentError, ContentFile, ContentSource, DistributionPoint, Fetcher, Giver, LibrarySet, PackageContent,
    Place, Wanted,
};
use tsm_job::{Cancel, Context};
use tsm_net::{Client, Patience, Standard, Trust};
use tsm_sample_site::{Site, SiteOptions};

/// A package with folders, an empty folder, an empty file, names of all kinds.
pub const PACKAGE: &str = "PS100011";

pub struct Folder(tempfile::TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self) -> &Utf8Path {
        Utf8Path::from_path(self.0.path()).unwrap()
    }
}

/// A site that lives as long as the test program, never to be altered. (What is static is never dropped: the folder of a
/// test program is swept by the next one.)
pub fn site() -> &'static Site {
    static SITE: LazyLock<Site> = LazyLock::new(|| {
        let parent = Utf8PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
        let root = parent.join(format!("content-site-{}", env!("CARGO_CRATE_NAME")));
        let _ = std::fs::remove_dir_all(&root);
        Site::generate(&root, &SiteOptions::default()).unwrap()
    });
    &SITE
}

/// A copy of the site that may be broken. Its library has [`PACKAGE`] only: a test needs no more, and copies are many.
pub fn copy() -> (Folder, Site) {
    let folder = Folder::new();
    let root = folder.path().join("site");
    let package = site().package(PACKAGE).unwrap();
    let all = package.contents.iter().chain(&package.old_contents).flat_map(|content| &content.files);
    let hashes: Vec<&str> = all.map(|file| file.hash.as_str()).collect();
    let wanted = |path: &Utf8Path| {
        let parts: Vec<&str> = path.components().map(|c| c.as_str()).collect();
        match parts.as_slice() {
            [_, "DataLib" | "PkgLib", entry, ..] => entry.starts_with(PACKAGE),
            [_, "FileLib", folder] => hashes.iter().any(|hash| hash.starts_with(folder)),
            [_, "FileLib", _, file] => hashes.iter().any(|hash| file.starts_with(hash)),
            [other, ..] => other.starts_with("SCCMContentLib") || other.ends_with(".json"),
            [] => true,
        }
    };
    copy_folder(site().root(), &root, &|path| wanted(path.strip_prefix(site().root()).unwrap()));
    let site = Site::open(&root).unwrap();
    (folder, site)
}

fn copy_folder(from: &Utf8Path, to: &Utf8Path, wanted: &dyn Fn(&Utf8Path) -> bool) {
    std::fs::create_dir_all(to).unwrap();
    for entry in from.read_dir_utf8().unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if !wanted(entry.path()) {
            continue;
        } else if entry.file_type().unwrap().is_dir() {
            copy_folder(entry.path(), &target, wanted);
        } else {
            std::fs::copy(entry.path(), &target).unwrap();
        }
    }
}

/// Patience for servers on this computer.
pub fn patience() -> Patience {
    Patience {
        connect: Duration::from_secs(5),
        answer: Duration::from_secs(3),
        read: Duration::from_secs(2),
        slowest: 1024,
        retries: 2,
        pause: Duration::from_millis(10),
    }
}

pub fn client_with(trust: &Trust, patience: Patience) -> Client {
    let cancel = Cancel::new();
    let standard = Standard::new(trust, None, &patience, &cancel).unwrap();
    Client::new(Arc::new(standard), patience, cancel, false)
}

pub fn client() -> Client {
    client_with(&Trust::system(), patience())
}

pub fn point(url: &str) -> DistributionPoint {
    DistributionPoint::new(url, client(), 4).unwrap()
}

pub fn source(url: &str) -> Arc<dyn ContentSource> {
    Arc::new(point(url))
}

/// The package as the libraries in folders give it.
pub fn from_folder(site: &Site, package: &str) -> PackageContent {
    LibrarySet::open(&site.libraries()).unwrap().libraries()[0].package(package).unwrap()
}

pub fn files(content: &PackageContent) -> Vec<Wanted> {
    let of_tree = |tree| move |file: &ContentFile| (tree, file.clone());
    let all = content.contents.iter().flat_map(|tree| tree.files.iter().map(of_tree(tree)));
    all.map(|(tree, file)| Wanted { place: Place { library: String::new(), ..content.place(tree, &file) }, file })
        .collect()
}

pub fn fetcher(sources: Vec<Arc<dyn ContentSource>>, cache: &Utf8Path) -> Fetcher {
    Fetcher { sources, cache: Cache::open(cache).unwrap(), threads: 4 }
}

/// Reads a whole package from what gives its bytes.
pub fn read_all(giver: &Giver, content: &PackageContent) -> Result<Vec<(String, Vec<u8>)>, ContentError> {
    let mut all = Vec::new();
    for tree in &content.contents {
        for file in &tree.files {
            let mut bytes = Vec::new();
            let mut reader = giver.open_file(&content.place(tree, file), file)?;
            reader.read_to_end(&mut bytes).map_err(|e| *e.into_inner().unwrap().downcast::<ContentError>().unwrap())?;
            all.push((file.path.clone(), bytes));
        }
    }
    Ok(all)
}

pub fn context() -> Context {
    Context::silent()
}
