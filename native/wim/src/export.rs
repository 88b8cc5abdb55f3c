//! One image of a WIM, with more files in it, as the only image of a new WIM. Data that the source holds compressed is
//! copied as it is, in one pass with the data of the new files.
use std::sync::{Arc, Mutex, PoisonError};

use camino::{Utf8Path, Utf8PathBuf};

use crate::error::{WimError, WimErrorKind};
use crate::info::raw_info;
use crate::library::Library;
use crate::native::{
    ADD_NO_ACLS, ADD_NO_REPARSE_FIX, ADD_NO_REPLACE, ALL_IMAGES, EXPORT_NO_DESCRIPTIONS, OPEN_ERROR_IF_SPLIT, TChar,
    UPDATE_OP_ADD, UpdateAdd, WRITE_CHECK_INTEGRITY, WRITE_NO_CHECK_INTEGRITY,
};
use crate::progress::Progress;
use crate::text::{NativeText, image_path};
use crate::wim::{Handle, explain_open};

/// A file or a folder of the disk that goes into the image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addition {
    /// Where it is on the disk. A folder goes in with everything in it.
    pub source: Utf8PathBuf,
    /// Its path in the image. Folders on the way are made.
    pub path: String,
}

/// What the new WIM is to be like.
#[derive(Debug, Clone, Default)]
pub struct ExportOptions {
    /// The image of the source, from 1.
    pub image: u32,
    /// `NAME` of the new image; that of the source, when empty.
    pub name: String,
    /// Texts of the XML data by path, such as `("DESCRIPTION", "...")`; an empty text takes one away.
    pub properties: Vec<(String, String)>,
    /// What is put in.
    pub additions: Vec<Addition>,
    /// A file that is there already is replaced; else it is an error.
    pub replace: bool,
    /// Add an integrity table.
    pub integrity: bool,
    /// How hard the data of new files is compressed: 10 is low, 50 usual, 100 high; 0 for libwim's own choice. The kind of
    /// compression is always that of the source, as its data could not be copied otherwise.
    pub level: u32,
}

/// libwim has one compression level for the whole process.
static LEVEL: Mutex<()> = Mutex::new(());

/// Writes one image of the WIM at `source`, with additions, as the only image of the WIM at `target`. A file there is
/// overwritten; when the export fails, what is there is of no use.
///
/// # Errors
/// Those of [`Wim::open`](crate::Wim::open) for the source; [`WimErrorKind::NoSuchImage`]; [`WimErrorKind::Io`],
/// [`WimErrorKind::NotFound`] and what else libwim reports; [`WimErrorKind::Cancelled`].
pub fn export(
    library: &Arc<Library>,
    source: &Utf8Path,
    target: &Utf8Path,
    options: &ExportOptions,
    progress: Progress<'_>,
) -> Result<(), WimError> {
    let mut handle = export_image(library, source, options).map_err(|error| explain_open(error, source).at(source))?;
    add(&handle, &options.additions, options.replace)?;
    for (name, value) in &options.properties {
        crate::capture::set_property(&handle, 1, name, value)?;
    }
    let path = NativeText::of_path(target)?;
    let flags = if options.integrity { WRITE_CHECK_INTEGRITY } else { WRITE_NO_CHECK_INTEGRITY };
    let _alone = LEVEL.lock().unwrap_or_else(PoisonError::into_inner);
    // SAFETY: takes two numbers; -1 stands for all kinds of compression.
    let code = unsafe { (library.functions.set_default_compression_level)(-1, options.level) };
    library.check(code)?;
    let written = handle
        .with_progress(progress, |library, wim| {
            // SAFETY: handle and path are valid during the call.
            unsafe { (library.functions.write)(wim, path.as_ptr(), ALL_IMAGES, flags, 0) }
        })
        .map_err(|error| error.at(target));
    // SAFETY: as above; 0 is libwim's own choice again.
    unsafe { (library.functions.set_default_compression_level)(-1, 0) };
    written
}

/// A new WIM in memory that has the image, and refers to the data in the source.
///
/// The handle of the source goes before the tree is changed, as libwim wants it; the data is read through the new one.
fn export_image(library: &Arc<Library>, source: &Utf8Path, options: &ExportOptions) -> Result<Handle, WimError> {
    let from = Handle::open(library, source, OPEN_ERROR_IF_SPLIT)?;
    let info = raw_info(&from)?;
    let number = i32::try_from(options.image).ok().filter(|number| *number >= 1 && options.image <= info.image_count);
    let Some(number) = number else {
        let text = format!("there is no image {}, only 1 to {}", options.image, info.image_count);
        return Err(WimError::new(WimErrorKind::NoSuchImage, text));
    };
    let mut pointer = std::ptr::null_mut();
    // SAFETY: `pointer` is a valid place for the result.
    let code = unsafe { (library.functions.create_new_wim)(info.compression_type, &raw mut pointer) };
    library.check(code)?;
    // SAFETY: just made, nobody else has it.
    let to = unsafe { Handle::new(library, pointer) }?;
    if info.compression_type != 0 {
        // SAFETY: the handle is valid; data of another chunk size would have to be compressed anew.
        library.check(unsafe { (library.functions.set_output_chunk_size)(to.as_ptr(), info.chunk_size) })?;
    }
    let name = NativeText::new(&options.name)?;
    let name = if options.name.is_empty() { std::ptr::null() } else { name.as_ptr() };
    // SAFETY: both handles and the name are valid during the call; null texts mean those of the source.
    let code = unsafe {
        (library.functions.export_image)(
            from.as_ptr(),
            number,
            to.as_ptr(),
            name,
            std::ptr::null(),
            EXPORT_NO_DESCRIPTIONS,
        )
    };
    library.check(code)?;
    drop(from);
    Ok(to)
}

/// Puts files and folders of the disk into the only image. Rights are left behind: they are those of this computer.
fn add(handle: &Handle, additions: &[Addition], replace: bool) -> Result<(), WimError> {
    let flags = ADD_NO_ACLS | ADD_NO_REPARSE_FIX | if replace { 0 } else { ADD_NO_REPLACE };
    let texts = additions
        .iter()
        .map(|a| Ok((NativeText::of_path(&a.source)?, NativeText::new(&image_path(&a.path))?)))
        .collect::<Result<Vec<_>, WimError>>()?;
    for ((source, path), addition) in texts.iter().zip(additions) {
        let command = UpdateAdd {
            op: UPDATE_OP_ADD,
            source: source.as_ptr().cast::<TChar>(),
            path: path.as_ptr().cast::<TChar>(),
            config: std::ptr::null(),
            flags,
        };
        // SAFETY: the handle is valid, the command has the layout of `struct wimlib_update_command` with the member
        // `add`, and its texts live until after the call.
        let code = unsafe { (handle.library.functions.update_image)(handle.as_ptr(), 1, &raw const command, 1, 0) };
        // One command a call, so that the error names the file.
        handle.library.check(code).map_err(|error| error.at(&addition.source).inside(&addition.path))?;
    }
    Ok(())
}
