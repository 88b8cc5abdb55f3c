//! The site as a whole: the same each time, a content library by its rules, boot images that the tools of others can read.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod common;
use std::collections::{BTreeMap, BTreeSet};
use std::io::BufReader;

use camino::{Utf8Path, Utf8PathBuf};
use common::{Scratch, files_below, site, tool};
use tsm_formats::content_library::{ContentIni, FileIni, PackageIni};
use tsm_sample_site::{Site, SiteOptions};
use tsm_site::SiteFacts;

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let scratch = Scratch::new();
    let make = |name: &str, seed| -> BTreeMap<String, Vec<u8>> {
        let Some(site) = site(&scratch.path(name), &SiteOptions::with_seed(seed)) else { return BTreeMap::new() };
        // As JSON has it.
        let root = site.root().as_str().replace('\\', r"\\");
        files_below(site.root())
            .into_iter()
            .map(|path| {
                let mut bytes = std::fs::read(site.root().join(&path)).unwrap();
                if path == "facts.json" {
                    bytes = String::from_utf8(bytes).unwrap().replace(&root, "").into_bytes();
                }
                (path, bytes)
            })
            .collect()
    };
    let (one, two, other) = (make("one", 1), make("two/deeper", 1), make("other", 2));
    for (path, bytes) in &one {
        assert!(two.get(path) == Some(bytes), "{path} differs");
    }
    assert_eq!(one.len(), two.len());
    assert_eq!(one.is_empty(), other.is_empty());
    assert!(one.is_empty() || one != other);
}

#[test]
fn a_folder_with_something_in_it_is_left_alone() {
    let scratch = Scratch::new();
    std::fs::write(scratch.path("precious"), "x").unwrap();
    let error = Site::generate(&scratch.path(""), &SiteOptions::default()).unwrap_err();
    assert!(error.to_string().contains("is not empty"), "{error}");
    assert_eq!(files_below(&scratch.path("")), ["precious"]);
}

#[test]
fn the_library_says_of_every_file_what_is_true() {
    let scratch = Scratch::new();
    let Some(site) = site(&scratch.path("site"), &SiteOptions::default()) else { return };
    let [primary, second] = site.libraries();
    assert!(!second.join("PkgLib").exists() && !second.join("DataLib").exists());
    let mut users: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in &site.packages {
        let ini = PackageIni::read(open(&primary.join(format!("PkgLib/{}.INI", package.id)))).unwrap();
        let current: Vec<&str> = package.contents.iter().map(|content| content.id.as_str()).collect();
        assert_eq!(ini.current_contents(&package.id), current, "{}", package.id);
        for content in package.contents.iter().chain(&package.old_contents) {
            assert!(ini.contents.contains(&content.id));
            let path = primary.join(format!("DataLib/{}.INI", content.id));
            assert_eq!(std::fs::metadata(&path).unwrap().len(), 100);
            let ini = ContentIni::read(open(&path)).unwrap();
            assert_eq!(ini.hash.unwrap().to_string(), content.hash);
            let folder = primary.join("DataLib").join(&content.id);
            let mut expected: Vec<String> = content.files.iter().map(|file| format!("{}.INI", file.path)).collect();
            expected.sort();
            assert_eq!(files_below(&folder), expected);
            assert!(content.folders.iter().all(|path| folder.join(path).is_dir()));
            for file in &content.files {
                let ini = FileIni::read(open(&folder.join(format!("{}.INI", file.path)))).unwrap();
                assert_eq!((ini.size, ini.attributes), (file.size, file.attributes));
                assert_eq!(ini.hash.to_string(), file.hash);
                let bytes = site.file_of_hash(&file.hash).unwrap();
                assert_eq!(std::fs::metadata(&bytes).unwrap().len(), file.size);
                users.entry(file.hash.clone()).or_default().insert(content.id.clone());
            }
        }
    }
    check_file_lib(&primary, &second, &users);
}

/// Three files for every hash, on one drive only; users sorted; a third of the files on the second drive.
fn check_file_lib(primary: &Utf8Path, second: &Utf8Path, users: &BTreeMap<String, BTreeSet<String>>) {
    let on = [primary, second].map(|drive| files_below(&drive.join("FileLib")));
    assert_eq!(on[0].len() + on[1].len(), users.len() * 3);
    assert_eq!(on[1].len() / 3, users.len() / 3);
    for (hash, users) in users {
        let place = format!("FileLib/{}/{hash}", &hash[..4]);
        let drives: Vec<Utf8PathBuf> =
            [primary, second].map(|drive| drive.join(&place)).into_iter().filter(|path| path.exists()).collect();
        assert_eq!(drives.len(), 1, "{hash}");
        let text = std::fs::read_to_string(format!("{}.INI", drives[0])).unwrap();
        let listed: Vec<&str> = text.split_terminator("\r\n").skip(1).map(|line| line.trim_end_matches('=')).collect();
        assert_eq!(listed, users.iter().map(String::as_str).collect::<Vec<_>>());
        let signature = std::fs::metadata(format!("{}.SIG", drives[0])).unwrap().len();
        assert_eq!((signature - 24) % 18, 0);
    }
}

