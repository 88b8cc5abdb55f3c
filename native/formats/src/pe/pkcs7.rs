//! The PKCS #7 message of a signature (RFC 2315, with the content of Authenticode), taken apart without being judged.
//!
//! Every value is a part of the bytes that were given: what is verified later are the bytes that were signed, not another
//! encoding of them.

use x509_parser::asn1_rs::{Any, Class, FromDer, Oid, Tag, oid};

/// Certificates and attributes that are looked at in one message, at most.
const MOST_PARTS: usize = 64;

/// Why bytes are no signature.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Pkcs7Error {
    /// Not DER, or another structure.
    #[error("the signature is damaged: {0} is not where it should be")]
    Structure(&'static str),
    /// A structure of another kind.
    #[error("the signature holds {found} where {wanted} should be")]
    Kind {
        /// What should be there.
        wanted: &'static str,
        /// The object identifier that is there.
        found: String,
    },
    /// More of something than there can be.
    #[error("the signature has more than {MOST_PARTS} {0}")]
    TooMany(&'static str),
}

/// A message with one signer.
#[derive(Debug)]
pub(super) struct Message<'a> {
    /// The object identifier of the digest of the program.
    pub digest_algorithm: Oid<'a>,
    /// The digest of the program, as signed.
    pub digest: &'a [u8],
    /// What the signer signs the digest of: `SpcIndirectDataContent` without its tag and length.
    pub content: &'a [u8],
    /// The certificates, in DER.
    pub certificates: Vec<&'a [u8]>,
    /// The signer.
    pub signer: Signer<'a>,
}

/// What the signer says.
#[derive(Debug)]
pub(super) struct Signer<'a> {
    /// The name of the issuer of its certificate, in DER.
    pub issuer: &'a [u8],
    /// The serial number of its certificate.
    pub serial: &'a [u8],
    /// The object identifier of the digest that it signs.
    pub digest_algorithm: Oid<'a>,
    /// The signed attributes, in DER as a `[0]`; absent when the content itself is signed.
    pub attributes: Option<&'a [u8]>,
    /// The value of the attribute `messageDigest`.
    pub message_digest: Option<&'a [u8]>,
    /// The object identifier of its algorithm.
    pub algorithm: Oid<'a>,
    /// The signature.
    pub signature: &'a [u8],
    /// Further signatures of the same program, nested as unsigned attributes: whole messages.
    pub nested: Vec<&'a [u8]>,
}

/// An element with the bytes that it takes.
struct Element<'a> {
    any: Any<'a>,
    whole: &'a [u8],
}

impl<'a> Element<'a> {
    /// Takes the next element off `rest`.
    fn next(rest: &mut &'a [u8], what: &'static str) -> Result<Self, Pkcs7Error> {
        let all = *rest;
        let (after, any) = Any::from_der(all).map_err(|_| Pkcs7Error::Structure(what))?;
        let whole = all.get(..all.len() - after.len()).ok_or(Pkcs7Error::Structure(what))?;
        *rest = after;
        Ok(Self { any, whole })
    }

    /// The same, when it has this tag.
    fn tagged(rest: &mut &'a [u8], tag: Tag, what: &'static str) -> Result<&'a [u8], Pkcs7Error> {
        let element = Self::next(rest, what)?;
        match element.any.class() == Class::Universal && element.any.tag() == tag {
            true => Ok(element.any.data),
            false => Err(Pkcs7Error::Structure(what)),
        }
    }

    /// Takes a `[number]` off `rest`, if there is one.
    fn context(rest: &mut &'a [u8], number: u32, what: &'static str) -> Result<Option<Self>, Pkcs7Error> {
        if rest.is_empty() {
            return Ok(None);
        }
        let before = *rest;
        let element = Self::next(rest, what)?;
        if element.any.class() == Class::ContextSpecific && element.any.tag() == Tag(number) {
            return Ok(Some(element));
        }
        *rest = before;
        Ok(None)
    }
}

fn sequence<'a>(rest: &mut &'a [u8], what: &'static str) -> Result<&'a [u8], Pkcs7Error> {
    Element::tagged(rest, Tag::Sequence, what)
}

fn set<'a>(rest: &mut &'a [u8], what: &'static str) -> Result<&'a [u8], Pkcs7Error> {
    Element::tagged(rest, Tag::Set, what)
}

fn identifier<'a>(rest: &mut &'a [u8], what: &'static str) -> Result<Oid<'a>, Pkcs7Error> {
    let bytes = Element::tagged(rest, Tag::Oid, what)?;
    if bytes.is_empty() || bytes.last().is_some_and(|b| b & 0x80 != 0) {
        return Err(Pkcs7Error::Structure(what));
    }
    Ok(Oid::new(bytes.into()))
}

/// The object identifier of an `AlgorithmIdentifier`; its parameters say nothing for the algorithms that are used here.
fn algorithm<'a>(rest: &mut &'a [u8], what: &'static str) -> Result<Oid<'a>, Pkcs7Error> {
    let mut inner = sequence(rest, what)?;
    identifier(&mut inner, what)
}

fn expect(found: &Oid<'_>, wanted: &Oid<'_>, words: &'static str) -> Result<(), Pkcs7Error> {
    if found == wanted { Ok(()) } else { Err(Pkcs7Error::Kind { wanted: words, found: found.to_string() }) }
}

