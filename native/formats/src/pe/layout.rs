//! Where everything is in a program: what its signatures cover, where they lie, and its resources.
//!
//! Stricter than Windows where a program could be taken for another one than it is: sections that overlap, or that lie
//! outside the file, are refused.

use std::ops::Range;

use object::LittleEndian as LE;
use object::pe::{IMAGE_DIRECTORY_ENTRY_SECURITY, ImageNtHeaders32, ImageNtHeaders64};
use object::read::pe::{ImageNtHeaders, ImageOptionalHeader, PeFile, ResourceNameOrId, optional_header_magic};

/// Larger tables of certificates are not read. Those of boot managers have some 10 KiB a signature.
pub(super) const MOST_TABLE_BYTES: usize = 1 << 20;
/// `RT_RCDATA` ("Resource types", Microsoft Learn).
const RAW_DATA: u16 = 10;
/// Resources of that kind that are looked at, at most.
const MOST_RESOURCES: usize = 1024;

/// Why a program cannot be looked at as a whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LayoutError {
    /// Its headers are cut off, or no headers at all.
    #[error("its headers cannot be read: {0}")]
    Headers(String),
    /// A section lies outside the file.
    #[error("section {number} takes the bytes {begin} to {end}, but the file has {length}")]
    SectionOutside {
        /// Its number, from 1.
        number: usize,
        /// Its first byte.
        begin: u64,
        /// Behind its last byte.
        end: u64,
        /// The length of the file.
        length: usize,
    },
    /// Two sections share bytes, or a section begins within the headers.
    #[error("section {number} begins at byte {begin}, before the end of what precedes it ({end})")]
    SectionsOverlap {
        /// The number of the later one, from 1.
        number: usize,
        /// Its first byte.
        begin: usize,
        /// Behind the last byte of what precedes it.
        end: usize,
    },
    /// The certificate table lies outside the file, or over the sections.
    #[error(
        "the certificate table takes the bytes {begin} to {end}, which is not behind the sections and within {length}"
    )]
    TableOutside {
        /// Its first byte.
        begin: u64,
        /// Behind its last byte.
        end: u64,
        /// The length of the file.
        length: usize,
    },
    /// The certificate table is too large to be one.
    #[error("the certificate table has {0} bytes; more than {MOST_TABLE_BYTES} no program has")]
    TableTooLarge(usize),
}

/// The parts of a program.
#[derive(Debug)]
pub(super) struct Layout<'a> {
    data: &'a [u8],
    /// Offset of the checksum, which no signature covers.
    checksum: usize,
    /// Offset of the entry of the certificate table in the data directories; no signature covers it.
    directory_entry: Option<usize>,
    headers_end: usize,
    /// Sections in the order of the file.
    sections: Vec<Range<usize>>,
    /// The certificate table; empty when there is none.
    pub table: Range<usize>,
    /// The resource that names the security version, when there is one.
    pub security_version: Option<u32>,
}

impl<'a> Layout<'a> {
    /// Finds the parts.
    pub fn read(data: &'a [u8]) -> Result<Self, LayoutError> {
        let headers = |e: object::Error| LayoutError::Headers(e.to_string().to_lowercase());
        match optional_header_magic(data).map_err(headers)? {
            object::pe::IMAGE_NT_OPTIONAL_HDR32_MAGIC => {
                Self::of(&PeFile::<ImageNtHeaders32>::parse(data).map_err(headers)?)
            }
            _ => Self::of(&PeFile::<ImageNtHeaders64>::parse(data).map_err(headers)?),
        }
    }

    fn of<Pe: ImageNtHeaders>(file: &PeFile<'a, Pe>) -> Result<Self, LayoutError> {
        let data = file.data();
        let optional = file.nt_headers().optional_header();
        // DOS header, then "PE\0\0" and the COFF header, then the optional header.
        let start = file.dos_header().nt_headers_offset() as usize + 24;
        let directories = start + size_of::<Pe::ImageOptionalHeader>();
        let directory_entry = file
            .data_directory(IMAGE_DIRECTORY_ENTRY_SECURITY)
            .map(|_| directories + 8 * IMAGE_DIRECTORY_ENTRY_SECURITY);
        let headers_end = optional.size_of_headers() as usize;
        let first_after = directory_entry.map_or(start + 68, |entry| entry + 8);
        if headers_end < first_after || headers_end > data.len() {
            return Err(LayoutError::Headers(format!("they claim to end at byte {headers_end}")));
        }
        let sections = sections(file, headers_end)?;
        let end = sections.last().map_or(headers_end, |last| last.end);
        let table = match file.data_directory(IMAGE_DIRECTORY_ENTRY_SECURITY).map(|d| d.address_range()) {
            Some((begin, size)) if size > 0 => table(begin, size, end, data.len())?,
            _ => data.len()..data.len(),
        };
        let security_version = security_version(file);
        Ok(Self { data, checksum: start + 64, directory_entry, headers_end, sections, table, security_version })
    }

