//! What a WIM says about itself: header and XML data.
use crate::error::WimError;
use crate::native::RawWimInfo;
use crate::text::{NativeText, decode};
use crate::wim::{Handle, Wim};

/// Compression of a WIM's resources (`enum wimlib_compression_type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Compression {
    /// Stored as they are.
    None,
    /// XPRESS: fast, what `/compress:fast` of DISM makes.
    Xpress,
    /// LZX: what `/compress:max` of DISM makes; the usual one for boot images.
    #[default]
    Lzx,
    /// LZMS: what `.esd` files use.
    Lzms,
}

impl Compression {
    pub(crate) fn number(self) -> i32 {
        match self {
            Self::None => 0,
            Self::Xpress => 1,
            Self::Lzx => 2,
            Self::Lzms => 3,
        }
    }

    fn from_number(number: i32) -> Self {
        match number {
            1 => Self::Xpress,
            2 => Self::Lzx,
            3 => Self::Lzms,
            _ => Self::None,
        }
    }
}

/// Processor architecture of an image, from `WINDOWS/ARCH` of the XML data; the numbers are Windows'
/// `PROCESSOR_ARCHITECTURE_*`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Architecture {
    /// 0: 32-bit x86.
    X86,
    /// 5: 32-bit ARM.
    Arm,
    /// 6: Itanium.
    Ia64,
    /// 9: 64-bit x86.
    X64,
    /// 12: 64-bit ARM.
    Arm64,
    /// A number this crate has no name for.
    Other(u32),
}

impl Architecture {
    /// The number in the XML data.
    #[must_use]
    pub fn number(self) -> u32 {
        match self {
            Self::X86 => 0,
            Self::Arm => 5,
            Self::Ia64 => 6,
            Self::X64 => 9,
            Self::Arm64 => 12,
            Self::Other(number) => number,
        }
    }

    /// From the number in the XML data.
    #[must_use]
    pub fn from_number(number: u32) -> Self {
        match number {
            0 => Self::X86,
            5 => Self::Arm,
            6 => Self::Ia64,
            9 => Self::X64,
            12 => Self::Arm64,
            other => Self::Other(other),
        }
    }
}

/// One image of a WIM, from the XML data. What the XML lacks is empty or `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImageInfo {
    /// Number of the image, from 1.
    pub index: u32,
    /// `NAME`.
    pub name: String,
    /// `DESCRIPTION`.
    pub description: String,
    /// `DISPLAYNAME`.
    pub display_name: Option<String>,
    /// `WINDOWS/ARCH`.
    pub architecture: Option<Architecture>,
    /// `WINDOWS/VERSION`: major, minor, build, service pack build.
    pub version: Option<(u32, u32, u32, u32)>,
    /// `WINDOWS/EDITIONID`, such as `WindowsPE` or `Enterprise`.
    pub edition: Option<String>,
    /// `WINDOWS/INSTALLATIONTYPE`, such as `WindowsPE` or `Client`.
    pub installation_type: Option<String>,
    /// `WINDOWS/LANGUAGES/DEFAULT`, such as `en-US`.
    pub default_language: Option<String>,
    /// `WINDOWS/LANGUAGES/LANGUAGE`, all of them in the order of the XML data.
    pub languages: Vec<String>,
    /// `TOTALBYTES`: size of all files of the image, uncompressed.
    pub total_bytes: u64,
    /// `FILECOUNT`.
    pub file_count: u64,
    /// `DIRCOUNT`.
    pub directory_count: u64,
    /// `LASTMODIFICATIONTIME`, seconds since 1970.
    pub modified: Option<i64>,
    /// `CREATIONTIME`, seconds since 1970.
    pub created: Option<i64>,
}

/// A WIM as a whole, from its header.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WimInfo {
    /// Identifier of the WIM; the parts of a split WIM share it.
    pub guid: [u8; 16],
    /// Number of images.
    pub image_count: u32,
    /// The image that a boot loader starts, 0 for none.
    pub boot_index: u32,
    /// Number of this part of a split WIM, 1 for a whole one.
    pub part_number: u16,
    /// Number of parts of a split WIM, 1 for a whole one.
    pub total_parts: u16,
    /// Compression of the resources.
    pub compression: Compression,
    /// Files are compressed together, as in `.esd` files (version 0xe00 of the format): nothing but libwim and DISM reads it.
    pub solid: bool,
    /// Size of the WIM as its tables say, bytes.
    pub total_bytes: u64,
    /// The WIM cannot be changed: marked so, split, or without the right to write.
    pub is_readonly: bool,
    /// There is an integrity table.
    pub has_integrity: bool,
    /// wimlib's own layout that can be read from a pipe; Microsoft's tools cannot read it.
    pub pipable: bool,
    /// The images in order.
    pub images: Vec<ImageInfo>,
}

/// Version of WIM files with solid resources (`WIM_VERSION_SOLID` of wimlib).
const SOLID: u32 = 0xe00;

