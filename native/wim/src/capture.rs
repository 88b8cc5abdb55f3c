//! Making a WIM from a folder, the same bytes each time.
use std::ops::ControlFlow;
use std::sync::Arc;

use camino::Utf8Path;

use crate::error::{WimError, WimErrorKind};
use crate::info::{Architecture, Compression, SECONDS_1601_TO_1970, raw_info};
use crate::library::Library;
use crate::native::{
    ADD_NO_ACLS, ADD_NO_REPARSE_FIX, ALL_IMAGES, CHANGE_BOOT_INDEX, CHANGE_GUID, OPEN_WRITE_ACCESS,
    WRITE_CHECK_INTEGRITY, WRITE_RETAIN_GUID,
};
use crate::progress::Progress;
use crate::text::NativeText;
use crate::times::set_tree_times;
use crate::wim::Handle;

/// What a captured image is to say about itself.
///
/// Equal options and equal sources give equal bytes, if the sources' times are equal too: see
/// [`fix_source_times`](Self::fix_source_times). (On Windows libwim orders the data by its place on the disk, so there
/// only one and the same source folder gives equal bytes.)
#[derive(Debug, Clone, Default)]
pub struct CaptureOptions {
    /// `NAME` of the image.
    pub image_name: String,
    /// `DESCRIPTION` of the image; empty for none.
    pub description: String,
    /// Compression of a new WIM; an existing one keeps its own.
    pub compression: Compression,
    /// Which image a boot loader starts, 0 for none.
    pub boot_index: u32,
    /// Identifier of a new WIM; an existing one keeps its own.
    pub guid: [u8; 16],
    /// Creation and modification time of the image in the XML data, seconds since 1970.
    pub times: i64,
    /// First sets the times of all files and folders of the source folder to [`times`](Self::times). It changes the
    /// source, so it is for staging folders.
    pub fix_source_times: bool,
    /// `WINDOWS/ARCH`.
    pub architecture: Option<Architecture>,
    /// `WINDOWS/VERSION`: major, minor, build, service pack build.
    pub version: Option<(u32, u32, u32, u32)>,
    /// More texts of the XML data by path, such as `("WINDOWS/EDITIONID", "WindowsPE")`.
    pub properties: Vec<(String, String)>,
    /// Add an integrity table.
    pub integrity: bool,
}

/// Captures `source_dir` as the only image of a new WIM at `target`, which must not exist. Rights (ACLs, Unix modes) are
/// not captured, links are captured as links.
///
/// libwim writes to `target` from the start; on failure the unfinished file is removed.
///
/// # Errors
/// [`WimErrorKind::Io`], [`WimErrorKind::NotFound`], [`WimErrorKind::Cancelled`], [`WimErrorKind::BadArgument`] (a boot
/// index above 1, an existing target) and what else libwim reports, with the path.
pub fn capture(
    library: &Arc<Library>,
    source_dir: &Utf8Path,
    target: &Utf8Path,
    options: &CaptureOptions,
    progress: Progress<'_>,
) -> Result<(), WimError> {
    if target.symlink_metadata().is_ok() {
        return Err(WimError::new(WimErrorKind::BadArgument, "the target exists already").at(target));
    }
    prepare_source(source_dir, options)?;
    let result =
        write_new(library, source_dir, target, options, progress).and_then(|()| set_times(library, target, 1, options));
    if result.is_err() {
        // The first failure is the one to tell; a leftover is found by its size.
        let _ = std::fs::remove_file(target);
    }
    result
}

/// Captures `source_dir` as one more image of the WIM at `target`; the name must not be there yet.
/// GUID and compression of the WIM stay; [`CaptureOptions::boot_index`] is set when it is not 0.
///
/// # Errors
/// As [`capture`]; also those of opening a WIM.
pub fn append(
    library: &Arc<Library>,
    source_dir: &Utf8Path,
    target: &Utf8Path,
    options: &CaptureOptions,
    progress: Progress<'_>,
) -> Result<(), WimError> {
    prepare_source(source_dir, options)?;
    let at = |error: WimError| error.at(target);
    let mut handle = Handle::open(library, target, OPEN_WRITE_ACCESS).map_err(at)?;
    let image = add_image(&mut handle, source_dir, options).map_err(at)?;
    set_properties(&handle, image, options).map_err(at)?;
    if options.boot_index != 0 {
        set_header(&handle, options, CHANGE_BOOT_INDEX).map_err(at)?;
    }
    overwrite(&mut handle, options, progress).map_err(at)?;
    drop(handle);
    set_times(library, target, image, options)
}

fn prepare_source(source_dir: &Utf8Path, options: &CaptureOptions) -> Result<(), WimError> {
    let found =
        std::fs::metadata(source_dir).map_err(|e| WimError::io("cannot look at the source folder", source_dir, e))?;
    if !found.is_dir() {
        return Err(WimError::new(WimErrorKind::BadArgument, "the source is no folder").at(source_dir));
    }
    if options.fix_source_times {
        set_tree_times(source_dir, options.times)?;
    }
    Ok(())
}

