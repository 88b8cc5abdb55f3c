//! Floppy images that UEFI starts from: the boot loader in them, once as they are, once with the boot record of a good one.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tsm_formats::floppy::uefi_loader;

/// A boot record that is not understood ends everything, so half of the inputs get a good one.
const RECORD: &[u8] = include_bytes!("../seeds/floppy/record");

fuzz_target!(|bytes: &[u8]| {
    let _ = uefi_loader(bytes);
    let mut mended = bytes.to_vec();
    if let Some(begin) = mended.get_mut(..RECORD.len()) {
        begin.copy_from_slice(RECORD);
        let _ = uefi_loader(&mended);
    }
});
