//! The data: a tree of files, and a content library that holds the same bytes (hard links, so that they are there once).

use crate::size::Shape;
use crate::{Fault, Result};
use camino::{Utf8Path, Utf8PathBuf};
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use tsm_formats::Sha256Hash;
use tsm_formats::content_library::{ContentIni, FileIni, PackageIni};

/// The package of the library.
pub const PACKAGE: &str = "PS100001";
/// Its only content.
const CONTENT: &str = "PS100001.1";
/// 2023-11-14, as a Windows file time.
const MODIFIED: u64 = 133_444_736_000_000_000;
/// Files of one folder.
const IN_FOLDER: u64 = 100;

/// A tree and a library with the same bytes.
pub struct Data {
    /// The tree.
    pub tree: Utf8PathBuf,
    /// The library.
    pub library: Utf8PathBuf,
    /// The paths of the files in the tree.
    pub paths: Vec<String>,
    /// What it is.
    pub shape: Shape,
}

/// Makes both in `folder`.
pub fn make(folder: &Utf8Path, shape: Shape) -> Result<Data> {
    let paths: Vec<String> =
        (0..shape.files).map(|n| format!("d{:03}/file{:05}.bin", n / IN_FOLDER, n % IN_FOLDER)).collect();
    let data = Data { tree: folder.join("tree"), library: folder.join("library"), paths, shape };
    data.fill().map_err(Fault::because(format!("no data can be made in '{folder}'")))?;
    Ok(data)
}

/// Makes a library of `count` packages, each with one content of one small file; gives their IDs.
pub fn small_packages(library: &Utf8Path, count: u64) -> io::Result<Vec<String>> {
    for folder in ["PkgLib", "DataLib", "FileLib"] {
        fs::create_dir_all(library.join(folder))?;
    }
    let mut packages = Vec::new();
    for number in 1..=count {
        let id = format!("PS1{number:05X}");
        let content = format!("{id}.1");
        let package = PackageIni { version: Some(1), contents: vec![content.clone()], ..PackageIni::default() };
        fs::write(library.join("PkgLib").join(format!("{id}.INI")), package.write())?;
        let bytes = format!("I am the file of {id}").into_bytes();
        let hash = Sha256Hash::from(<[u8; 32]>::from(Sha256::digest(&bytes)));
        let size = bytes.len() as u64;
        let ini = FileIni { size, attributes: 0x20, modified_filetime: MODIFIED, hash, hash_was_lower_case: false };
        let records = library.join("DataLib").join(&content);
        fs::create_dir_all(&records)?;
        fs::write(format!("{records}.INI"), ContentIni::default().write())?;
        fs::write(records.join("setup.exe.INI"), ini.write())?;
        let name = hash.to_string();
        let folder = library.join("FileLib").join(&name[..4]);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(name), bytes)?;
        packages.push(id);
    }
    Ok(packages)
}

/// The files of an operating system in a tree: half of every 32 KiB is noise, half repeats, so that there is something
/// to unpack.
pub fn system(tree: &Utf8Path, shape: Shape) -> io::Result<()> {
    const HALF: usize = 16 << 10;
    let mut noise = Noise::new();
    let lines: Vec<u8> = (0..HALF).map(|n| b"Windows System32 drivers "[n % 25]).collect();
    for number in 0..shape.files {
        let file = tree.join(format!("Windows/d{:03}/file{number:06}.dll", number / IN_FOLDER));
        file.parent().map_or(Ok(()), fs::create_dir_all)?;
        let mut file = BufWriter::new(File::create(file)?);
        let mut left = usize::try_from(shape.bytes / shape.files.max(1)).unwrap_or(HALF);
        while left > 0 {
            let count = left.min(HALF);
            noise.fill(HALF);
            file.write_all(&noise.buffer[..count])?;
            left -= count;
            let count = left.min(HALF);
            file.write_all(&lines[..count])?;
            left -= count;
        }
        file.flush()?;
    }
    Ok(())
}

/// A library with one package of one file, which it shares with `file`.
pub fn library_of(library: &Utf8Path, id: &str, version: u32, file: &Utf8Path) -> io::Result<()> {
    for folder in ["PkgLib", "DataLib", "FileLib"] {
        fs::create_dir_all(library.join(folder))?;
    }
    let content = format!("{id}.{version}");
    let package = PackageIni { version: Some(version), contents: vec![content.clone()], ..PackageIni::default() };
    fs::write(library.join("PkgLib").join(format!("{id}.INI")), package.write())?;
    let bytes = fs::read(file)?;
    let (size, hash) = (bytes.len() as u64, Sha256Hash::from(<[u8; 32]>::from(Sha256::digest(&bytes))));
    let ini = FileIni { size, attributes: 0x20, modified_filetime: MODIFIED, hash, hash_was_lower_case: false };
    let records = library.join("DataLib").join(&content);
    fs::create_dir_all(&records)?;
    fs::write(format!("{records}.INI"), ContentIni::default().write())?;
    fs::write(records.join("install.wim.INI"), ini.write())?;
    let name = hash.to_string();
    let folder = library.join("FileLib").join(&name[..4]);
    fs::create_dir_all(&folder)?;
    fs::hard_link(file, folder.join(name))
}

