//! The password envelope around Variables.dat and Policy.xml: a 24-byte head, CBC ciphertext, leftover bytes.
//!
//! Layout and key derivation: `docs/formats.md`, "Envelope". Nothing in the format protects against change (there is no
//! MAC), so damage is only noticed where it breaks the head, the padding or the XML inside.

use aes::cipher::{
    BlockCipherDecrypt, BlockCipherEncrypt, BlockModeDecrypt, BlockModeEncrypt, KeyInit, KeyIvInit,
    block_padding::{NoPadding, Pkcs7},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha1::{Digest, Sha1};
use zeroize::{Zeroize, Zeroizing};

use crate::text::to_utf16le;

/// First four bytes of every envelope.
pub const MAGIC: [u8; 4] = [0x00, 0x00, 0xED, 0xEC];
/// Bytes in front of the ciphertext.
pub const HEAD_LEN: usize = 24;
/// What offset 4 holds: the size of the header that starts there.
const INNER_HEADER_LEN: u32 = 20;

/// The cipher of an envelope, always in CBC mode with a zero IV. Text form: `Aes128`, `Aes192`, `Aes256`, `TripleDes`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Algorithm {
    /// AES-128: what every known reader opens.
    Aes128,
    /// AES-192: readable by the format, never seen.
    Aes192,
    /// AES-256: seen since 2025 in files made for network boot.
    Aes256,
    /// Three-key Triple DES.
    TripleDes,
}

impl Algorithm {
    /// The `ALG_ID` of Windows CryptoAPI in the head.
    #[must_use]
    pub const fn id(self) -> u32 {
        match self {
            Self::Aes128 => 0x660E,
            Self::Aes192 => 0x660F,
            Self::Aes256 => 0x6610,
            Self::TripleDes => 0x6603,
        }
    }

    /// The algorithm of an `ALG_ID`.
    #[must_use]
    pub const fn from_id(id: u32) -> Option<Self> {
        match id {
            0x660E => Some(Self::Aes128),
            0x660F => Some(Self::Aes192),
            0x6610 => Some(Self::Aes256),
            0x6603 => Some(Self::TripleDes),
            _ => None,
        }
    }

    pub(crate) const fn key_len(self) -> usize {
        match self {
            Self::Aes128 => 16,
            Self::Aes192 | Self::TripleDes => 24,
            Self::Aes256 => 32,
        }
    }

    pub(crate) const fn block_len(self) -> usize {
        match self {
            Self::TripleDes => 8,
            _ => 16,
        }
    }

    /// CBC with a zero IV and PKCS #7; `None` only when the key material is too short.
    pub(crate) fn encrypt(self, material: &[u8], plain: &[u8]) -> Option<Vec<u8>> {
        let key = material.get(..self.key_len())?;
        match self {
            Self::Aes128 => encrypt::<aes::Aes128>(key, plain),
            Self::Aes192 => encrypt::<aes::Aes192>(key, plain),
            Self::Aes256 => encrypt::<aes::Aes256>(key, plain),
            Self::TripleDes => encrypt::<des::TdesEde3>(key, plain),
        }
    }

    /// The other way, padding kept; `None` also when there is a part of a block.
    pub(crate) fn decrypt(self, material: &[u8], ciphertext: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let key = material.get(..self.key_len())?;
        match self {
            Self::Aes128 => decrypt::<aes::Aes128>(key, ciphertext),
            Self::Aes192 => decrypt::<aes::Aes192>(key, ciphertext),
            Self::Aes256 => decrypt::<aes::Aes256>(key, ciphertext),
            Self::TripleDes => decrypt::<des::TdesEde3>(key, ciphertext),
        }
    }
}

/// Why an envelope could not be made or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// The file is something else.
    #[error("not an encrypted media file: it does not begin with 00 00 ED EC")]
    NotAnEnvelope,
    /// The file ends too early.
    #[error("the encrypted media file is cut off: {expected} bytes are needed, {found} are there")]
    Truncated {
        /// Bytes needed by the head or by the length in it.
        expected: u64,
        /// Bytes there.
        found: u64,
    },
    /// `ALG_ID` of a cipher that this format is not known to use.
    #[error("the encrypted media file uses an unknown algorithm 0x{id:04X} (offset 16)")]
    UnknownAlgorithm {
        /// What the head holds at offset 16.
        id: u32,
    },
    /// The plain text makes no sense with this password.
    #[error("the password does not open the encrypted media file")]
    WrongPassword,
    /// The head contradicts itself, or only a part of the content decrypts.
    #[error("the encrypted media file is damaged at offset {offset}: {what}")]
    Damaged {
        /// Where in the file.
        offset: u64,
        /// What is wrong there.
        what: &'static str,
    },
    /// More plain text than the 32-bit lengths of the head can say.
    #[error("{0} bytes are too many for an encrypted media file")]
    TooLong(usize),
}

