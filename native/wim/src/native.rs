//! The C side: types and functions of `wimlib.h` (libwim 15) that this crate uses, and nothing else.
//!
//! Layouts follow wimlib.h of 1.13; they are frozen for the library version 15. Only 64-bit targets are described:
//! on 32-bit Windows `wimlib_timespec` is smaller.
use std::ffi::{c_char, c_int, c_uint, c_void};

#[cfg(not(target_pointer_width = "64"))]
compile_error!("tsm-wim describes libwim's structures for 64-bit targets only");

/// `wimlib_tchar`: UTF-16 on Windows, bytes (UTF-8) elsewhere.
#[cfg(windows)]
pub type TChar = u16;
/// `wimlib_tchar`: UTF-16 on Windows, bytes (UTF-8) elsewhere.
#[cfg(not(windows))]
pub type TChar = c_char;

/// `WIMStruct`, of which only the address is ours.
#[repr(C)]
pub struct WimStruct {
    _opaque: [u8; 0],
}

/// `struct wimlib_decompressor`, of which only the address is ours.
#[repr(C)]
pub struct DecompressorStruct {
    _opaque: [u8; 0],
}

/// `struct wimlib_timespec` (Windows, 64 bit).
#[cfg(windows)]
#[repr(C)]
#[derive(Clone, Copy)]
pub struct TimeSpec {
    pub seconds: i64,
    pub nanoseconds: i32,
}

/// `struct timespec` (64-bit Unix).
#[cfg(not(windows))]
#[repr(C)]
#[derive(Clone, Copy)]
pub struct TimeSpec {
    pub seconds: i64,
    pub nanoseconds: std::ffi::c_long,
}

/// `struct wimlib_wim_info`.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct RawWimInfo {
    pub guid: [u8; 16],
    pub image_count: u32,
    pub boot_index: u32,
    pub wim_version: u32,
    pub chunk_size: u32,
    pub part_number: u16,
    pub total_parts: u16,
    pub compression_type: i32,
    pub total_bytes: u64,
    /// Bit fields in order: has_integrity_table, opened_from_file, is_readonly, has_rpfix, is_marked_readonly, spanned,
    /// write_in_progress, metadata_only, resource_only, pipable.
    pub flags: u32,
    pub reserved: [u32; 9],
}

/// `struct wimlib_resource_entry`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ResourceEntry {
    pub uncompressed_size: u64,
    pub compressed_size: u64,
    pub offset: u64,
    pub sha1: [u8; 20],
    pub part_number: u32,
    pub reference_count: u32,
    /// Bit fields in order: is_compressed, is_metadata, is_free, is_spanned, is_missing, packed.
    pub flags: u32,
    pub raw_resource_offset: u64,
    pub raw_resource_compressed_size: u64,
    pub raw_resource_uncompressed_size: u64,
    pub reserved: [u64; 1],
}

/// Bit of [`ResourceEntry::flags`]: the data is compressed.
pub const RESOURCE_IS_COMPRESSED: u32 = 1;
/// Bit of [`ResourceEntry::flags`]: no such data in this WIM.
pub const RESOURCE_IS_MISSING: u32 = 1 << 4;
/// Bit of [`ResourceEntry::flags`]: the data is compressed together with other data.
pub const RESOURCE_IS_PACKED: u32 = 1 << 5;

/// `struct wimlib_stream_entry`.
#[repr(C)]
pub struct StreamEntry {
    pub name: *const TChar,
    pub resource: ResourceEntry,
    pub reserved: [u64; 4],
}

