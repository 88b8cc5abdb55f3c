//! What the tests of this folder share: temporary folders, a small tree, and wimlib-imagex as the tool of others.
#![allow(dead_code, clippy::print_stderr)]

use std::ops::ControlFlow;
use std::process::Command;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use tsm_wim::{Architecture, CaptureOptions, Compression, Library};

/// A temporary folder with a Unicode path.
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

/// libwim, or `None` with a loud word. `TSM_LIBWIM` may name the file to use.
pub fn library() -> Option<Arc<Library>> {
    let candidates: Vec<Utf8PathBuf> = std::env::var("TSM_LIBWIM").into_iter().map(Into::into).collect();
    match Library::load(&candidates) {
        Ok(library) => Some(library),
        Err(error) => {
            skipped(&error.to_string());
            None
        }
    }
}

/// Output of `wimlib-imagex`, which must succeed; `None` when it is not installed.
pub fn imagex(arguments: &[&str]) -> Option<String> {
    match Command::new("wimlib-imagex").args(arguments).output() {
        Err(_) => {
            skipped("wimlib-imagex (Debian: wimtools) is not installed");
            None
        }
        Ok(output) => {
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            let errors = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "wimlib-imagex {arguments:?}: {text}{errors}");
            Some(text)
        }
    }
}

/// A tree with what matters: depth, an empty folder, an empty file, equal files, a name that is not ASCII.
pub fn make_tree(root: &Utf8Path) {
    let files: [(&str, &[u8]); 6] = [
        ("Windows/Boot/EFI/bootmgfw.efi", b"loader"),
        ("Windows/Boot/EFI/empty.bin", b""),
        ("Windows/Boot/PCAT/bootmgr", b"loader"),
        ("Windows/System32/grüße 世界.txt", b"hello"),
        ("sms/bin/x64/TsBootShell.exe", &[0x5a; 100_000]),
        ("root.txt", b"at the root"),
    ];
    for (path, bytes) in files {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    std::fs::create_dir_all(root.join("Windows/Empty")).unwrap();
}

pub fn options() -> CaptureOptions {
    CaptureOptions {
        image_name: "Boot image (x64)".to_owned(),
        description: "a description & <more>".to_owned(),
        compression: Compression::Lzx,
        boot_index: 1,
        guid: *b"0123456789abcdef",
        times: 1_700_000_000,
        fix_source_times: true,
        architecture: Some(Architecture::X64),
        version: Some((10, 0, 26100, 1742)),
        properties: vec![("WINDOWS/EDITIONID".to_owned(), "WindowsPE".to_owned())],
        integrity: false,
    }
}

/// A callback that lets everything pass.
pub fn go_on(_: u64, _: u64) -> ControlFlow<()> {
    ControlFlow::Continue(())
}
