//! Debian's kernel reads the images: it is started in an emulator, mounts them as discs in a drive by each of their trees, and
//! prints what it finds.
//!
//! The kernel and a shell come from Debian's packages, which are downloaded once (72 MB); what is needed of them is kept in
//! `target/tmp/linux`. Nothing is installed. Without a network the test is skipped.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, missing_docs)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use common::features::{Feature, Files, cell, features};
use common::sparse::{LARGE, MARK, Marked};
use common::{Sample, have, ok, page};
use tsm_optical::{Image, Tree};

/// What the kernel needs to read discs in a drive: the names of modules, without those that they need.
const MODULES: [&str; 5] = ["ahci", "sr_mod", "isofs", "udf", "nls_utf8"];
/// Starting takes ten seconds on an idle machine.
const TIME_LIMIT: Duration = Duration::from_secs(400);
/// The mounts: the name of the driver in the table, the tree, and what `mount` is told.
const MOUNTS: [(&str, Tree, &str); 3] = [
    ("udf", Tree::Udf, "-t udf -o ro,utf8"),
    ("isofs", Tree::Joliet, "-t iso9660 -o ro,utf8"),
    ("isofs, nojoliet", Tree::Iso, "-t iso9660 -o ro,nojoliet"),
];

/// The kernel, its modules in the order in which they go in, and a shell; from Debian's packages.
struct Linux {
    kernel: PathBuf,
    busybox: PathBuf,
    modules: Vec<PathBuf>,
}

impl Linux {
    /// `None` if there are no packages to be had here.
    fn get() -> Option<Self> {
        if !["qemu-system-x86_64", "apt-get", "dpkg-deb"].into_iter().all(have) {
            return None;
        }
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("linux");
        let [kernel, busybox, modules] = ["kernel", "busybox", "modules"].map(|name| dir.join(name));
        // The last that is made.
        if !kernel.exists() {
            let unpacked = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
            if let Err(error) = download(unpacked.path()) {
                eprintln!("SKIPPED: no kernel to be had: {error}");
                return None;
            }
            fs::create_dir_all(&modules).unwrap();
            keep_modules(unpacked.path(), &modules);
            fs::copy(unpacked.path().join("bin/busybox"), &busybox).unwrap();
            let all = files_below(&unpacked.path().join("boot"));
            let image = all.iter().find(|path| file_name(path).starts_with("vmlinuz")).unwrap();
            fs::copy(image, &kernel).unwrap();
        }
        let mut modules = files_below(&modules);
        modules.sort();
        Some(Self { kernel, busybox, modules })
    }
}

/// Gets the packages and unpacks them into `dir`.
fn download(dir: &Path) -> Result<(), String> {
    let run = |program: &str, args: &[&str]| {
        let output = Command::new(program).args(args).current_dir(dir).output().map_err(|error| error.to_string())?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        if output.status.success() { Ok(said) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
    };
    let depends = run("apt-cache", &["depends", "linux-image-amd64"])?;
    let kernel = depends.lines().find_map(|line| line.trim().strip_prefix("Depends: "));
    run("apt-get", &["download", kernel.ok_or("apt knows no linux-image-amd64")?, "busybox-static"])?;
    for package in files_below(dir) {
        run("dpkg-deb", &["-x", package.to_str().unwrap(), "."])?;
    }
    Ok(())
}

fn files_below(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap());
    let below = |entry: fs::DirEntry| {
        if entry.file_type().unwrap().is_dir() { files_below(&entry.path()) } else { vec![entry.path()] }
    };
    entries.flat_map(below).collect()
}

fn file_name(path: &Path) -> &str {
    path.file_name().unwrap().to_str().unwrap()
}

