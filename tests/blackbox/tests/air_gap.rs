//! Bundles for computers without connection: what is made from one is the medium that would have been made online, and a
//! bundle that is not as it was written is refused, whatever was done to it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, missing_docs)]

mod kit;

use camino::{Utf8Path, Utf8PathBuf};
use kit::observer::cancelled_at;
use kit::{Desk, site, tools, words};
use std::process::Command;
use tsm_job::Context;
use tsm_media::{Bundle, Definition, Error, ErrorKind, Secrets};
use tsm_sample_site::{Behaviour, DistributionPoint, Site};

const EPOCH: i64 = 1_700_000_000;
const VARIABLES: &str = "SMS/data/Variables.dat";

fn export(desk: &Desk, target: &Utf8Path) -> Result<Bundle, Error> {
    tsm_media::export_content(&desk.definition, target, &desk.secrets, &kit::host(), &Context::silent())
}

fn import(source: &Utf8Path, to: Option<&Utf8Path>, medium: &Utf8Path) -> Result<Bundle, Error> {
    tsm_media::import_content(source, to, medium, &Context::silent())
}

/// A definition that takes its content from a server, with files of this computer beside it.
fn desk(site: &Site, server: &DistributionPoint) -> Desk {
    let mut desk = Desk::with_password(site);
    let definition = &mut desk.definition;
    definition.distribution_point = vec![server.url()];
    definition.epoch = Some(EPOCH);
    definition.prestart_command = Some("cmd /C start.cmd".to_owned());
    definition.prestart_package = Some("PS100012".to_owned());
    definition.console_path = Some(site.console().into_string());
    desk.definition.cache_path = Some(desk.path("cache").into_string());
    desk
}

/// The hash of every file of a medium, but of the one that is fresh in each.
fn files(manifest: &Utf8Path) -> Vec<(String, String)> {
    let manifest: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(manifest).unwrap()).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let files = manifest["files"].as_array().unwrap().iter();
    files.map(|f| (text(&f["path"]), text(&f["sha256"]))).filter(|(path, _)| path != VARIABLES).collect()
}

fn manifest_of(medium: &Utf8Path) -> Utf8PathBuf {
    Utf8PathBuf::from(format!("{medium}.manifest.json"))
}

/// Makes the medium of a definition file; without any network interface where that can be had. Says whether it was.
fn make_offline(definition: &Utf8Path, password: &str) -> bool {
    let isolated = cfg!(target_os = "linux")
        && Command::new("unshare").args(["--map-root-user", "--net", "true"]).status().is_ok_and(|s| s.success());
    if !isolated {
        tools::skipped("no network namespace can be made: the medium is made with the network there");
    }
    let program = kit::program::tsmedia();
    let mut command = if isolated { Command::new("unshare") } else { kit::program::tsmedia() };
    if isolated {
        command.args(["--map-root-user", "--net"]).arg(program.get_program());
    }
    command.args(["new", definition.as_str(), "--media-password", "env:TSM_TEST_BUNDLE"]);
    if let Some(library) = kit::host().wim_library.first() {
        command.args(["--wim-library", library.as_str()]);
    }
    let output = command.env("TSM_TEST_BUNDLE", password).output().unwrap();
    // Warnings are told by 1: the certificate is not registered.
    assert!(output.status.code().is_some_and(|code| code < 2), "{}", String::from_utf8_lossy(&output.stderr));
    isolated
}

#[test]
fn a_medium_made_without_a_network_is_the_one_made_online() {
    let site = site!();
    let server = DistributionPoint::start(site, Behaviour::default()).unwrap();
    let desk = desk(site, &server);
    desk.create().unwrap_or_else(|e| panic!("{}", words(&e)));
    let plan = desk.plan().unwrap();
    let online = std::fs::read(desk.iso()).unwrap();
    for name in ["bundle", "bundle.iso"] {
        let target = desk.path(name);
        let written = export(&desk, &target).unwrap_or_else(|e| panic!("{}", words(&e)));
        assert_eq!(written.plan_id, plan.plan_id);
        let medium = desk.path(&format!("offline-{name}.iso"));
        let unpacked = name.ends_with(".iso").then(|| desk.path("unpacked"));
        let read = import(&target, unpacked.as_deref(), &medium).unwrap_or_else(|e| panic!("{}", words(&e)));
        assert_eq!((read.files, read.bytes, &read.plan_id), (written.files, written.bytes, &written.plan_id));
        let names: Vec<&str> = read.packages.iter().map(|p| p.package_id.as_str()).collect();
        assert_eq!(names, ["PS100005", "PS100012"]);
        // Nothing of the first computer is left in it but the bundle.
        let again = tsm_media::resolve(&read.definition, &desk.secrets, &kit::host(), &Context::silent()).unwrap();
        assert_eq!(again.plan_id, plan.plan_id);
        let file = desk.path(&format!("offline-{name}.json"));
        std::fs::write(&file, read.definition.to_json().unwrap()).unwrap();
        let isolated = make_offline(&file, kit::PASSWORD);
        eprintln!("made from {name}, without a network: {isolated}");
        assert_eq!(files(&desk.manifest()), files(&manifest_of(&medium)));
        same_outside_the_variables(&online, &std::fs::read(&medium).unwrap());
    }
}

