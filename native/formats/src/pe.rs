//! Programs of PE form: processor and subsystem from the first bytes, and of a whole program its signatures.
//!
//! Structure: "PE Format", Microsoft Learn. What is signed and how: "Windows Authenticode Portable Executable Signature
//! Format", Microsoft; `docs/formats.md`, "Signatures of programs".

mod chain;
mod layout;
mod pkcs7;
#[cfg(test)]
#[path = "pe/tests.rs"]
mod signatures;
mod signed;
mod version;

pub use chain::{Certificate, Chain};
pub use layout::LayoutError;
pub use pkcs7::Pkcs7Error;
pub use signed::{
    DigestAlgorithm, Integrity, MOST_PROGRAM_BYTES, Place, ProgramError, Signature, SignedProgram, UnreadableSignature,
};
pub use version::{SecurityVersion, VersionTextError};

/// Bytes of a file that [`read`] needs at most.
pub const HEAD_LEN: usize = 4096;

/// Processor of a program. (COFF header, `Machine`.)
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Machine {
    /// `IMAGE_FILE_MACHINE_I386`
    X86,
    /// `IMAGE_FILE_MACHINE_AMD64`
    X64,
    /// `IMAGE_FILE_MACHINE_ARM64`
    Arm64,
    /// Another value.
    Other(u16),
}

impl Machine {
    const fn from_id(id: u16) -> Self {
        match id {
            0x014C => Self::X86,
            0x8664 => Self::X64,
            0xAA64 => Self::Arm64,
            other => Self::Other(other),
        }
    }
}

/// What a program is to be run by. (Optional header, `Subsystem`.)
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subsystem {
    /// `IMAGE_SUBSYSTEM_EFI_APPLICATION`: boot managers are this.
    EfiApplication,
    /// `IMAGE_SUBSYSTEM_WINDOWS_BOOT_APPLICATION`: started by the Windows boot manager.
    WindowsBootApplication,
    /// Another value.
    Other(u16),
}

/// Head of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeHead {
    /// Its processor.
    pub machine: Machine,
    /// Its subsystem.
    pub subsystem: Subsystem,
}

/// Why bytes are not the head of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PeError {
    /// No `MZ` at the start.
    #[error("not a program: it does not begin with MZ")]
    NoDosHeader,
    /// The bytes end, or the PE header lies behind the first [`HEAD_LEN`] bytes.
    #[error("the program's header is cut off or too far behind: offset {0} is needed")]
    OutOfRange(u64),
    /// `PE\0\0` is not where the DOS header says.
    #[error("not a program: no PE signature at offset {0}")]
    NoSignature(u64),
    /// Neither PE32 nor PE32+.
    #[error("unknown optional header 0x{magic:04X} at offset {offset}")]
    UnknownOptionalHeader {
        /// Where.
        offset: u64,
        /// Its first two bytes.
        magic: u16,
    },
}

/// Reads processor and subsystem from the first bytes of a file; more than [`HEAD_LEN`] bytes are not looked at.
///
/// # Errors
/// See [`PeError`].
pub fn read(bytes: &[u8]) -> Result<PeHead, PeError> {
    let head = &bytes[..bytes.len().min(HEAD_LEN)];
    let u16_at = |offset: u64| -> Result<u16, PeError> {
        let place = usize::try_from(offset).unwrap_or(usize::MAX);
        let field = head.get(place..).and_then(|rest| rest.first_chunk::<2>());
        field.map(|field| u16::from_le_bytes(*field)).ok_or(PeError::OutOfRange(offset))
    };
    if !head.starts_with(b"MZ") {
        return Err(PeError::NoDosHeader);
    }
    let pe = u64::from(u16_at(0x3C)?) | u64::from(u16_at(0x3E)?) << 16;
    if (u16_at(pe)?, u16_at(pe + 2)?) != (u16::from_le_bytes(*b"PE"), 0) {
        return Err(PeError::NoSignature(pe));
    }
    let machine = Machine::from_id(u16_at(pe + 4)?);
    let optional = pe + 24;
    match u16_at(optional)? {
        0x010B | 0x020B => {}
        magic => return Err(PeError::UnknownOptionalHeader { offset: optional, magic }),
    }
    // The field has the same place in PE32 and PE32+.
    let subsystem = match u16_at(optional + 68)? {
        10 => Subsystem::EfiApplication,
        16 => Subsystem::WindowsBootApplication,
        other => Subsystem::Other(other),
    };
    Ok(PeHead { machine, subsystem })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program(pe: u32, machine: u16, magic: u16, subsystem: u16) -> Vec<u8> {
        let mut bytes = vec![0; pe as usize + 24 + 70];
        bytes[..2].copy_from_slice(b"MZ");
        bytes[0x3C..0x40].copy_from_slice(&pe.to_le_bytes());
        let pe = pe as usize;
        bytes[pe..pe + 4].copy_from_slice(b"PE\0\0");
        bytes[pe + 4..pe + 6].copy_from_slice(&machine.to_le_bytes());
        bytes[pe + 24..pe + 26].copy_from_slice(&magic.to_le_bytes());
        bytes[pe + 92..pe + 94].copy_from_slice(&subsystem.to_le_bytes());
        bytes
    }

    #[test]
    fn machine_and_subsystem_are_read() {
        for (id, machine) in
            [(0x14C, Machine::X86), (0x8664, Machine::X64), (0xAA64, Machine::Arm64), (5, Machine::Other(5))]
        {
            let head = read(&program(0x80, id, 0x20B, 10)).unwrap();
            assert_eq!(head, PeHead { machine, subsystem: Subsystem::EfiApplication });
        }
        assert_eq!(read(&program(0x40, 0x14C, 0x10B, 3)).unwrap().subsystem, Subsystem::Other(3));
        assert_eq!(read(&program(0xF8, 0x8664, 0x20B, 16)).unwrap().subsystem, Subsystem::WindowsBootApplication);
    }

    #[test]
    fn every_cut_is_an_error_and_no_panic() {
        let whole = program(0x80, 0x8664, 0x20B, 10);
        for length in 0..whole.len() {
            assert!(read(&whole[..length]).is_err(), "{length}");
        }
    }

    #[test]
    fn other_bytes_are_refused_with_the_place() {
        assert_eq!(read(b"#!/bin/sh"), Err(PeError::NoDosHeader));
        assert_eq!(
            read(&program(0x80, 0x8664, 0x107, 10)),
            Err(PeError::UnknownOptionalHeader { offset: 0x98, magic: 0x107 })
        );
        let mut far = program(0x80, 0x8664, 0x20B, 10);
        far[0x3C..0x40].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(read(&far), Err(PeError::OutOfRange(u64::from(u32::MAX))));
        let mut unsigned = program(0x80, 0x8664, 0x20B, 10);
        unsigned[0x81] = b'X';
        assert_eq!(read(&unsigned), Err(PeError::NoSignature(0x80)));
        // Behind the head nothing is looked at, even when it is there.
        assert_eq!(read(&program(5000, 0x8664, 0x20B, 10)), Err(PeError::OutOfRange(5000)));
    }
}
