//! The envelope against heads and ciphertexts of real files (`docs/formats.md`, "Envelope"), and against damage.

use proptest::prelude::*;

use super::*;
use crate::profile::DEFAULT_PASSWORD;

const ALL: [Algorithm; 4] = [Algorithm::Aes128, Algorithm::Aes192, Algorithm::Aes256, Algorithm::TripleDes];

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|place| u8::from_str_radix(&text[place..place + 2], 16).unwrap()).collect()
}

/// XML text with its NUL, of this many bytes.
fn xml(length: usize) -> Vec<u8> {
    let mut text = to_utf16le("<?xml version=\"1.0\"?><a/>").to_vec();
    text.resize(length.max(text.len()), b' ');
    text
}

#[test]
fn key_material_of_the_known_passwords() {
    assert_eq!(
        hex(&*key_material(DEFAULT_PASSWORD)),
        "d15d6a10993a431266d87bf5e6c72252621cfef7c42a749bb4df2aa1a156a95f159bbc8f3571be10"
    );
    assert_eq!(
        hex(&*key_material("Password1")),
        "472b14c830bccddc2b57c2f91682e0b39dae488fb213c24bb88985b1af61f433b29b314ccc818289"
    );
}

#[test]
fn first_block_is_that_of_real_files() {
    for (password, algorithm, block) in [
        ("Password1", Algorithm::Aes128, "11cb54aa3b699f61f86ab312e6fb97ec"),
        ("Password123", Algorithm::Aes128, "08b5ea1dab29bdd0de62e6506b108b5c"),
        ("Password1", Algorithm::Aes256, "3dd6b8bc6cc41f718b07522266e188ce"),
        (DEFAULT_PASSWORD, Algorithm::Aes128, "54d3790a76eff0d554bae83c55f48b20"),
        (DEFAULT_PASSWORD, Algorithm::Aes256, "9dfe10217c077f849a55a0439a2309b7"),
    ] {
        let file = seal(&xml(100), password, algorithm, 8).unwrap();
        assert_eq!(hex(&file[HEAD_LEN..HEAD_LEN + 16]), block, "{password} {algorithm:?}");
    }
}

#[test]
fn head_is_that_of_real_files() {
    for (plain_len, algorithm, head) in [
        (12978, Algorithm::Aes128, "0000edec14000000b2320000c03200000e66000000000000"),
        (13072, Algorithm::Aes128, "0000edec1400000010330000203300000e66000000000000"),
        (12734, Algorithm::Aes128, "0000edec14000000be310000c03100000e66000000000000"),
        (13412, Algorithm::Aes256, "0000edec1400000064340000703400001066000000000000"),
    ] {
        let file = seal(&xml(plain_len), "x", algorithm, 0).unwrap();
        assert_eq!(hex(&file[..HEAD_LEN]), head);
        assert_eq!(Head::read(&unhex(&(head.to_owned() + "00"))).unwrap().plain_len, plain_len);
    }
}

#[test]
fn every_algorithm_and_every_number_of_leftover_bytes_is_read() {
    for algorithm in ALL {
        for leftover in [0, 2, 8, 17, 100] {
            let plain = xml(70 + leftover);
            let file = seal(&plain, "p\u{e4}ss \u{1F600}", algorithm, leftover).unwrap();
            let opened = open(&file, "p\u{e4}ss \u{1F600}").unwrap();
            assert_eq!((&*opened.plain, opened.algorithm, opened.leftover), (&plain, algorithm, leftover));
            assert!(file.ends_with(&vec![0; leftover]));
        }
    }
}

#[test]
fn a_bom_in_front_of_the_text_is_accepted() {
    let plain = to_utf16le("\u{FEFF}<a/>");
    let file = seal(&plain, "", Algorithm::Aes128, 0).unwrap();
    assert_eq!(*open(&file, "").unwrap().plain, *plain);
}

#[test]
fn a_wrong_password_is_told_from_damage() {
    for algorithm in ALL {
        for length in 60..92 {
            let file = seal(&xml(length), "right", algorithm, 8).unwrap();
            for wrong in ["", "Right", "right ", DEFAULT_PASSWORD] {
                assert_eq!(open(&file, wrong).unwrap_err(), EnvelopeError::WrongPassword, "{algorithm:?} {length}");
            }
        }
    }
}

#[test]
fn damage_names_the_place() {
    let file = seal(&xml(100), "x", Algorithm::Aes128, 8).unwrap();
    let with = |place: usize, value: u8| {
        let mut changed = file.clone();
        changed[place] = value;
        open(&changed, "x").unwrap_err()
    };
    assert_eq!(with(3, 0), EnvelopeError::NotAnEnvelope);
    assert!(matches!(with(4, 21), EnvelopeError::Damaged { offset: 4, .. }));
    assert!(matches!(with(8, 0), EnvelopeError::Damaged { offset: 8, .. }));
    assert!(matches!(with(12, 0), EnvelopeError::Damaged { offset: 8, .. }));
    assert_eq!(with(16, 0x11), EnvelopeError::UnknownAlgorithm { id: 0x6611 });
    assert!(matches!(with(20, 1), EnvelopeError::Damaged { offset: 20, .. }));
    // 100 bytes of text, 12 bytes of padding: the first block is beyond doubt damaged, not the password wrong.
    assert!(matches!(with(HEAD_LEN, file[HEAD_LEN] ^ 1), EnvelopeError::Damaged { offset: 24, .. }));
    let last = HEAD_LEN + 111;
    assert!(matches!(with(last, file[last] ^ 1), EnvelopeError::Damaged { offset: 124, .. }));
}

#[test]
fn content_that_is_no_xml_is_refused() {
    for plain in [&b""[..], b"<", b"<?xml versi", &to_utf16le("plain text, long")] {
        let file = seal(plain, "x", Algorithm::Aes128, 8).unwrap();
        assert!(matches!(open(&file, "x"), Err(EnvelopeError::Damaged { offset: 24, .. })), "{plain:?}");
    }
}

#[test]
fn every_cut_is_an_error() {
    let file = seal(&xml(100), "x", Algorithm::Aes128, 8).unwrap();
    assert_eq!(open(&[], "x").unwrap_err(), EnvelopeError::NotAnEnvelope);
    for length in 1..file.len() - 8 {
        assert!(matches!(open(&file[..length], "x"), Err(EnvelopeError::Truncated { .. })), "{length}");
    }
    for length in file.len() - 8..file.len() {
        assert_eq!(open(&file[..length], "x").unwrap().leftover, length - (file.len() - 8));
    }
}

#[test]
fn a_head_that_promises_gigabytes_costs_nothing() {
    let mut file = seal(&xml(100), "x", Algorithm::Aes128, 0).unwrap();
    file[8..12].copy_from_slice(&0xFFFF_FFEE_u32.to_le_bytes());
    file[12..16].copy_from_slice(&0xFFFF_FFF0_u32.to_le_bytes());
    assert_eq!(
        open(&file, "x").unwrap_err(),
        EnvelopeError::Truncated { expected: 24 + 0xFFFF_FFF0, found: file.len() as u64 }
    );
}

proptest! {
    #[test]
    fn any_bytes_give_an_error_and_no_panic(mut bytes in prop::collection::vec(any::<u8>(), 0..200), magic: bool) {
        if magic && bytes.len() >= 8 {
            bytes[..8].copy_from_slice(&[0, 0, 0xED, 0xEC, 20, 0, 0, 0]);
        }
        prop_assert!(open(&bytes, "x").is_err());
    }
}