/// A whole deployment, its operating system image in parts.
#[test]
fn a_stand_alone_medium_made_without_a_network_is_the_one_made_online() {
    let site = site!();
    let server = DistributionPoint::start(site, Behaviour::default()).unwrap();
    let mut desk = Desk::with_password(site);
    let profile = desk.path("profile.json");
    std::fs::write(&profile, r#"{ "imageSplit": { "longestWhole": 300000, "longestPart": 260000 } }"#).unwrap();
    let definition = &mut desk.definition;
    definition.kind = tsm_media::Kind::StandAlone;
    definition.media_mode = None;
    definition.management_point.clear();
    definition.boot_image.clear();
    definition.task_sequence = Some(tsm_sample_site::TASK_SEQUENCE.to_owned());
    definition.distribution_point = vec![server.url()];
    definition.epoch = Some(EPOCH);
    definition.split_image = true;
    definition.media_profile = Some(profile.into_string());
    desk.definition.cache_path = Some(desk.path("cache").into_string());
    desk.create().unwrap_or_else(|e| panic!("{}", words(&e)));
    let bundle = desk.path("bundle");
    export(&desk, &bundle).unwrap_or_else(|e| panic!("{}", words(&e)));
    drop(server);
    let medium = desk.path("offline.iso");
    let read = import(&bundle, None, &medium).unwrap_or_else(|e| panic!("{}", words(&e)));
    let file = desk.path("offline.json");
    std::fs::write(&file, read.definition.to_json().unwrap()).unwrap();
    let isolated = make_offline(&file, kit::PASSWORD);
    eprintln!("made without a network: {isolated}");
    let (online, offline) = (files(&desk.manifest()), files(&manifest_of(&medium)));
    assert_eq!(online, offline);
    assert!(online.iter().filter(|(path, _)| path.ends_with(".swm")).count() > 2);
    assert!(online.iter().any(|(path, _)| path == "SMS/data/Policy.xml"));
    same_outside_the_variables(&std::fs::read(desk.iso()).unwrap(), &std::fs::read(&medium).unwrap());
}

/// The images differ in the variables file, and where its length stands, and nowhere else. (Its length differs by a byte
/// now and then; the images cannot be compared by place then.)
fn same_outside_the_variables(a: &[u8], b: &[u8]) {
    let place = |bytes: &[u8]| {
        let mut image = tsm_optical::Image::open(std::io::Cursor::new(bytes)).unwrap();
        let files = image.files(tsm_optical::Tree::Udf).unwrap();
        let file = files.into_iter().find(|f| f.path == VARIABLES).unwrap();
        (file.extents[0].offset as usize, file.size as usize)
    };
    let ((offset, size), of_b) = (place(a), place(b));
    if (offset, size) != of_b || a.len() != b.len() {
        eprintln!("the variables files have different lengths");
        return;
    }
    let end = offset + size;
    assert!(a[..offset] == b[..offset] && a[end..] == b[end..]);
    assert!(a[offset..end] != b[offset..end]);
}

#[test]
fn files_of_the_first_computer_keep_their_time_and_certificates_are_left_out() {
    let site = site!();
    let mut desk = Desk::new(site);
    let folder = desk.path("prestart");
    std::fs::create_dir_all(folder.join("empty")).unwrap();
    std::fs::write(folder.join("start.cmd"), "@echo off\r\n").unwrap();
    let wim = desk.path("My Boot.wim");
    std::fs::copy(site.boot_wim(kit::BOOT_IMAGE).unwrap(), &wim).unwrap();
    let definition = &mut desk.definition;
    definition.boot_image = wim.into_string();
    definition.prestart_command = Some("cmd /C start.cmd".to_owned());
    definition.prestart_package = Some(folder.into_string());
    definition.distribution_point.clear();
    let profile = serde_json::json!({ "label": { "defaultLabel": "Another" } });
    std::fs::write(desk.path("profile.json"), profile.to_string()).unwrap();
    desk.definition.media_profile = Some(desk.path("profile.json").into_string());
    let plan = desk.plan().unwrap_or_else(|e| panic!("{}", words(&e)));
    let target = desk.path("bundle");
    export(&desk, &target).unwrap_or_else(|e| panic!("{}", words(&e)));
    assert!(!target.join("content").exists() && target.join("files/prestart/empty").is_dir());
    // A copy that forgets times, as many do.
    let copy = desk.path("copy");
    kit::copy_tree(&target, &copy);
    let now = std::time::SystemTime::now();
    let boot = copy.join("files/boot/My Boot.wim");
    std::fs::OpenOptions::new().write(true).open(&boot).unwrap().set_modified(now).unwrap();
    let read = import(&copy, None, &desk.iso()).unwrap_or_else(|e| panic!("{}", words(&e)));
    let again = tsm_media::resolve(&read.definition, &Secrets::default(), &kit::host(), &Context::silent()).unwrap();
    assert_eq!(again.plan_id, plan.plan_id);
    assert_eq!(again.label, "Another");
}

#[test]
fn what_a_bundle_says_is_read_by_sha256sum() {
    tools::need!("sha256sum");
    let site = site!();
    let desk = Desk::new(site);
    let target = desk.path("bundle");
    export(&desk, &target).unwrap();
    let mut check = Command::new("sha256sum");
    let output = check.args(["--check", "--strict", "--quiet", "SHA256SUMS"]).current_dir(&target).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

/// The kind of the error that a bundle gives after something was done to it.
fn refusal(source: &Utf8Path, to: Option<&Utf8Path>) -> ErrorKind {
    match import(source, to, Utf8Path::new("/nowhere/medium.iso")) {
        Ok(_) => panic!("'{source}' is taken"),
        Err(error) => {
            if let Some(to) = to {
                assert!(!to.exists(), "something is left behind: {}", words(&error));
            }
            error.kind()
        }
    }
}

#[test]
fn a_folder_that_is_not_as_it_was_written_is_refused() {
    let site = site!();
    let desk = Desk::new(site);
    let target = desk.path("bundle");
    export(&desk, &target).unwrap();
    let listing = kit::listing(&target);
    let files: Vec<&String> = listing.keys().filter(|path| !path.ends_with('/')).collect();
    for path in files {
        let place = target.join(path);
        let good = std::fs::read(&place).unwrap();
        let mut bad = good.clone();
        let middle = bad.len() / 2;
        bad[middle] ^= 0x10;
        std::fs::write(&place, &bad).unwrap();
        assert_eq!(refusal(&target, None), ErrorKind::BundleAltered, "{path} altered");
        std::fs::write(&place, &good[..good.len() - 1]).unwrap();
        assert_eq!(refusal(&target, None), ErrorKind::BundleAltered, "{path} cut");
        std::fs::write(&place, &good).unwrap();
    }
    std::fs::write(target.join("more.txt"), "foreign").unwrap();
    assert_eq!(refusal(&target, None), ErrorKind::BundleAltered);
    std::fs::remove_file(target.join("more.txt")).unwrap();
    std::fs::remove_file(target.join("facts.json")).unwrap();
    assert_eq!(refusal(&target, None), ErrorKind::BundleAltered);
    std::fs::remove_file(target.join("SHA256SUMS")).unwrap();
    assert_eq!(refusal(&target, None), ErrorKind::BundleInvalid);
}

#[test]
fn a_file_that_is_not_as_it_was_written_is_refused() {
    let site = site!();
    let desk = Desk::new(site);
    let (target, to) = (desk.path("bundle.iso"), desk.path("unpacked"));
    export(&desk, &target).unwrap();
    let good = std::fs::read(&target).unwrap();
    // Head, label, every structure, content, and the zeros at the end: a bit in each of them.
    for place in [0, 30, 60, 5000, 32_768, 40_000, 60_000, 600_000, good.len() / 2, good.len() - 40_000, good.len() - 1]
    {
        let mut bad = good.clone();
        bad[place] ^= 1;
        std::fs::write(&target, &bad).unwrap();
        let expected = if place < 25 { ErrorKind::BundleInvalid } else { ErrorKind::BundleAltered };
        assert_eq!(refusal(&target, Some(&to)), expected, "byte {place}");
    }
    for length in [25, 80, 32_767, 32_768, 40_000, good.len() / 3, good.len() - 2048, good.len() - 1] {
        std::fs::write(&target, &good[..length]).unwrap();
        assert_eq!(refusal(&target, Some(&to)), ErrorKind::BundleAltered, "{length} bytes");
    }
    for length in [0, 1, 24] {
        std::fs::write(&target, &good[..length]).unwrap();
        assert_eq!(refusal(&target, Some(&to)), ErrorKind::BundleInvalid, "{length} bytes");
    }
    std::fs::write(&target, b"not at all").unwrap();
    assert_eq!(refusal(&target, Some(&to)), ErrorKind::BundleInvalid);
    let mut newer = good.clone();
    let at = good.windows(8).position(|w| w == b"format 1").unwrap();
    newer[at + 7] = b'2';
    std::fs::write(&target, &newer).unwrap();
    assert_eq!(refusal(&target, Some(&to)), ErrorKind::BundleVersion);
    std::fs::write(&target, &good).unwrap();
    import(&target, Some(&to), Utf8Path::new("/nowhere/medium.iso")).unwrap();
}

#[test]
fn a_folder_of_a_newer_version_is_named_as_that() {
    let site = site!();
    let desk = Desk::new(site);
    let target = desk.path("bundle");
    export(&desk, &target).unwrap();
    let index = target.join("bundle.json");
    let old = kit::sha256_of(&index).to_lowercase();
    let text = std::fs::read_to_string(&index).unwrap().replace("\"format\": 1", "\"format\": 2");
    std::fs::write(&index, text).unwrap();
    let sums = std::fs::read_to_string(target.join("SHA256SUMS")).unwrap();
    std::fs::write(target.join("SHA256SUMS"), sums.replace(&old, &kit::sha256_of(&index).to_lowercase())).unwrap();
    assert_eq!(refusal(&target, None), ErrorKind::BundleVersion);
}

/// Writes the sums of a folder anew, as somebody does who alters a bundle on purpose.
fn sum_again(folder: &Utf8Path) {
    let listing = kit::listing(folder);
    let files = listing.iter().filter(|(path, _)| !path.ends_with('/') && *path != "SHA256SUMS");
    let sums: String = files.map(|(path, hash)| format!("{}  {path}\n", hash.to_lowercase())).collect();
    std::fs::write(folder.join("SHA256SUMS"), sums).unwrap();
}

/// Sums tell nothing of intent. Still no file of this computer gets on a medium, or is touched, because a bundle names it.
#[test]
fn a_bundle_that_leads_out_of_itself_is_refused_with_good_sums_too() {
    let site = site!();
    let desk = Desk::new(site);
    let target = desk.path("bundle");
    export(&desk, &target).unwrap();
    let outside = desk.path("outside.txt");
    std::fs::write(&outside, "mine").unwrap();
    let before = std::fs::metadata(&outside).unwrap().modified().unwrap();
    let out = outside.as_str();
    type Alteration<'a> = (&'a str, &'a str, &'a dyn Fn(&mut serde_json::Value));
    let cases: [Alteration<'_>; 9] = [
        ("bundle.json", "times of another file", &|v| v["times"]["../outside.txt"] = 5.into()),
        ("bundle.json", "times of a file by its whole path", &|v| v["times"][out] = 5.into()),
        ("bundle.json", "a folder outside", &|v| v["folders"] = serde_json::json!(["../new"])),
        ("definition.json", "content elsewhere", &|v| {
            v["distributionPoint"] = serde_json::json!(["./content", "/etc"])
        }),
        ("definition.json", "facts elsewhere", &|v| v["siteFacts"] = "../facts.json".into()),
        ("definition.json", "a boot image elsewhere", &|v| v["bootImage"] = "files/boot/../../../x.wim".into()),
        ("definition.json", "a certificate elsewhere", &|v| v["certificatePath"] = "/etc/client.pfx".into()),
        ("definition.json", "programs elsewhere", &|v| v["consolePath"] = "/opt".into()),
        ("definition.json", "a profile elsewhere", &|v| v["mediaProfile"] = "/etc/profile.json".into()),
    ];
    for (file, what, alter) in cases {
        let place = target.join(file);
        let good = std::fs::read(&place).unwrap();
        let mut value: serde_json::Value = serde_json::from_slice(&good).unwrap();
        alter(&mut value);
        std::fs::write(&place, value.to_string()).unwrap();
        sum_again(&target);
        assert_eq!(refusal(&target, None), ErrorKind::BundleAltered, "{what}");
        std::fs::write(&place, good).unwrap();
    }
    sum_again(&target);
    import(&target, None, &desk.iso()).unwrap_or_else(|e| panic!("{}", words(&e)));
    assert_eq!(std::fs::metadata(&outside).unwrap().modified().unwrap(), before);
}

#[test]
fn what_is_cancelled_leaves_nothing() {
    let site = site!();
    let desk = Desk::new(site);
    let (place, bundle) = (desk.path("air"), desk.path("bundle.iso"));
    std::fs::create_dir(&place).unwrap();
    export(&desk, &bundle).unwrap();
    let host = kit::host();
    for moment in [1, 2, 4, 7, 11] {
        for name in ["a", "a.iso"] {
            let context = cancelled_at(moment).0;
            let made = tsm_media::export_content(&desk.definition, &place.join(name), &desk.secrets, &host, &context);
            if let Err(error) = made {
                assert_eq!(error.kind(), ErrorKind::Cancelled, "{}", words(&error));
                assert!(kit::listing(&place).is_empty(), "{name}, report {moment}: {:?}", kit::listing(&place));
            } else {
                // A small bundle makes few reports.
                assert!(moment > 4, "{name}: nothing was stopped at report {moment}");
                kit::listing(&place).is_empty().then(|| panic!("{name} is not there"));
                std::fs::remove_dir_all(&place).unwrap();
                std::fs::create_dir(&place).unwrap();
            }
        }
    }
    let to = place.join("unpacked");
    let error = tsm_media::import_content(&bundle, Some(&to), Utf8Path::new("/nowhere/m.iso"), &cancelled_at(1).0);
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Cancelled);
    assert!(kit::listing(&place).is_empty());
}

