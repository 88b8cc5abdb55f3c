//! A content library made by the rules of the product, read back; and every fault that libraries have in the field.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use camino::{Utf8Path, Utf8PathBuf};
use std::io::Read;
use std::sync::LazyLock;
use tsm_content::{ContentError, ContentErrorKind, LibrarySet, PackageContent};
use tsm_sample_site::{Fault, Site, SiteOptions};

struct Made {
    _folder: tempfile::TempDir,
    site: Site,
}

/// A site that may be broken: a copy of one that is made once.
fn made() -> Made {
    static FIRST: LazyLock<Made> = LazyLock::new(|| {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap().join("site");
        let site = Site::generate(&root, &SiteOptions::default()).unwrap();
        Made { _folder: folder, site }
    });
    let folder = tempfile::tempdir().unwrap();
    let root = Utf8Path::from_path(folder.path()).unwrap().join("site");
    copy(FIRST.site.root(), &root);
    Made { _folder: folder, site: Site::open(&root).unwrap() }
}

fn copy(from: &Utf8Path, to: &Utf8Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in from.read_dir_utf8().unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), &target).unwrap();
        }
    }
}

fn libraries(site: &Site) -> LibrarySet {
    LibrarySet::open(&site.libraries()).unwrap()
}

/// Reads the records of a package and all of its bytes.
fn read(site: &Site, package: &str) -> Result<PackageContent, ContentError> {
    let set = libraries(site);
    let library = &set.libraries()[0];
    let content = library.package(package)?;
    for tree in &content.contents {
        for file in &tree.files {
            let place = content.place(tree, file);
            let mut reader = library.open_file(&place, file)?;
            if let Err(e) = reader.read_to_end(&mut Vec::new()) {
                return Err(*e.into_inner().unwrap().downcast::<ContentError>().unwrap());
            }
        }
    }
    Ok(content)
}

#[test]
fn every_package_is_read_back_with_its_files_folders_hashes_and_times() {
    let made = made();
    for package in &made.site.packages {
        let content = read(&made.site, &package.id).unwrap_or_else(|e| panic!("{}: {e}", package.id));
        assert_eq!(content.contents.len(), package.contents.len(), "{}", package.id);
        for (tree, wanted) in content.contents.iter().zip(&package.contents) {
            let mut files: Vec<(String, u64, String, u32)> =
                wanted.files.iter().map(|f| (f.path.clone(), f.size, f.hash.to_string(), f.attributes)).collect();
            files.sort();
            let found: Vec<(String, u64, String, u32)> =
                tree.files.iter().map(|f| (f.path.clone(), f.size, f.sha256.to_string(), f.attributes)).collect();
            assert_eq!(found, files, "{}", wanted.id);
            let mut folders = wanted.folders.clone();
            folders.sort();
            assert_eq!(tree.folders, folders, "{}", wanted.id);
        }
    }
}

#[test]
fn a_folder_with_only_file_lib_is_a_further_drive_of_the_library_before_it() {
    let made = made();
    let [primary, further] = made.site.libraries();
    assert_eq!(LibrarySet::open(&[primary.clone(), further.clone()]).unwrap().libraries().len(), 1);
    let alone = LibrarySet::open(&[further]).unwrap_err();
    assert_eq!(alone.kind(), ContentErrorKind::Library);
    // Without the further drive some of the files are missing.
    let set = LibrarySet::open(&[primary]).unwrap();
    let library = &set.libraries()[0];
    let gone = made.site.packages.iter().flat_map(|p| library.package(&p.id).ok()).any(|content| {
        let files = content.contents.iter().flat_map(|t| t.files.iter().map(move |f| (t, f)));
        files.clone().any(|(t, f)| {
            library.check_file(&content.place(t, f), f).is_err_and(|e| e.kind() == ContentErrorKind::FileMissing)
        })
    });
    assert!(gone, "the sample site puts every third file on the further drive");
}

#[test]
fn what_is_no_library_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = Utf8PathBuf::from_path_buf(folder.path().to_owned()).unwrap();
    for bad in [path.clone(), path.join("absent")] {
        let error = LibrarySet::open(std::slice::from_ref(&bad)).unwrap_err();
        assert_eq!(error.kind(), ContentErrorKind::Library, "{error}");
        assert!(error.to_string().contains(bad.as_str()), "{error}");
    }
}

#[test]
fn a_package_that_the_library_does_not_have_is_named() {
    let made = made();
    let error = read(&made.site, "PS1FFFFF").unwrap_err();
    assert_eq!(error.kind(), ContentErrorKind::PackageUnknown);
    assert!(error.to_string().contains("PS1FFFFF"), "{error}");
}

/// Breaks the package in one way and reads it.
fn broken(fault: Fault) -> Result<PackageContent, ContentError> {
    let made = made();
    made.site.inject(fault, "PS100011").unwrap();
    read(&made.site, "PS100011")
}

#[test]
fn every_fault_has_its_kind_and_names_package_and_library() {
    use ContentErrorKind as Kind;
    for (fault, kind) in [
        (Fault::FileMissing, Kind::FileMissing),
        (Fault::FileTruncated, Kind::FileLength),
        (Fault::FileSizeWrong, Kind::FileLength),
        (Fault::FileBitFlipped, Kind::FileAltered),
        (Fault::FileIniEmpty, Kind::Record),
        (Fault::FileIniNoHash, Kind::Record),
        (Fault::FileHashShort, Kind::Record),
        (Fault::FolderWithoutIni, Kind::Record),
        (Fault::IniWithoutFolder, Kind::Record),
        (Fault::TraversalContentId, Kind::Record),
        (Fault::PackageIniMissing, Kind::PackageUnknown),
        (Fault::StaleVersion, Kind::Version),
    ] {
        let error = broken(fault).expect_err(&format!("{fault:?} must be an error"));
        assert_eq!(error.kind(), kind, "{fault:?}: {error}");
        assert!(error.to_string().contains("PS100011"), "{fault:?}: {error}");
        assert!(error.place().library.contains("SCCMContentLib"), "{fault:?}: {error}");
    }
}

#[cfg(unix)]
#[test]
fn names_that_lead_out_of_the_library_and_links_are_refused() {
    for fault in [Fault::TraversalFileName, Fault::SymbolicLink] {
        let error = broken(fault).expect_err(&format!("{fault:?} must be an error"));
        assert_eq!(error.kind(), ContentErrorKind::Unsafe, "{fault:?}: {error}");
    }
}

#[test]
fn a_file_fault_names_the_file_and_its_content() {
    let error = broken(Fault::FileBitFlipped).unwrap_err();
    assert!(error.place().file.is_some() && error.place().content.as_deref() == Some("PS100011.2"), "{error}");
}

#[test]
fn what_is_odd_but_harmless_is_accepted() {
    let content = broken(Fault::FileHashLowerCase).unwrap();
    assert!(content.oddities.iter().any(|o| o.contains("lower case")), "{:?}", content.oddities);
    assert!(broken(Fault::OddlyWritten).unwrap().contents.len() == 1);
    // A single content is named by the version; what else the record lists does not count.
    assert!(broken(Fault::HugeIni).unwrap().contents.len() == 1);
}
