//! Signatures as openssl, sbsign and osslsigncode make them (the seeds of the fuzz target), and everything that can be wrong
//! with a program.

use super::*;

const PLAIN: &[u8] = include_bytes!("../../fuzz/seeds/pe/plain.efi");
const VERSION: &[u8] = include_bytes!("../../fuzz/seeds/pe/version.efi");
const SIGNED: &[u8] = include_bytes!("../../fuzz/seeds/pe/signed.efi");
const TWICE: &[u8] = include_bytes!("../../fuzz/seeds/pe/twice.efi");
const NESTED: &[u8] = include_bytes!("../../fuzz/seeds/pe/nested.efi");

/// Offset of the entry of the certificate table in the data directories of the seeds.
const TABLE_ENTRY: usize = 0x80 + 24 + 112 + 4 * 8;
/// Offset of the first section header of the seeds.
const SECTIONS: usize = 0x80 + 24 + 240;

fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap())
}

fn with_word(bytes: &[u8], at: usize, value: u32) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
    bytes
}

fn subjects(program: &SignedProgram) -> Vec<(Place, Integrity, String)> {
    let name = |s: &Signature| s.chain.certificates.first().map(|c| c.subject.clone()).unwrap_or_default();
    program.signatures.iter().map(|s| (s.place, s.integrity, name(s))).collect()
}

#[test]
fn all_signatures_are_read_those_of_the_table_and_nested_ones() {
    let (a, b) = ("test a".to_owned(), "test b".to_owned());
    let signed = SignedProgram::read(SIGNED).unwrap();
    assert_eq!(subjects(&signed), [(Place::Table(1), Integrity::Good, a.clone())]);
    assert_eq!(signed.signatures[0].digest_algorithm, DigestAlgorithm::Sha256);
    let twice = SignedProgram::read(TWICE).unwrap();
    assert_eq!(
        subjects(&twice),
        [(Place::Table(1), Integrity::Good, a.clone()), (Place::Table(2), Integrity::Good, b.clone())]
    );
    let nested = SignedProgram::read(NESTED).unwrap();
    assert_eq!(
        subjects(&nested),
        [(Place::Table(1), Integrity::Good, a), (Place::Nested { entry: 1 }, Integrity::Good, b)]
    );
    let plain = SignedProgram::read(PLAIN).unwrap();
    assert!(plain.signatures.is_empty() && plain.unreadable.is_empty());
}

#[test]
fn the_security_version_number_is_read_from_its_resource() {
    assert_eq!(SignedProgram::read(VERSION).unwrap().security_version, Some(SecurityVersion { major: 9, minor: 0 }));
    assert_eq!(SignedProgram::read(TWICE).unwrap().security_version, Some(SecurityVersion { major: 9, minor: 0 }));
    assert_eq!(SignedProgram::read(PLAIN).unwrap().security_version, None);
}

/// Every byte that a signature covers, and those that none does: the checksum and the entry of the certificate table.
#[test]
fn an_altered_program_is_found() {
    let end = word(SIGNED, TABLE_ENTRY) as usize;
    for at in (0x40..end).step_by(7) {
        let covered = !(0x80 + 24 + 64..0x80 + 24 + 68).contains(&at) && !(TABLE_ENTRY..TABLE_ENTRY + 8).contains(&at);
        let mut bytes = SIGNED.to_vec();
        bytes[at] ^= 1;
        let Ok(program) = SignedProgram::read(&bytes) else { continue };
        if let Some(signature) = program.signatures.first() {
            assert_eq!(signature.integrity == Integrity::Altered, covered, "{at:#x}");
        }
    }
}

