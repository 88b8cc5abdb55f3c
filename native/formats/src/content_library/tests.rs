//! The INI files of a content library: to the letter, in every form that is tolerated, and every fault.

use std::io::{self, BufReader, Read};

use proptest::prelude::*;

use super::{lines::MAX_LINE, *};

const HASH: &str = "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD";
const PACKAGE: &str = "[Packages]\r\nPS100005.3=\r\n[Info]\r\nVersion=3\r\nFlags=16777216\r\n";

fn file_ini() -> FileIni {
    FileIni {
        size: 3,
        attributes: 0x20,
        modified_filetime: 133_444_736_000_000_000,
        hash: HASH.parse().unwrap(),
        hash_was_lower_case: false,
    }
}

fn file_text() -> String {
    format!("[File]\r\nSize=3\r\nAttributes=20\r\nTimeModified=133444736000000000\r\nHash={HASH}\r\n")
}

#[test]
fn a_package_with_one_content() {
    let ini = PackageIni::read(PACKAGE.as_bytes()).unwrap();
    let expected = PackageIni { version: Some(3), flags: Some(16_777_216), contents: vec!["PS100005.3".into()] };
    assert_eq!(ini, expected);
    assert_eq!(ini.write(), PACKAGE.as_bytes());
    assert_eq!(ini.current_contents("ps100005"), ["PS100005.3"]);
}

#[test]
fn an_application_with_several_contents_has_no_version() {
    let text = "[Packages]\r\nContent_a9c198e5-2f13-4732-a604-805118f5eb67.1=\r\n\
                Content_0b1c2d3e-0000-4000-8000-000000000001.1=\r\n[Info]\r\nFlags=16777216\r\n";
    let ini = PackageIni::read(text.as_bytes()).unwrap();
    assert_eq!((ini.version, ini.contents.len()), (None, 2));
    assert_eq!(ini.current_contents("PS100005"), ini.contents);
    assert_eq!(ini.write(), text.as_bytes());
}

#[test]
fn while_an_update_is_under_way_the_version_decides() {
    let ini = PackageIni::read(PACKAGE.replace("[Info]", "PS100005.2=\r\n[Info]").as_bytes()).unwrap();
    assert_eq!(ini.contents, ["PS100005.3", "PS100005.2"]);
    assert_eq!(ini.current_contents("PS100005"), ["PS100005.3"]);
    let stale = PackageIni::read(PACKAGE.replace("PS100005.3", "PS100005.2").as_bytes()).unwrap();
    assert!(stale.current_contents("PS100005").is_empty());
}

#[test]
fn the_ini_of_a_content_has_exactly_100_bytes() {
    let ini = ContentIni { hash: HASH.parse().ok(), hash_was_lower_case: false, hash_algorithm: Some(32780) };
    let bytes = ini.write();
    assert_eq!(bytes.len(), 100);
    assert_eq!(bytes, format!("[Info]\r\nHash={HASH}\r\nHashAlgorithm=32780\r\n").as_bytes());
    assert_eq!(ContentIni::read(&bytes[..]).unwrap(), ini);
    assert_eq!(ContentIni::read(&b""[..]).unwrap(), ContentIni::default());
}

#[test]
fn the_ini_of_a_file() {
    assert_eq!(file_ini().write(), file_text().as_bytes());
    assert_eq!(FileIni::read(file_text().as_bytes()).unwrap(), file_ini());
}

#[test]
fn other_forms_of_the_same_are_accepted() {
    let text = file_text();
    let all = [
        text.replace("\r\n", "\n"),
        text.trim_end().to_owned(),
        format!("\u{FEFF}{text}"),
        format!("; comment\r\n\r\n{text}; end\r\n"),
        text.replace('=', " = ").replace("\r\n", "  \r\n"),
        text.replace("[File]", "[ file ] ; x").replace("Size", "SIZE"),
        format!("Size=9\r\n[Other]\r\nSize=x\r\n{text}Unknown=1\r\nno key\r\n[Info]\r\nHash=zz\r\n"),
        format!("{text}Size=99\r\n"),
    ];
    for form in all {
        assert_eq!(FileIni::read(form.as_bytes()).unwrap(), file_ini(), "{form:?}");
    }
    let ansi = [&b"; \xE4\xF6\r\n"[..], text.as_bytes()].concat();
    assert_eq!(FileIni::read(&ansi[..]).unwrap(), file_ini());
}

#[test]
fn a_lower_case_hash_is_accepted_and_flagged() {
    let ini = FileIni::read(file_text().replace(HASH, &HASH.to_lowercase()).as_bytes()).unwrap();
    assert_eq!(ini, FileIni { hash_was_lower_case: true, ..file_ini() });
    let content = ContentIni::read(format!("[Info]\nHash={}", HASH.to_lowercase()).as_bytes()).unwrap();
    assert!(content.hash_was_lower_case);
}

