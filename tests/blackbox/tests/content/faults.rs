//! Every fault that a content library has in the field, in the folder and over HTTP, each with its verdict.

use crate::kit::{Folder, site};
use crate::taking::{HARD, Taken, folder, made, point, take, words};
use std::sync::Arc;
use tsm_content::{ContentError, ContentErrorKind as Kind, ContentSource};
use tsm_sample_site::{Behaviour, DistributionPoint, Fault, Injected, Site, Tree, Trouble, What};

/// A small package of its own site, broken in one way: from the folder, and over HTTP.
fn broken(fault: Fault) -> (Injected, [Result<Taken, ContentError>; 2]) {
    let (_place, site) = small_site();
    let injected = site.inject(fault, HARD).unwrap();
    let server = DistributionPoint::start(&site, Behaviour::default()).unwrap();
    let sources: [Arc<dyn ContentSource>; 2] = [folder(&site), point(&server.url())];
    (injected, sources.map(|source| take(&[source], HARD)))
}

/// A site of one package with one content of three files in folders, version 1, or 2 beside 1.
fn small_site() -> (Folder, Site) {
    let place = Folder::new();
    let mut tree = Tree::new(1_700_000_000);
    tree.file("Setup.exe", "MZ and so on");
    tree.file("Sub/readme.txt", "read me");
    tree.file("Sub/zero.dat", "");
    tree.folder("Empty");
    let site = Site::of_tree(&place.join("site"), HARD, tree).unwrap();
    (place, site)
}

/// An error of this kind, in the folder and over HTTP, that names everything that is known of the place.
fn fails(fault: Fault, kinds: [Kind; 2]) {
    let (injected, results) = broken(fault);
    for (result, kind) in results.into_iter().zip(kinds) {
        let error = result.expect_err(&format!("{fault:?} must be an error"));
        assert_eq!(error.kind(), kind, "{fault:?}: {}", words(&error));
        let place = error.place();
        assert_eq!(place.package.as_deref(), Some(HARD), "{fault:?}: {error}");
        assert!(!place.library.is_empty(), "{fault:?}: {error}");
        if matches!(kind, Kind::FileMissing | Kind::FileLength | Kind::FileAltered) {
            assert_eq!(place.content.as_deref(), Some(&*injected.content), "{fault:?}: {error}");
            assert_eq!(place.file, injected.file, "{fault:?}: {error}");
        }
    }
}

/// The package comes, and something is said about it.
fn is_odd(fault: Fault, word: &str) {
    for result in broken(fault).1 {
        let taken = result.unwrap_or_else(|e| panic!("{fault:?}: {e}"));
        assert!(taken.oddities.iter().any(|oddity| oddity.contains(word)), "{fault:?}: {:?}", taken.oddities);
    }
}

#[test]
fn bytes_that_are_missing_truncated_or_altered() {
    fails(Fault::FileMissing, [Kind::FileMissing; 2]);
    fails(Fault::FileTruncated, [Kind::FileLength; 2]);
    fails(Fault::FileSizeWrong, [Kind::FileLength; 2]);
    // The size is right: found only by hashing.
    fails(Fault::FileBitFlipped, [Kind::FileAltered; 2]);
    fails(Fault::FileOtherBytes, [Kind::FileAltered; 2]);
}

#[test]
fn records_of_files() {
    fails(Fault::FileIniEmpty, [Kind::Record; 2]);
    fails(Fault::FileIniNoHash, [Kind::Record; 2]);
    fails(Fault::FileHashShort, [Kind::Record; 2]);
    is_odd(Fault::FileHashLowerCase, "lower case");
}

/// Nothing in the content tells of the file but the hash over all of it. In a folder the index beside the bytes tells more; over
/// HTTP nobody lists those.
#[test]
fn a_record_of_a_file_that_is_missing() {
    let (_, [in_folder, over_http]) = broken(Fault::FileIniMissing);
    let error = in_folder.unwrap_err();
    assert_eq!(error.kind(), Kind::Record, "{error}");
    assert!(error.to_string().contains("is missing"), "{error}");
    let oddities = over_http.unwrap().oddities;
    assert!(oddities.iter().any(|oddity| oddity.contains("content hash differs")), "{oddities:?}");
}

