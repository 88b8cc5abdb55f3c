//! Windows: an open file is renamed, removed and counted by its handle, so that it never has to be let go of before.
//!
//! The structures are those of `SetFileInformationByHandle` in the Windows documentation.

use crate::windows_calls::{error, wide, without_limit};
use camino::Utf8Path;
use std::fs::File;
use std::io;
use std::mem::offset_of;
use std::os::windows::io::AsRawHandle;
use windows::Win32::Foundation::HANDLE;
use windows::Win32::Storage::FileSystem as fs;

/// `FILE_RENAME_FLAG_REPLACE_IF_EXISTS` with `FILE_RENAME_FLAG_POSIX_SEMANTICS`: also while others who share it have the
/// old file open. In the form of before Windows 10 1709, the low byte says "replace".
const REPLACE: u32 = 1;
const REPLACE_AT_ONCE: u32 = 3;

/// Gives an open file another name, in the place of a file that may have it already. The handle needs the right
/// [`DELETE`](fs::DELETE).
pub(crate) fn rename(file: &File, to: &Utf8Path) -> io::Result<()> {
    match rename_as(file, to, fs::FileRenameInfoEx, REPLACE_AT_ONCE) {
        Err(e) if is_unknown(&e) => rename_as(file, to, fs::FileRenameInfo, REPLACE),
        other => other,
    }
}

fn rename_as(file: &File, to: &Utf8Path, class: fs::FILE_INFO_BY_HANDLE_CLASS, flags: u32) -> io::Result<()> {
    const NAME: usize = offset_of!(fs::FILE_RENAME_INFO, FileName);
    let name = wide(&without_limit(to)?);
    let length = NAME + name.len() * size_of::<u16>();
    // Of u64, because the structure has a handle in it and has to be aligned as one.
    let mut buffer = vec![0_u64; length.max(size_of::<fs::FILE_RENAME_INFO>()).div_ceil(size_of::<u64>())];
    let info = buffer.as_mut_ptr().cast::<fs::FILE_RENAME_INFO>();
    // SAFETY: the buffer is aligned, and long enough for the structure with the whole name, whose bytes begin at `NAME`.
    // All fields are plain numbers, for which zero is a value.
    unsafe {
        (*info).Anonymous.Flags = flags;
        // Without the NUL.
        (*info).FileNameLength = u32::try_from(length - NAME - size_of::<u16>()).map_err(io::Error::other)?;
        let characters = buffer.as_mut_ptr().cast::<u8>().add(NAME).cast::<u16>();
        characters.copy_from_nonoverlapping(name.as_ptr(), name.len());
    }
    set(file, class, &buffer)
}

/// Removes an open file: its name goes at once where the file system can do that, otherwise when it is closed. The handle
/// needs the right [`DELETE`](fs::DELETE).
pub(crate) fn remove(file: &File) -> io::Result<()> {
    let at_once = fs::FILE_DISPOSITION_INFO_EX {
        Flags: fs::FILE_DISPOSITION_INFO_EX_FLAGS(
            fs::FILE_DISPOSITION_FLAG_DELETE.0 | fs::FILE_DISPOSITION_FLAG_POSIX_SEMANTICS.0,
        ),
    };
    match set(file, fs::FileDispositionInfoEx, &[at_once]) {
        Err(e) if is_unknown(&e) => {
            set(file, fs::FileDispositionInfo, &[fs::FILE_DISPOSITION_INFO { DeleteFile: true }])
        }
        other => other,
    }
}

/// How many names an open file has.
pub(crate) fn names(file: &File) -> io::Result<u32> {
    let mut information = fs::BY_HANDLE_FILE_INFORMATION::default();
    // SAFETY: the handle is open as long as `file` lives, the structure until the call returns.
    unsafe { fs::GetFileInformationByHandle(HANDLE(file.as_raw_handle()), &mut information) }.map_err(error)?;
    Ok(information.nNumberOfLinks)
}

/// Whether an error says that the system or the file system does not know this way to do it.
fn is_unknown(error: &io::Error) -> bool {
    const ERROR_INVALID_FUNCTION: i32 = 1;
    const ERROR_NOT_SUPPORTED: i32 = 50;
    const ERROR_INVALID_PARAMETER: i32 = 87;
    const ERROR_CALL_NOT_IMPLEMENTED: i32 = 120;
    matches!(
        error.raw_os_error(),
        Some(ERROR_INVALID_FUNCTION | ERROR_NOT_SUPPORTED | ERROR_INVALID_PARAMETER | ERROR_CALL_NOT_IMPLEMENTED)
    )
}

fn set<T>(file: &File, class: fs::FILE_INFO_BY_HANDLE_CLASS, information: &[T]) -> io::Result<()> {
    let length = u32::try_from(size_of_val(information)).map_err(io::Error::other)?;
    // SAFETY: the handle is open as long as `file` lives; the bytes are those of `information`, which are only read.
    unsafe { fs::SetFileInformationByHandle(HANDLE(file.as_raw_handle()), class, information.as_ptr().cast(), length) }
        .map_err(error)
}