/// An opened envelope.
#[derive(Debug)]
pub struct Opened {
    /// The plain bytes: UTF-16LE text with its final NUL. Wiped when dropped.
    pub plain: Zeroizing<Vec<u8>>,
    /// The cipher that was used.
    pub algorithm: Algorithm,
    /// Bytes behind the ciphertext; they mean nothing.
    pub leftover: usize,
}

/// The 40 bytes of key material of a password, as Windows `CryptDeriveKey` expands a SHA-1 hash; a cipher takes as many
/// of them as its key is long. The password counts as UTF-16LE without NUL.
#[must_use]
pub fn key_material(password: &str) -> Zeroizing<[u8; 40]> {
    derive(&to_utf16le(password))
}

/// The same of any bytes.
pub(crate) fn derive(secret: &[u8]) -> Zeroizing<[u8; 40]> {
    let mut hash: [u8; 20] = Sha1::digest(secret).into();
    let mut material = Zeroizing::new([0; 40]);
    for (half, filler) in material.chunks_exact_mut(20).zip([0x36_u8, 0x5C]) {
        let mut block = Zeroizing::new([filler; 64]);
        for (byte, of_hash) in block.iter_mut().zip(&hash) {
            *byte ^= of_hash;
        }
        half.copy_from_slice(&Sha1::digest(&block[..]));
    }
    hash.zeroize();
    material
}

/// Encrypts `plain` with a password and puts `leftover` zero bytes behind (see `docs/formats.md`, "Leftover bytes").
///
/// # Errors
/// [`EnvelopeError::TooLong`] when the lengths do not fit the head.
pub fn seal(plain: &[u8], password: &str, algorithm: Algorithm, leftover: usize) -> Result<Vec<u8>, EnvelopeError> {
    let block = algorithm.block_len();
    let too_long = EnvelopeError::TooLong(plain.len());
    let cipher_len = (plain.len() / block + 1).checked_mul(block).ok_or(too_long)?;
    let plain_length = u32::try_from(plain.len()).map_err(|_| too_long)?;
    let cipher_length = u32::try_from(cipher_len).map_err(|_| too_long)?;

    let ciphertext = algorithm.encrypt(&*key_material(password), plain).ok_or(too_long)?;

    let mut file = Vec::with_capacity(HEAD_LEN + ciphertext.len() + leftover);
    file.extend_from_slice(&MAGIC);
    for field in [INNER_HEADER_LEN, plain_length, cipher_length, algorithm.id(), 0] {
        file.extend_from_slice(&field.to_le_bytes());
    }
    file.extend_from_slice(&ciphertext);
    file.resize(file.len() + leftover, 0);
    Ok(file)
}

/// Decrypts an envelope. The content must be UTF-16LE XML, as in both files that use this format: only this shows a
/// wrong password, as the format has no check value.
///
/// # Errors
/// See [`EnvelopeError`]. When the content does not begin like XML, but its padding is long and right, the first block
/// is damaged; otherwise the password is wrong.
pub fn open(bytes: &[u8], password: &str) -> Result<Opened, EnvelopeError> {
    let head = Head::read(bytes)?;
    let end = HEAD_LEN + head.cipher_len;
    let ciphertext =
        bytes.get(HEAD_LEN..end).ok_or(EnvelopeError::Truncated { expected: end as u64, found: bytes.len() as u64 })?;

    let mut plain = head
        .algorithm
        .decrypt(&*key_material(password), ciphertext)
        .ok_or(EnvelopeError::Damaged { offset: 12, what: "ciphertext of no whole number of blocks" })?;
    check_plain(&plain, head.plain_len)?;
    plain.truncate(head.plain_len);
    Ok(Opened { plain, algorithm: head.algorithm, leftover: bytes.len() - end })
}

