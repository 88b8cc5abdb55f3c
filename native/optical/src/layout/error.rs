//! Why a layout cannot be made.

/// Why a layout cannot be made. Nothing has been written when this is returned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LayoutError {
    /// The path is empty, begins or ends with `/`, or has a component that is empty, `.`, `..` or holds a NUL
    /// character.
    #[error("{path:?} is not a path of an image: {reason}")]
    InvalidPath {
        /// The path as given.
        path: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// Two entries have the same path.
    #[error("{path:?} is listed twice")]
    DuplicatePath {
        /// The path.
        path: String,
    },
    /// A path goes through something that is a file.
    #[error("{path:?} is a file, but {below:?} needs a folder there")]
    FileInPlaceOfFolder {
        /// The file.
        path: String,
        /// An entry below it.
        below: String,
    },
    /// UDF holds 254 characters of Latin-1 or 127 UTF-16 units in a name (UDF 2.1).
    #[error("a name of {path:?} has {units} UTF-16 units, UDF holds {max} of this kind")]
    NameTooLong {
        /// The path.
        path: String,
        /// Length of the name.
        units: usize,
        /// The limit that holds for it.
        max: usize,
    },
    /// The path tables of ISO 9660 number parents with 16 bits (ECMA-119 9.4.4), as UDF counts links (ECMA-167
    /// 4/14.9.6).
    #[error("{count} folders; ISO 9660 holds 65535")]
    TooManyFolders {
        /// How many folders there are, with the root.
        count: usize,
    },
    /// More than 2^31 entries.
    #[error("{count} entries are too many")]
    TooManyEntries {
        /// How many there are.
        count: usize,
    },
    /// A directory would need more bytes than the 32 bits of its ISO 9660 record hold (ECMA-119 9.1.4).
    #[error("the folder {path:?} has too many entries for ISO 9660")]
    FolderTooLarge {
        /// The folder.
        path: String,
    },
    /// The image would have 2^32 blocks or more: 8 TiB.
    #[error("the image would have {bytes} bytes, more than the formats can address")]
    ImageTooLarge {
        /// Bytes of the image, as far as they were added up.
        bytes: u64,
    },
    /// A boot image names a file that is not in the tree, or a folder.
    #[error("the boot image {path:?} is not a file of the image")]
    BootImageMissing {
        /// The path.
        path: String,
    },
    /// A boot image without bytes.
    #[error("boot image {index} is empty")]
    BootImageEmpty {
        /// Its place in the list, from 0.
        index: usize,
    },
    /// A BIOS cannot load it, or it is too large for a boot information table: 65535 sectors of 512 bytes are the limit
    /// (El Torito 1.0, figure 3).
    #[error("boot image {index} has {size} bytes, the limit is {max}")]
    BootImageTooLarge {
        /// Its place in the list, from 0.
        index: usize,
        /// Its bytes.
        size: u64,
        /// The limit.
        max: u64,
    },
    /// A boot information table needs 64 bytes.
    #[error("boot image {index} has {size} bytes, too few for a boot information table")]
    BootImageTooSmall {
        /// Its place in the list, from 0.
        index: usize,
        /// Its bytes.
        size: u64,
    },
    /// The boot catalogue has 8 sectors of 64 entries here.
    #[error("{count} boot images do not fit the boot catalogue")]
    TooManyBootImages {
        /// How many were given.
        count: usize,
    },
}
