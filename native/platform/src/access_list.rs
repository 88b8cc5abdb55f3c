//! Windows: the access list of a file, and whom it allows to read.
//!
//! Meaning of entries, flags and rights: MS-DTYP 2.4.4 (ACE) and 2.4.3 (ACCESS_MASK); well-known identifiers: 2.4.2.4.

use crate::windows_calls::error;
use std::ffi::c_void;
use std::fs::File;
use std::io;
use std::os::windows::io::AsRawHandle;
use std::ptr::null_mut;
use windows::Win32::Foundation::{CloseHandle, GENERIC_ALL, GENERIC_READ, HANDLE, HLOCAL, LocalFree};
use windows::Win32::Security as security;
use windows::Win32::Security::Authorization as authorization;
use windows::Win32::Storage::FileSystem::{FILE_READ_DATA, WRITE_DAC, WRITE_OWNER};
use windows::Win32::System::Threading::{GetCurrentProcess, OpenProcessToken};
use windows::core::{PCWSTR, PWSTR};

/// Who may read every file of a computer anyhow: the system, its administrators; and "owner rights", which stand for
/// whoever is the owner.
const ALWAYS: [&str; 3] = ["S-1-5-18", "S-1-5-32-544", "S-1-3-4"];
const EVERYONE: &str = "S-1-1-0";

/// The rights that let somebody read: two of them by letting him give himself the first.
const READING: u32 = FILE_READ_DATA.0 | GENERIC_READ.0 | GENERIC_ALL.0 | WRITE_DAC.0 | WRITE_OWNER.0;

/// The owner and the access list of a file, as the system keeps them.
pub(crate) struct AccessList {
    descriptor: security::PSECURITY_DESCRIPTOR,
}

impl Drop for AccessList {
    fn drop(&mut self) {
        // SAFETY: the system made it with `LocalAlloc`, and nobody else frees it.
        unsafe { LocalFree(Some(HLOCAL(self.descriptor.0))) };
    }
}

impl AccessList {
    /// That of an open file.
    pub(crate) fn of(file: &File) -> io::Result<Self> {
        let mut descriptor = security::PSECURITY_DESCRIPTOR::default();
        let parts = security::OWNER_SECURITY_INFORMATION | security::DACL_SECURITY_INFORMATION;
        let handle = HANDLE(file.as_raw_handle());
        // SAFETY: the handle is open as long as `file` lives; `descriptor` is given memory that `drop` frees.
        let code = unsafe {
            let place = Some(&raw mut descriptor);
            authorization::GetSecurityInfo(handle, authorization::SE_FILE_OBJECT, parts, None, None, None, None, place)
        };
        code.ok().map_err(error)?;
        Ok(Self { descriptor })
    }

    /// Who may read besides the owner, `user` (an identifier such as `S-1-5-21-...`), the system and the administrators.
    /// Names where the system knows them.
    pub(crate) fn other_readers(&self, user: &str) -> io::Result<Vec<String>> {
        let owner = self.owner()?;
        let trusted = |who: &str| ALWAYS.contains(&who) || who == user || owner.as_deref() == Some(who);
        let Some(entries) = self.entries()? else {
            // No list at all is the opposite of an empty one: everybody may do everything.
            return Ok(vec!["everybody, as it has no access list".to_owned()]);
        };
        let mut others = Vec::new();
        for reader in entries.into_iter().filter(|e| !trusted(&e.who)) {
            if !others.contains(&reader.name) {
                others.push(reader.name);
            }
        }
        Ok(others)
    }

    fn owner(&self) -> io::Result<Option<String>> {
        let (mut owner, mut defaulted) = (security::PSID::default(), false.into());
        // SAFETY: the descriptor is whole and lives as long as `self`; the two places until the call returns.
        unsafe { security::GetSecurityDescriptorOwner(self.descriptor, &mut owner, &mut defaulted) }.map_err(error)?;
        // Everyone as owner is what file systems without access lists say, such as FAT.
        Ok(if owner.is_invalid() { None } else { Some(identifier(owner)?).filter(|o| o != EVERYONE) })
    }

    /// The entries that allow reading the file itself; `None` when there is no list.
    fn entries(&self) -> io::Result<Option<Vec<Reader>>> {
        let (mut present, mut list, mut defaulted) = (false.into(), null_mut(), false.into());
        // SAFETY: the descriptor is whole and lives as long as `self`; the three places until the call returns.
        unsafe { security::GetSecurityDescriptorDacl(self.descriptor, &mut present, &mut list, &mut defaulted) }
            .map_err(error)?;
        if !present.as_bool() || list.is_null() {
            return Ok(None);
        }
        let mut readers = Vec::new();
        // SAFETY: the list is part of the descriptor, which lives as long as `self`.
        for index in 0..u32::from(unsafe { (*list).AceCount }) {
            let mut entry: *mut c_void = null_mut();
            // SAFETY: as above; the index is less than the count.
            unsafe { security::GetAce(list, index, &mut entry) }.map_err(error)?;
            // SAFETY: `entry` points to an entry of the list, which begins with its header and holds as many bytes as
            // that says; the list lives as long as `self`.
            readers.extend(unsafe { reader(entry.cast()) }?);
        }
        Ok(Some(readers))
    }
}

