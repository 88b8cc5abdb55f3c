//! Listing what is in an image.
use std::ffi::{c_int, c_void};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::error::{WimError, WimErrorKind};
use crate::native::{
    ATTRIBUTE_DIRECTORY, ATTRIBUTE_REPARSE_POINT, DirEntry, ERROR_PATH_DOES_NOT_EXIST, ITERATE_CHILDREN,
    ITERATE_RECURSIVE, RESOURCE_IS_COMPRESSED, RESOURCE_IS_MISSING, RESOURCE_IS_PACKED, ResourceEntry, StreamEntry,
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
    /// A number (FNV-1a, 64 bits) over what else the image records of it: creation time, short name, security descriptor,
    /// and the names and hashes of further data streams. Entries that differ in none of that have the same number.
    pub rest: u64,
    pub(crate) place: Place,
}

/// Where the data of a file lies in the WIM.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// Where it begins in the file, bytes.
    pub offset: u64,
    /// How many bytes it takes there.
    pub stored: u64,
    /// In chunks that are compressed one by one.
    pub is_compressed: bool,
    /// Together with the data of other files, as in `.esd` files: `offset` is another one then.
    pub is_solid: bool,
}

impl Place {
    fn of(resource: &ResourceEntry) -> Self {
        Self {
            offset: resource.offset,
            stored: resource.compressed_size,
            is_compressed: resource.flags & RESOURCE_IS_COMPRESSED != 0,
            is_solid: resource.flags & RESOURCE_IS_PACKED != 0,
        }
    }
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

    /// Hands every entry of an image, but for its root, to `look`, folders before what is in them: nothing is collected,
    /// however many there are. `look` must not use this WIM, which is locked meanwhile.
    ///
    /// # Errors
    /// As [`Wim::entries`]; [`WimErrorKind::Cancelled`] when `look` says so.
    pub fn visit(&self, image: u32, look: &mut dyn FnMut(WimEntry) -> ControlFlow<()>) -> Result<(), WimError> {
        self.visit_below(image, "", ITERATE_CHILDREN | ITERATE_RECURSIVE, look).map(|_| ())
    }

    fn iterate(&self, image: u32, path: &str, flags: c_int) -> Result<Option<Vec<WimEntry>>, WimError> {
        let mut entries = Vec::new();
        let found = self.visit_below(image, path, flags, &mut |entry| {
            entries.push(entry);
            ControlFlow::Continue(())
        })?;
        Ok(found.then_some(entries))
    }

    /// Says whether there is such a path.
    fn visit_below(
        &self,
        image: u32,
        path: &str,
        flags: c_int,
        look: &mut dyn FnMut(WimEntry) -> ControlFlow<()>,
    ) -> Result<bool, WimError> {
        let native = NativeText::new(&image_path(path))?;
        let number = self.image_number(image)?;
        let handle = self.lock();
        let mut visit = Visit { look, error: None };
        // SAFETY: handle and path are valid, and `visit` outlives the call, which is the only time libwim uses it.
        let code = unsafe {
            (handle.library.functions.iterate_dir_tree)(
                handle.as_ptr(),
                number,
                native.as_ptr(),
                flags,
                visit_entry,
                (&raw mut visit).cast::<c_void>(),
            )
        };
        if let Some(error) = visit.error {
            return Err(error.at(self.path()));
        }
        if code == ERROR_PATH_DOES_NOT_EXIST {
            return Ok(false);
        }
        check(&handle, code).map_err(|error| error.at(self.path()).inside(path))?;
        Ok(true)
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

struct Visit<'a> {
    look: &'a mut dyn FnMut(WimEntry) -> ControlFlow<()>,
    error: Option<WimError>,
}

/// What stops an iteration from our side; any number that is no error code of libwim would do.
const STOP: c_int = -1;

/// Called by libwim for each entry; `context` is a [`Visit`].
///
/// # Safety
/// `entry` must be what libwim passes, and `context` the pointer given to the iteration.
unsafe extern "C" fn visit_entry(entry: *const DirEntry, context: *mut c_void) -> c_int {
    // SAFETY: the context is the `Visit` of `visit_below`, which has no other reference to it during the call.
    let visit = unsafe { &mut *context.cast::<Visit<'_>>() };
    let result = catch_unwind(AssertUnwindSafe(|| {
        // SAFETY: libwim's entry is valid during the callback.
        let entry = unsafe { convert(entry) }?;
        Ok((visit.look)(entry))
    }));
    match result {
        Ok(Ok(ControlFlow::Continue(()))) => 0,
        Ok(Ok(ControlFlow::Break(()))) => {
            visit.error = Some(WimError::new(WimErrorKind::Cancelled, "the caller asked to stop"));
            STOP
        }
        Ok(Err(error)) => {
            visit.error = Some(error);
            STOP
        }
        Err(_) => {
            visit.error = Some(WimError::new(WimErrorKind::Other, "reading an entry failed"));
            STOP
        }
    }
}

/// # Safety
/// `entry` points to a valid `struct wimlib_dir_entry`.
unsafe fn convert(entry: *const DirEntry) -> Result<WimEntry, WimError> {
    // SAFETY: the flexible array of wimlib_dir_entry has at least one element (wimlib.h, `streams`).
    let stream = unsafe { &*(&raw const (*entry).streams).cast::<StreamEntry>() };
    // SAFETY: by the caller's promise.
    let rest = unsafe { rest(entry) };
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
        rest,
        place: if has_data { Place::of(&stream.resource) } else { Place::default() },
    })
}

/// What [`WimEntry::rest`] says.
///
/// # Safety
/// `entry` points to a valid `struct wimlib_dir_entry`, whose array of streams has one element more than it says.
unsafe fn rest(entry: *const DirEntry) -> u64 {
    // SAFETY: `streams` is a flexible array of one unnamed stream and `num_named_streams` named ones (wimlib.h).
    let streams = unsafe {
        let count = (*entry).num_named_streams as usize + 1;
        std::slice::from_raw_parts((&raw const (*entry).streams).cast::<StreamEntry>(), count)
    };
    // SAFETY: valid by the caller's promise; the fixed part only.
    let entry = unsafe { &*entry };
    let mut hash = Fnv::new();
    hash.add(&entry.creation_time.seconds.to_le_bytes());
    if !entry.security_descriptor.is_null() {
        // SAFETY: libwim gives the descriptor with its size, valid during the callback.
        let descriptor = unsafe {
            std::slice::from_raw_parts(entry.security_descriptor.cast::<u8>(), entry.security_descriptor_size)
        };
        hash.add(descriptor);
    }
    // SAFETY: null or NUL-terminated, owned by libwim during the callback.
    let short_name = unsafe { decode(entry.dos_name) };
    hash.add(short_name.unwrap_or_default().0.as_bytes());
    for stream in streams.iter().skip(1) {
        // SAFETY: as above.
        let name = unsafe { decode(stream.name) };
        hash.add(name.unwrap_or_default().0.as_bytes());
        hash.add(&stream.resource.sha1);
    }
    hash.0
}

/// FNV-1a of 64 bits (Internet-Draft draft-eastlake-fnv, section 2): the same number in every program and version.
struct Fnv(u64);

impl Fnv {
    fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    /// With its length, so that two texts are another number than one.
    fn add(&mut self, bytes: &[u8]) {
        for byte in (bytes.len() as u64).to_le_bytes().iter().chain(bytes) {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}
