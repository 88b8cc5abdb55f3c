//! One image of a WIM, with more files in it, as the only image of a new WIM. Data that the source holds compressed is
//! copied as it is, in one pass with the data of the new files.
use std::sync::{Arc, Mutex, PoisonError};

use camino::{Utf8Path, Utf8PathBuf};

use crate::entries::WimEntry;
use crate::error::{WimError, WimErrorKind};
use crate::info::raw_info;
use crate::library::Library;
use crate::native::{
    ADD_NO_ACLS, ADD_NO_REPARSE_FIX, ADD_NO_REPLACE, ALL_IMAGES, EXPORT_NO_DESCRIPTIONS, TChar, UPDATE_OP_ADD,
    UpdateAdd, WRITE_CHECK_INTEGRITY, WRITE_NO_CHECK_INTEGRITY,
};
use crate::progress::{Context, Progress};
use crate::text::{NativeText, image_path};
use crate::wim::{Handle, Wim};

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
    /// The same for the tree of the image, which libwim packs in one thread when all data is written.
    pub tree_level: u32,
}

/// libwim has one compression level for the whole process.
static LEVEL: Mutex<()> = Mutex::new(());

/// What an export wrote, as libwim knows it from the writing: nothing is read for it.
#[derive(Debug)]
pub struct Exported(Wim);

impl Exported {
    /// The entry at a path of the new image, `None` when there is none. The hash of a file that was put in is that of the
    /// bytes that went in.
    ///
    /// # Errors
    /// As [`Wim::entry`].
    pub fn entry(&self, path: &str) -> Result<Option<WimEntry>, WimError> {
        self.0.entry(1, path)
    }
}

impl Wim {
    /// Writes one image of this WIM, with additions, as the only image of the WIM at `target`. A file there is overwritten;
    /// when the export fails, what is there is of no use.
    ///
    /// This WIM is closed on the way, as libwim changes no tree that two share; what it read of the tree is not read again.
    ///
    /// # Errors
    /// [`WimErrorKind::NoSuchImage`]; [`WimErrorKind::Io`], [`WimErrorKind::NotFound`] and what else libwim reports;
    /// [`WimErrorKind::Cancelled`].
    pub fn export(
        self,
        target: &Utf8Path,
        options: &ExportOptions,
        progress: Progress<'_>,
    ) -> Result<Exported, WimError> {
        let (source, from) = self.into_parts();
        let library = Arc::clone(&from.library);
        let mut handle = export_image(from, options).map_err(|error| error.at(source))?;
        add(&handle, &options.additions, options.replace)?;
        for (name, value) in &options.properties {
            crate::capture::set_property(&handle, 1, name, value)?;
        }
        write(&library, &mut handle, target, options, progress).map_err(|error| error.at(target))?;
        Ok(Exported(Self::of(target, handle)))
    }
}

fn write(
    library: &Library,
    handle: &mut Handle,
    target: &Utf8Path,
    options: &ExportOptions,
    progress: Progress<'_>,
) -> Result<(), WimError> {
    let path = NativeText::of_path(target)?;
    let flags = if options.integrity { WRITE_CHECK_INTEGRITY } else { WRITE_NO_CHECK_INTEGRITY };
    let _alone = LEVEL.lock().unwrap_or_else(PoisonError::into_inner);
    set_level(library, options.level)?;
    // libwim refuses only kinds of compression that it does not know.
    let before_trees = || drop(set_level(library, options.tree_level));
    let written = handle.with_context(Context::new(progress).before_trees(&before_trees), |library, wim| {
        // SAFETY: handle and path are valid during the call.
        unsafe { (library.functions.write)(wim, path.as_ptr(), ALL_IMAGES, flags, 0) }
    });
    set_level(library, 0).and(written)
}

/// How hard everything is compressed from now on, 0 for libwim's own choice.
fn set_level(library: &Library, level: u32) -> Result<(), WimError> {
    // SAFETY: takes two numbers; -1 stands for all kinds of compression. What it sets is read when a compressor is made.
    library.check(unsafe { (library.functions.set_default_compression_level)(-1, level) })
}

/// A new WIM in memory that has the image, and refers to the data in the source.
///
/// The handle of the source goes before the tree is changed, as libwim wants it; the data is read through the new one.
fn export_image(from: Handle, options: &ExportOptions) -> Result<Handle, WimError> {
    let library = &from.library;
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
