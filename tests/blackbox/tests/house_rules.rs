//! The rules of the house: who may know whom, what every crate and file looks like, one place for each truth.
//!
//! `docs/architecture.md` says why. A rule that only stands in a document is forgotten; these fail a build.
// They ask cargo and git about the source, which is the same everywhere, and expect the paths of Unix.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Who may use whom, outside of tests. Everything that is not here is a mistake.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("tsm-ffi", &["tsm-media", "tsm-job"]),
    ("tsm-cli", &["tsm-media", "tsm-job"]),
    (
        "tsm-media",
        &[
            "tsm-site",
            "tsm-content",
            "tsm-formats",
            "tsm-net",
            "tsm-cert",
            "tsm-optical",
            "tsm-wim",
            "tsm-platform",
            "tsm-job",
        ],
    ),
    ("tsm-site", &["tsm-formats", "tsm-job"]),
    ("tsm-content", &["tsm-formats", "tsm-net", "tsm-job"]),
    ("tsm-net", &["tsm-job"]),
    ("tsm-optical", &[]),
    ("tsm-wim", &[]),
    ("tsm-formats", &[]),
    ("tsm-cert", &[]),
    ("tsm-platform", &["tsm-net"]),
    ("tsm-job", &[]),
    // What makes test data may use what knows the formats, but nothing that ships may use it.
    ("tsm-sample-site", &["tsm-formats", "tsm-site", "tsm-wim"]),
    ("tsm-blackbox", &[]),
    ("tsm-firmware", &[]),
    (
        "tsm-benches",
        &["tsm-media", "tsm-content", "tsm-net", "tsm-formats", "tsm-platform", "tsm-job", "tsm-sample-site"],
    ),
    ("tsm-windows-tests", &[]),
];

/// The crates that call foreign code. Everywhere else `unsafe` is forbidden.
const MAY_BE_UNSAFE: &[&str] = &["tsm-ffi", "tsm-platform", "tsm-wim"];

/// Libraries that only one crate may use.
const ONLY_IN: &[(&str, &str)] = &[
    ("windows", "tsm-platform"),
    ("rustix", "tsm-platform"),
    ("windows-sys", "tsm-platform"),
    ("libc", "tsm-platform"),
    ("libloading", "tsm-wim"),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn metadata() -> Metadata {
    MetadataCommand::new().manifest_path(root().join("Cargo.toml")).no_deps().exec().unwrap()
}

/// The dependencies of a crate outside of its tests.
fn uses(package: &Package) -> impl Iterator<Item = &str> {
    package.dependencies.iter().filter(|d| d.kind != DependencyKind::Development).map(|d| d.name.as_str())
}

/// All files of the checkout that git keeps or would keep, as paths from its root; without git, all but results.
fn files() -> Vec<PathBuf> {
    let root = root();
    let mut found = files_by_git(&root).unwrap_or_else(|| {
        let mut found = Vec::new();
        walk(&root, &root, &mut found);
        found
    });
    found.retain(|path| root.join(path).is_file() && path.file_name().is_some_and(|name| name != "Cargo.lock"));
    found.sort();
    assert!(found.len() > 50, "only these files were found: {found:?}");
    found
}

fn files_by_git(root: &Path) -> Option<Vec<PathBuf>> {
    let arguments = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let output = std::process::Command::new("git").args(arguments).current_dir(root).output().ok()?;
    let names = String::from_utf8(output.stdout).ok().filter(|_| output.status.success())?;
    Some(names.split_terminator('\0').map(PathBuf::from).collect())
}

fn walk(folder: &Path, root: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        match ([".git", "target", "runtimes"].contains(&name.as_str()), path.is_dir()) {
            (true, _) => {}
            (false, true) => walk(&path, root, found),
            (false, false) => found.push(path.strip_prefix(root).unwrap().to_owned()),
        }
    }
}

/// The files that people read: not pictures, nor the samples that damaged discs are made from.
fn texts() -> impl Iterator<Item = PathBuf> {
    const EXTENSIONS: &[&str] =
        &["rs", "toml", "md", "ps1", "psm1", "psd1", "ps1xml", "sh", "json", "xml", "txt", "c", "yml", "cfg"];
    files().into_iter().filter(|p| match p.extension() {
        Some(_) => has_extension(p, EXTENSIONS),
        None => ["run", "LICENSE"].iter().any(|name| p.file_name().is_some_and(|n| n == *name)),
    })
}

fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    path.extension().is_some_and(|e| extensions.contains(&e.to_string_lossy().as_ref()))
}

fn read(path: &Path) -> String {
    let bytes = std::fs::read(root().join(path)).unwrap();
    String::from_utf8(bytes).unwrap_or_else(|_| panic!("{} is not UTF-8", path.display()))
}

/// Fails with one line a fault, so that one run shows them all.
fn assert_none(rule: &str, faults: &[String]) {
    assert!(faults.is_empty(), "{rule}:\n  {}", faults.join("\n  "));
}

