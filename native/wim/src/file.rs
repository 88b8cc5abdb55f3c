//! One file of an image, read like a file on a disk: any piece of it, without taking it out. libwim gives a file only whole,
//! and only to the file system; but it says where the data lies, and unpacks one chunk of it when asked.
//!
//! Layouts follow Microsoft's "Windows Imaging File Format (WIM)" white paper, "File Resources": data that is compressed
//! begins with a table of where its chunks begin, one number for each but the first, counted from the end of the table. The
//! numbers have 4 bytes, for data of more than 4 GiB they have 8. A chunk that grew by compression lies there as it is.
use std::ffi::c_void;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ptr::NonNull;
use std::sync::Arc;

use crate::entries::Place;
use crate::error::{WimError, WimErrorKind};
use crate::library::Library;
use crate::native::DecompressorStruct;
use crate::wim::Wim;

/// No kind of compression has longer chunks (wimlib.h, `wimlib_set_output_chunk_size`: 64 MiB for LZMS).
const LONGEST_CHUNK: u32 = 64 << 20;

/// A file of an image, opened by [`Wim::file`]. One chunk is held in memory: 32 KiB in most WIMs, 2 MiB at most but for
/// `.esd` files.
pub struct WimFile {
    file: File,
    place: Place,
    length: u64,
    /// The length of a chunk when it is unpacked, bytes.
    chunk: u64,
    /// Unpacks chunks; absent for data that lies there as it is.
    unpacker: Option<Unpacker>,
    position: u64,
    /// Which chunk is at hand, and its bytes.
    at_hand: Option<u64>,
    bytes: Vec<u8>,
}

impl std::fmt::Debug for WimFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WimFile")
            .field("length", &self.length)
            .field("position", &self.position)
            .finish_non_exhaustive()
    }
}

impl Wim {
    /// Opens one file of an image to read pieces of it: to read the end of a large one takes no longer than its beginning.
    /// The data is not compared with its SHA-1; [`Wim::verify`] does that for all.
    ///
    /// # Errors
    /// With file and path: [`WimErrorKind::NoSuchImage`], [`WimErrorKind::NoSuchPath`], [`WimErrorKind::IsDirectory`],
    /// [`WimErrorKind::IsReparsePoint`]; [`WimErrorKind::Solid`] and [`WimErrorKind::Pipable`] for WIMs whose data lies
    /// otherwise; [`WimErrorKind::Damaged`] when the data is not in this WIM; [`WimErrorKind::Io`].
    pub fn file(&self, image: u32, path_in_image: &str) -> Result<WimFile, WimError> {
        let entry = self.wanted_file(image, path_in_image)?;
        let fault = |kind, text: &str| WimError::new(kind, text).at(self.path()).inside(entry.path.clone());
        let raw = crate::info::raw_info(&self.lock()).map_err(|error| error.at(self.path()))?;
        if entry.place.is_solid {
            return Err(fault(WimErrorKind::Solid, "its data is compressed together with that of other files"));
        }
        if crate::info::is_pipable(&raw) {
            return Err(fault(WimErrorKind::Pipable, "the WIM is one of wimlib's pipable ones"));
        }
        if entry.data_missing {
            return Err(fault(WimErrorKind::Damaged, "its data is not in this WIM"));
        }
        let chunk = raw.chunk_size;
        let unpacker = if entry.place.is_compressed {
            if chunk == 0 || chunk > LONGEST_CHUNK {
                return Err(fault(WimErrorKind::Damaged, "the WIM names no length of chunks"));
            }
            Some(
                Unpacker::new(&self.lock().library, raw.compression_type, chunk)
                    .map_err(|error| error.at(self.path()))?,
            )
        } else {
            None
        };
        let file = File::open(self.path()).map_err(|e| WimError::io("cannot read the WIM", self.path(), e))?;
        Ok(WimFile {
            file,
            place: entry.place,
            length: entry.size,
            chunk: u64::from(chunk),
            unpacker,
            position: 0,
            at_hand: None,
            bytes: Vec::new(),
        })
    }
}