/// Whatever bit of the message is changed: nothing becomes another good signature.
#[test]
fn a_signature_that_was_changed_is_not_good() {
    let table = word(SIGNED, TABLE_ENTRY) as usize;
    let length = word(SIGNED, table) as usize;
    let whole = SignedProgram::read(SIGNED).unwrap();
    for at in (table + 8..table + length).step_by(3) {
        let mut bytes = SIGNED.to_vec();
        bytes[at] ^= 1;
        let program = SignedProgram::read(&bytes).unwrap();
        if let Some(signature) = program.signatures.first() {
            // What may change: parameters of algorithms, and the certificate's own signature, which changes its SHA-1 too.
            let good = signature.integrity == Integrity::Good;
            assert!(!good || signature.signed_digest == whole.signatures[0].signed_digest, "{at:#x}");
        }
    }
}

#[test]
fn every_cut_is_an_error_or_a_program_without_signatures_and_no_panic() {
    for length in 0..TWICE.len() {
        if let Ok(program) = SignedProgram::read(&TWICE[..length]) {
            assert!(program.signatures.is_empty(), "{length}");
        }
    }
}

#[test]
fn sections_that_overlap_or_lie_outside_are_refused() {
    // The second section at the place of the first one.
    let overlapping = with_word(VERSION, SECTIONS + 40 + 20, word(VERSION, SECTIONS + 20));
    let error = SignedProgram::read(&overlapping).unwrap_err();
    assert!(matches!(error, ProgramError::Layout(LayoutError::SectionsOverlap { .. })), "{error}");
    let in_headers = with_word(VERSION, SECTIONS + 20, 0x100);
    let error = SignedProgram::read(&in_headers).unwrap_err();
    assert!(matches!(error, ProgramError::Layout(LayoutError::SectionsOverlap { .. })), "{error}");
    let outside = with_word(VERSION, SECTIONS + 16, u32::MAX);
    let error = SignedProgram::read(&outside).unwrap_err();
    assert!(matches!(error, ProgramError::Layout(LayoutError::SectionOutside { .. })), "{error}");
}

#[test]
fn a_certificate_table_beyond_the_end_or_over_the_sections_is_refused() {
    for (begin, size) in [(SIGNED.len() as u32, 8), (u32::MAX, u32::MAX), (0x200, 16), (8, u32::MAX)] {
        let bytes = with_word(&with_word(SIGNED, TABLE_ENTRY, begin), TABLE_ENTRY + 4, size);
        let error = SignedProgram::read(&bytes).unwrap_err();
        assert!(matches!(error, ProgramError::Layout(LayoutError::TableOutside { .. })), "{error}");
    }
}

#[test]
fn ten_megabytes_of_certificates_are_refused_before_they_are_read() {
    let size = 10 << 20;
    let mut bytes = with_word(&with_word(PLAIN, TABLE_ENTRY, PLAIN.len() as u32), TABLE_ENTRY + 4, size);
    bytes.resize(PLAIN.len() + size as usize, 0x30);
    let error = SignedProgram::read(&bytes).unwrap_err();
    assert!(matches!(error, ProgramError::Layout(LayoutError::TableTooLarge(_))), "{error}");
    let too_large = vec![0; MOST_PROGRAM_BYTES as usize + 1];
    assert!(matches!(SignedProgram::read(&too_large), Err(ProgramError::TooLarge(_))));
}

#[test]
fn entries_that_are_no_signatures_are_told_and_the_others_are_read() {
    let table = word(TWICE, TABLE_ENTRY) as usize;
    // Another revision; a length that leads out of the table.
    let other = with_word(TWICE, table + 4, 0x0001_0100);
    let program = SignedProgram::read(&other).unwrap();
    assert_eq!((program.signatures.len(), program.unreadable.len()), (1, 1));
    assert!(program.unreadable[0].to_string().starts_with("entry 1 of the certificate table: "));
    let long = with_word(TWICE, table, u32::MAX);
    let program = SignedProgram::read(&long).unwrap();
    assert_eq!((program.signatures.len(), program.unreadable.len()), (0, 1));
    let endless = with_word(TWICE, table, 1);
    assert_eq!(SignedProgram::read(&endless).unwrap().unreadable.len(), 1);
}
