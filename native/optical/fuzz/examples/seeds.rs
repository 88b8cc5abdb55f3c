//! Makes the seeds of the fuzz targets anew: small images by our writer, genisoimage, xorriso, and mkudffs with udfclient,
//! in the packed form.
//!
//! `cargo run --manifest-path native/optical/fuzz/Cargo.toml --example seeds`
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../../tests/common/mod.rs"]
mod common;

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use common::{Sample, content, hidden, ok};
use tsm_optical::{ContentSource, Entry, ImageOptions, Item, Layout, Platform};
use tsm_optical_fuzz::packed::Packed;

fn main() {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds");
    std::fs::create_dir_all(&seeds).unwrap();
    let save = |name: &str, image: &[u8]| {
        let bytes = Packed::of_image(image).bytes();
        println!("{name}: {} bytes", bytes.len());
        std::fs::write(seeds.join(name), bytes).unwrap();
    };
    save("ours", &ours().image());
    save("ours-large", &large());
    save("ours-metadata-partition", &with_metadata_partition(ours().image()));
    let from = folder();
    let from = from.path().to_str().unwrap();
    let to = tempfile::tempdir().unwrap();
    let to = to.path().join("image");
    let file = to.to_str().unwrap();
    let boot = ["-b", "a.bin", "-no-emul-boot", "-c", "boot.cat"];
    let runs: [(&str, &str, &[&str]); 4] = [
        ("genisoimage-udf", "genisoimage", &["-udf", "-J", "-R"]),
        ("genisoimage-rock-ridge", "genisoimage", &["-R"]),
        ("genisoimage-plain", "genisoimage", &["-iso-level", "4", "-N"]),
        ("xorriso", "xorriso", &["-as", "mkisofs", "-J", "-R"]),
    ];
    for (name, tool, arguments) in runs {
        ok(tool, &[arguments, &boot, &["-quiet", "-o", file, from]].concat());
        save(name, &std::fs::read(&to).unwrap());
    }
    for (media, revision, block) in
        [("hd", "1.02", "512"), ("cdrw", "1.50", "2048"), ("dvdrw", "2.01", "2048"), ("hd", "2.01", "4096")]
    {
        mkudffs(&to, media, revision, block, Path::new(from));
        save(&format!("mkudffs-{media}-{revision}-{block}"), &std::fs::read(&to).unwrap());
    }
    for (media, revision) in [("cdr", "1.50"), ("dvdr", "2.01"), ("bdr", "2.50"), ("bdr", "2.60")] {
        save(&format!("mkudffs-{media}-{revision}"), &write_once(&to, media, revision));
    }
}

fn ours() -> Sample {
    let mut sample = Sample { label: "seed".into(), folders: vec!["empty".into()], ..Sample::default() };
    for (path, size) in [("a/b/c/d.txt", 2100), ("a/b/x.txt", 1), ("Ж.txt", 0), ("a name with spaces", 30)] {
        sample.add(path, size);
    }
    sample.hidden = vec![vec![1; 40], vec![2; 50]];
    sample.boot = vec![hidden(Platform::Bios, 40), hidden(Platform::Uefi, 50)];
    sample
}