/// Somebody who may read.
struct Reader {
    /// The identifier, such as `S-1-1-0`.
    who: String,
    /// The name, or the identifier once more.
    name: String,
}

/// Whom an entry allows to read, if it does.
///
/// # Safety
///
/// `entry` leads to a whole entry of an access list.
unsafe fn reader(entry: *const security::ACE_HEADER) -> io::Result<Option<Reader>> {
    const ACCESS_ALLOWED: u8 = 0;
    const ACCESS_ALLOWED_CALLBACK: u8 = 9;
    /// The other kinds that allow something: compound, and those for single properties of objects that are no files.
    const STRANGE: [u8; 3] = [4, 5, 11];
    const INHERIT_ONLY: u8 = 8;
    // SAFETY: by the contract of this function.
    let header = unsafe { *entry };
    if header.AceFlags & INHERIT_ONLY != 0 {
        return Ok(None);
    }
    match header.AceType {
        ACCESS_ALLOWED | ACCESS_ALLOWED_CALLBACK => {
            let allowed = entry.cast::<security::ACCESS_ALLOWED_ACE>();
            // SAFETY: entries of both kinds have this shape.
            let (mask, sid) =
                unsafe { ((*allowed).Mask, security::PSID((&raw const (*allowed).SidStart).cast_mut().cast())) };
            if mask & READING == 0 {
                return Ok(None);
            }
            let who = identifier(sid)?;
            Ok(Some(Reader { name: account(sid).unwrap_or_else(|| who.clone()), who }))
        }
        kind if STRANGE.contains(&kind) => {
            let name = format!("somebody, by an entry of kind {kind}");
            Ok(Some(Reader { who: String::new(), name }))
        }
        _ => Ok(None),
    }
}

/// The identifier of the user whose process this is.
pub(crate) fn current_user() -> io::Result<String> {
    let mut token = HANDLE::default();
    // SAFETY: `token` lives until the call returns; the handle of the own process needs no closing.
    unsafe { OpenProcessToken(GetCurrentProcess(), security::TOKEN_QUERY, &mut token) }.map_err(error)?;
    // A user and its identifier of at most 68 bytes. Of u64, for alignment.
    let mut buffer = [0_u64; 32];
    let mut length = 0;
    let room = u32::try_from(size_of_val(&buffer)).map_err(io::Error::other)?;
    // SAFETY: the buffer has as many bytes as it is said to have; the handle was just opened, and is closed once.
    let found = unsafe {
        let found = security::GetTokenInformation(
            token,
            security::TokenUser,
            Some(buffer.as_mut_ptr().cast()),
            room,
            &mut length,
        );
        let _ = CloseHandle(token);
        found
    };
    found.map_err(error)?;
    // SAFETY: the system has written this structure there, whose pointer leads into the same buffer.
    identifier(unsafe { (*buffer.as_ptr().cast::<security::TOKEN_USER>()).User.Sid })
}

/// An identifier in its usual text form.
fn identifier(sid: security::PSID) -> io::Result<String> {
    let mut text = PWSTR::null();
    // SAFETY: callers give an identifier that lives; the text is freed once, after it was copied.
    unsafe {
        authorization::ConvertSidToStringSidW(sid, &mut text).map_err(error)?;
        let copy = text.to_string();
        LocalFree(Some(HLOCAL(text.0.cast())));
        copy.map_err(io::Error::other)
    }
}

/// The name of an identifier, such as `BUILTIN\Users`, if this computer knows one.
fn account(sid: security::PSID) -> Option<String> {
    // Names have at most 256 characters ("MAX_PATH or less" in practice); a longer one is left to its identifier.
    let (mut name, mut domain) = ([0_u16; 257], [0_u16; 257]);
    let (mut name_length, mut domain_length) = (257, 257);
    let mut kind = security::SID_NAME_USE::default();
    // SAFETY: callers give an identifier that lives; both buffers have the length that is said.
    unsafe {
        security::LookupAccountSidW(
            PCWSTR::null(),
            sid,
            Some(PWSTR(name.as_mut_ptr())),
            &mut name_length,
            Some(PWSTR(domain.as_mut_ptr())),
            &mut domain_length,
            &mut kind,
        )
    }
    .ok()?;
    let text =
        |buffer: &[u16], length: u32| String::from_utf16_lossy(buffer.get(..length as usize).unwrap_or_default());
    let (name, domain) = (text(&name, name_length), text(&domain, domain_length));
    Some(if domain.is_empty() { name } else { format!(r"{domain}\{name}") })
}

