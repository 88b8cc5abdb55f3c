//! The boot information table: never in the boot program of Windows, and where the profile asks for one, recorded as it lies
//! on the medium.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod common;

use std::fs::File;
use std::io::Read as _;

use camino::Utf8Path;
use common::{make_medium, site};
use sha2::{Digest, Sha256};
use tsm_optical::{BootEntryInfo, Image, Tree};
use tsm_sample_site::{SiteOptions, sector::boot_sector};

const PROGRAM: &str = "boot/etfsboot.com";

/// The boot program on a disc, by our reader, and the entry that leads to it.
fn boot_program(iso: &Utf8Path) -> (Vec<u8>, BootEntryInfo) {
    let mut image = Image::open(File::open(iso).unwrap()).unwrap();
    let entry = image.boot_entries()[0].clone();
    let files = image.files(Tree::Udf).unwrap();
    let mut bytes = Vec::new();
    image.read_file(files.iter().find(|f| f.path == PROGRAM).unwrap()).read_to_end(&mut bytes).unwrap();
    (bytes, entry)
}

#[test]
fn the_table_is_written_only_when_the_profile_asks_and_the_manifest_knows_it() {
    let folder = tempfile::tempdir().unwrap();
    let root = Utf8Path::from_path(folder.path()).unwrap();
    let Some(site) = site(&root.join("site"), SiteOptions::default()) else { return };
    let source = boot_sector(4096, "etfsboot.com");
    let mut plans = Vec::new();
    for table in [false, true] {
        let iso = root.join(format!("{table}.iso"));
        let manifest = make_medium(&site, &iso, table);
        let (bytes, entry) = boot_program(&iso);
        if table {
            assert_eq!((&bytes[..8], &bytes[64..]), (&source[..8], &source[64..]));
            assert_eq!((&bytes[8..12], &bytes[12..16]), (&[16, 0, 0, 0][..], &entry.start_block.to_le_bytes()[..]));
            assert_eq!(entry.load_sectors, 4);
        } else {
            assert!(bytes == source, "the boot program of Windows must stay as it is");
            assert_eq!(entry.load_sectors, 8);
        }
        let hash: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02X}")).collect();
        for records in [&manifest.files, &manifest.boot_images] {
            assert_eq!(records.iter().find(|f| f.path == PROGRAM).unwrap().sha256, hash, "table: {table}");
        }
        plans.push(manifest.plan_id);
    }
    assert_ne!(plans[0], plans[1], "other bytes, other plan");
}