#[test]
fn nothing_that_is_there_is_replaced() {
    let site = site!();
    let desk = Desk::new(site);
    let taken = desk.path("taken");
    std::fs::create_dir(&taken).unwrap();
    std::fs::write(taken.join("mine.txt"), "mine").unwrap();
    std::fs::write(desk.path("taken.iso"), "mine").unwrap();
    let before = desk.state();
    for name in ["taken", "taken.iso", "no/folder/bundle"] {
        assert_eq!(export(&desk, &desk.path(name)).unwrap_err().kind(), ErrorKind::BundleTarget, "{name}");
    }
    assert_eq!(desk.state(), before);
    let bundle = desk.path("bundle.iso");
    export(&desk, &bundle).unwrap();
    let medium = desk.iso();
    assert_eq!(import(&bundle, Some(&taken), &medium).unwrap_err().kind(), ErrorKind::BundleTarget);
    assert_eq!(import(&bundle, None, &medium).unwrap_err().kind(), ErrorKind::DefinitionIncomplete);
    assert_eq!(import(&desk.path("none"), None, &medium).unwrap_err().kind(), ErrorKind::BundleUnusable);
}

#[test]
fn a_certificate_file_is_not_in_a_bundle_and_that_is_told() {
    let site = site!();
    let mut desk = Desk::new(site);
    let file = desk.path("client.pfx");
    let own = serde_json::json!({ "path": file });
    let own: tsm_media::NewCertificate = serde_json::from_value(own).unwrap();
    desk.secrets.certificate_password = Some(tsm_media::Secret::new("Pa55".to_owned()));
    tsm_media::new_certificate(&own, &desk.secrets).unwrap_or_else(|e| panic!("{}", words(&e)));
    desk.definition.certificate_path = Some(file.into_string());
    let bundle = export(&desk, &desk.path("bundle")).unwrap_or_else(|e| panic!("{}", words(&e)));
    assert_eq!(bundle.left_out, ["certificatePath"]);
    let text = std::fs::read_to_string(desk.path("bundle/definition.json")).unwrap();
    let inside = Definition::parse(&text, None).unwrap();
    assert_eq!(inside.certificate_path, None);
    assert!(!kit::listing(&desk.path("bundle")).keys().any(|path| path.contains("pfx")));
}