/// All elements of a set.
fn all<'a>(mut rest: &'a [u8], what: &'static str) -> Result<Vec<Element<'a>>, Pkcs7Error> {
    let mut found = Vec::new();
    while !rest.is_empty() {
        if found.len() == MOST_PARTS {
            return Err(Pkcs7Error::TooMany(what));
        }
        found.push(Element::next(&mut rest, what)?);
    }
    Ok(found)
}

impl<'a> Message<'a> {
    /// Takes a `ContentInfo` with a `SignedData` apart. Bytes behind it are padding.
    pub fn read(bytes: &'a [u8]) -> Result<Self, Pkcs7Error> {
        let mut rest = bytes;
        let mut info = sequence(&mut rest, "ContentInfo")?;
        expect(&identifier(&mut info, "the content type")?, &oid!(1.2.840.113549.1.7.2), "signed data")?;
        let wrapped = Element::context(&mut info, 0, "the content")?.ok_or(Pkcs7Error::Structure("the content"))?;
        let mut data = wrapped.any.data;
        let mut data = sequence(&mut data, "SignedData")?;
        Element::tagged(&mut data, Tag::Integer, "the version")?;
        set(&mut data, "the list of digests")?;
        let (digest_algorithm, digest, content) = indirect_data(&mut data)?;
        let certificates = match Element::context(&mut data, 0, "the certificates")? {
            Some(list) => all(list.any.data, "certificates")?.into_iter().map(|e| e.whole).collect(),
            None => Vec::new(),
        };
        Element::context(&mut data, 1, "the revocation lists")?;
        let mut signers = set(&mut data, "the list of signers")?;
        let signer = Signer::read(sequence(&mut signers, "the signer")?)?;
        if !signers.is_empty() {
            return Err(Pkcs7Error::Structure("the end of the list of signers"));
        }
        Ok(Self { digest_algorithm, digest, content, certificates, signer })
    }
}

/// The digest of the program: `SpcIndirectDataContent`.
fn indirect_data<'a>(data: &mut &'a [u8]) -> Result<(Oid<'a>, &'a [u8], &'a [u8]), Pkcs7Error> {
    let mut content = sequence(data, "the signed content")?;
    let kind = identifier(&mut content, "the kind of the signed content")?;
    expect(&kind, &oid!(1.3.6.1.4.1.311.2.1.4), "the digest of a program")?;
    let wrapped = Element::context(&mut content, 0, "the signed content")?;
    let mut indirect = wrapped.ok_or(Pkcs7Error::Structure("the signed content"))?.any.data;
    let content = sequence(&mut indirect, "the signed content")?;
    let mut parts = content;
    sequence(&mut parts, "the kind of program")?;
    let mut info = sequence(&mut parts, "the digest")?;
    let algorithm = algorithm(&mut info, "the digest algorithm")?;
    let digest = Element::tagged(&mut info, Tag::OctetString, "the digest")?;
    Ok((algorithm, digest, content))
}

impl<'a> Signer<'a> {
    fn read(mut rest: &'a [u8]) -> Result<Self, Pkcs7Error> {
        Element::tagged(&mut rest, Tag::Integer, "the version of the signer")?;
        let mut id = sequence(&mut rest, "the signer's certificate")?;
        let issuer = Element::next(&mut id, "the issuer of the signer's certificate")?.whole;
        let serial = Element::tagged(&mut id, Tag::Integer, "the number of the signer's certificate")?;
        let digest_algorithm = algorithm(&mut rest, "the digest algorithm of the signer")?;
        let signed = Element::context(&mut rest, 0, "the signed attributes")?;
        let attributes = signed.as_ref().map(|e| e.whole);
        let message_digest = match signed {
            Some(list) => message_digest(list.any.data)?,
            None => None,
        };
        let algorithm = algorithm(&mut rest, "the algorithm of the signer")?;
        let signature = Element::tagged(&mut rest, Tag::OctetString, "the signature")?;
        let nested = match Element::context(&mut rest, 1, "the further attributes")? {
            Some(list) => nested(list.any.data)?,
            None => Vec::new(),
        };
        Ok(Self { issuer, serial, digest_algorithm, attributes, message_digest, algorithm, signature, nested })
    }
}

/// An attribute: its name and its values.
fn attribute<'a>(element: &Element<'a>) -> Result<(Oid<'a>, &'a [u8]), Pkcs7Error> {
    let mut whole = element.whole;
    let mut inner = sequence(&mut whole, "an attribute")?;
    let name = identifier(&mut inner, "the name of an attribute")?;
    Ok((name, set(&mut inner, "the values of an attribute")?))
}

fn message_digest(attributes: &[u8]) -> Result<Option<&[u8]>, Pkcs7Error> {
    for element in all(attributes, "attributes")? {
        let (name, mut values) = attribute(&element)?;
        if name == oid!(1.2.840.113549.1.9.4) {
            return Element::tagged(&mut values, Tag::OctetString, "the digest of the content").map(Some);
        }
    }
    Ok(None)
}

/// The messages in the attributes that Microsoft calls nested signatures (`SPC_NESTED_SIGNATURE_OBJID`).
fn nested(attributes: &[u8]) -> Result<Vec<&[u8]>, Pkcs7Error> {
    let mut found = Vec::new();
    for element in all(attributes, "attributes")? {
        let (name, values) = attribute(&element)?;
        if name == oid!(1.3.6.1.4.1.311.2.4.1) {
            found.extend(all(values, "nested signatures")?.iter().map(|e| e.whole));
        }
    }
    Ok(found)
}