/// `struct wimlib_dir_entry`; `streams` is a C flexible array with at least one element.
#[repr(C)]
pub struct DirEntry {
    pub file_name: *const TChar,
    pub dos_name: *const TChar,
    pub full_path: *const TChar,
    pub depth: usize,
    pub security_descriptor: *const c_char,
    pub security_descriptor_size: usize,
    pub attributes: u32,
    pub reparse_tag: u32,
    pub num_links: u32,
    pub num_named_streams: u32,
    pub hard_link_group_id: u64,
    pub creation_time: TimeSpec,
    pub last_write_time: TimeSpec,
    pub last_access_time: TimeSpec,
    pub unix_uid: u32,
    pub unix_gid: u32,
    pub unix_mode: u32,
    pub unix_rdev: u32,
    pub object_id: [u8; 64],
    pub creation_time_high: i32,
    pub last_write_time_high: i32,
    pub last_access_time_high: i32,
    pub reserved2: i32,
    pub reserved: [u64; 4],
    pub streams: [StreamEntry; 0],
}

/// `struct wimlib_update_command` with the member `add` of its union, which is the largest.
#[repr(C)]
pub struct UpdateAdd {
    pub op: c_int,
    pub source: *const TChar,
    pub path: *const TChar,
    pub config: *const TChar,
    pub flags: c_int,
}

/// `struct wimlib_progress_info_write_streams`.
#[repr(C)]
pub struct ProgressWrite {
    pub total_bytes: u64,
    pub total_streams: u64,
    pub completed_bytes: u64,
}

/// `struct wimlib_progress_info_extract`, as far as it is read.
#[repr(C)]
pub struct ProgressExtract {
    pub image: u32,
    pub extract_flags: u32,
    pub wim_file: *const TChar,
    pub image_name: *const TChar,
    pub target: *const TChar,
    pub reserved: *const TChar,
    pub total_bytes: u64,
    pub completed_bytes: u64,
}

/// `struct wimlib_progress_info_verify_streams`, as far as it is read.
#[repr(C)]
pub struct ProgressVerify {
    pub wim_file: *const TChar,
    pub total_streams: u64,
    pub total_bytes: u64,
    pub completed_streams: u64,
    pub completed_bytes: u64,
}

pub const PROGRESS_EXTRACT_STREAMS: c_int = 4;
pub const PROGRESS_WRITE_STREAMS: c_int = 12;
pub const PROGRESS_WRITE_METADATA_BEGIN: c_int = 13;
pub const PROGRESS_VERIFY_STREAMS: c_int = 29;
pub const PROGRESS_CONTINUE: c_int = 0;
pub const PROGRESS_ABORT: c_int = 1;

pub const OPEN_ERROR_IF_SPLIT: c_int = 2;
pub const OPEN_WRITE_ACCESS: c_int = 4;

pub const ITERATE_RECURSIVE: c_int = 1;
pub const ITERATE_CHILDREN: c_int = 2;

pub const EXTRACT_NO_ACLS: c_int = 0x40;
pub const EXTRACT_NO_ATTRIBUTES: c_int = 0x0010_0000;
pub const EXTRACT_NO_PRESERVE_DIR_STRUCTURE: c_int = 0x0020_0000;

pub const ADD_NO_ACLS: c_int = 0x20;
pub const ADD_NO_REPARSE_FIX: c_int = 0x200;

pub const ADD_NO_REPLACE: c_int = 0x2000;

pub const UPDATE_OP_ADD: c_int = 0;

pub const EXPORT_NO_DESCRIPTIONS: c_int = 4;

pub const WRITE_CHECK_INTEGRITY: c_int = 1;
pub const WRITE_NO_CHECK_INTEGRITY: c_int = 2;
pub const WRITE_RETAIN_GUID: c_int = 0x800;

pub const CHANGE_GUID: c_int = 2;
pub const CHANGE_BOOT_INDEX: c_int = 4;

pub const ALL_IMAGES: c_int = -1;

pub const INIT_DONT_ACQUIRE_PRIVILEGES: c_int = 2;
pub const INIT_DEFAULT_CASE_INSENSITIVE: c_int = 0x20;

pub const ATTRIBUTE_DIRECTORY: u32 = 0x10;
pub const ATTRIBUTE_REPARSE_POINT: u32 = 0x400;

pub const ERROR_PATH_DOES_NOT_EXIST: c_int = 49;

