//! What the tests share: trees of files with made-up content, images of them, and the tools of others.
#![allow(dead_code, clippy::print_stderr)]

pub mod features;
pub mod page;
pub mod sparse;

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Command, Output};

use tsm_optical::{
    BootImage, BootSource, ContentSource, Entry, FileInfo, Image, ImageOptions, Item, Layout, Platform, Tree,
};

/// 2023-11-14 22:13:20 UTC.
pub const EPOCH: i64 = 1_700_000_000;

/// A tree of files and what boots from it.
#[derive(Clone, Default)]
pub struct Sample {
    pub files: BTreeMap<String, Vec<u8>>,
    pub folders: Vec<String>,
    pub hidden: Vec<Vec<u8>>,
    pub boot: Vec<BootImage>,
    pub label: String,
}

impl Sample {
    /// Files at the borders of sectors, folders, names, and boot images as media of Windows have them.
    pub fn rich() -> Self {
        let mut sample = Self { label: "TSM Prüfung".into(), ..Self::default() };
        for (path, size) in [
            ("bootmgr", 700_000),
            ("bootmgr.efi", 2048),
            ("boot/boot.sdi", 3_170_304),
            ("boot/bcd", 2047),
            ("sources/boot.wim", 5_000_001),
            ("SMS/data/TsmBootstrap.ini", 200),
            ("SMS/data/Variables.dat", 2049),
            ("EFI/boot/bootx64.efi", 4096),
            ("empty.txt", 0),
            ("one.bin", 1),
            ("Umlaut/Zürich 100%.txt", 100),
            ("Ж/Привет мир.txt", 77),
            ("beyond/😀 smile.txt", 55),
            ("case/readme.txt", 10),
            ("case/README.TXT", 11),
            ("case/Readme.txt", 12),
        ] {
            sample.add(path, size);
        }
        sample.add(&format!("long/{}.wim", "n".repeat(200)), 300);
        sample.add(&format!("long/{}x.wim", "n".repeat(199)), 301);
        let deep: Vec<String> = (0..60).map(|level| format!("d{level}")).collect();
        sample.add(&format!("{}/bottom.txt", deep.join("/")), 33);
        sample.folders = vec!["nothing here".into(), "Ж/leer".into()];
        sample.hidden = vec![content("etfsboot", 4096), content("efisys", 1_474_560)];
        sample.boot = vec![hidden(Platform::Bios, 4096), hidden(Platform::Uefi, 1_474_560)];
        sample
    }

    pub fn add(&mut self, path: &str, size: usize) {
        self.files.insert(path.to_owned(), content(path, size));
    }

    pub fn entries(&self) -> Vec<Entry> {
        let files =
            self.files.iter().map(|(path, bytes)| Entry::file(path, bytes.len() as u64, EPOCH + bytes.len() as i64));
        files.chain(self.folders.iter().map(|path| Entry::dir(path, EPOCH))).collect()
    }

    pub fn options(&self) -> ImageOptions {
        ImageOptions {
            label: self.label.clone(),
            publisher: "publisher & co".into(),
            epoch: EPOCH,
            unique: 7,
            ..ImageOptions::default()
        }
    }

    pub fn layout(&self) -> Layout {
        Layout::new(self.entries(), self.boot.clone(), &self.options()).unwrap()
    }

    pub fn image(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.layout().write(&mut bytes, &mut self.clone(), &mut |_| ControlFlow::Continue(())).unwrap();
        bytes
    }
}