#[test]
fn wrong_values_name_the_line_and_the_key() {
    for (old, new, line, message) in [
        ("Size=3", "Size=-3", 2, "Size is '-3', which is no number of bytes (line 2)"),
        ("Size=3", "Size=+3", 2, "Size is '+3', which is no number of bytes (line 2)"),
        ("Size=3", "Size=", 2, "Size is '', which is no number of bytes (line 2)"),
        (
            "Size=3",
            "Size=18446744073709551616",
            2,
            "Size is '18446744073709551616', which is no number of bytes (line 2)",
        ),
        (
            "Attributes=20",
            "Attributes=0x20",
            3,
            "Attributes is '0x20', which is no hexadecimal number of up to 8 digits (line 3)",
        ),
        (
            "Attributes=20",
            "Attributes=123456789",
            3,
            "Attributes is '123456789', which is no hexadecimal number of up to 8 digits (line 3)",
        ),
        ("=13344", "=13x44", 4, "TimeModified is '13x444736000000000', which is no FILETIME (line 4)"),
        (
            "15AD",
            "15A",
            5,
            "Hash is 'BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015A', which is no SHA-256 hash (line 5)",
        ),
        (
            "15AD",
            "15AG",
            5,
            "Hash is 'BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AG', which is no SHA-256 hash (line 5)",
        ),
        ("Hash=", "Hsh=", 5, "the INI file has no Hash in section [File] (line 5)"),
        ("Size=", "Sise=", 5, "the INI file has no Size in section [File] (line 5)"),
        ("[File]", "[Fil]", 5, "the INI file has no Hash in section [File] (line 5)"),
    ] {
        let error = FileIni::read(file_text().replace(old, new).as_bytes()).unwrap_err();
        assert_eq!((error.line, error.to_string().as_str()), (line, message), "{new}");
    }
    assert_eq!(FileIni::read(&b""[..]).unwrap_err().line, 0);
    let error = PackageIni::read(PACKAGE.replace("Version=3", "Version=4294967296").as_bytes()).unwrap_err();
    assert_eq!(error.to_string(), "Version is '4294967296', which is no version number (line 4)");
}

#[test]
fn a_content_id_cannot_leave_its_folder() {
    let long = "x".repeat(256);
    for bad in ["..", "..\\x", "a/b", "C:", "a.", ".a", "a\u{7}", "a*", "\u{FFFD}", long.as_str()] {
        let text = PACKAGE.replace("PS100005.3=", &format!("{bad}="));
        let error = PackageIni::read(text.as_bytes()).unwrap_err();
        assert!(matches!(error.kind, IniErrorKind::ContentId { .. }), "{bad} {error}");
        assert_eq!(error.line, 2);
    }
    assert!(matches!(PackageIni::read(&b"[Packages]\n=\n"[..]).unwrap_err().kind, IniErrorKind::ContentId { .. }));
    assert_eq!(check_content_id("Content_a9c198e5-2f13-4732-a604-805118f5eb67.1"), Ok(()));
}

#[test]
fn utf16_and_binary_files_are_refused() {
    for bytes in
        [&crate::text::to_utf16le(&format!("\u{FEFF}{PACKAGE}"))[..], &crate::text::to_utf16le(PACKAGE), b"a=\0"]
    {
        assert!(matches!(PackageIni::read(bytes), Err(IniError { line: 1, kind: IniErrorKind::NotText })));
    }
}

#[test]
fn a_file_with_100_000_contents_is_read() {
    let mut text = String::from("[Packages]\r\n");
    (0..100_000).for_each(|n| text.push_str(&format!("Content_00000000-0000-0000-0000-{n:012}.1=\r\n")));
    let ini = PackageIni::read(BufReader::with_capacity(7, text.as_bytes())).unwrap();
    assert_eq!(ini.contents.len(), 100_000);
}

#[test]
fn endless_lines_and_endless_files_end() {
    let endless_line = BufReader::new(io::repeat(b'a'));
    let error = FileIni::read(endless_line).unwrap_err();
    assert!(matches!(error, IniError { line: 1, kind: IniErrorKind::LineTooLong(MAX_LINE) }));

    struct Comments;
    impl Read for Comments {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            buffer.chunks_mut(64).for_each(|line| {
                line.fill(b';');
                line[line.len() - 1] = b'\n';
            });
            Ok(buffer.len())
        }
    }
    let error = FileIni::read(BufReader::new(Comments)).unwrap_err();
    assert!(matches!(error.kind, IniErrorKind::FileTooLong(_)), "{error}");
}

#[test]
fn a_failing_source_is_reported_with_its_cause() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::PermissionDenied.into())
        }
    }
    let error = FileIni::read(BufReader::new(Failing)).unwrap_err();
    assert_eq!(error.to_string(), "the INI file cannot be read (line 1)");
    let cause = std::error::Error::source(&error).unwrap();
    assert_eq!(cause.downcast_ref::<io::Error>().unwrap().kind(), io::ErrorKind::PermissionDenied);
}

proptest! {
    #[test]
    fn any_bytes_give_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = PackageIni::read(&bytes[..]);
        let _ = ContentIni::read(&bytes[..]);
        let _ = FileIni::read(&bytes[..]);
    }

    #[test]
    fn any_file_comes_back(size: u64, attributes: u32, modified_filetime: u64, hash: [u8; 32]) {
        let ini = FileIni { size, attributes, modified_filetime, hash: hash.into(), hash_was_lower_case: false };
        prop_assert_eq!(FileIni::read(&ini.write()[..]).unwrap(), ini);
    }
}