/// Tells a right password from a wrong one and from damage, by the first characters and the padding.
fn check_plain(padded: &[u8], plain_len: usize) -> Result<(), EnvelopeError> {
    /// Padding of this many right bytes does not come about by chance.
    const CERTAIN: usize = 4;
    let padding = padded.len() - plain_len;
    let padding_right = padded[plain_len..].iter().all(|byte| usize::from(*byte) == padding);
    match (starts_like_xml(&padded[..plain_len]), padding_right) {
        (true, true) => Ok(()),
        (true, false) => Err(EnvelopeError::Damaged {
            offset: (HEAD_LEN + plain_len) as u64,
            what: "the last block does not end in PKCS #7 padding",
        }),
        (false, true) if padding >= CERTAIN => Err(EnvelopeError::Damaged {
            offset: HEAD_LEN as u64,
            what: "the content does not begin like XML in UTF-16LE",
        }),
        (false, _) => Err(EnvelopeError::WrongPassword),
    }
}

/// `<?`, `<!` or `<` and a letter in UTF-16LE, with or without BOM.
fn starts_like_xml(plain: &[u8]) -> bool {
    let text = plain.strip_prefix(&[0xFF, 0xFE]).unwrap_or(plain);
    matches!(text, [b'<', 0, b'?' | b'!' | b'_' | b'A'..=b'Z' | b'a'..=b'z', 0, ..])
}

struct Head {
    plain_len: usize,
    cipher_len: usize,
    algorithm: Algorithm,
}

impl Head {
    fn read(bytes: &[u8]) -> Result<Self, EnvelopeError> {
        let seen = bytes.len().min(MAGIC.len());
        if bytes[..seen] != MAGIC[..seen] || bytes.is_empty() {
            return Err(EnvelopeError::NotAnEnvelope);
        }
        let (Some(head), true) = (bytes.get(..HEAD_LEN), bytes.len() > HEAD_LEN) else {
            return Err(EnvelopeError::Truncated { expected: HEAD_LEN as u64 + 8, found: bytes.len() as u64 });
        };
        let field = |index: usize| -> u32 {
            let (words, _) = head.as_chunks::<4>();
            u32::from_le_bytes(words[index])
        };
        let damaged = |offset, what| Err(EnvelopeError::Damaged { offset, what });
        if field(1) != INNER_HEADER_LEN {
            return damaged(4, "the header size is not 20");
        }
        let Some(algorithm) = Algorithm::from_id(field(4)) else {
            return Err(EnvelopeError::UnknownAlgorithm { id: field(4) });
        };
        let (plain_len, cipher_len) = (field(2), field(3));
        let block = algorithm.block_len() as u64;
        // PKCS #7: padded up to the next block, a full block when there is nothing to pad.
        if (u64::from(plain_len) / block + 1) * block != u64::from(cipher_len) {
            return damaged(8, "plain length and cipher length do not fit together");
        }
        if field(5) != 0 {
            return damaged(20, "the last field of the head is not zero");
        }
        let too_big = EnvelopeError::Truncated { expected: u64::from(cipher_len), found: bytes.len() as u64 };
        Ok(Self {
            plain_len: usize::try_from(plain_len).map_err(|_| too_big)?,
            cipher_len: usize::try_from(cipher_len).map_err(|_| too_big)?,
            algorithm,
        })
    }
}

/// `None` only for a key of another length than the cipher's.
fn encrypt<C: BlockCipherEncrypt + KeyInit>(key: &[u8], plain: &[u8]) -> Option<Vec<u8>>
where
    cbc::Encryptor<C>: KeyIvInit,
{
    let zero_iv = [0; 16];
    let cipher = cbc::Encryptor::<C>::new_from_slices(key, &zero_iv[..C::block_size()]).ok()?;
    Some(cipher.encrypt_padded_vec::<Pkcs7>(plain))
}

/// `None` for a key of another length than the cipher's, or when there is a part of a block.
fn decrypt<C: BlockCipherDecrypt + KeyInit>(key: &[u8], ciphertext: &[u8]) -> Option<Zeroizing<Vec<u8>>>
where
    cbc::Decryptor<C>: KeyIvInit,
{
    let zero_iv = [0; 16];
    let cipher = cbc::Decryptor::<C>::new_from_slices(key, &zero_iv[..C::block_size()]).ok()?;
    // The padding is looked at later: it tells damage from a wrong password.
    cipher.decrypt_padded_vec::<NoPadding>(ciphertext).ok().map(Zeroizing::new)
}

#[cfg(test)]
mod tests;
