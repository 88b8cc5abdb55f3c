//! Paths and files as only Windows has them: long ones, `\\?\`, drive letters, case, read-only files, files in use, CRLF.
#![cfg(windows)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, missing_docs)]

mod kit;

use camino::{Utf8Path, Utf8PathBuf};
use kit::{artefact, copy_tree, definition, definition_file, must_make, names, run, run_in, scratch, site};
use serde_json::json;
use std::fs::{File, OpenOptions};
use std::os::windows::fs::OpenOptionsExt;

const FILE_SHARE_READ: u32 = 1;

/// A folder whose path has more than the 260 characters that most of Windows' functions take.
fn long_folder(below: &Utf8Path) -> Utf8PathBuf {
    let folder = (0..4).fold(below.to_owned(), |path, n| path.join(format!("{n}-{}", "long".repeat(20))));
    std::fs::create_dir_all(&folder).unwrap();
    assert!(folder.as_str().len() > 260);
    folder
}

/// The path in the form that turns off Windows' rules for names.
fn verbatim(path: &Utf8Path) -> Utf8PathBuf {
    Utf8PathBuf::from(format!(r"\\?\{path}"))
}

#[test]
fn a_medium_can_lie_deeper_than_260_characters() {
    let (program, site, (_guard, folder)) = (artefact!("tsmedia.exe"), site!(), scratch());
    let folder = long_folder(&folder);
    let file = definition_file(&folder, &definition(site));
    must_make(&program, file.as_str(), folder.join("boot.iso").as_str());
    assert_eq!(names(&folder), ["CreateTSMedia.log", "boot.iso", "boot.iso.manifest.json", "definition.json"]);
}

#[test]
fn a_content_library_can_lie_deeper_than_260_characters() {
    let (program, site, (_guard, folder)) = (artefact!("tsmedia.exe"), site!(), scratch());
    let mut definition = definition(site);
    let long = long_folder(&folder);
    let moved: Vec<Utf8PathBuf> = site.libraries().iter().map(|l| long.join(l.file_name().unwrap())).collect();
    for (from, to) in site.libraries().iter().zip(&moved) {
        copy_tree(from, to);
    }
    definition["distributionPoint"] = json!(moved);
    let file = definition_file(&folder, &definition);
    must_make(&program, file.as_str(), folder.join("boot.iso").as_str());
}

#[test]
fn verbatim_paths_are_taken_everywhere() {
    let (program, site, (_guard, folder)) = (artefact!("tsmedia.exe"), site!(), scratch());
    let mut definition = definition(site);
    let libraries: Vec<Utf8PathBuf> = site.libraries().iter().map(|l| verbatim(l)).collect();
    definition["distributionPoint"] = json!(libraries);
    definition["siteFacts"] = json!(verbatim(&site.facts_path()));
    definition["path"] = json!(verbatim(&folder.join("boot.iso")));
    definition["temporaryFolder"] = json!(verbatim(&folder));
    let file = definition_file(&folder, &definition);
    must_make(&program, verbatim(&file).as_str(), verbatim(&folder.join("boot.iso")).as_str());
}

#[test]
fn slashes_lean_either_way_and_drive_letters_have_either_case() {
    let (program, site, (_guard, folder)) = (artefact!("tsmedia.exe"), site!(), scratch());
    let mut definition = definition(site);
    let other = |path: &Utf8Path| {
        let text = path.as_str().replace('\\', "/");
        let (drive, rest) = text.split_at(1);
        format!("{}{rest}", drive.to_ascii_lowercase())
    };
    let libraries: Vec<String> = site.libraries().iter().map(|l| other(l)).collect();
    definition["distributionPoint"] = json!(libraries);
    definition["path"] = json!(other(&folder.join("boot.iso")));
    let file = definition_file(&folder, &definition);
    must_make(&program, &other(&file), &other(&folder.join("boot.iso")));
}

#[test]
fn a_path_may_start_at_the_current_folder_or_at_the_root_of_its_drive() {
    let (program, site, (_guard, folder)) = (artefact!("tsmedia.exe"), site!(), scratch());
    definition_file(&folder, &definition(site));
    let made = run_in(&folder, &program, &["new", "definition.json", "--quiet"]);
    assert_eq!(made.code, 0, "{made:?}");
    let tested = run_in(&folder, &program, &["test", r".\boot.iso"]);
    assert_eq!(tested.code, 0, "{tested:?}");
    let (_, rooted) = folder.as_str().split_at(2);
    let tested = run_in(&folder, &program, &["test", &format!(r"{rooted}\boot.iso")]);
    assert_eq!(tested.code, 0, "{tested:?}");
}