#[test]
fn crates_know_only_those_that_they_may_know() {
    let may: BTreeMap<&str, &[&str]> = MAY_KNOW.iter().copied().collect();
    let metadata = metadata();
    let ours: BTreeSet<&str> = metadata.workspace_packages().iter().map(|p| p.name.as_str()).collect();
    assert_eq!(ours, may.keys().copied().collect(), "a crate came or went: say here whom it may know");
    let mut faults = Vec::new();
    for package in metadata.workspace_packages() {
        for used in uses(package).filter(|d| ours.contains(d)) {
            if !may[package.name.as_str()].contains(&used) {
                faults.push(format!("{} uses {used}", package.name));
            }
        }
    }
    assert_none("who may know whom", &faults);
}

#[test]
fn some_libraries_live_in_one_room() {
    let mut faults = Vec::new();
    for package in metadata().workspace_packages() {
        for used in uses(package) {
            if ONLY_IN.iter().any(|(library, room)| *library == used && *room != package.name.as_str()) {
                faults.push(format!("{} uses {used}", package.name));
            }
        }
    }
    assert_none("the operating system is called in its own room only", &faults);
}

#[test]
fn errors_of_libraries_have_types() {
    let mut faults = Vec::new();
    for package in metadata().workspace_packages() {
        if !package.name.starts_with("tsm-sample") && uses(package).any(|d| d == "anyhow") {
            faults.push(package.name.to_string());
        }
    }
    assert_none("anyhow is for tools and tests", &faults);
}

#[test]
fn unsafe_code_is_forbidden_but_in_three_rooms() {
    let mut faults = Vec::new();
    for package in metadata().workspace_packages() {
        for target in package.targets.iter().filter(|t| !t.is_test()) {
            let text = std::fs::read_to_string(&target.src_path).unwrap();
            let forbids = text.contains("#![forbid(unsafe_code)]");
            if !forbids && !MAY_BE_UNSAFE.contains(&package.name.as_str()) {
                faults.push(target.src_path.to_string());
            }
        }
    }
    assert_none("#![forbid(unsafe_code)] is missing", &faults);
}

#[test]
fn every_crate_inherits_lints_versions_and_licence() {
    let mut faults = Vec::new();
    for package in metadata().workspace_packages() {
        let manifest = std::fs::read_to_string(&package.manifest_path).unwrap().replace("\r\n", "\n");
        for line in ["version.workspace = true", "license.workspace = true", "[lints]\nworkspace = true"] {
            if !manifest.contains(line) {
                faults.push(format!("{}: '{line}' is missing", package.manifest_path));
            }
        }
        if package.description.as_deref().unwrap_or_default().is_empty() {
            faults.push(format!("{}: no description", package.manifest_path));
        }
        faults.extend(own_versions(&manifest).map(|line| format!("{}: {line}", package.manifest_path)));
    }
    assert_none("crates inherit from the workspace", &faults);
}

/// The lines of a manifest's dependency tables that do not take their version from the workspace.
fn own_versions(manifest: &str) -> impl Iterator<Item = &str> {
    let mut in_dependencies = false;
    manifest.lines().filter(move |line| {
        if line.starts_with('[') {
            in_dependencies = line.trim_end_matches(']').ends_with("dependencies");
            return false;
        }
        in_dependencies && line.contains('=') && !line.starts_with('#') && !line.contains("workspace = true")
    })
}

#[test]
fn the_workspace_lists_no_library_that_nobody_uses() {
    let manifest = read(Path::new("Cargo.toml"));
    let table = manifest.split("[workspace.dependencies]").nth(1).unwrap().split("\n[").next().unwrap().to_owned();
    let listed =
        table.lines().filter(|l| !l.starts_with('#')).filter_map(|l| l.split_once(" = ")).map(|(name, _)| name);
    let metadata = metadata();
    let used: BTreeSet<&str> =
        metadata.workspace_packages().iter().flat_map(|p| p.dependencies.iter().map(|d| d.name.as_str())).collect();
    let faults: Vec<String> = listed.filter(|name| !used.contains(name)).map(str::to_owned).collect();
    assert_none("listed, but used by no crate", &faults);
}

#[test]
fn every_library_has_its_reason_in_the_decisions() {
    let decisions = read(Path::new("docs/decisions.md"));
    let mut faults = BTreeSet::new();
    for package in metadata().workspace_packages() {
        for dependency in package.dependencies.iter().filter(|d| !d.name.starts_with("tsm-")) {
            if !decisions.contains(&format!("`{}`", dependency.name)) {
                faults.insert(dependency.name.clone());
            }
        }
    }
    assert_none("docs/decisions.md does not say why it is here", &faults.into_iter().collect::<Vec<_>>());
}