impl WimFile {
    /// The length of the file in bytes.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.length
    }

    /// Whether it has no bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Where the data of a chunk begins and ends, counted from where the data of the file begins in the WIM.
    fn bounds(&mut self, number: u64) -> io::Result<(u64, u64)> {
        let chunks = self.length.div_ceil(self.chunk);
        let width: u8 = if self.length > u64::from(u32::MAX) { 8 } else { 4 };
        let table = chunks.saturating_sub(1).saturating_mul(u64::from(width));
        let mut begin_of = |number: u64| -> io::Result<u64> {
            let Some(before) = number.checked_sub(1) else { return Ok(table) };
            self.file.seek(SeekFrom::Start(self.place.offset.saturating_add(before * u64::from(width))))?;
            let mut entry = [0; 8];
            self.file.read_exact(entry.get_mut(..usize::from(width)).unwrap_or_default())?;
            Ok(u64::from_le_bytes(entry).saturating_add(table))
        };
        let begin = begin_of(number)?;
        let end = if number + 1 == chunks { self.place.stored } else { begin_of(number + 1)? };
        if table > self.place.stored || begin > end || end > self.place.stored {
            return Err(damaged("the table of its chunks leads nowhere"));
        }
        Ok((begin, end))
    }

    /// Unpacks the chunk of this number, so that it is at hand.
    fn load(&mut self, number: u64) -> io::Result<()> {
        self.at_hand = None;
        let (begin, end) = self.bounds(number)?;
        let original = usize::try_from(self.chunk.min(self.length - number * self.chunk)).map_err(io::Error::other)?;
        let stored = usize::try_from(end - begin).map_err(io::Error::other)?;
        if stored > original {
            return Err(damaged("a chunk is longer packed than unpacked"));
        }
        self.file.seek(SeekFrom::Start(self.place.offset.saturating_add(begin)))?;
        let mut packed = vec![0; stored];
        self.file.read_exact(&mut packed)?;
        if stored == original {
            self.bytes = packed;
        } else {
            self.bytes.clear();
            self.bytes.resize(original, 0);
            let unpacker = self.unpacker.as_mut().ok_or_else(|| damaged("it is not compressed"))?;
            unpacker.unpack(&packed, &mut self.bytes)?;
        }
        self.at_hand = Some(number);
        Ok(())
    }
}

impl Read for WimFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.length.saturating_sub(self.position);
        if left == 0 || buffer.is_empty() {
            return Ok(0);
        }
        let count = if self.unpacker.is_none() {
            self.file.seek(SeekFrom::Start(self.place.offset.saturating_add(self.position)))?;
            match (&mut self.file).take(left).read(buffer)? {
                0 => return Err(damaged("the WIM ends within its data")),
                count => count,
            }
        } else {
            let number = self.position / self.chunk;
            if self.at_hand != Some(number) {
                self.load(number)?;
            }
            let into = usize::try_from(self.position % self.chunk).map_err(io::Error::other)?;
            self.bytes.get(into..).unwrap_or_default().read(buffer)?
        };
        self.position += count as u64;
        Ok(count)
    }
}

impl Seek for WimFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.position.checked_add_signed(by),
            SeekFrom::End(by) => self.length.checked_add_signed(by),
        };
        self.position = place.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.position)
    }
}

fn damaged(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("the WIM is damaged: {what}"))
}

/// libwim's decompressor for one kind of compression, freed on drop.
struct Unpacker {
    library: Arc<Library>,
    pointer: NonNull<DecompressorStruct>,
}

// SAFETY: a decompressor may be used from any thread as long as only one uses it at a time (wimlib.h, "Compression and
// decompression functions"); an `Unpacker` is the only owner of its pointer, and unpacking borrows it mutably.
unsafe impl Send for Unpacker {}

impl Unpacker {
    fn new(library: &Arc<Library>, compression: i32, chunk: u32) -> Result<Self, WimError> {
        let mut pointer = std::ptr::null_mut();
        // SAFETY: `pointer` is a valid place for the result.
        let code = unsafe { (library.functions.create_decompressor)(compression, chunk as usize, &raw mut pointer) };
        library.check(code)?;
        match NonNull::new(pointer) {
            Some(pointer) => Ok(Self { library: Arc::clone(library), pointer }),
            None => Err(WimError::new(WimErrorKind::Other, "libwim returned no decompressor")),
        }
    }

    /// Fills `into`, whose length has to be that of the unpacked data.
    fn unpack(&mut self, packed: &[u8], into: &mut [u8]) -> io::Result<()> {
        // SAFETY: both are valid for their lengths, `into` for writing; libwim does not read or write beyond them, whatever
        // the packed bytes are (wimlib.h, `wimlib_decompress`).
        let code = unsafe {
            (self.library.functions.decompress)(
                packed.as_ptr().cast::<c_void>(),
                packed.len(),
                into.as_mut_ptr().cast::<c_void>(),
                into.len(),
                self.pointer.as_ptr(),
            )
        };
        if code == 0 { Ok(()) } else { Err(damaged("a chunk of its data cannot be unpacked")) }
    }
}

impl Drop for Unpacker {
    fn drop(&mut self) {
        // SAFETY: the pointer is ours alone and not used after this.
        unsafe { (self.library.functions.free_decompressor)(self.pointer.as_ptr()) }
    }
}
