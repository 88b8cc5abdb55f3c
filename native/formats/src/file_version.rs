//! The version that a Windows program bears.
//!
//! It stands in the program's version resource ("VS_VERSIONINFO structure" and "VS_FIXEDFILEINFO structure", Microsoft
//! Learn). The resource is found by its name and its signature, which come together nowhere else, not through the tables of
//! the program: these need not be sound for that.

use crate::text;

/// Four numbers.
pub type FileVersion = [u16; 4];

/// `VS_FFI_SIGNATURE`
const SIGNATURE: [u8; 4] = 0xFEEF_04BD_u32.to_le_bytes();

/// The file version of a program; `None` when it bears none.
#[must_use]
pub fn read(program: &[u8]) -> Option<FileVersion> {
    let name = text::to_utf16le("VS_VERSION_INFO\0");
    let mut rest = program;
    while let Some(at) = rest.windows(name.len()).position(|window| window == name.as_slice()) {
        rest = rest.get(at + name.len()..)?;
        // The signature begins at the next multiple of four bytes.
        let info = (0..4).filter_map(|pad| rest.get(pad..)).find(|info| info.starts_with(&SIGNATURE));
        if let Some(info) = info {
            let word = |at: usize| info.get(at..)?.first_chunk().map(|field| u16::from_le_bytes(*field));
            // File version, most significant half first; each half has its higher number behind.
            return Some([word(10)?, word(8)?, word(14)?, word(12)?]);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resource(pad: usize) -> Vec<u8> {
        let mut bytes = b"MZ".to_vec();
        bytes.extend(text::to_utf16le("VS_VERSION_INFO\0 no resource").iter());
        bytes.extend(text::to_utf16le("VS_VERSION_INFO\0").iter());
        bytes.resize(bytes.len() + pad, 0);
        bytes.extend(SIGNATURE);
        for number in [0x1_0000_u32, 5 << 16, 9128 << 16 | 1007, 0, 0] {
            bytes.extend(number.to_le_bytes());
        }
        bytes
    }

    #[test]
    fn the_version_is_found() {
        for pad in [0, 2] {
            assert_eq!(read(&resource(pad)), Some([5, 0, 9128, 1007]));
        }
    }

    #[test]
    fn programs_without_one_have_none() {
        assert_eq!(read(b""), None);
        assert_eq!(read(&resource(5)), None);
        let whole = resource(0);
        for length in 0..whole.len() - 8 {
            assert_eq!(read(&whole[..length]), None);
        }
    }
}
