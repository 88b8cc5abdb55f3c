//! Listing what is in an image.
use std::ffi::{c_int, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::error::{WimError, WimErrorKind};
use crate::native::{
    ATTRIBUTE_DIRECTORY, ATTRIBUTE_REPARSE_POINT, DirEntry, ERROR_PATH_DOES_NOT_EXIST, ITERATE_CHILDREN,
    ITERATE_RECURSIVE, RESOURCE_IS_MISSING, StreamEntry,
};
use crate::text::{NativeText, decode, image_path, our_path};
use crate::wim::{Handle, Wim};

/// A file or folder of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WimEntry {
    /// Path in the image with `/`, no leading one; empty for the root. Spelled as the image spells it.
    pub path: String,
    /// A folder (a link to a folder counts as a link, not as a folder).
    pub is_dir: bool,
    /// A symbolic link, junction or other reparse point.
    pub is_reparse_point: bool,
    /// Bytes of the file's data, 0 for a folder.
    pub size: u64,
    /// SHA-1 of the data; `None` for a folder and an empty file.
    pub sha1: Option<[u8; 20]>,
    /// The data is not in this WIM (it refers to another one); `size` is then unknown and 0.
    pub data_missing: bool,
    /// Windows' `FILE_ATTRIBUTE_*`.
    pub attributes: u32,
    /// Last write, seconds since 1970.
    pub modified: i64,
}

impl Wim {
    /// The entry at `path`, or `None` when the image has no such path. `""` and `/` are the root.
    ///
    /// # Errors
    /// [`WimErrorKind::NoSuchImage`], [`WimErrorKind::Damaged`] and what else libwim reports, with the file's path.
    pub fn entry(&self, image: u32, path: &str) -> Result<Option<WimEntry>, WimError> {
        let found = self.iterate(image, path, 0)?;
        Ok(found.and_then(|entries| entries.into_iter().next()))
    }

    /// What is in the folder at `path`: its children, or with `recursive` everything below it, folders before what is in
    /// them. For a file: the file alone. `None` when the image has no such path.
    ///
    /// # Errors
    /// As [`Wim::entry`]; also [`WimErrorKind::BadName`] for a name that is no Unicode or holds a separator.
    pub fn entries(&self, image: u32, path: &str, recursive: bool) -> Result<Option<Vec<WimEntry>>, WimError> {
        match self.entry(image, path)? {
            None => Ok(None),
            Some(entry) if !entry.is_dir => Ok(Some(vec![entry])),
            Some(_) => {
                let deep = if recursive { ITERATE_RECURSIVE } else { 0 };
                self.iterate(image, path, ITERATE_CHILDREN | deep)
            }
        }
    }

    fn iterate(&self, image: u32, path: &str, flags: c_int) -> Result<Option<Vec<WimEntry>>, WimError> {
        let native = NativeText::new(&image_path(path))?;
        let number = self.image_number(image)?;
        let handle = self.lock();
        let mut collected = Collected::default();
        // SAFETY: handle and path are valid, and `collected` outlives the call, which is the only time libwim uses it.
        let code = unsafe {
            (handle.library.functions.iterate_dir_tree)(
                handle.as_ptr(),
                number,
                native.as_ptr(),
                flags,
                collect,
                (&raw mut collected).cast::<c_void>(),
            )
        };
        if let Some(error) = collected.error {
            return Err(error.at(self.path()));
        }
        if code == ERROR_PATH_DOES_NOT_EXIST {
            return Ok(None);
        }
        check(&handle, code).map_err(|error| error.at(self.path()).inside(path))?;
        Ok(Some(collected.entries))
    }

    /// libwim gives 0 and -1 a meaning of their own ("none", "all"), so the number is checked here.
    pub(crate) fn image_number(&self, image: u32) -> Result<c_int, WimError> {
        let count = crate::info::raw_info(&self.lock()).map_err(|error| error.at(self.path()))?.image_count;
        match c_int::try_from(image) {
            Ok(number) if image >= 1 && image <= count => Ok(number),
            _ => Err(WimError::new(WimErrorKind::NoSuchImage, format!("there is no image {image}, only 1 to {count}"))
                .at(self.path())),
        }
    }
}

fn check(handle: &Handle, code: c_int) -> Result<(), WimError> {
    handle.library.check(code)
}

#[derive(Default)]
struct Collected {
    entries: Vec<WimEntry>,
    error: Option<WimError>,
}

/// What stops an iteration from our side; any number that is no error code of libwim would do.
const STOP: c_int = -1;

/// Called by libwim for each entry; `context` is a [`Collected`].
///
/// # Safety
/// `entry` must be what libwim passes, and `context` the pointer given to the iteration.
unsafe extern "C" fn collect(entry: *const DirEntry, context: *mut c_void) -> c_int {
    // SAFETY: the context is the `Collected` of `iterate`, which has no other reference to it during the call.
    let collected = unsafe { &mut *context.cast::<Collected>() };
    let result = catch_unwind(AssertUnwindSafe(|| {
        // SAFETY: libwim's entry is valid during the callback.
        unsafe { convert(entry) }
    }));
    match result {
        Ok(Ok(entry)) => {
            collected.entries.push(entry);
            0
        }
        Ok(Err(error)) => {
            collected.error = Some(error);
            STOP
        }
        Err(_) => {
            collected.error = Some(WimError::new(WimErrorKind::Other, "reading an entry failed"));
            STOP
        }
    }
}

/// # Safety
/// `entry` points to a valid `struct wimlib_dir_entry`.
unsafe fn convert(entry: *const DirEntry) -> Result<WimEntry, WimError> {
    // SAFETY: the flexible array of wimlib_dir_entry has at least one element (wimlib.h, `streams`).
    let stream = unsafe { &*(&raw const (*entry).streams).cast::<StreamEntry>() };
    // SAFETY: valid by the caller's promise; the fixed part only.
    let entry = unsafe { &*entry };
    // SAFETY: null or NUL-terminated, owned by libwim during the callback.
    let name = unsafe { decode(entry.file_name) };
    // SAFETY: as above.
    let path = unsafe { decode(entry.full_path) };
    let (path, readable) = path.unwrap_or_default();
    let path = our_path(&path);
    if let Some((name, name_readable)) = name
        && (!name_readable || !readable || name.contains(['/', '\\']) || name == "." || name == "..")
    {
        return Err(
            WimError::new(WimErrorKind::BadName, "the name is not Unicode or has a separator in it").inside(path)
        );
    }
    let is_reparse_point = entry.attributes & ATTRIBUTE_REPARSE_POINT != 0;
    let is_dir = entry.attributes & ATTRIBUTE_DIRECTORY != 0 && !is_reparse_point;
    let has_data = !is_dir && stream.resource.sha1 != [0; 20];
    Ok(WimEntry {
        path,
        is_dir,
        is_reparse_point,
        size: if is_dir { 0 } else { stream.resource.uncompressed_size },
        sha1: has_data.then_some(stream.resource.sha1),
        data_missing: has_data && stream.resource.flags & RESOURCE_IS_MISSING != 0,
        attributes: entry.attributes,
        modified: entry.last_write_time.seconds,
    })
}