#[cfg(test)]
impl AccessList {
    /// One from its text form (SDDL).
    fn parse(text: &str) -> io::Result<Self> {
        let text = crate::windows_calls::wide(text);
        let mut descriptor = security::PSECURITY_DESCRIPTOR::default();
        // SAFETY: the text ends with NUL and lives until the call returns; `drop` frees what is made.
        unsafe {
            authorization::ConvertStringSecurityDescriptorToSecurityDescriptorW(
                PCWSTR(text.as_ptr()),
                authorization::SDDL_REVISION_1,
                &mut descriptor,
                None,
            )
        }
        .map_err(error)?;
        Ok(Self { descriptor })
    }
}

/// Gives a file the access list of a text (SDDL).
#[cfg(test)]
pub(crate) fn set_access_list(path: &camino::Utf8Path, text: &str) -> io::Result<()> {
    let list = AccessList::parse(text)?;
    let path = crate::windows_calls::wide(path.as_str());
    let parts = security::DACL_SECURITY_INFORMATION | security::PROTECTED_DACL_SECURITY_INFORMATION;
    // SAFETY: the path ends with NUL, and both live until the call returns.
    unsafe { security::SetFileSecurityW(PCWSTR(path.as_ptr()), parts, list.descriptor) }.ok().map_err(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    const USER: &str = "S-1-5-21-1-2-3-1001";

    /// Who may read besides those who may, by the text form of an access list.
    fn readers(text: &str) -> Vec<String> {
        AccessList::parse(text).unwrap().other_readers(USER).unwrap()
    }

    #[test]
    fn owner_user_system_and_administrators_may_read() {
        // As files in a user's own folders have it.
        assert_eq!(readers(&format!("O:{USER}D:AI(A;ID;FA;;;SY)(A;ID;FA;;;BA)(A;ID;FA;;;{USER})")), [""; 0]);
        // As an administrator's: the owner is the group, the user has an entry of his own.
        assert_eq!(readers(&format!("O:BAD:P(A;;FR;;;{USER})")), [""; 0]);
        assert_eq!(readers("O:S-1-5-21-1-2-3-1002D:P(A;;FR;;;S-1-5-21-1-2-3-1002)(A;;FR;;;OW)"), [""; 0]);
        assert_eq!(readers(&format!("O:{USER}D:P")), [""; 0], "an empty list lets nobody in");
    }

    #[test]
    fn everybody_else_who_may_read_is_named() {
        // As files have it that are made in a folder at the root of a drive.
        let root = format!("O:{USER}D:AI(A;ID;FA;;;BA)(A;ID;FA;;;SY)(A;ID;0x1200a9;;;BU)(A;ID;0x1301bf;;;AU)");
        assert_eq!(readers(&root).len(), 2, "{:?}", readers(&root));
        for (right, what) in [("FA", "all"), ("FR", "read"), ("GR", "generic"), ("GA", "generic all"), ("CC", "data")] {
            assert_eq!(readers(&format!("O:{USER}D:P(A;;{right};;;WD)")).len(), 1, "{what}");
        }
        let single = readers(&format!("O:{USER}D:P(A;;FR;;;S-1-5-21-1-2-3-1003)"));
        assert_eq!(single, ["S-1-5-21-1-2-3-1003"], "one colleague is one too many");
    }

    #[test]
    fn who_may_let_himself_in_is_a_reader() {
        for right in ["WD", "WO"] {
            assert_eq!(readers(&format!("O:{USER}D:P(A;;{right};;;BU)")).len(), 1, "{right}");
        }
    }

    #[test]
    fn entries_that_let_nobody_read_the_file_do_not_count() {
        // Writing only; to be inherited only; denied; looking at attributes only.
        let text = format!("O:{USER}D:P(A;;DC;;;WD)(A;OICIIO;FA;;;WD)(D;;FA;;;WD)(A;;0x80;;;WD)");
        assert_eq!(readers(&text), [""; 0]);
    }

    #[test]
    fn no_list_is_the_opposite_of_an_empty_one() {
        assert_eq!(readers(&format!("O:{USER}")).len(), 1);
    }

    #[test]
    fn everyone_as_owner_is_nobody() {
        assert_eq!(readers("O:WDD:P(A;;FR;;;WD)").len(), 1);
    }
}
