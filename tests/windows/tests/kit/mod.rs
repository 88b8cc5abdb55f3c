//! What the tests share: the files under test, a sample site, folders to write in, running the program.
#![allow(dead_code, unused_macros, unused_imports, reason = "each test file uses its part")]

use camino::{Utf8Path, Utf8PathBuf};
use serde_json::{Value, json};
use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use tempfile::TempDir;
use tsm_sample_site::{Site, SiteOptions};

/// The password of every medium here.
pub const PASSWORD: &str = "correct horse battery staple";

/// Whether this is wine (`build/windows/run-in-wine.sh` says so), for the few places where it is no Windows.
pub fn is_wine() -> bool {
    std::env::var_os("TSM_UNDER_WINE").is_some()
}

/// A file under test, if it was built.
pub fn find_artefact(name: &str) -> Option<Utf8PathBuf> {
    let folders = match std::env::var("TSM_WINDOWS_ARTEFACTS") {
        Ok(folder) => vec![Utf8PathBuf::from(folder)],
        Err(_) => {
            // A test is in target/<profile>/deps.
            let program = Utf8PathBuf::from_path_buf(std::env::current_exe().unwrap()).unwrap();
            program.ancestors().skip(1).take(2).map(Utf8Path::to_owned).collect()
        }
    };
    folders.iter().map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// The files under test, or the end of the test where they were not built.
macro_rules! artefact {
    ($name:literal) => {
        match crate::kit::find_artefact($name) {
            Some(file) => file,
            None => return eprintln!("SKIPPED: no {}: cargo build -p tsm-ffi -p tsm-cli, see docs/windows.md", $name),
        }
    };
}
pub(crate) use artefact;

/// The site that the tests of one file share; none without libwim. Each test writes into a folder of its own.
static SITE: LazyLock<Option<(TempDir, Site)>> = LazyLock::new(|| {
    let guard = tempfile::tempdir().unwrap();
    let options =
        SiteOptions { libwim: find_artefact("libwim-15.dll").into_iter().collect(), ..SiteOptions::default() };
    match Site::generate(&utf8(&guard).join("site"), &options) {
        Ok(site) => Some((guard, site)),
        Err(error) if format!("{error:#}").contains("libwim") => None,
        Err(error) => panic!("{error:#}"),
    }
});

pub fn find_site() -> Option<&'static Site> {
    SITE.as_ref().map(|(_, site)| site)
}

/// The site, or the end of the test where there can be none.
macro_rules! site {
    () => {
        match crate::kit::find_site() {
            Some(site) => site,
            None => return eprintln!("SKIPPED: no libwim-15.dll, see docs/windows.md"),
        }
    };
}
pub(crate) use site;

pub fn utf8(folder: &TempDir) -> Utf8PathBuf {
    Utf8PathBuf::from_path_buf(folder.path().to_owned()).unwrap()
}

/// A folder that goes away.
pub fn scratch() -> (TempDir, Utf8PathBuf) {
    let guard = tempfile::tempdir().unwrap();
    let folder = utf8(&guard);
    (guard, folder)
}

/// The definition of a medium `boot.iso` of a site, beside the definition.
pub fn definition(site: &Site) -> Value {
    json!({
        "schemaVersion": 1, "kind": "Bootable", "path": "boot.iso", "mediaType": "CdDvd", "mediaMode": "SiteBased",
        "siteFacts": site.facts_path(), "bootImage": "PS100005", "distributionPoint": site.libraries(),
        "managementPoint": ["http://mp1.contoso.test"], "temporaryFolder": ".", "logPath": "CreateTSMedia.log"
    })
}

/// The definition as a file in `folder`.
pub fn definition_file(folder: &Utf8Path, definition: &Value) -> Utf8PathBuf {
    let path = folder.join("definition.json");
    std::fs::write(&path, serde_json::to_string_pretty(definition).unwrap()).unwrap();
    path
}

/// What a run of the program left behind.
#[derive(Debug)]
pub struct Run {
    pub code: i32,
    pub output: String,
    pub errors: String,
}

impl Run {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.output).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }
}

/// Runs a program in a folder with the password on its standard input.
pub fn run_in(folder: &Utf8Path, program: &Utf8Path, arguments: &[&str]) -> Run {
    let mut child = Command::new(program)
        .args(arguments)
        .arg("--secret-stdin")
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The program may have ended already without reading. A console of Windows ends lines with CR and LF.
    let _ = child.stdin.take().unwrap().write_all(format!("{PASSWORD}\r\n").as_bytes());
    let output = child.wait_with_output().unwrap();
    Run {
        code: output.status.code().unwrap_or(-1),
        output: String::from_utf8(output.stdout).unwrap(),
        errors: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs a program in the folder for temporary files.
pub fn run(program: &Utf8Path, arguments: &[&str]) -> Run {
    run_in(&Utf8PathBuf::from_path_buf(std::env::temp_dir()).unwrap(), program, arguments)
}

/// Makes the medium of a definition file and tests it; both must be good.
pub fn must_make(program: &Utf8Path, definition: &str, medium: &str) {
    let made = run(program, &["new", definition, "--quiet"]);
    assert_eq!(made.code, 0, "{made:?}");
    let tested = run(program, &["test", medium]);
    assert_eq!(tested.code, 0, "{tested:?}");
}

/// The names in a folder.
pub fn names(folder: &Utf8Path) -> Vec<String> {
    let mut names: Vec<String> = folder.read_dir_utf8().unwrap().map(|e| e.unwrap().file_name().to_owned()).collect();
    names.sort();
    names
}

/// Copies a folder with everything in it.
pub fn copy_tree(from: &Utf8Path, to: &Utf8Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in from.read_dir_utf8().unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_tree(entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
