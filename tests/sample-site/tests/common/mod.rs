//! What the tests of this folder share.
#![allow(dead_code, clippy::print_stderr)]

use std::process::Command;

use camino::{Utf8Path, Utf8PathBuf};
use tsm_sample_site::{Site, SiteOptions};
use tsm_wim::{WimError, WimErrorKind};

/// A temporary folder.
pub struct Scratch {
    dir: tempfile::TempDir,
}

impl Scratch {
    pub fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self, name: &str) -> Utf8PathBuf {
        Utf8Path::from_path(self.dir.path()).unwrap().join(name)
    }
}

/// Says loudly that a test did nothing; with `TSM_REQUIRE_TOOLS=1` that is a failure.
pub fn skipped(why: &str) {
    assert_ne!(std::env::var("TSM_REQUIRE_TOOLS").as_deref(), Ok("1"), "a needed tool is missing: {why}");
    eprintln!("SKIPPED: {why}");
}

/// A site, or `None` with a loud word when there is no libwim. `TSM_LIBWIM` may name the file to use.
pub fn site(dir: &Utf8Path, options: &SiteOptions) -> Option<Site> {
    let libwim = std::env::var("TSM_LIBWIM").into_iter().map(Utf8PathBuf::from).collect();
    match Site::generate(dir, &SiteOptions { libwim, ..options.clone() }) {
        Ok(site) => Some(site),
        Err(error) => {
            let kind = error.downcast_ref::<WimError>().map(WimError::kind);
            assert_eq!(kind, Some(WimErrorKind::LibraryMissing), "{error:#}");
            skipped(&error.to_string());
            None
        }
    }
}

/// Output of a tool, which must succeed; `None` when it is not installed.
pub fn tool(name: &str, arguments: &[&str]) -> Option<String> {
    let output = match Command::new(name).args(arguments).output() {
        Ok(output) => output,
        Err(_) => {
            skipped(&format!("{name} is not installed"));
            return None;
        }
    };
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{name} {arguments:?}: {text}{errors}");
    Some(text)
}

/// Paths of all files below a folder with `/`, sorted.
pub fn files_below(root: &Utf8Path) -> Vec<String> {
    let (mut files, mut folders) = (Vec::new(), vec![root.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir_utf8().unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.into_path());
            } else {
                let path = entry.path().strip_prefix(root).unwrap();
                files.push(if cfg!(windows) { path.as_str().replace('\\', "/") } else { path.to_string() });
            }
        }
    }
    files.sort();
    files
}