impl Data {
    fn fill(&self) -> io::Result<()> {
        for folder in ["PkgLib", "DataLib", "FileLib"] {
            fs::create_dir_all(self.library.join(folder))?;
        }
        let package = PackageIni { version: Some(1), contents: vec![CONTENT.to_owned()], ..PackageIni::default() };
        fs::write(self.library.join("PkgLib").join(format!("{PACKAGE}.INI")), package.write())?;
        let records = self.library.join("DataLib").join(CONTENT);
        // The hash of the whole content is not read by what is measured.
        fs::write(format!("{records}.INI"), ContentIni::default().write())?;
        let mut noise = Noise::new();
        for (path, size) in self.paths.iter().zip(sizes(self.shape)) {
            let file = self.tree.join(path);
            let record = records.join(format!("{path}.INI"));
            for parent in [file.parent(), record.parent()].into_iter().flatten() {
                fs::create_dir_all(parent)?;
            }
            let hash = noise.write(&file, size)?;
            let ini = FileIni { size, attributes: 0x20, modified_filetime: MODIFIED, hash, hash_was_lower_case: false };
            fs::write(record, ini.write())?;
            self.share(&file, hash)?;
        }
        Ok(())
    }

    /// Puts a file of the tree into the library.
    fn share(&self, file: &Utf8Path, hash: Sha256Hash) -> io::Result<()> {
        let name = hash.to_string();
        let folder = self.library.join("FileLib").join(&name[..4]);
        fs::create_dir_all(&folder)?;
        fs::hard_link(file, folder.join(name))
    }
}

/// Sizes between half and one and a half of the mean, whose sum is the wanted one; all equal where files are small.
fn sizes(shape: Shape) -> Vec<u64> {
    let mean = shape.bytes / shape.files.max(1);
    if mean < 1 << 16 {
        return vec![mean; usize::try_from(shape.files).unwrap_or(0)];
    }
    let mut sizes: Vec<u64> = (0..shape.files).map(|n| mean / 2 + mean / 100 * (n * 37 % 101)).collect();
    let sum: u64 = sizes.iter().sum();
    if let Some(last) = sizes.last_mut() {
        *last = (*last + shape.bytes).saturating_sub(sum);
    }
    sizes
}

/// Bytes that no program can make smaller (xorshift, Marsaglia 2003), the same in every run.
struct Noise {
    state: u64,
    buffer: Vec<u8>,
}

impl Noise {
    fn new() -> Self {
        Self { state: 0x9E37_79B9_7F4A_7C15, buffer: vec![0; 1 << 20] }
    }

    /// New noise at the begin of the buffer.
    fn fill(&mut self, count: usize) {
        for word in self.buffer[..count.next_multiple_of(8)].chunks_exact_mut(8) {
            self.state ^= self.state << 13;
            self.state ^= self.state >> 7;
            self.state ^= self.state << 17;
            word.copy_from_slice(&self.state.to_le_bytes());
        }
    }

    fn write(&mut self, path: &Utf8Path, size: u64) -> io::Result<Sha256Hash> {
        let mut file = File::create(path)?;
        let mut hasher = Sha256::new();
        let mut left = size;
        while left > 0 {
            let count = usize::try_from(left).unwrap_or(usize::MAX).min(self.buffer.len());
            self.fill(count);
            let bytes = &self.buffer[..count];
            file.write_all(bytes)?;
            hasher.update(bytes);
            left -= count as u64;
        }
        Ok(Sha256Hash::from(<[u8; 32]>::from(hasher.finalize())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sizes_differ_and_add_up() {
        let shape = Shape { files: 200, bytes: 3_000_000_000 };
        let all = sizes(shape);
        assert_eq!(all.iter().sum::<u64>(), shape.bytes);
        assert!(all.iter().all(|size| (5_000_000..30_000_000).contains(size)), "{all:?}");
        assert_eq!(sizes(Shape { files: 3, bytes: 3 << 12 }), [4096; 3]);
    }

    #[test]
    fn tree_and_library_hold_the_same_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let folder = Utf8PathBuf::from_path_buf(folder.path().to_owned()).unwrap();
        let data = make(&folder, Shape { files: 150, bytes: 150 << 12 }).unwrap();
        let image = folder.join("image.iso");
        let context = tsm_job::Context::silent();
        let written = tsm_media::bench::write(&data.library, PACKAGE, &image, &context).unwrap();
        assert_eq!(written.files.len(), 150);
        for (path, file) in data.paths.iter().zip(&written.files) {
            assert_eq!(file.path, format!("SMS/PKG/{PACKAGE}/{path}"));
            let hash: [u8; 32] = Sha256::digest(fs::read(data.tree.join(path)).unwrap()).into();
            assert_eq!(file.sha256, Sha256Hash::from(hash).to_string());
        }
        let record = folder.join("record.json");
        fs::write(&record, crate::record::write(&written)).unwrap();
        crate::child::read_back(&image, &record).unwrap();
    }
}