#[test]
fn upper_and_lower_case_are_one_name() {
    let (program, site, (_guard, folder)) = (artefact!("tsmedia.exe"), site!(), scratch());
    let mut definition = definition(site);
    let libraries: Vec<String> = site.libraries().iter().map(|l| l.as_str().to_uppercase()).collect();
    definition["distributionPoint"] = json!(libraries);
    definition["siteFacts"] = json!(site.facts_path().as_str().to_uppercase());
    let file = definition_file(&folder, &definition);
    must_make(&program, &file.as_str().to_uppercase(), folder.join("BOOT.ISO").as_str());
    // A second medium of the same name in other letters replaces the first.
    definition["path"] = json!("Boot.ISO");
    let file = definition_file(&folder, &definition);
    must_make(&program, file.as_str(), folder.join("boot.iso").as_str());
    let discs = names(&folder).into_iter().filter(|n| n.to_lowercase() == "boot.iso").count();
    assert_eq!(discs, 1, "{:?}", names(&folder));
}

#[test]
fn names_of_any_script_are_taken() {
    let (program, site, (_guard, folder)) = (artefact!("tsmedia.exe"), site!(), scratch());
    let folder = folder.join("Größe 測試 \u{1F4BF}");
    std::fs::create_dir(&folder).unwrap();
    let mut definition = definition(site);
    definition["path"] = json!("Büro.iso");
    let file = definition_file(&folder, &definition);
    must_make(&program, file.as_str(), folder.join("Büro.iso").as_str());
}

#[test]
fn a_definition_as_editors_of_windows_write_it_is_read() {
    let (program, site, (_guard, folder)) = (artefact!("tsmedia.exe"), site!(), scratch());
    let text = serde_json::to_string_pretty(&definition(site)).unwrap().replace('\n', "\r\n");
    let facts = std::fs::read_to_string(site.facts_path()).unwrap().replace('\n', "\r\n");
    std::fs::write(folder.join("facts.json"), format!("\u{feff}{facts}")).unwrap();
    for (name, begin) in [("crlf.json", ""), ("bom.json", "\u{feff}")] {
        let file = folder.join(name);
        std::fs::write(&file, format!("{begin}{text}\r\n")).unwrap();
        must_make(&program, file.as_str(), folder.join("boot.iso").as_str());
    }
    let mut definition = definition(site);
    definition["siteFacts"] = json!("facts.json");
    let file = definition_file(&folder, &definition);
    must_make(&program, file.as_str(), folder.join("boot.iso").as_str());
}

fn set_read_only(path: &Utf8Path, read_only: bool) {
    let mut permissions = std::fs::metadata(path).unwrap().permissions();
    permissions.set_readonly(read_only);
    std::fs::set_permissions(path, permissions).unwrap();
}

/// The files below a folder.
fn files(folder: &Utf8Path) -> Vec<Utf8PathBuf> {
    let mut found = Vec::new();
    for entry in folder.read_dir_utf8().unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            found.extend(files(entry.path()));
        } else {
            found.push(entry.path().to_owned());
        }
    }
    found
}

#[test]
fn everything_that_is_read_may_be_read_only() {
    let (program, site, (_guard, folder)) = (artefact!("tsmedia.exe"), site!(), scratch());
    let mut definition = definition(site);
    let copies: Vec<Utf8PathBuf> = site.libraries().iter().map(|l| folder.join(l.file_name().unwrap())).collect();
    for (from, to) in site.libraries().iter().zip(&copies) {
        copy_tree(from, to);
    }
    definition["distributionPoint"] = json!(copies);
    let file = definition_file(&folder, &definition);
    let sealed: Vec<Utf8PathBuf> = copies.iter().flat_map(|c| files(c)).chain([file.clone()]).collect();
    sealed.iter().for_each(|path| set_read_only(path, true));
    must_make(&program, file.as_str(), folder.join("boot.iso").as_str());
    // The folder could not be removed otherwise.
    sealed.iter().for_each(|path| set_read_only(path, false));
}

#[test]
fn a_read_only_medium_is_not_replaced_and_nothing_is_left_beside_it() {
    let (program, site, (_guard, folder)) = (artefact!("tsmedia.exe"), site!(), scratch());
    let file = definition_file(&folder, &definition(site));
    let iso = folder.join("boot.iso");
    std::fs::write(&iso, "the old medium").unwrap();
    set_read_only(&iso, true);
    let made = run(&program, &["new", file.as_str(), "--json"]);
    set_read_only(&iso, false);
    assert_ne!(made.code, 0, "{made:?}");
    assert_eq!(made.json()["error"]["target"], iso.as_str(), "{made:?}");
    assert_eq!(std::fs::read_to_string(&iso).unwrap(), "the old medium");
    assert_eq!(names(&folder), ["CreateTSMedia.log", "boot.iso", "definition.json"]);
}