    /// The bytes that a signature covers, in their order: headers without checksum and certificate table entry, sections in
    /// the order of the file, what lies behind them, without the certificate table ("Windows Authenticode Portable
    /// Executable Signature Format", "Calculating the PE Image Hash").
    pub fn covered(&self) -> Vec<&'a [u8]> {
        let mut parts = Vec::with_capacity(self.sections.len() + 4);
        parts.push(0..self.checksum);
        match self.directory_entry {
            Some(entry) => parts.extend([self.checksum + 4..entry, entry + 8..self.headers_end]),
            None => parts.push(self.checksum + 4..self.headers_end),
        }
        parts.extend(self.sections.iter().cloned());
        // What is behind the sections begins at their total length: with gaps between them that is not their end, but all
        // who sign and verify count so.
        let total = self.headers_end + self.sections.iter().map(Range::len).sum::<usize>();
        let rest = self.data.len().saturating_sub(self.table.len());
        parts.push(total..rest.max(total));
        parts.into_iter().filter_map(|part| self.data.get(part)).filter(|part| !part.is_empty()).collect()
    }
}

fn sections<Pe: ImageNtHeaders>(file: &PeFile<'_, Pe>, headers_end: usize) -> Result<Vec<Range<usize>>, LayoutError> {
    let length = file.data().len();
    let mut found = Vec::new();
    for (index, section) in file.section_table().iter().enumerate() {
        let (begin, size) = (section.pointer_to_raw_data.get(LE), section.size_of_raw_data.get(LE));
        let end = u64::from(begin) + u64::from(size);
        if size == 0 {
            continue;
        }
        if end > length as u64 {
            return Err(LayoutError::SectionOutside { number: index + 1, begin: begin.into(), end, length });
        }
        found.push((index + 1, begin as usize..begin as usize + size as usize));
    }
    found.sort_by_key(|(_, range)| range.start);
    let mut end = headers_end;
    for (number, range) in &found {
        if range.start < end {
            return Err(LayoutError::SectionsOverlap { number: *number, begin: range.start, end });
        }
        end = range.end;
    }
    Ok(found.into_iter().map(|(_, range)| range).collect())
}

fn table(begin: u32, size: u32, sections_end: usize, length: usize) -> Result<Range<usize>, LayoutError> {
    let end = u64::from(begin) + u64::from(size);
    if end > length as u64 || (begin as usize) < sections_end {
        return Err(LayoutError::TableOutside { begin: begin.into(), end, length });
    }
    if size as usize > MOST_TABLE_BYTES {
        return Err(LayoutError::TableTooLarge(size as usize));
    }
    Ok(begin as usize..begin as usize + size as usize)
}

/// The number in the resource `BOOTMGRSECURITYVERSIONNUMBER`. Resources that cannot be read hold none.
fn security_version<Pe: ImageNtHeaders>(file: &PeFile<'_, Pe>) -> Option<u32> {
    const NAME: &str = "BOOTMGRSECURITYVERSIONNUMBER";
    let directory = file.data_directories().resource_directory(file.data(), &file.section_table()).ok()??;
    let root = directory.root().ok()?;
    let raw = root.entries.iter().find(|e| e.name_or_id().id() == Some(RAW_DATA))?;
    let named = raw.data(directory).ok()?.table()?;
    let entry = named.entries.iter().take(MOST_RESOURCES).find(|e| match e.name_or_id() {
        ResourceNameOrId::Name(name) => name.to_string_lossy(directory).is_ok_and(|n| n.eq_ignore_ascii_case(NAME)),
        ResourceNameOrId::Id(_) => false,
    })?;
    // One level more for the language; the first one counts.
    let language = entry.data(directory).ok()?.table()?.entries.first()?.data(directory).ok()?.data()?;
    let bytes = file.section_table().pe_data_at(file.data(), language.offset_to_data.get(LE))?;
    (language.size.get(LE) >= 4).then(|| bytes.first_chunk::<4>().map(|b| u32::from_le_bytes(*b)))?
}