#[test]
fn every_source_file_begins_by_saying_what_it_is() {
    let faults: Vec<String> = files()
        .iter()
        .filter(|p| has_extension(p, &["rs"]))
        .filter(|p| {
            let text = read(p);
            let first = text.lines().next().unwrap_or_default();
            !first.starts_with("//! ") || first == "//! (being written)"
        })
        .map(|p| p.display().to_string())
        .collect();
    assert_none("no '//!' on the first line", &faults);
}

#[test]
fn a_file_has_one_subject() {
    /// More lines than this, tests and the help of a command not counted, are two subjects.
    const MOST_LINES: usize = 600;
    let mut faults = Vec::new();
    for path in files().iter().filter(|p| has_extension(p, &["rs", "ps1"]) && !p.starts_with("tests")) {
        let text = read(path);
        let (before, rest) = text.split_once("<#").unwrap_or((&text, ""));
        let behind = rest.split_once("#>").map_or(rest, |(_, behind)| behind);
        let code = if has_extension(path, &["ps1"]) { format!("{before}{behind}") } else { text.clone() };
        let lines = code.lines().take_while(|l| *l != "#[cfg(test)]").count();
        if lines > MOST_LINES {
            faults.push(format!("{}: {lines} lines", path.display()));
        }
    }
    assert_none("too long for one subject", &faults);
}

#[test]
fn texts_are_utf_8_with_unix_line_ends() {
    let mut faults = Vec::new();
    for path in texts() {
        let bytes = std::fs::read(root().join(&path)).unwrap();
        let name = path.display();
        match String::from_utf8(bytes) {
            Err(_) => faults.push(format!("{name}: not UTF-8")),
            Ok(text) if text.contains('\r') => faults.push(format!("{name}: carriage return")),
            Ok(text) if !text.is_empty() && !text.ends_with('\n') => faults.push(format!("{name}: no last line end")),
            Ok(_) => {}
        }
    }
    assert_none("texts", &faults);
}

/// Windows PowerShell 5.1 reads a script without a byte order mark in the system's code page.
#[test]
fn scripts_are_ascii_or_have_a_byte_order_mark() {
    let faults: Vec<String> = files()
        .iter()
        .filter(|p| has_extension(p, &["ps1", "psm1", "psd1", "ps1xml"]))
        .filter(|p| {
            let text = read(p);
            !text.is_ascii() && !text.starts_with('\u{feff}')
        })
        .map(|p| p.display().to_string())
        .collect();
    assert_none("neither ASCII nor UTF-8 with a byte order mark", &faults);
}

#[test]
fn no_path_of_one_machine_is_left() {
    // Put together here, so that this file does not find itself.
    let traces = ["work", "root", "tmp/target", "tmp/bash"].map(|name| format!("/{name}/"));
    let mut faults = Vec::new();
    for path in texts() {
        for (number, line) in read(&path).lines().enumerate() {
            if traces.iter().any(|trace| line.contains(trace)) {
                faults.push(format!("{}:{}: {}", path.display(), number + 1, line.trim()));
            }
        }
    }
    assert_none("a path that only one machine has", &faults);
}

#[test]
fn links_between_documents_lead_somewhere() {
    let mut faults = Vec::new();
    for path in files().iter().filter(|p| has_extension(p, &["md"])) {
        let text = read(path);
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let target = link.split('#').next().unwrap_or_default();
            if target.is_empty() || target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            if !root().join(path.parent().unwrap()).join(target).exists() {
                faults.push(format!("{}: {link}", path.display()));
            }
        }
    }
    assert_none("dead links", &faults);
}

/// One number, one meaning: what documents and scripts name has to be in a table of the product.
#[test]
fn every_error_number_that_is_named_exists() {
    let mut known: BTreeSet<String> = tsm_media::ErrorKind::ALL.iter().map(|k| k.code().to_owned()).collect();
    // Numbers of the boundary and of the module stand where they are declared.
    for folder in ["native/ffi/src", "module"] {
        for path in files().iter().filter(|p| p.starts_with(folder)) {
            known.extend(numbers(&read(path)).filter(|n| n.starts_with("TSM19")));
        }
    }
    let mut faults = Vec::new();
    for path in files().iter().filter(|p| has_extension(p, &["md", "ps1", "psm1", "psd1", "rs"])) {
        for number in numbers(&read(path)) {
            // Tests use numbers that nobody has.
            if !known.contains(&number) && !number.starts_with("TSM0") && !number.ends_with("999") {
                faults.push(format!("{}: {number}", path.display()));
            }
        }
    }
    assert_none("an error number that no table has", &faults);
}

/// The texts of the form `TSM` and four digits.
fn numbers(text: &str) -> impl Iterator<Item = String> + '_ {
    text.match_indices("TSM").filter_map(|(at, _)| {
        let digits = text.get(at + 3..at + 7)?;
        let longer = text.as_bytes().get(at + 7).is_some_and(u8::is_ascii_alphanumeric);
        (digits.bytes().all(|b| b.is_ascii_digit()) && !longer).then(|| format!("TSM{digits}"))
    })
}
