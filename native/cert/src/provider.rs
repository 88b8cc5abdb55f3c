//! The program that kept a private key in Windows before it was exported, as a PKCS #12 file tells it.
//!
//! Windows adds its name to the key as an attribute of its own, 1.3.6.1.4.1.311.17.1 (`szOID_PKCS_12_KEY_PROVIDER_NAME_ATTR`
//! in `wincrypt.h`), and puts a key back into the same provider. Task sequence media do not work with keys of the newer kind
//! (CNG; `docs/formats.md`, "Media certificate").

use x509_parser::asn1_rs::{Any, Class, FromDer, Tag};
use x509_parser::oid_registry::{Oid, asn1_rs::oid};

/// Name of the provider (`wincrypt.h`).
const PROVIDER_NAME: Oid<'static> = oid!(1.3.6.1.4.1.311.17.1);
/// localKeyID (RFC 2985, 5.5.2).
const LOCAL_KEY_ID: Oid<'static> = oid!(1.2.840.113549.1.9.21);
/// data (RFC 5652, 4).
const DATA: Oid<'static> = oid!(1.2.840.113549.1.7.1);
/// keyBag and pkcs8ShroudedKeyBag (RFC 7292, 4.2).
const KEY_BAGS: [Oid<'static>; 2] = [oid!(1.2.840.113549.1.12.10.1.1), oid!(1.2.840.113549.1.12.10.1.2)];

/// What kind of provider a name belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProviderKind {
    /// CryptoAPI.
    Classic,
    /// CNG: a key storage provider.
    KeyStorage,
    /// Of another maker.
    Unknown,
}

/// The kind of a provider, by its name. Microsoft names its own after their kind.
pub(crate) fn kind(name: &str) -> ProviderKind {
    let name = name.to_ascii_lowercase();
    if name.contains("key storage provider") || name == "microsoft platform crypto provider" {
        ProviderKind::KeyStorage
    } else if name.contains("cryptographic provider") || name.ends_with("crypto provider") {
        ProviderKind::Classic
    } else {
        ProviderKind::Unknown
    }
}

/// A private key of a PKCS #12 file, as far as it can be seen without the password.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct KeyBag {
    /// What binds it to its certificate.
    pub local_key_id: Option<Vec<u8>>,
    /// The name of its provider.
    pub provider: Option<String>,
}

/// The private keys of a PKCS #12 file (RFC 7292, 4) in their order. Keys inside of an encrypted part are not seen: neither
/// Windows nor openssl puts them there, as a key is encrypted itself.
pub(crate) fn key_bags(pfx: &[u8]) -> Vec<KeyBag> {
    let safes = pfx_content(pfx).unwrap_or_default();
    safes.iter().filter_map(plain_content).flat_map(|bags| bags.into_iter().filter_map(|bag| key_bag(&bag))).collect()
}

/// PFX, its authSafe, the content of that: the parts of the file.
fn pfx_content(pfx: &[u8]) -> Option<Vec<Any<'_>>> {
    let outer = elements(pfx);
    let fields = elements(outer.first()?.data);
    Some(elements(content(fields.get(1)?)?.data))
}

/// The bags of a part that is not encrypted.
fn plain_content<'a>(safe: &Any<'a>) -> Option<Vec<Any<'a>>> {
    Some(elements(content(safe)?.data))
}

/// What a ContentInfo of the type `data` holds: the one value inside of its octet string.
fn content<'a>(info: &Any<'a>) -> Option<Any<'a>> {
    let fields = elements(info.data);
    let [kind, explicit] = fields.as_slice() else { return None };
    if kind.clone().oid().ok()? != DATA || explicit.class() != Class::ContextSpecific {
        return None;
    }
    let octets = elements(explicit.data);
    let octets = octets.first().filter(|o| o.tag() == Tag::OctetString)?;
    elements(octets.data).into_iter().next()
}

fn key_bag(bag: &Any<'_>) -> Option<KeyBag> {
    let fields = elements(bag.data);
    let kind = fields.first()?.clone().oid().ok()?;
    if !KEY_BAGS.contains(&kind) {
        return None;
    }
    let attributes = fields.get(2).map(|set| elements(set.data)).unwrap_or_default();
    let value = |name: &Oid<'_>| attributes.iter().find_map(|a| attribute(a, name));
    Some(KeyBag {
        local_key_id: value(&LOCAL_KEY_ID).map(<[u8]>::to_vec),
        provider: value(&PROVIDER_NAME).map(big_endian_text),
    })
}

/// The content of the first value of an attribute, if it is the one that is asked for.
fn attribute<'a>(attribute: &Any<'a>, name: &Oid<'_>) -> Option<&'a [u8]> {
    let fields = elements(attribute.data);
    let [kind, values] = fields.as_slice() else { return None };
    (kind.clone().oid().ok()? == *name).then(|| elements(values.data).first().map(|v| v.data)).flatten()
}

/// Text of a BMPString: UTF-16, most significant byte first.
fn big_endian_text(bytes: &[u8]) -> String {
    let units: Vec<u16> = bytes.as_chunks::<2>().0.iter().map(|unit| u16::from_be_bytes(*unit)).collect();
    String::from_utf16_lossy(&units)
}

/// The DER values that stand one behind the other, as far as they can be read.
fn elements(mut bytes: &[u8]) -> Vec<Any<'_>> {
    let mut found = Vec::new();
    while let Ok((rest, element)) = Any::from_der(bytes) {
        found.push(element);
        bytes = rest;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn providers_of_windows_are_told_apart_by_their_names() {
        for name in [
            "Microsoft Software Key Storage Provider",
            "Microsoft Smart Card Key Storage Provider",
            "Microsoft Platform Crypto Provider",
        ] {
            assert_eq!(kind(name), ProviderKind::KeyStorage, "{name}");
        }
        for name in [
            "Microsoft Enhanced Cryptographic Provider v1.0",
            "Microsoft Enhanced RSA and AES Cryptographic Provider",
            "Microsoft RSA SChannel Cryptographic Provider",
            "Microsoft Base Smart Card Crypto Provider",
        ] {
            assert_eq!(kind(name), ProviderKind::Classic, "{name}");
        }
        assert_eq!(kind("Contoso HSM"), ProviderKind::Unknown);
    }

    #[test]
    fn bytes_that_are_no_file_have_no_keys() {
        for bytes in [&b""[..], b"\x30", b"\x30\x80\0\0", b"\x30\x03\x02\x01\x03", &[0x30; 4096]] {
            assert!(key_bags(bytes).is_empty());
        }
    }
}