/// Copies the modules that are needed, with numbers in their names that put each behind those that it needs itself.
fn keep_modules(unpacked: &Path, to: &Path) {
    let name = |path: &Path| file_name(path).split(".ko").next().unwrap().replace('-', "_");
    let modules = files_below(&unpacked.join("lib")).into_iter().filter(|path| file_name(path).contains(".ko"));
    let all: BTreeMap<String, PathBuf> = modules.map(|path| (name(&path), path)).collect();
    let mut kept: Vec<String> = Vec::new();
    let mut wanted = MODULES.map(str::to_owned).to_vec();
    while let Some(next) = wanted.pop() {
        // One that is not there is a part of the kernel itself.
        let Some(file) = all.get(&next).filter(|_| !kept.contains(&next)) else { continue };
        let module = read_module(file);
        let missing: Vec<String> =
            needed(&module).into_iter().filter(|name| all.contains_key(name) && !kept.contains(name)).collect();
        if missing.is_empty() {
            fs::write(to.join(format!("{:02}-{next}.ko", kept.len())), module).unwrap();
            kept.push(next);
        } else {
            wanted.push(next);
            wanted.extend(missing);
        }
    }
}

/// Later Debian compresses modules.
fn read_module(path: &Path) -> Vec<u8> {
    if file_name(path).ends_with(".xz") {
        return Command::new("xz").args(["-d", "-c"]).arg(path).output().unwrap().stdout;
    }
    fs::read(path).unwrap()
}

