//! Every fault does what its name says, and nothing else.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod common;
use std::collections::BTreeMap;
use std::io::BufReader;

use camino::Utf8Path;
use clap::ValueEnum as _;
use common::{Scratch, files_below, site};
use tsm_formats::content_library::{ContentIni, FileIni, PackageIni};
use tsm_sample_site::{Fault, Injected, Site, SiteOptions};

/// A site that is broken and mended again, fault by fault.
struct Patient {
    _scratch: Scratch,
    site: Site,
    sound: Snapshot,
}

impl Patient {
    fn new() -> Option<Self> {
        let scratch = Scratch::new();
        let site = site(&scratch.path("site"), &SiteOptions::default())?;
        let sound = snapshot(site.root());
        Some(Self { _scratch: scratch, site, sound })
    }

    /// Breaks a package, shows it to `look` with the bytes of all files, and puts everything back.
    fn with(&self, fault: Fault, package: &str, look: impl FnOnce(&Injected, &Snapshot)) {
        let injected = self.site.inject(fault, package).unwrap_or_else(|e| panic!("{fault:?}: {e:#}"));
        let broken = snapshot(self.site.root());
        look(&injected, &broken);
        for path in broken.keys().filter(|path| !self.sound.contains_key(*path)) {
            let path = self.site.root().join(path);
            std::fs::remove_file(&path).unwrap();
            // No empty folder stays in its place: Windows renames nothing onto one.
            path.ancestors().skip(1).take_while(|folder| std::fs::remove_dir(folder).is_ok()).for_each(drop);
        }
        for (path, bytes) in self.sound.iter().filter(|(path, bytes)| broken.get(*path) != Some(bytes)) {
            let path = self.site.root().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
    }
}

type Snapshot = BTreeMap<String, Vec<u8>>;

fn snapshot(root: &Utf8Path) -> Snapshot {
    files_below(root)
        .into_iter()
        .map(|path| (path.clone(), std::fs::read(root.join(path)).unwrap_or_default()))
        .collect()
}

fn file_ini(path: &Utf8Path) -> Result<FileIni, String> {
    let file = std::fs::File::open(path).map_err(|e| e.to_string())?;
    FileIni::read(BufReader::new(file)).map_err(|e| e.to_string())
}

fn package_ini(site: &Site, package: &str) -> PackageIni {
    let path = site.libraries()[0].join(format!("PkgLib/{package}.INI"));
    PackageIni::read(BufReader::new(std::fs::File::open(path).unwrap())).unwrap()
}

#[test]
fn every_fault_changes_the_named_path() {
    let Some(patient) = Patient::new() else { return };
    for fault in Fault::value_variants() {
        if cfg!(windows) && matches!(fault, Fault::TraversalFileName | Fault::AccessDenied | Fault::SymbolicLink) {
            continue;
        }
        // Rights do not stop root; that one is looked at alone.
        if *fault == Fault::AccessDenied {
            continue;
        }
        patient.with(*fault, "PS100005", |injected, broken| {
            let sound = &patient.sound;
            let all = sound.keys().chain(broken.keys());
            let changed: Vec<&String> = all.filter(|path| sound.get(*path) != broken.get(*path)).collect();
            let named = injected.path.strip_prefix(patient.site.root()).unwrap().as_str();
            let named = if cfg!(windows) { named.replace('\\', "/") } else { named.to_owned() };
            assert!(changed.iter().any(|path| path.starts_with(&named)), "{fault:?}: {named} not in {changed:?}");
        });
    }
}

#[test]
fn faults_of_the_bytes() {
    let Some(patient) = Patient::new() else { return };
    let bytes = |snapshot: &Snapshot, injected: &Injected| {
        let name = injected.path.file_name().unwrap();
        snapshot.iter().find(|(path, _)| path.ends_with(name)).map(|(_, bytes)| bytes.clone())
    };
    patient.with(Fault::FileMissing, "PS100005", |injected, broken| {
        assert!(bytes(&patient.sound, injected).is_some() && bytes(broken, injected).is_none());
    });
    patient.with(Fault::FileTruncated, "PS100005", |injected, broken| {
        let (before, after) = (bytes(&patient.sound, injected).unwrap(), bytes(broken, injected).unwrap());
        assert_eq!(before[..before.len() - 1], after);
        assert_eq!(injected.file.as_deref(), Some("boot.PS100005.wim"));
    });
    patient.with(Fault::FileBitFlipped, "PS100012", |injected, broken| {
        let (before, after) = (bytes(&patient.sound, injected).unwrap(), bytes(broken, injected).unwrap());
        let bits: u32 = before.iter().zip(&after).map(|(a, b)| (a ^ b).count_ones()).sum();
        assert_eq!((before.len(), bits), (after.len(), 1));
    });
    patient.with(Fault::FileOtherBytes, "PS100012", |injected, broken| {
        let (before, after) = (bytes(&patient.sound, injected).unwrap(), bytes(broken, injected).unwrap());
        assert!(before.len() == after.len() && before.iter().zip(&after).all(|(a, b)| a != b));
    });
}

#[test]
fn faults_of_the_file_ini() {
    let Some(patient) = Patient::new() else { return };
    patient.with(Fault::FileHashLowerCase, "PS100005", |injected, _| {
        assert!(file_ini(&injected.path).unwrap().hash_was_lower_case);
    });
    for fault in [Fault::FileIniMissing, Fault::FileIniEmpty, Fault::FileIniNoHash, Fault::FileHashShort] {
        patient.with(fault, "PS100005", |injected, _| assert!(file_ini(&injected.path).is_err(), "{fault:?}"));
    }
    patient.with(Fault::FileSizeWrong, "PS100005", |injected, _| {
        let size = patient.site.package("PS100005").unwrap().contents[0].files[0].size;
        assert_eq!(file_ini(&injected.path).unwrap().size, size + 1);
    });
}

#[test]
fn faults_of_versions() {
    let Some(patient) = Patient::new() else { return };
    let site = &patient.site;
    let library = &site.libraries()[0];
    for package in ["PS100005", "PS100011"] {
        let made = site.package(package).unwrap();
        patient.with(Fault::StaleVersion, package, |injected, _| {
            let ini = package_ini(site, package);
            assert_eq!(ini.version, Some(made.version));
            assert_eq!(ini.current_contents(package), [""; 0]);
            assert!(!library.join("DataLib").join(&injected.content).exists());
        });
        patient.with(Fault::OldVersion, package, |_, _| {
            let old = format!("{package}.{}", made.version - 1);
            assert_eq!(package_ini(site, package).current_contents(package), [old.as_str()]);
            let file = std::fs::File::open(library.join(format!("DataLib/{old}.INI"))).unwrap();
            assert!(ContentIni::read(BufReader::new(file)).unwrap().hash.is_some());
            assert_eq!(site.facts().unwrap().package(package).unwrap().source_version, made.version);
        });
    }
    assert!(site.inject(Fault::OldVersion, "PS100007").is_err());
    assert!(site.inject(Fault::OldVersion, "PS100015").is_err());
    assert!(site.inject(Fault::FileMissing, "XYZ00001").is_err());
}

#[test]
fn faults_of_the_package_ini() {
    let Some(patient) = Patient::new() else { return };
    let site = &patient.site;
    patient.with(Fault::AbsentContentListed, "PS100005", |_, _| {
        assert_eq!(package_ini(site, "PS100005").current_contents("PS100005").len(), 2);
    });
    patient.with(Fault::OddlyWritten, "PS100005", |_, _| {
        let ini = package_ini(site, "PS100005");
        assert_eq!((ini.version, ini.current_contents("PS100005")), (Some(3), vec!["PS100005.3"]));
        let data = site.libraries()[0].join("DataLib");
        let content = &site.package("PS100005").unwrap().contents[0];
        let ini = std::fs::File::open(data.join("PS100005.3.INI")).unwrap();
        assert_eq!(ContentIni::read(BufReader::new(ini)).unwrap().hash.unwrap().to_string(), content.hash);
        let path = data.join("PS100005.3/boot.PS100005.wim.INI");
        assert!(std::fs::read(&path).unwrap().starts_with(b"\xef\xbb\xbf"));
        assert_eq!(file_ini(&path).unwrap().hash.to_string(), content.files[0].hash);
    });
    patient.with(Fault::HugeIni, "PS100005", |injected, _| {
        assert!(std::fs::metadata(&injected.path).unwrap().len() > 5_000_000);
    });
    patient.with(Fault::TraversalContentId, "PS100005", |injected, _| {
        let file = std::fs::File::open(&injected.path).unwrap();
        assert!(PackageIni::read(BufReader::new(file)).is_err());
    });
}

#[cfg(unix)]
#[test]
fn rights_are_taken_away() {
    use std::os::unix::fs::PermissionsExt as _;
    let scratch = Scratch::new();
    let Some(site) = site(&scratch.path("site"), &SiteOptions::default()) else { return };
    let injected = site.inject(Fault::AccessDenied, "PS100011").unwrap();
    let mode = std::fs::metadata(&injected.path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0);
    // So that the folder can be removed.
    std::fs::set_permissions(&injected.path, std::fs::Permissions::from_mode(0o700)).unwrap();
}