impl Wim {
    /// Header and images of the WIM.
    ///
    /// # Errors
    /// What libwim reports, with the file's path.
    pub fn info(&self) -> Result<WimInfo, WimError> {
        let handle = self.lock();
        let raw = raw_info(&handle).map_err(|error| error.at(self.path()))?;
        let mut images = Vec::new();
        for index in 1..=raw.image_count {
            images.push(image_info(&handle, index).map_err(|error| error.at(self.path()))?);
        }
        let flag = |bit: u32| raw.flags & (1 << bit) != 0;
        Ok(WimInfo {
            guid: raw.guid,
            image_count: raw.image_count,
            boot_index: raw.boot_index,
            part_number: raw.part_number,
            total_parts: raw.total_parts,
            compression: Compression::from_number(raw.compression_type),
            solid: raw.wim_version == SOLID,
            total_bytes: raw.total_bytes,
            is_readonly: flag(2),
            has_integrity: flag(0),
            pipable: is_pipable(&raw),
            images,
        })
    }

    /// A text of the image's XML data by its path, such as `WINDOWS/EDITIONID`.
    ///
    /// # Errors
    /// Only for a property name that cannot be passed on.
    pub fn property(&self, image: u32, name: &str) -> Result<Option<String>, WimError> {
        property(&self.lock(), image, name).map_err(|error| error.at(self.path()))
    }
}

/// Bit of [`RawWimInfo::flags`].
const IS_PIPABLE: u32 = 1 << 9;

pub(crate) fn is_pipable(raw: &RawWimInfo) -> bool {
    raw.flags & IS_PIPABLE != 0
}

pub(crate) fn raw_info(handle: &Handle) -> Result<RawWimInfo, WimError> {
    let mut raw = RawWimInfo::default();
    // SAFETY: the handle is valid and `raw` has the layout of `struct wimlib_wim_info`.
    let code = unsafe { (handle.library.functions.get_wim_info)(handle.as_ptr(), &raw mut raw) };
    handle.library.check(code)?;
    Ok(raw)
}

fn image_info(handle: &Handle, index: u32) -> Result<ImageInfo, WimError> {
    let text = |name: &str| property(handle, index, name);
    let number = |name: &str| Ok::<_, WimError>(text(name)?.and_then(|t| t.trim().parse::<u64>().ok()));
    let part = |name: &str| Ok::<_, WimError>(text(name)?.and_then(|t| t.trim().parse::<u32>().ok()));
    let version = match (part("WINDOWS/VERSION/MAJOR")?, part("WINDOWS/VERSION/MINOR")?) {
        (Some(major), Some(minor)) => Some((
            major,
            minor,
            part("WINDOWS/VERSION/BUILD")?.unwrap_or(0),
            part("WINDOWS/VERSION/SPBUILD")?.unwrap_or(0),
        )),
        _ => None,
    };
    Ok(ImageInfo {
        index,
        name: text("NAME")?.unwrap_or_default(),
        description: text("DESCRIPTION")?.unwrap_or_default(),
        display_name: text("DISPLAYNAME")?,
        architecture: part("WINDOWS/ARCH")?.map(Architecture::from_number),
        version,
        edition: text("WINDOWS/EDITIONID")?,
        installation_type: text("WINDOWS/INSTALLATIONTYPE")?,
        default_language: text("WINDOWS/LANGUAGES/DEFAULT")?,
        languages: languages(&text)?,
        total_bytes: number("TOTALBYTES")?.unwrap_or(0),
        file_count: number("FILECOUNT")?.unwrap_or(0),
        directory_count: number("DIRCOUNT")?.unwrap_or(0),
        modified: time(&text, "LASTMODIFICATIONTIME")?,
        created: time(&text, "CREATIONTIME")?,
    })
}

/// libwim numbers elements of one name from 1 (wimlib.h, `wimlib_get_image_property`).
fn languages(text: &dyn Fn(&str) -> Result<Option<String>, WimError>) -> Result<Vec<String>, WimError> {
    // Windows has fewer languages; a file may say what it likes.
    const MOST: usize = 256;
    let mut languages = Vec::new();
    while languages.len() < MOST
        && let Some(language) = text(&format!("WINDOWS/LANGUAGES/LANGUAGE[{}]", languages.len() + 1))?
    {
        languages.push(language);
    }
    Ok(languages)
}

/// Seconds between 1601 (FILETIME) and 1970.
pub(crate) const SECONDS_1601_TO_1970: i64 = 11_644_473_600;

fn time(text: &dyn Fn(&str) -> Result<Option<String>, WimError>, name: &str) -> Result<Option<i64>, WimError> {
    let part = |which: &str| {
        Ok::<_, WimError>(text(&format!("{name}/{which}"))?.and_then(|value| {
            let digits = value.trim().trim_start_matches("0x").trim_start_matches("0X");
            u32::from_str_radix(digits, 16).ok()
        }))
    };
    let (Some(high), Some(low)) = (part("HIGHPART")?, part("LOWPART")?) else {
        return Ok(None);
    };
    let ticks = (u64::from(high) << 32) | u64::from(low);
    let seconds = i64::try_from(ticks / 10_000_000).unwrap_or(i64::MAX);
    Ok(Some(seconds - SECONDS_1601_TO_1970))
}

fn property(handle: &Handle, image: u32, name: &str) -> Result<Option<String>, WimError> {
    let native = NativeText::new(name)?;
    let Ok(image) = i32::try_from(image) else {
        return Ok(None);
    };
    // SAFETY: handle and name are valid; libwim returns null for an image or property that is not there. The text
    // belongs to the handle and is copied before the lock on the handle ends.
    let text =
        unsafe { decode((handle.library.functions.get_image_property)(handle.as_ptr(), image, native.as_ptr())) };
    Ok(text.map(|(text, _)| text))
}