#[cfg(unix)]
#[test]
fn names_that_lead_out_are_refused() {
    fails(Fault::TraversalFileName, [Kind::Unsafe; 2]);
    fails(Fault::TraversalContentId, [Kind::Record; 2]);
}

#[test]
fn records_of_contents_and_packages() {
    is_odd(Fault::ContentHashWrong, "content hash differs");
    fails(Fault::FolderWithoutIni, [Kind::Record, Kind::ContentMissing]);
    fails(Fault::IniWithoutFolder, [Kind::Record, Kind::ContentMissing]);
    fails(Fault::AbsentContentListed, [Kind::ContentMissing; 2]);
    fails(Fault::PackageIniMissing, [Kind::PackageUnknown; 2]);
}

/// The faults of versions need a package that has one before: the hard one of the whole site.
#[test]
fn versions() {
    let whole = site!();
    let place = Folder::new();
    copy_package(whole, &place);
    let site = Site::open(&place.join("site")).unwrap();
    site.inject(Fault::StaleVersion, HARD).unwrap();
    let server = DistributionPoint::start(&site, Behaviour::default()).unwrap();
    for source in [folder(&site), point(&server.url())] {
        let error = take(&[source], HARD).unwrap_err();
        assert_eq!(error.kind(), Kind::Version, "{error}");
        assert!(error.to_string().contains(&format!("{HARD}.1")), "{error}");
    }
    // Everything fits; only the site knows better. What is told is the version.
    site.inject(Fault::OldVersion, HARD).unwrap_err();
    let text = "[Packages]\r\nPS100011.1=\r\n[Info]\r\nVersion=1\r\nFlags=16777216\r\n";
    std::fs::write(site.libraries()[0].join("PkgLib/PS100011.INI"), text).unwrap();
    for source in [folder(&site), point(&server.url())] {
        assert_eq!(take(&[source], HARD).unwrap().version, Some(1));
    }
}

/// A copy of the site with the records of one package, and with the bytes of all.
fn copy_package(site: &Site, place: &Folder) {
    let root = place.join("site");
    for (folder, entry) in [
        ("SCCMContentLib/PkgLib", format!("{HARD}.INI")),
        ("SCCMContentLib/DataLib", format!("{HARD}.1")),
        ("SCCMContentLib/DataLib", format!("{HARD}.1.INI")),
        ("SCCMContentLib/DataLib", format!("{HARD}.2")),
        ("SCCMContentLib/DataLib", format!("{HARD}.2.INI")),
        ("SCCMContentLib", "FileLib".to_owned()),
        ("SCCMContentLibE", "FileLib".to_owned()),
        (".", "sample-site.json".to_owned()),
    ] {
        std::fs::create_dir_all(root.join(folder)).unwrap();
        let from = site.root().join(folder).join(&entry);
        let to = root.join(folder).join(&entry);
        if from.is_dir() {
            crate::kit::copy_tree(&from, &to);
        } else {
            std::fs::copy(from, to).unwrap();
        }
    }
}

#[test]
fn no_rights_to_the_folder_of_a_content_is_told_as_such() {
    let (_place, site) = small_site();
    for status in [401, 403] {
        let trouble = Trouble::new(What::Status(status, 0), &format!("/{HARD}.1"));
        let server = DistributionPoint::start(&site, trouble.into()).unwrap();
        let error = take(&[point(&server.url())], HARD).unwrap_err();
        let net = if status == 401 { tsm_net::NetErrorKind::Unauthenticated } else { tsm_net::NetErrorKind::Forbidden };
        assert_eq!(error.kind(), Kind::Net(net), "{error}");
    }
    // In a folder: as root nothing is denied, and the tests of rights run the program as nobody.
}

#[test]
fn odd_writing_and_a_huge_record_change_nothing() {
    for fault in [Fault::OddlyWritten, Fault::HugeIni] {
        let (_place, site) = small_site();
        let wanted = made(site.package(HARD).unwrap());
        for result in broken(fault).1 {
            assert_eq!(result.unwrap_or_else(|e| panic!("{fault:?}: {}", words(&e))).contents, wanted, "{fault:?}");
        }
    }
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    let (_, [in_folder, over_http]) = broken(Fault::SymbolicLink);
    assert_eq!(in_folder.unwrap_err().kind(), Kind::Unsafe);
    // A server that follows none shows none.
    assert!(over_http.unwrap().contents[0].files.keys().all(|path| !path.contains("secret")));
}
