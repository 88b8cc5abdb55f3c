//! Access lists of files, set by their text form (SDDL).

use camino::Utf8Path;
use windows::Win32::Foundation::{HLOCAL, LocalFree};
use windows::Win32::Security::Authorization::{
    ConvertSidToStringSidW, ConvertStringSecurityDescriptorToSecurityDescriptorW, GetNamedSecurityInfoW,
    SDDL_REVISION_1, SE_FILE_OBJECT,
};
use windows::Win32::Security::{
    DACL_SECURITY_INFORMATION, OWNER_SECURITY_INFORMATION, PROTECTED_DACL_SECURITY_INFORMATION, PSECURITY_DESCRIPTOR,
    PSID, SetFileSecurityW,
};
use windows::core::{HSTRING, PWSTR};

/// Gives a file the access list that `list` makes of its owner's identifier.
pub fn set(file: &Utf8Path, list: impl Fn(&str) -> String) {
    let name = HSTRING::from(file.as_str());
    let text = HSTRING::from(list(&owner(&name)));
    let mut descriptor = PSECURITY_DESCRIPTOR::default();
    // SAFETY: both texts end with NUL and outlive the calls; the descriptor is made by the first, and freed once.
    unsafe {
        ConvertStringSecurityDescriptorToSecurityDescriptorW(&text, SDDL_REVISION_1, &mut descriptor, None).unwrap();
        let parts = DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION;
        let set = SetFileSecurityW(&name, parts, descriptor);
        LocalFree(Some(HLOCAL(descriptor.0)));
        set.unwrap();
    }
}

/// The identifier of a file's owner, such as `S-1-5-21-...`.
fn owner(name: &HSTRING) -> String {
    let (mut owner, mut descriptor, mut text) = (PSID::default(), PSECURITY_DESCRIPTOR::default(), PWSTR::null());
    // SAFETY: all places outlive the calls; `owner` leads into the descriptor, which is freed after its last use.
    unsafe {
        let (place, whole) = (Some(&raw mut owner), &raw mut descriptor);
        GetNamedSecurityInfoW(name, SE_FILE_OBJECT, OWNER_SECURITY_INFORMATION, place, None, None, None, whole)
            .ok()
            .unwrap();
        ConvertSidToStringSidW(owner, &mut text).unwrap();
        let copy = text.to_string().unwrap();
        LocalFree(Some(HLOCAL(text.0.cast())));
        LocalFree(Some(HLOCAL(descriptor.0)));
        copy
    }
}