impl ContentSource for Sample {
    fn open(&mut self, item: &Item<'_>) -> io::Result<Box<dyn Read + '_>> {
        Ok(match item {
            Item::File(path) => Box::new(self.files.get(*path).ok_or(io::ErrorKind::NotFound)?.as_slice()),
            Item::HiddenBoot(index) => Box::new(self.hidden[*index].as_slice()),
        })
    }
}

pub fn hidden(platform: Platform, size: u64) -> BootImage {
    BootImage { platform, source: BootSource::Hidden { size }, boot_info_table: false }
}

/// Bytes that differ from file to file and from sector to sector, and hardly compress.
pub fn content(name: &str, size: usize) -> Vec<u8> {
    let mut state = name
        .bytes()
        .fold(0xCBF2_9CE4_8422_2325u64, |state, byte| (state ^ u64::from(byte)).wrapping_mul(0x100_0000_01B3))
        | 1;
    let mut bytes = Vec::with_capacity(size + 8);
    while bytes.len() < size {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend(state.to_le_bytes());
    }
    bytes.truncate(size);
    bytes
}

/// Whether `tool` is there. Without it the test says so and is skipped, or fails if `TSM_REQUIRE_TOOLS` is 1.
pub fn have(tool: &str) -> bool {
    let found =
        std::env::var_os("PATH").is_some_and(|path| std::env::split_paths(&path).any(|dir| dir.join(tool).is_file()));
    // Under wine that folder is there, and what is in it cannot be run.
    let found = found || cfg!(unix) && Path::new("/usr/sbin").join(tool).is_file();
    if !found {
        assert!(std::env::var("TSM_REQUIRE_TOOLS").as_deref() != Ok("1"), "{tool} is missing");
        eprintln!("SKIPPED: {tool} is missing");
    }
    found
}

pub fn run(tool: &str, args: &[&str]) -> Output {
    let tool = if Path::new("/usr/sbin").join(tool).is_file() { format!("/usr/sbin/{tool}") } else { tool.to_owned() };
    Command::new(&tool).args(args).env("LC_ALL", "C.UTF-8").output().unwrap_or_else(|error| panic!("{tool}: {error}"))
}

/// Standard output and error of a run that must succeed.
pub fn ok(tool: &str, args: &[&str]) -> (String, String) {
    let output = run(tool, args);
    let text =
        (String::from_utf8_lossy(&output.stdout).into_owned(), String::from_utf8_lossy(&output.stderr).into_owned());
    assert!(output.status.success(), "{tool} {args:?}: {}\n{}\n{}", output.status, text.0, text.1);
    text
}

/// Files without bytes.
pub struct Empty;

impl ContentSource for Empty {
    fn open(&mut self, _: &Item<'_>) -> io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(io::empty()))
    }
}

/// All files below `dir`, by their path with `/`.
pub fn files_below(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut pending = vec![(dir.to_path_buf(), String::new())];
    while let Some((dir, prefix)) = pending.pop() {
        for entry in std::fs::read_dir(&dir).unwrap() {
            let entry = entry.unwrap();
            let path = format!("{prefix}{}", entry.file_name().into_string().unwrap());
            if entry.file_type().unwrap().is_dir() {
                pending.push((entry.path(), format!("{path}/")));
            } else {
                files.insert(path, std::fs::read(entry.path()).unwrap());
            }
        }
    }
    files
}

/// What this crate's reader sees: content of all files of a tree, by path.
pub fn contents<R: Read + io::Seek>(image: &mut Image<R>, tree: Tree) -> BTreeMap<String, Vec<u8>> {
    let files = image.files(tree).unwrap();
    let read = |file: &FileInfo| {
        let mut bytes = Vec::new();
        image.read_file(file).read_to_end(&mut bytes).unwrap();
        (file.path.clone(), bytes)
    };
    files.iter().filter(|file| !file.is_dir).map(read).collect()
}

/// Asserts that two sets of files are the same without printing their bytes.
pub fn assert_same(found: &BTreeMap<String, Vec<u8>>, wanted: &BTreeMap<String, Vec<u8>>, who: &str) {
    let paths = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(paths(found), paths(wanted), "{who}");
    for (path, bytes) in wanted {
        assert!(found[path] == *bytes, "{who}: the content of {path} differs");
    }
}

/// A file in a directory that goes away with it.
pub struct OnDisk {
    pub dir: tempfile::TempDir,
    pub path: String,
}

pub fn on_disk(bytes: &[u8]) -> OnDisk {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("image.iso");
    std::fs::write(&path, bytes).unwrap();
    OnDisk { path: path.to_str().unwrap().to_owned(), dir }
}

/// An empty folder beside the image.
pub fn folder(disk: &OnDisk, name: &str) -> String {
    let path = disk.dir.path().join(name);
    std::fs::create_dir(&path).unwrap();
    path.to_str().unwrap().to_owned()
}

/// The image with `bytes` at `offset`, to hide one of its trees from a tool that takes the first it finds.
pub fn patched(disk: &OnDisk, name: &str, offset: usize, bytes: &[u8]) -> String {
    let mut image = std::fs::read(&disk.path).unwrap();
    image[offset..offset + bytes.len()].copy_from_slice(bytes);
    let path = disk.dir.path().join(name);
    std::fs::write(&path, image).unwrap();
    path.to_str().unwrap().to_owned()
}

/// The files as this crate's reader sees them in one tree.
pub fn ours(disk: &OnDisk, tree: Tree) -> BTreeMap<String, Vec<u8>> {
    contents(&mut Image::open(io::Cursor::new(std::fs::read(&disk.path).unwrap())).unwrap(), tree)
}

/// A name of ISO 9660 as people know it.
pub fn without_version(path: &str) -> String {
    let path = path.strip_suffix(";1").unwrap_or(path);
    path.strip_suffix('.').unwrap_or(path).to_owned()
}