/// `wimlib_progress_func_t`.
pub type ProgressFn = unsafe extern "C" fn(c_int, *const c_void, *mut c_void) -> c_int;
/// `wimlib_iterate_dir_tree_callback_t`.
pub type IterateFn = unsafe extern "C" fn(*const DirEntry, *mut c_void) -> c_int;

macro_rules! functions {
    ($($field:ident = $symbol:literal : fn($($arg:ty),*) $(-> $ret:ty)?;)*) => {
        /// The functions of libwim, found by name once.
        pub struct Functions {
            $(pub $field: unsafe extern "C" fn($($arg),*) $(-> $ret)?,)*
        }

        impl Functions {
            /// Looks every function up; the error names the missing one.
            ///
            /// # Safety
            /// `library` must be a libwim 15, and must stay loaded as long as the result is used.
            pub unsafe fn find(library: &libloading::Library) -> Result<Self, libloading::Error> {
                Ok(Self {
                    $($field: {
                        // SAFETY: the caller promises a libwim 15, whose wimlib.h declares this symbol with this type.
                        *unsafe {
                            library.get::<unsafe extern "C" fn($($arg),*) $(-> $ret)?>(concat!($symbol, "\0"))?
                        }
                    },)*
                })
            }
        }
    };
}

functions! {
    global_init = "wimlib_global_init": fn(c_int) -> c_int;
    get_version = "wimlib_get_version": fn() -> u32;
    get_error_string = "wimlib_get_error_string": fn(c_int) -> *const TChar;
    open_wim = "wimlib_open_wim": fn(*const TChar, c_int, *mut *mut WimStruct) -> c_int;
    create_new_wim = "wimlib_create_new_wim": fn(c_int, *mut *mut WimStruct) -> c_int;
    free = "wimlib_free": fn(*mut WimStruct);
    register_progress = "wimlib_register_progress_function": fn(*mut WimStruct, Option<ProgressFn>, *mut c_void);
    get_wim_info = "wimlib_get_wim_info": fn(*mut WimStruct, *mut RawWimInfo) -> c_int;
    set_wim_info = "wimlib_set_wim_info": fn(*mut WimStruct, *const RawWimInfo, c_int) -> c_int;
    get_image_property = "wimlib_get_image_property": fn(*const WimStruct, c_int, *const TChar) -> *const TChar;
    set_image_property = "wimlib_set_image_property": fn(*mut WimStruct, c_int, *const TChar, *const TChar) -> c_int;
    iterate_dir_tree = "wimlib_iterate_dir_tree": fn(*mut WimStruct, c_int, *const TChar, c_int, IterateFn, *mut c_void) -> c_int;
    extract_paths = "wimlib_extract_paths": fn(*mut WimStruct, c_int, *const TChar, *const *const TChar, usize, c_int) -> c_int;
    add_image = "wimlib_add_image": fn(*mut WimStruct, *const TChar, *const TChar, *const TChar, c_int) -> c_int;
    export_image = "wimlib_export_image": fn(*mut WimStruct, c_int, *mut WimStruct, *const TChar, *const TChar, c_int) -> c_int;
    update_image = "wimlib_update_image": fn(*mut WimStruct, c_int, *const UpdateAdd, usize, c_int) -> c_int;
    set_output_chunk_size = "wimlib_set_output_chunk_size": fn(*mut WimStruct, u32) -> c_int;
    set_default_compression_level = "wimlib_set_default_compression_level": fn(c_int, c_uint) -> c_int;
    write = "wimlib_write": fn(*mut WimStruct, *const TChar, c_int, c_int, c_uint) -> c_int;
    overwrite = "wimlib_overwrite": fn(*mut WimStruct, c_int, c_uint) -> c_int;
    verify_wim = "wimlib_verify_wim": fn(*mut WimStruct, c_int) -> c_int;
    create_decompressor = "wimlib_create_decompressor": fn(c_int, usize, *mut *mut DecompressorStruct) -> c_int;
    decompress = "wimlib_decompress": fn(*const c_void, usize, *mut c_void, usize, *mut DecompressorStruct) -> c_int;
    free_decompressor = "wimlib_free_decompressor": fn(*mut DecompressorStruct);
}
