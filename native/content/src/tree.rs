//! What a package holds, as its library records it.

use crate::content_hash::content_hash;
use crate::error::Place;
use tsm_formats::Sha256Hash;
use tsm_formats::content_library::FileIni;

/// A file of a content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentFile {
    /// Its path in the content, `/` between the parts.
    pub path: String,
    /// Its length in bytes.
    pub size: u64,
    /// SHA-256 of its bytes.
    pub sha256: Sha256Hash,
    /// Its Win32 attributes.
    pub attributes: u32,
    /// When it was last written: Windows FILETIME (100 ns since 1601, UTC).
    pub modified_filetime: u64,
}

impl ContentFile {
    /// The file at `path` as its record describes it.
    pub(crate) fn from_record(path: &str, ini: &FileIni) -> Self {
        Self {
            path: path.to_owned(),
            size: ini.size,
            sha256: ini.hash,
            attributes: ini.attributes,
            modified_filetime: ini.modified_filetime,
        }
    }
}

/// A content: a tree of files and folders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentTree {
    /// The content ID.
    pub content_id: String,
    /// The hash of the whole content that the library records.
    pub hash: Option<Sha256Hash>,
    /// Its files, in ascending order of their paths.
    pub files: Vec<ContentFile>,
    /// Its folders, also empty ones, in ascending order.
    pub folders: Vec<String>,
}

impl ContentTree {
    /// What is odd when the recorded hash over the content is not that of its files. The recipe is no documented one, so
    /// this is for people to look at.
    pub(crate) fn hash_oddity(&self, place: &Place) -> Option<String> {
        let (recorded, found) = (self.hash?, content_hash(self));
        (recorded != found).then(|| {
            let count = self.files.len();
            format!(
                "{place}: the content hash differs: {recorded} is recorded, its {count} files as recorded give {found}"
            )
        })
    }
}

/// What a library holds of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageContent {
    /// The library, as the admin named it.
    pub library: String,
    /// The package ID.
    pub package_id: String,
    /// The version, for packages with a single content.
    pub version: Option<u32>,
    /// A library says which contents these are, and what their files must be. Plain files say nothing of themselves.
    pub has_records: bool,
    /// The contents, in the order of the record.
    pub contents: Vec<ContentTree>,
    /// What is odd but does no harm, such as hashes in lower case.
    pub oddities: Vec<String>,
}

impl PackageContent {
    /// The length of all files in bytes.
    pub fn size(&self) -> u64 {
        self.contents.iter().flat_map(|c| &c.files).map(|f| f.size).sum()
    }

    /// Where a file of this package is, for messages.
    pub fn place(&self, content: &ContentTree, file: &ContentFile) -> Place {
        Place {
            library: self.library.clone(),
            package: Some(self.package_id.clone()),
            content: Some(content.content_id.clone()),
            file: Some(file.path.clone()),
        }
    }
}
