//! A program with all its signatures: those of the certificate table and those nested in them.

use std::fmt;

use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};
use x509_parser::asn1_rs::{BitString, Oid, oid};
use x509_parser::prelude::X509Certificate;
use x509_parser::x509::AlgorithmIdentifier;

use super::chain::{Chain, Pool};
use super::layout::{Layout, LayoutError};
use super::pkcs7::{Message, Pkcs7Error};
use super::{PeError, PeHead, SecurityVersion};

/// Larger programs are not read: boot managers and Windows loaders have some 3 MB.
pub const MOST_PROGRAM_BYTES: u64 = 32 << 20;
/// Signatures that are looked at, at most; nested ones count.
const MOST_SIGNATURES: usize = 16;

/// Why a program cannot be looked at.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProgramError {
    /// It is larger than [`MOST_PROGRAM_BYTES`].
    #[error("it has {0} bytes; more than {MOST_PROGRAM_BYTES} no boot program has")]
    TooLarge(u64),
    /// It is no program.
    #[error(transparent)]
    NoProgram(#[from] PeError),
    /// Its parts are not where they should be.
    #[error(transparent)]
    Layout(#[from] LayoutError),
}

/// A program with all its signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedProgram {
    /// Its processor and subsystem.
    pub head: PeHead,
    /// The security version number that it states; only boot managers since 2023 do.
    pub security_version: Option<SecurityVersion>,
    /// Its signatures in the order of the certificate table, each followed by those nested in it.
    pub signatures: Vec<Signature>,
    /// What should be a signature and cannot be read.
    pub unreadable: Vec<UnreadableSignature>,
}

/// Where a signature is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// An entry of the certificate table, from 1: what firmware looks at.
    Table(usize),
    /// Within the signature of a table entry: Windows looks at it, firmware does not.
    Nested {
        /// The entry, from 1.
        entry: usize,
    },
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Table(entry) => write!(f, "entry {entry} of the certificate table"),
            Self::Nested { entry } => write!(f, "nested in entry {entry} of the certificate table"),
        }
    }
}

/// What should be a signature and cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {reason}")]
pub struct UnreadableSignature {
    /// Where.
    pub place: Place,
    /// Why.
    pub reason: String,
}

/// One signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// Where it is.
    pub place: Place,
    /// The algorithm of the digest of the program.
    pub digest_algorithm: DigestAlgorithm,
    /// The digest of the program, as signed.
    pub signed_digest: Vec<u8>,
    /// What came out of comparing and verifying.
    pub integrity: Integrity,
    /// The certificates, the signer's first.
    pub chain: Chain,
}

/// An algorithm for digests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DigestAlgorithm {
    /// SHA-1: firmware of today takes it, Windows does not.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
    /// Another one, by its object identifier.
    Other(String),
}

/// What came out of verifying a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Integrity {
    /// The program has the bytes that were signed, and the signer signed them.
    Good,
    /// The program has other bytes than were signed.
    Altered,
    /// The signature is not the signer's.
    Forged,
    /// It cannot be told: an unknown algorithm, or the signer's certificate is not there.
    Unknown,
}

impl DigestAlgorithm {
    fn of(id: &Oid<'_>) -> Self {
        let known = [
            (oid!(1.3.14.3.2.26), Self::Sha1),
            (oid!(2.16.840.1.101.3.4.2.1), Self::Sha256),
            (oid!(2.16.840.1.101.3.4.2.2), Self::Sha384),
            (oid!(2.16.840.1.101.3.4.2.3), Self::Sha512),
        ];
        known.into_iter().find(|(known, _)| known == id).map_or_else(|| Self::Other(id.to_string()), |(_, name)| name)
    }

    /// The digest of bytes in parts; `None` for an unknown algorithm.
    fn digest(&self, parts: &[&[u8]]) -> Option<Vec<u8>> {
        fn whole<D: Digest>(parts: &[&[u8]]) -> Vec<u8> {
            let mut digest = D::new();
            parts.iter().for_each(|part| digest.update(part));
            digest.finalize().to_vec()
        }
        match self {
            Self::Sha1 => Some(whole::<Sha1>(parts)),
            Self::Sha256 => Some(whole::<Sha256>(parts)),
            Self::Sha384 => Some(whole::<Sha384>(parts)),
            Self::Sha512 => Some(whole::<Sha512>(parts)),
            Self::Other(_) => None,
        }
    }

    /// The algorithm that signs this digest with an RSA key (RFC 8017, A.2.4): signers may name just "RSA".
    fn with_rsa(&self) -> Option<Oid<'static>> {
        match self {
            Self::Sha1 => Some(oid!(1.2.840.113549.1.1.5)),
            Self::Sha256 => Some(oid!(1.2.840.113549.1.1.11)),
            Self::Sha384 => Some(oid!(1.2.840.113549.1.1.12)),
            Self::Sha512 => Some(oid!(1.2.840.113549.1.1.13)),
            Self::Other(_) => None,
        }
    }
}

impl fmt::Display for DigestAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sha1 => f.write_str("SHA-1"),
            Self::Sha256 => f.write_str("SHA-256"),
            Self::Sha384 => f.write_str("SHA-384"),
            Self::Sha512 => f.write_str("SHA-512"),
            Self::Other(id) => f.write_str(id),
        }
    }
}

