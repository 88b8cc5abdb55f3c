//! The table of secrets. Values enter as UTF-16, live in zeroing memory and leave for `tsm_media` only.

use crate::errors::Failure;
use crate::tables::{lock, next_id};
use std::collections::BTreeMap;
use std::sync::Mutex;
use tsm_media::Secret;
use zeroize::Zeroizing;

/// The longest secret, in UTF-16 code units: that of a .NET `SecureString`.
const MAXIMUM_UNITS: usize = 65_536;

static SECRETS: Mutex<BTreeMap<u64, Secret>> = Mutex::new(BTreeMap::new());

/// Takes in a secret of UTF-16 code units in the byte order of this computer and gives its id.
pub(crate) fn put(bytes: &[u8]) -> Result<u64, Failure> {
    let units = bytes.len() / 2;
    if units > MAXIMUM_UNITS {
        return Err(Failure::bad_request(format!("A secret has at most {MAXIMUM_UNITS} characters.")));
    }
    // Room for the longest result from the start: growing would leave copies of the value behind.
    let mut text = Zeroizing::new(String::with_capacity(units * 3));
    for character in char::decode_utf16(bytes.as_chunks::<2>().0.iter().map(|unit| u16::from_ne_bytes(*unit))) {
        text.push(character.map_err(|_| Failure::bad_request("The secret holds half of a character."))?);
    }
    let id = next_id();
    lock(&SECRETS).insert(id, Secret::new(std::mem::take(&mut *text)));
    Ok(id)
}

/// The secret of an id.
pub(crate) fn get(id: u64) -> Result<Secret, Failure> {
    lock(&SECRETS).get(&id).cloned().ok_or_else(|| Failure::unknown_handle("secret", id))
}

/// Zeroes and forgets a secret.
pub(crate) fn forget(id: u64) -> Result<(), Failure> {
    lock(&SECRETS).remove(&id).map(drop).ok_or_else(|| Failure::unknown_handle("secret", id))
}

/// How many secrets are kept now.
pub(crate) fn count() -> usize {
    lock(&SECRETS).len()
}