/// A virtual machine, a burner or Explorer (mounted) has the old medium open and lets nobody replace it.
#[test]
fn a_medium_in_use_is_not_replaced_and_nothing_is_left_beside_it() {
    let (program, site, (_guard, folder)) = (artefact!("tsmedia.exe"), site!(), scratch());
    let file = definition_file(&folder, &definition(site));
    let iso = folder.join("boot.iso");
    std::fs::write(&iso, "the old medium").unwrap();
    let user = OpenOptions::new().read(true).share_mode(FILE_SHARE_READ).open(&iso).unwrap();
    let made = run(&program, &["new", file.as_str(), "--json"]);
    drop(user);
    assert_ne!(made.code, 0, "{made:?}");
    assert_eq!(made.json()["error"]["target"], iso.as_str(), "{made:?}");
    assert_eq!(std::fs::read_to_string(&iso).unwrap(), "the old medium");
    assert_eq!(names(&folder), ["CreateTSMedia.log", "boot.iso", "definition.json"]);
}

/// A log viewer has the log open, a distribution point its files: both let others read and write.
#[test]
fn files_that_others_read_are_no_hindrance() {
    let (program, site, (_guard, folder)) = (artefact!("tsmedia.exe"), site!(), scratch());
    let file = definition_file(&folder, &definition(site));
    std::fs::write(folder.join("CreateTSMedia.log"), "").unwrap();
    let mut held = vec![File::open(folder.join("CreateTSMedia.log")).unwrap(), File::open(&file).unwrap()];
    for library in site.libraries() {
        let share = |path: &Utf8PathBuf| OpenOptions::new().read(true).share_mode(FILE_SHARE_READ).open(path).unwrap();
        held.extend(files(&library).iter().map(share));
    }
    must_make(&program, file.as_str(), folder.join("boot.iso").as_str());
}

#[test]
fn a_file_that_another_program_has_for_itself_is_named() {
    let (program, site, (_guard, folder)) = (artefact!("tsmedia.exe"), site!(), scratch());
    let facts = folder.join("facts.json");
    std::fs::copy(site.facts_path(), &facts).unwrap();
    let mut definition = definition(site);
    definition["siteFacts"] = json!(facts);
    let file = definition_file(&folder, &definition);
    let hog = OpenOptions::new().read(true).share_mode(0).open(&facts).unwrap();
    let made = run(&program, &["new", file.as_str()]);
    drop(hog);
    assert!(made.code == 2 && made.errors.contains("facts.json"), "{made:?}");
}

/// Two runs for one medium: the second is told so, and harms the first in nothing.
#[test]
fn a_medium_that_another_process_makes_is_left_to_it() {
    let (program, site, (_guard, folder)) = (artefact!("tsmedia.exe"), site!(), scratch());
    let file = definition_file(&folder, &definition(site));
    let partial = folder.join("boot.iso.partial");
    let other = OpenOptions::new().write(true).create_new(true).share_mode(FILE_SHARE_READ).open(&partial).unwrap();
    let made = run(&program, &["new", file.as_str(), "--json"]);
    assert_eq!(made.json()["error"]["symbol"], "TargetBusy", "{made:?}");
    drop(other);
    assert!(partial.exists());
    // What a dead process left behind is started anew.
    must_make(&program, file.as_str(), folder.join("boot.iso").as_str());
    assert!(!partial.exists());
}

#[test]
fn a_server_that_is_not_there_is_an_error_and_no_long_wait_for_a_panic() {
    let (program, site, (_guard, folder)) = (artefact!("tsmedia.exe"), site!(), scratch());
    let mut definition = definition(site);
    definition["distributionPoint"] = json!([r"\\no-such-server.invalid\SCCMContentLib$"]);
    let file = definition_file(&folder, &definition);
    let made = run(&program, &["new", file.as_str()]);
    assert!(made.code == 2 && made.errors.contains("no-such-server"), "{made:?}");
}

/// The administrative share of the drive, as a distribution point's library is usually reached. Wine has no shares.
#[test]
fn a_library_on_a_share_is_read() {
    let (program, site, (_guard, folder)) = (artefact!("tsmedia.exe"), site!(), scratch());
    let unc = |path: &Utf8Path| {
        let (drive, rest) = path.as_str().split_at(1);
        Utf8PathBuf::from(format!(r"\\localhost\{drive}${}", rest.trim_start_matches(':')))
    };
    if !unc(&folder).is_dir() {
        return eprintln!("SKIPPED: no share \\\\localhost\\C$ (wine has none; on Windows administrators have it)");
    }
    let mut definition = definition(site);
    let libraries: Vec<Utf8PathBuf> = site.libraries().iter().map(|l| unc(l)).collect();
    definition["distributionPoint"] = json!(libraries);
    definition["path"] = json!(unc(&folder.join("boot.iso")));
    let file = definition_file(&folder, &definition);
    must_make(&program, unc(&file).as_str(), unc(&folder.join("boot.iso")).as_str());
}