fn write_new(
    library: &Arc<Library>,
    source_dir: &Utf8Path,
    target: &Utf8Path,
    options: &CaptureOptions,
    progress: Progress<'_>,
) -> Result<(), WimError> {
    let at = |error: WimError| error.at(target);
    let mut pointer = std::ptr::null_mut();
    // SAFETY: `pointer` is a valid place for the result.
    let code = unsafe { (library.functions.create_new_wim)(options.compression.number(), &raw mut pointer) };
    library.check(code).map_err(at)?;
    // SAFETY: just made, nobody else has it.
    let mut handle = unsafe { Handle::new(library, pointer) }.map_err(at)?;
    let image = add_image(&mut handle, source_dir, options).map_err(at)?;
    set_properties(&handle, image, options).map_err(at)?;
    set_header(&handle, options, CHANGE_GUID | CHANGE_BOOT_INDEX).map_err(at)?;
    let path = NativeText::of_path(target)?;
    let flags = WRITE_RETAIN_GUID | integrity(options);
    handle
        .with_progress(progress, |library, wim| {
            // SAFETY: handle and path are valid during the call.
            unsafe { (library.functions.write)(wim, path.as_ptr(), ALL_IMAGES, flags, 0) }
        })
        .map_err(at)
}

/// Adds the folder and returns the number of the new image.
fn add_image(handle: &mut Handle, source_dir: &Utf8Path, options: &CaptureOptions) -> Result<u32, WimError> {
    let source = NativeText::of_path(source_dir)?;
    let name = NativeText::new(&options.image_name)?;
    // SAFETY: all texts are alive; a null configuration means that nothing is left out.
    let code = unsafe {
        (handle.library.functions.add_image)(
            handle.as_ptr(),
            source.as_ptr(),
            name.as_ptr(),
            std::ptr::null(),
            ADD_NO_ACLS | ADD_NO_REPARSE_FIX,
        )
    };
    handle.library.check(code)?;
    Ok(raw_info(handle)?.image_count)
}

fn set_header(handle: &Handle, options: &CaptureOptions, which: i32) -> Result<(), WimError> {
    let mut info = raw_info(handle)?;
    info.guid = options.guid;
    info.boot_index = options.boot_index;
    // SAFETY: the handle is valid and `info` has the layout of `struct wimlib_wim_info`.
    let code = unsafe { (handle.library.functions.set_wim_info)(handle.as_ptr(), &raw const info, which) };
    handle.library.check(code)
}

fn set_properties(handle: &Handle, image: u32, options: &CaptureOptions) -> Result<(), WimError> {
    if !options.description.is_empty() {
        set_property(handle, image, "DESCRIPTION", &options.description)?;
    }
    if let Some(architecture) = options.architecture {
        let number = architecture.number().to_string();
        set_property(handle, image, "WINDOWS/ARCH", &number)?;
    }
    if let Some((major, minor, build, patch)) = options.version {
        let parts = [("MAJOR", major), ("MINOR", minor), ("BUILD", build), ("SPBUILD", patch)];
        for (name, value) in parts {
            set_property(handle, image, &format!("WINDOWS/VERSION/{name}"), &value.to_string())?;
        }
    }
    for (name, value) in &options.properties {
        set_property(handle, image, name, value)?;
    }
    Ok(())
}

pub(crate) fn set_property(handle: &Handle, image: u32, name: &str, value: &str) -> Result<(), WimError> {
    let number = i32::try_from(image)
        .map_err(|_| WimError::new(WimErrorKind::NoSuchImage, format!("there is no image {image}")))?;
    let (name, value) = (NativeText::new(name)?, NativeText::new(value)?);
    // SAFETY: handle and texts are valid during the call; libwim copies them.
    let code = unsafe {
        (handle.library.functions.set_image_property)(handle.as_ptr(), number, name.as_ptr(), value.as_ptr())
    };
    handle.library.check(code)
}

/// Writing puts the present time into the XML data, so the wanted times can only be set on a written WIM; changing
/// the XML data alone touches nothing else.
fn set_times(library: &Arc<Library>, target: &Utf8Path, image: u32, options: &CaptureOptions) -> Result<(), WimError> {
    let at = |error: WimError| error.at(target);
    let seconds = options.times.saturating_add(SECONDS_1601_TO_1970);
    let ticks = u64::try_from(seconds).ok().and_then(|seconds| seconds.checked_mul(10_000_000)).ok_or_else(|| {
        WimError::new(WimErrorKind::BadArgument, format!("no such time: {}", options.times)).at(target)
    })?;
    let mut handle = Handle::open(library, target, OPEN_WRITE_ACCESS).map_err(at)?;
    for name in ["CREATIONTIME", "LASTMODIFICATIONTIME"] {
        for (part, value) in [("HIGHPART", ticks >> 32), ("LOWPART", ticks & 0xffff_ffff)] {
            let value = format!("0x{value:08X}");
            set_property(&handle, image, &format!("{name}/{part}"), &value).map_err(at)?;
        }
    }
    overwrite(&mut handle, options, &mut |_, _| ControlFlow::Continue(())).map_err(at)
}

fn overwrite(handle: &mut Handle, options: &CaptureOptions, progress: Progress<'_>) -> Result<(), WimError> {
    let flags = WRITE_RETAIN_GUID | integrity(options);
    handle.with_progress(progress, |library, wim| {
        // SAFETY: the handle is valid and was opened from a file for writing.
        unsafe { (library.functions.overwrite)(wim, flags, 0) }
    })
}

fn integrity(options: &CaptureOptions) -> i32 {
    if options.integrity { WRITE_CHECK_INTEGRITY } else { 0 }
}