impl SignedProgram {
    /// Reads a whole program. A program without signatures is none the worse here.
    ///
    /// # Errors
    /// It is no program, or its parts are not where they should be. A signature that cannot be read is no error.
    pub fn read(bytes: &[u8]) -> Result<Self, ProgramError> {
        if bytes.len() as u64 > MOST_PROGRAM_BYTES {
            return Err(ProgramError::TooLarge(bytes.len() as u64));
        }
        let head = super::read(bytes)?;
        let layout = Layout::read(bytes)?;
        let mut reader = Reader { covered: layout.covered(), signatures: Vec::new(), unreadable: Vec::new() };
        reader.table(bytes.get(layout.table.clone()).unwrap_or_default());
        let Reader { signatures, unreadable, .. } = reader;
        Ok(Self { head, security_version: layout.security_version.map(Into::into), signatures, unreadable })
    }
}

struct Reader<'a> {
    covered: Vec<&'a [u8]>,
    signatures: Vec<Signature>,
    unreadable: Vec<UnreadableSignature>,
}

impl Reader<'_> {
    /// Walks the entries (`WIN_CERTIFICATE`: length, revision, type, bytes; each begins at a multiple of eight).
    fn table(&mut self, mut rest: &[u8]) {
        const REVISION_2_PKCS7: [u8; 4] = [0x00, 0x02, 0x02, 0x00];
        for entry in 1.. {
            // What is left may be padding.
            if rest.len() < 8 || rest.iter().take(8).all(|b| *b == 0) {
                return;
            }
            let place = Place::Table(entry);
            let length = rest.first_chunk::<4>().map_or(0, |b| u32::from_le_bytes(*b) as usize);
            let Some(message) = rest.get(8..length) else {
                return self.fault(place, format!("it claims {length} bytes, {} are there", rest.len()));
            };
            if entry > MOST_SIGNATURES {
                return self.fault(place, format!("more than {MOST_SIGNATURES} entries no program has"));
            }
            match rest.get(4..8) {
                Some(kind) if kind == REVISION_2_PKCS7 => self.message(message, place, entry),
                kind => self.fault(place, format!("its revision and type are {kind:02x?}: no signature")),
            }
            rest = rest.get(length.next_multiple_of(8)..).unwrap_or_default();
        }
    }

    fn message(&mut self, bytes: &[u8], place: Place, entry: usize) {
        if self.signatures.len() >= MOST_SIGNATURES {
            return self.fault(place, format!("more than {MOST_SIGNATURES} signatures no program has"));
        }
        let message = match Message::read(bytes) {
            Ok(message) => message,
            Err(e) => return self.fault(place, reason(e)),
        };
        let pool = Pool::read(&message.certificates);
        let certificate = pool.signer(message.signer.issuer, message.signer.serial);
        let digest_algorithm = DigestAlgorithm::of(&message.digest_algorithm);
        let integrity = match digest_algorithm.digest(&self.covered) {
            Some(digest) if digest != message.digest => Integrity::Altered,
            Some(_) => certificate.map_or(Integrity::Unknown, |signer| verify(&message, signer)),
            None => Integrity::Unknown,
        };
        self.signatures.push(Signature {
            place,
            digest_algorithm,
            signed_digest: message.digest.to_vec(),
            integrity,
            chain: certificate.map(|signer| pool.chain(signer)).unwrap_or_default(),
        });
        // Within a nested signature nothing is looked for: nobody does.
        if place == Place::Table(entry) {
            for nested in message.signer.nested {
                self.message(nested, Place::Nested { entry }, entry);
            }
        }
    }

    fn fault(&mut self, place: Place, reason: String) {
        if self.unreadable.len() < MOST_SIGNATURES {
            self.unreadable.push(UnreadableSignature { place, reason });
        }
    }
}

fn reason(error: Pkcs7Error) -> String {
    error.to_string()
}

/// Whether the signer signed the content (RFC 2315, 9.3: with attributes, the content by its digest among them).
fn verify(message: &Message<'_>, certificate: &X509Certificate<'_>) -> Integrity {
    let signer = &message.signer;
    let digest = DigestAlgorithm::of(&signer.digest_algorithm);
    let attributes;
    let signed = match signer.attributes {
        Some(encoded) => {
            let Some(found) = digest.digest(&[message.content]) else { return Integrity::Unknown };
            if signer.message_digest != Some(found.as_slice()) {
                return Integrity::Forged;
            }
            // What is signed is a SET OF, not the [0] that stands in the message.
            let mut set = encoded.to_vec();
            if let Some(tag) = set.first_mut() {
                *tag = 0x31;
            }
            attributes = set;
            attributes.as_slice()
        }
        None => message.content,
    };
    let rsa = oid!(1.2.840.113549.1.1.1);
    let id = if signer.algorithm == rsa { digest.with_rsa() } else { Some(signer.algorithm.clone()) };
    let Some(id) = id else { return Integrity::Unknown };
    let algorithm = AlgorithmIdentifier::new(id, None);
    let value = BitString::new(0, signer.signature);
    match x509_parser::verify::verify_signature(certificate.public_key(), &algorithm, &value, signed) {
        Ok(()) => Integrity::Good,
        Err(x509_parser::error::X509Error::SignatureUnsupportedAlgorithm) => Integrity::Unknown,
        Err(_) => Integrity::Forged,
    }
}