/// Our image with a metadata partition (UDF 2.50 2.2.10) put in, which the tools at hand do not make: its file shows the
/// whole partition in two pieces, and the file set is found through it.
fn with_metadata_partition(mut image: Vec<u8>) -> Vec<u8> {
    let sectors = image.len() / 2048;
    let (partition, spare) = (257, sectors - 2);
    let blocks = (sectors - 258) as u32;
    let logical = (32..48).find(|sector| image[sector * 2048] == 6).unwrap();
    assert!(image[spare * 2048..][..2048].iter().all(|byte| *byte == 0));
    let mut map = vec![2, 64, 0, 0, 0];
    map.extend(b"*UDF Metadata Partition");
    map.resize(40, 0);
    map.extend(((spare - partition) as u32).to_le_bytes());
    map.resize(64, 0);
    let mut put =
        |sector: usize, at: usize, bytes: &[u8]| image[sector * 2048 + at..][..bytes.len()].copy_from_slice(bytes);
    put(logical, 256, &[1]);
    put(logical, 264, &[70, 0, 0, 0, 2]);
    put(logical, 446, &map);
    // File entry 261 of type 250 with short allocation descriptors.
    put(spare, 0, &[5, 1, 2, 0]);
    put(spare, 20, &[4]);
    put(spare, 27, &[250]);
    put(spare, 56, &(u64::from(blocks) * 2048).to_le_bytes());
    put(spare, 172, &[16]);
    for (index, value) in [5 * 2048, 0, (blocks - 5) * 2048, 5].into_iter().enumerate() {
        put(spare, 176 + index * 4, &value.to_le_bytes());
    }
    image
}

/// The structures of files beyond 4 GiB and 234 GiB, without the files.
fn large() -> Vec<u8> {
    let entries = [("five", 5 << 30), ("many", 250 << 30)].map(|(name, size)| Entry::file(name, size, 0));
    let layout = Layout::new(entries.to_vec(), Vec::new(), &ImageOptions::default()).unwrap();
    let mut image = Beginning(Vec::new());
    let stopped = layout.write(&mut image, &mut Zeros, &mut |_| std::ops::ControlFlow::Continue(()));
    assert!(stopped.is_err());
    image.0
}

/// Takes what comes up to 1 MiB.
struct Beginning(Vec<u8>);

impl Write for Beginning {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let count = bytes.len().min((1 << 20) - self.0.len());
        self.0.extend(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

struct Zeros;

impl ContentSource for Zeros {
    fn open(&mut self, _: &Item<'_>) -> std::io::Result<Box<dyn std::io::Read + '_>> {
        Ok(Box::new(std::io::repeat(0)))
    }
}

fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let long = format!("{}.txt", "n".repeat(200));
    let deep = "1/2/3/4/5/6/7/8/9/x";
    for (path, size) in
        [("a.bin", 100), ("empty", 0), ("folder/Some name.txt", 5), ("folder/deep/x", 1), (&long, 2), (deep, 3)]
    {
        let path = dir.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content("x", size)).unwrap();
    }
    dir
}

fn mkudffs(to: &Path, media: &str, revision: &str, block: &str, from: &Path) {
    let _ = std::fs::remove_file(to);
    File::create(to).unwrap().set_len(64 << 20).unwrap();
    let options = [format!("--media-type={media}"), format!("--udfrev={revision}"), format!("--blocksize={block}")];
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    ok("mkudffs", &[&options[..], &["--label=LBL", "--uuid=0123456789abcdef", to.to_str().unwrap()]].concat());
    let script = "cd \"/0123456789abcdefLinuxUDF:LBL:LBL:LinuxUDF\"\nput a.bin\nput empty\nput folder\nsync\nquit\n";
    let mut udfclient = Command::new("udfclient");
    let udfclient = udfclient.args(["-W", "-b", block]).arg(to).current_dir(from);
    let mut child = udfclient.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
    child.wait().unwrap();
}

/// An empty volume whose virtual allocation table, or last block, is the end of the image.
fn write_once(to: &Path, media: &str, revision: &str) -> Vec<u8> {
    let _ = std::fs::remove_file(to);
    File::create(to).unwrap().set_len(6 << 20).unwrap();
    let options = [format!("--media-type={media}"), format!("--udfrev={revision}")];
    let (text, _) = ok("mkudffs", &[&options[0], &options[1], "--blocksize=2048", to.to_str().unwrap()]);
    let last =
        text.lines().find_map(|line| line.strip_prefix("vatblock=")).map(|block| block.parse::<usize>().unwrap());
    let mut image = std::fs::read(to).unwrap();
    image.truncate(last.map_or(image.len(), |last| (last + 1) * 2048));
    image
}