fn open(path: &Utf8Path) -> BufReader<std::fs::File> {
    BufReader::new(std::fs::File::open(path).unwrap_or_else(|e| panic!("{path}: {e}")))
}

#[test]
fn hashes_are_those_of_sha256sum() {
    let scratch = Scratch::new();
    let Some(site) = site(&scratch.path("site"), &SiteOptions::default()) else { return };
    let boot = site.boot_wim("PS100005").unwrap();
    let zero = site.packages.iter().flat_map(|p| &p.contents).flat_map(|c| &c.files).find(|f| f.size == 0).unwrap();
    let zero = site.file_of_hash(&zero.hash).unwrap();
    for path in [boot, zero] {
        let Some(text) = tool("sha256sum", &[path.as_str()]) else { return };
        assert_eq!(text[..64].to_uppercase(), path.file_name().unwrap());
    }
}

#[test]
fn what_is_hard_to_handle_is_there() {
    let scratch = Scratch::new();
    let Some(site) = site(&scratch.path("site"), &SiteOptions::default()) else { return };
    let hard = &site.package("PS100011").unwrap();
    assert_eq!((hard.version, hard.contents[0].id.as_str()), (2, "PS100011.2"));
    assert_eq!(hard.old_contents[0].id, "PS100011.1");
    assert_ne!(hard.old_contents[0].hash, hard.contents[0].hash);
    let content = &hard.contents[0];
    assert!(content.folders.contains(&"Empty".to_owned()));
    assert!(content.folders.contains(&"One/Two/Three".to_owned()));
    let longest = content.files.iter().map(|file| file.path.chars().count()).max();
    assert_eq!(longest, Some(300));
    assert!(content.files.iter().any(|file| file.attributes == 0x26));
    let shared: Vec<&str> = ["PS100011", "PS100012", "PS100013"]
        .iter()
        .flat_map(|id| &site.package(id).unwrap().contents[0].files)
        .filter(|file| file.path == "Common/shared.dll")
        .map(|file| file.hash.as_str())
        .collect();
    assert!(shared.len() == 3 && shared.iter().all(|hash| *hash == shared[0]));
    let application = site.package("PS100014").unwrap();
    assert_eq!(application.contents.iter().map(|content| content.files.len()).collect::<Vec<_>>(), [2, 0]);
    assert_eq!(site.package("PS100015").unwrap().contents.len(), 40);
}

#[test]
fn facts_are_read_by_the_product() {
    let scratch = Scratch::new();
    let Some(site) = site(&scratch.path("site"), &SiteOptions::default()) else { return };
    let facts = SiteFacts::load(&site.facts_path()).unwrap();
    assert_eq!(facts, site.facts().unwrap());
    assert_eq!(facts.site_code, "PS1");
    assert!(facts.public_root_key.as_deref().unwrap().starts_with("0602000000A400005253413100080000"));
    let boot = facts.package("PS100005").unwrap();
    assert_eq!((boot.source_version, boot.contents[0].content_id.as_str()), (3, "PS100005.3"));
    assert_eq!(facts.packages.len(), site.packages.len());
    assert_eq!(Site::open(site.root()).unwrap(), site);

    let certificate = facts.site_signing_certificate.unwrap();
    let bytes: Vec<u8> =
        (0..certificate.len()).step_by(2).map(|at| u8::from_str_radix(&certificate[at..at + 2], 16).unwrap()).collect();
    let path = scratch.path("site.cer");
    std::fs::write(&path, bytes).unwrap();
    let arguments = ["x509", "-inform", "DER", "-noout", "-text", "-in", path.as_str()];
    let Some(text) = tool("openssl", &arguments) else { return };
    for part in ["CN = Site Server", "DNS:cm1.contoso.test", "Public-Key: (2048 bit)", "Exponent: 65537"] {
        assert!(text.contains(part), "{part} is missing in\n{text}");
    }
}

#[test]
fn scale_options_make_what_they_say() {
    let scratch = Scratch::new();
    let options = SiteOptions {
        large_boot_image: Some(20 << 20),
        sparse_os_image: Some(64 << 20),
        ..SiteOptions::default().many_files(1500)
    };
    let Some(site) = site(&scratch.path("site"), &options) else { return };
    let boot = std::fs::metadata(site.boot_wim("PS100005").unwrap()).unwrap().len();
    assert!((20 << 20..32 << 20).contains(&boot), "{boot}");
    assert_eq!(site.package("PS100020").unwrap().contents[0].files[0].size, 64 << 20);
    assert_eq!(site.package("PS100021").unwrap().contents[0].files.len(), 1500);
}