/// The modules that a module says it needs.
fn needed(module: &[u8]) -> Vec<String> {
    const KEY: &[u8] = b"\0depends=";
    let at = module.windows(KEY.len()).position(|window| window == KEY).map_or(module.len(), |at| at + KEY.len());
    let value: Vec<u8> = module[at..].iter().copied().take_while(|byte| *byte != 0).collect();
    let value = String::from_utf8(value).unwrap().replace('-', "_");
    value.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// An archive for the first file system of the kernel: "newc" of cpio.
#[derive(Default)]
struct Archive(Vec<u8>);

impl Archive {
    fn add(&mut self, name: &str, mode: u32, bytes: &[u8]) {
        let fields = [0, mode, 0, 0, 1, 0, bytes.len() as u32, 0, 0, 0, 0, name.len() as u32 + 1, 0];
        self.0.extend(b"070701");
        fields.iter().for_each(|field| self.0.extend(format!("{field:08x}").bytes()));
        self.part(&[name.as_bytes(), &[0]].concat());
        self.part(bytes);
    }

    fn part(&mut self, bytes: &[u8]) {
        self.0.extend(bytes);
        self.0.resize(self.0.len().next_multiple_of(4), 0);
    }
}

fn first_file_system(linux: &Linux, script: &str) -> Vec<u8> {
    let mut archive = Archive::default();
    for folder in ["bin", "dev", "mnt", "modules"] {
        archive.add(folder, 0o040_755, b"");
    }
    archive.add("bin/busybox", 0o100_755, &fs::read(&linux.busybox).unwrap());
    for module in &linux.modules {
        let name = format!("modules/{}", file_name(module));
        archive.add(&name, 0o100_644, &fs::read(module).unwrap());
    }
    archive.add("init", 0o100_755, script.as_bytes());
    archive.add("TRAILER!!!", 0, b"");
    archive.0
}

/// What the machine does: for each mount a line with its number, then what `sha256sum` and `stat` say of all files.
fn script(linux: &Linux) -> String {
    let modules: String = linux.modules.iter().map(|path| format!(" {}", file_name(path))).collect();
    let mut script = format!(
        "#!/bin/busybox sh\n/bin/busybox --install -s /bin\nexport PATH=/bin\nmount -t devtmpfs none /dev\n\
         for module in{modules}; do insmod /modules/$module; done\n\
         n=0; while [ ! -b /dev/sr1 ] && [ $n -lt 300 ]; do sleep 0.1; n=$((n + 1)); done\n"
    );
    let skip = (LARGE.size - MARK) / MARK;
    for (index, (_, _, options)) in MOUNTS.iter().enumerate() {
        script += &format!(
            "echo TSM-MOUNT {index}\nmount {options} /dev/sr0 /mnt && cd /mnt && find . -type f -exec sha256sum {{}} + && \
             find . -exec stat -c '%Y %n' {{}} +\ncd /; umount /mnt\n\
             echo TSM-LARGE {index}\nmount {options} /dev/sr1 /mnt && stat -c '%s' /mnt/*\n\
             dd if=$(ls /mnt/*) bs={MARK} skip={skip} 2>/dev/null | sha256sum\numount /mnt\n"
        );
    }
    script + "echo TSM-END\nreboot -f\n"
}

/// Starts the kernel with the two images in drives; gives what came out of the serial port.
fn start(linux: &Linux, images: [&Path; 2], scratch: &Path) -> String {
    let (initrd, serial) = (scratch.join("initrd"), scratch.join("serial.log"));
    fs::write(&initrd, first_file_system(linux, &script(linux))).unwrap();
    let mut qemu = Command::new("qemu-system-x86_64");
    qemu.args([
        "-machine",
        "q35,accel=tcg",
        "-m",
        "512",
        "-nodefaults",
        "-nic",
        "none",
        "-no-reboot",
        "-display",
        "none",
    ]);
    qemu.arg("-kernel").arg(&linux.kernel).arg("-initrd").arg(&initrd);
    qemu.args(["-append", "console=ttyS0 quiet loglevel=0 panic=-1"]);
    qemu.args(["-serial", &format!("file:{}", serial.display())]);
    for (index, image) in images.into_iter().enumerate() {
        let drive = format!("if=none,id=cd{index},media=cdrom,readonly=on,format=raw,file={}", image.display());
        qemu.args(["-drive", &drive, "-device", &format!("ide-cd,drive=cd{index},bus=ide.{index}")]);
    }
    let mut child = qemu.stdin(Stdio::null()).spawn().unwrap();
    let begun = Instant::now();
    while child.try_wait().unwrap().is_none() && begun.elapsed() < TIME_LIMIT {
        std::thread::sleep(Duration::from_millis(100));
    }
    let _ = child.kill();
    let _ = child.wait();
    eprintln!("the kernel took {:.1} s", begun.elapsed().as_secs_f64());
    let text = String::from_utf8_lossy(&fs::read(&serial).unwrap()).replace('\r', "");
    assert!(text.contains("TSM-END"), "{text}");
    text
}

/// All features on one medium, each in a folder with its number.
fn medium(features: &[Feature]) -> Sample {
    let mut all = Sample { label: "LINUX".into(), ..Sample::default() };
    for (number, feature) in features.iter().enumerate() {
        let files = feature.sample.files.iter();
        all.files.extend(files.map(|(path, bytes)| (format!("{number}/{path}"), bytes.clone())));
        all.folders.extend(feature.sample.folders.iter().map(|path| format!("{number}/{path}")));
    }
    all
}

/// What was printed for a mount: the hash of each file, and the time of each file and folder.
struct Mounted {
    hashes: BTreeMap<String, String>,
    times: BTreeMap<String, i64>,
}

impl Mounted {
    fn read(part: &str) -> Self {
        let path = |name: &str| name.trim_start_matches("./").to_owned();
        let lines = part.lines().filter_map(|line| line.split_once(' '));
        let (hashes, times): (Vec<_>, Vec<_>) = lines.partition(|(first, _)| first.len() == 64);
        Self {
            hashes: hashes.into_iter().map(|(hash, name)| (path(name.trim_start()), hash.to_owned())).collect(),
            times: times.into_iter().filter_map(|(time, name)| Some((path(name), time.parse().ok()?))).collect(),
        }
    }

    /// The files of a feature, with hashes as their bytes.
    fn files(&self, number: usize) -> Files {
        let below = format!("{number}/");
        let files = self.hashes.iter().filter_map(|(path, hash)| Some((path.strip_prefix(&below)?, hash)));
        files.map(|(path, hash)| (path.to_owned(), hash.as_bytes().to_vec())).collect()
    }
}

/// SHA-256 of each, by a program that is not ours.
fn hashes(files: &Files) -> Files {
    let dir = tempfile::tempdir().unwrap();
    let paths: Vec<PathBuf> = (0..files.len()).map(|number| dir.path().join(number.to_string())).collect();
    paths.iter().zip(files.values()).for_each(|(path, bytes)| fs::write(path, bytes).unwrap());
    let args: Vec<&str> = paths.iter().map(|path| path.to_str().unwrap()).collect();
    let (text, _) = ok("sha256sum", &args);
    files.keys().cloned().zip(text.lines().map(|line| line.as_bytes()[..64].to_vec())).collect()
}

#[test]
fn the_kernel_mounts_udf_and_both_trees_of_iso_9660() {
    let Some(linux) = Linux::get() else { return };
    let features = features();
    let sample = medium(&features);
    let dir = tempfile::tempdir().unwrap();
    let (image, large) = (dir.path().join("features.iso"), dir.path().join("large.iso"));
    fs::write(&image, sample.image()).unwrap();
    LARGE.write(&large);
    let serial = start(&linux, [&image, &large], dir.path());

    let mut heads = vec!["driver", "tree"];
    heads.extend(features.iter().map(|feature| feature.name));
    heads.push("a file of 5 GiB");
    let mut rows = Vec::new();
    for (index, (driver, tree, _)) in MOUNTS.iter().enumerate() {
        let part = serial.split(&format!("TSM-MOUNT {index}\n")).nth(1).unwrap().split("TSM-").next().unwrap();
        let mounted = Mounted::read(part);
        let mut row = vec![(*driver).to_owned(), tree.to_string()];
        row.extend(
            features
                .iter()
                .enumerate()
                .map(|(number, feature)| cell(&mounted.files(number), &hashes(&feature.sample.files))),
        );
        let part = serial.split(&format!("TSM-LARGE {index}\n")).nth(1).unwrap().split("TSM-").next().unwrap();
        row.push(if large_is_right(part) { "last bytes" } else { "**no**" }.to_owned());
        assert!(!row.concat().contains("**"), "{row:?}\n{serial}");
        times_are_right(&image, *tree, &mounted);
        rows.push(row);
    }
    assert!(
        rows[0][2..heads.len() - 1].iter().all(|cell| cell == "yes"),
        "UDF holds every name as it is: {:?}",
        rows[0]
    );
    page::check("Linux", &page::table(&heads, &rows));
}

fn large_is_right(part: &str) -> bool {
    // `dd` begins at the last whole 64 bytes before the mark.
    let skipped = (LARGE.size - MARK) / MARK * MARK;
    let mut end = vec![0; (LARGE.size - MARK - skipped) as usize];
    end.extend(Marked::mark(LARGE.path));
    let hash = hashes(&Files::from([(String::new(), end)])).remove("").unwrap();
    let lines: Vec<&str> = part.lines().collect();
    lines.first().is_some_and(|line| *line == LARGE.size.to_string())
        && lines.get(1).is_some_and(|line| line.as_bytes().starts_with(&hash))
}

/// Files and folders of the kernel are those of our reader, at the same times. Without Joliet the kernel shows small letters.
fn times_are_right(image: &Path, tree: Tree, mounted: &Mounted) {
    let mut ours = Image::open(File::open(image).unwrap()).unwrap();
    let name = |path: &str| if tree == Tree::Iso { path.to_lowercase() } else { path.to_owned() };
    let files = ours.files(tree).unwrap();
    let wanted: BTreeSet<(String, i64)> = files.iter().map(|file| (name(&file.path), file.modified.unwrap())).collect();
    let found = mounted.times.iter().filter(|(path, _)| *path != ".");
    let found: BTreeSet<(String, i64)> = found.map(|(path, time)| (path.clone(), *time)).collect();
    let different: Vec<_> = found.symmetric_difference(&wanted).take(10).collect();
    assert!(different.is_empty(), "{tree}: {different:?}");
}
