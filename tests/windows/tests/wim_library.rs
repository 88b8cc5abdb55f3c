//! `libwim-15.dll` beside the program: not there, of another processor, of another library.
#![cfg(windows)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, missing_docs)]

mod kit;

use camino::{Utf8Path, Utf8PathBuf};
use kit::{Run, artefact, definition, definition_file, run, scratch, site};

/// A copy of the program in a folder of its own, where nothing lies beside it.
fn program_alone(program: &Utf8Path, folder: &Utf8Path) -> Utf8PathBuf {
    let copy = folder.join("program").join("tsmedia.exe");
    std::fs::create_dir(copy.parent().unwrap()).unwrap();
    std::fs::copy(program, &copy).unwrap();
    copy
}

/// A Windows file as if it were for another processor: the field "Machine" of its header (PE format, "COFF File Header")
/// says ARM64.
fn for_arm64(file: &Utf8Path) -> Vec<u8> {
    const ARM64: [u8; 2] = 0xAA64_u16.to_le_bytes();
    let mut bytes = std::fs::read(file).unwrap();
    let header = u32::from_le_bytes(bytes[0x3C..0x40].try_into().unwrap()) as usize;
    assert_eq!(&bytes[header..header + 4], b"PE\0\0");
    bytes[header + 4..header + 6].copy_from_slice(&ARM64);
    bytes
}

#[track_caller]
fn must_name_libwim(made: &Run, folder: &Utf8Path, place: &str) {
    assert_eq!(made.code, 2, "{made:?}");
    for part in ["TSM1505", place, "wimlib.net"] {
        assert!(made.errors.contains(part), "{part}: {made:?}");
    }
    assert!(!folder.join("boot.iso").exists() && !folder.join("boot.iso.partial").exists());
}

#[test]
fn without_libwim_the_error_says_where_it_was_looked_for_and_how_to_get_it() {
    let (program, site, (_guard, folder)) = (artefact!("tsmedia.exe"), site!(), scratch());
    let program = program_alone(&program, &folder);
    let file = definition_file(&folder, &definition(site));
    must_name_libwim(&run(&program, &["new", file.as_str()]), &folder, "libwim-15.dll");
    // What needs no boot image goes on.
    assert_eq!(run(&program, &["show", "--help"]).code, 0);
}

#[test]
fn one_for_another_processor_is_named_with_its_place() {
    let (program, site, (_guard, folder)) = (artefact!("tsmedia.exe"), site!(), scratch());
    let program = program_alone(&program, &folder);
    let library = program.with_file_name("libwim-15.dll");
    std::fs::write(&library, for_arm64(&artefact!("libwim-15.dll"))).unwrap();
    let file = definition_file(&folder, &definition(site));
    must_name_libwim(&run(&program, &["new", file.as_str()]), &folder, library.as_str());
}

#[test]
fn another_library_of_that_name_is_told_apart() {
    let (program, site, (_guard, folder)) = (artefact!("tsmedia.exe"), site!(), scratch());
    let program = program_alone(&program, &folder);
    let library = program.with_file_name("libwim-15.dll");
    std::fs::copy(artefact!("tsm_native.dll"), &library).unwrap();
    let file = definition_file(&folder, &definition(site));
    let made = run(&program, &["new", file.as_str()]);
    must_name_libwim(&made, &folder, library.as_str());
    assert!(made.errors.contains("not a libwim 15"), "{made:?}");
}

/// What the module meets when the files of two packages were mixed.
#[test]
fn the_native_library_for_another_processor_is_refused_by_its_format() {
    let (_guard, folder) = scratch();
    let library = folder.join("tsm_native.dll");
    std::fs::write(&library, for_arm64(&artefact!("tsm_native.dll"))).unwrap();
    // SAFETY: nothing of it is run, as it does not load.
    let error = unsafe { libloading::os::windows::Library::new(library.as_str()) }.unwrap_err();
    // ERROR_BAD_EXE_FORMAT
    assert!(format!("{error:?}").contains("193"), "{error:?}");
}
