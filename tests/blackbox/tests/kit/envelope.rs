//! The password envelope as openssl opens it: the key by the recipe of `docs/formats.md` ("Envelope", "Password") with nothing
//! but `openssl dgst`, the text by `openssl enc`.

use super::{Folder, tools};

/// `CALG_AES_128` and `CALG_AES_256` of Windows' CryptoAPI.
pub const AES_128: u32 = 0x660E;
pub const AES_256: u32 = 0x6610;

pub fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// SHA-1 by openssl.
pub fn sha1(folder: &Folder, bytes: &[u8]) -> Vec<u8> {
    let path = folder.join("to-be-hashed");
    std::fs::write(&path, bytes).unwrap();
    tools::bytes("openssl", &["dgst", "-sha1", "-binary", path.as_str()])
}

/// What `CryptDeriveKey` of Windows makes of a password: two hashes over the hash of its UTF-16 text.
pub fn key_material(folder: &Folder, password: &str) -> Vec<u8> {
    let hash = sha1(folder, &utf16(password));
    let half = |pad: u8| {
        let mut block = [pad; 64];
        block.iter_mut().zip(&hash).for_each(|(b, h)| *b ^= h);
        sha1(folder, &block)
    };
    [half(0x36), half(0x5C)].concat()
}

pub fn number(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap())
}

/// Decrypts a Variables.dat with openssl, padding and all.
pub fn decrypt_blocks(folder: &Folder, sealed: &[u8], password: &str) -> Vec<u8> {
    assert_eq!(sealed[..4], [0x00, 0x00, 0xED, 0xEC], "{}", hex(&sealed[..24]));
    assert_eq!((number(sealed, 4), number(sealed, 20)), (20, 0), "{}", hex(&sealed[..24]));
    let (cipher, key_length) = match number(sealed, 16) {
        AES_128 => ("-aes-128-cbc", 16),
        AES_256 => ("-aes-256-cbc", 32),
        _ => panic!("another cipher: {}", hex(&sealed[..24])),
    };
    let length = usize::try_from(number(sealed, 12)).unwrap();
    assert_eq!(sealed[24 + length..], [0; 8], "eight zero bytes have to follow the cipher text");
    let (input, output) = (folder.join("sealed"), folder.join("plain"));
    std::fs::write(&input, &sealed[24..24 + length]).unwrap();
    let key = hex(&key_material(folder, password)[..key_length]);
    let zeros = "0".repeat(32);
    let files = ["-in", input.as_str(), "-out", output.as_str()];
    let arguments = ["enc", "-d", cipher, "-K", &key, "-iv", &zeros, "-nopad"];
    tools::text("openssl", &[&arguments[..], &files].concat());
    std::fs::read(&output).unwrap()
}

/// Decrypts a Variables.dat with openssl; gives the text without the NUL at its end.
pub fn decrypt(folder: &Folder, sealed: &[u8], password: &str) -> String {
    let mut plain = decrypt_blocks(folder, sealed, password);
    // PKCS #7 padding (RFC 5652, 6.3).
    let pad = usize::from(*plain.last().unwrap());
    assert!((1..=16).contains(&pad) && plain.ends_with(&vec![u8::try_from(pad).unwrap(); pad]), "{}", hex(&plain));
    plain.truncate(plain.len() - pad);
    assert_eq!(plain.len(), usize::try_from(number(sealed, 8)).unwrap(), "the length of the plain text");
    let units: Vec<u16> = plain.chunks(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    let text = String::from_utf16(&units).unwrap();
    let (text, rest) = text.split_once('\0').expect("the text ends in NUL");
    assert_eq!(rest, "", "nothing follows the NUL");
    text.to_owned()
}
