//! What our calls of Windows share: text, paths and errors as its functions have them.

use camino::Utf8Path;
use std::io;

/// Text as the functions of Windows take it: UTF-16 with a NUL behind it.
pub(crate) fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain(std::iter::once(0)).collect()
}

/// The path as a function of Windows takes it that knows no paths of more than 260 characters: an absolute one becomes
/// one with `\\?\` in front when it is long ("Naming Files, Paths, and Namespaces" of the Windows documentation). The
/// standard library does the same for its own calls.
pub(crate) fn without_limit(path: &Utf8Path) -> io::Result<String> {
    // The shortest limit is that of folders: 260 characters less a name of the form 8.3.
    const LONG: usize = 247;
    let absolute = camino::absolute_utf8(path)?.into_string();
    Ok(match absolute.strip_prefix(r"\\") {
        _ if absolute.len() < LONG => absolute,
        Some(rest) if rest.starts_with(['?', '.']) => absolute,
        Some(share) => format!(r"\\?\UNC\{share}"),
        None => format!(r"\\?\{absolute}"),
    })
}

/// How many bytes a file in a folder may have, by the name of its file system.
pub(crate) fn largest_file(folder: &Utf8Path) -> io::Result<Option<u64>> {
    use windows::Win32::Storage::FileSystem::{GetVolumeInformationW, GetVolumePathNameW};
    use windows::core::PCWSTR;
    let folder = wide(&without_limit(folder)?);
    let (mut root, mut name) = (vec![0_u16; 1024], vec![0_u16; 64]);
    // SAFETY: the folder ends with a NUL, and both buffers are given with their lengths.
    unsafe {
        GetVolumePathNameW(PCWSTR(folder.as_ptr()), &mut root).map_err(error)?;
        GetVolumeInformationW(PCWSTR(root.as_ptr()), None, None, None, None, Some(&mut name)).map_err(error)?;
    }
    let end = name.iter().position(|unit| *unit == 0).unwrap_or(name.len());
    let name = String::from_utf16_lossy(name.get(..end).unwrap_or_default());
    // FAT, FAT12, FAT16 and FAT32, but not exFAT.
    Ok(name.to_ascii_uppercase().starts_with("FAT").then_some(u64::from(u32::MAX)))
}

/// The error with the number that the standard library knows: an `HRESULT` made of it holds it in its low half.
pub(crate) fn error(error: windows::core::Error) -> io::Error {
    io::Error::from_raw_os_error(error.code().0 & 0xFFFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_paths_get_the_prefix_that_lifts_the_limit() {
        let long = "x".repeat(300);
        let given = |path: String| without_limit(Utf8Path::new(&path)).unwrap();
        assert_eq!(given(r"C:\short".into()), r"C:\short");
        assert_eq!(given(format!(r"C:\{long}")), format!(r"\\?\C:\{long}"));
        assert_eq!(given(format!(r"\\server\share\{long}")), format!(r"\\?\UNC\server\share\{long}"));
        assert_eq!(given(format!(r"\\?\C:\{long}")), format!(r"\\?\C:\{long}"));
    }
}
