//! Makes the seeds of the fuzz targets anew.
//!
//! `cargo run --manifest-path native/formats/fuzz/Cargo.toml --example seeds`

use std::io::{Cursor, Write};
use std::path::Path;
use tsm_formats::bcd::media_store;
use tsm_formats::registry::{Key, Value};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds");
    let loader = r"\windows\system32\boot\winload.efi";
    let store = media_store(true, loader, r"\sources\boot.wim", r"\boot\boot.sdi").to_bytes(0)?;
    let small = Key::new("r")
        .with_value(Value::text("t", "text"))
        .with_value(Value::binary("b", vec![1; 20]))
        .with_key(Key::new("a").with_key(Key::new("\u{416}")))
        .with_key(Key::new("b"))
        .to_hive(0)?;
    let mut pieces = Key::new("r");
    pieces.values = (0..3).map(|n| Value::binary(&format!("piece {n}"), vec![n; 16_344])).collect();
    for (name, bytes) in [("store", store), ("small", small), ("pieces", pieces.to_hive(0)?)] {
        std::fs::create_dir_all(seeds.join("hive"))?;
        std::fs::write(seeds.join("hive").join(name), bytes)?;
    }
    let image = floppy()?;
    std::fs::create_dir_all(seeds.join("floppy"))?;
    std::fs::write(seeds.join("floppy").join("record"), &image[..512])?;
    std::fs::write(seeds.join("floppy").join("loader"), image)?;
    Ok(())
}

/// A small floppy image with a boot loader.
fn floppy() -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let mut image = Cursor::new(vec![0; 64 << 10]);
    fatfs::format_volume(&mut image, fatfs::FormatVolumeOptions::new())?;
    let volume = fatfs::FileSystem::new(&mut image, fatfs::FsOptions::new())?;
    let folder = volume.root_dir().create_dir("EFI")?.create_dir("BOOT")?;
    folder.create_file("BOOTX64.EFI")?.write_all(&[0x5a; 2000])?;
    drop(folder);
    drop(volume);
    let mut image = image.into_inner();
    // Behind the last file there is nothing.
    let end = image.iter().rposition(|byte| *byte != 0).map_or(0, |at| at + 1);
    image.truncate(end);
    Ok(image)
}
