//! Variables.dat: what is written to the letter, what is read, what is refused.

use proptest::prelude::*;

use super::*;
use crate::{
    envelope::{open, seal},
    profile::DEFAULT_PASSWORD,
    text::{from_utf16le, to_utf16le},
};

fn variables(list: &[(&str, &str)]) -> MediaVariables {
    let mut variables = MediaVariables::new();
    for (name, value) in list {
        variables.push(name, value).unwrap();
    }
    variables
}

fn plain_text(variables: &MediaVariables) -> String {
    let file = variables.to_bytes(DEFAULT_PASSWORD, &MediaProfile::default(), Algorithm::Aes128).unwrap();
    from_utf16le(&open(&file, DEFAULT_PASSWORD).unwrap().plain).unwrap().to_string()
}

/// Reads XML text as if it were the content of a file.
fn read(text: &str) -> Result<MediaVariables, VariablesError> {
    let file = seal(&to_utf16le(text), "x", Algorithm::Aes256, 5).unwrap();
    MediaVariables::from_bytes(&file, "x")
}

#[test]
fn the_plain_text_to_the_letter() {
    let text = plain_text(&variables(&[(names::MANAGEMENT_POINT, "http://mp.example.test"), ("a", "")]));
    let (xml, end) = text.split_at(text.find("</MediaVarList>").unwrap() + "</MediaVarList>".len());
    assert_eq!(
        xml,
        "<?xml version=\"1.0\"?>\r\n<MediaVarList Version=\"5.00.0000.0000\">\
         <var name=\"SMSTSMP\"><![CDATA[http://mp.example.test]]></var><var name=\"a\"><![CDATA[]]></var></MediaVarList>"
    );
    assert!(end.ends_with("\r\n\0"), "{end:?}");
    assert_eq!(end.trim_start_matches(' '), "\r\n\0");
}

#[test]
fn the_length_has_the_remainder_6_and_the_file_8_bytes_behind() {
    for length in 0..20 {
        let value = "v".repeat(length);
        let file = variables(&[("n", &value)]).to_bytes("p", &MediaProfile::default(), Algorithm::Aes128).unwrap();
        let plain_len = u32::from_le_bytes(file[8..12].try_into().unwrap());
        assert_eq!(plain_len % 16, 6, "{length}");
        assert_eq!(file.len() as u32, 24 + plain_len + 10 + 8);
        assert_eq!(file[file.len() - 8..], [0; 8]);
    }
}

#[test]
fn values_of_every_kind_come_back_whole() {
    let list = [
        ("a", "]]>"),
        ("b", "x]]]]>>]]>]]"),
        ("c", "line\r\nline\rline\nend\r"),
        ("d", "<tag attr=\"1\">&amp;</tag>"),
        ("e", " \t blanks \t "),
        ("f", "\u{e4}\u{df}\u{20AC}\u{1F600}\u{FFFD}"),
        ("odd \"<&>'\t name", "1"),
        ("empty", ""),
    ];
    for algorithm in [Algorithm::Aes128, Algorithm::Aes192, Algorithm::Aes256, Algorithm::TripleDes] {
        let bytes = variables(&list).to_bytes("p", &MediaProfile::default(), algorithm).unwrap();
        let back = MediaVariables::from_bytes(&bytes, "p").unwrap();
        assert_eq!(back.iter().collect::<Vec<_>>(), list);
    }
}

#[test]
fn names_are_unique_and_found_in_any_case() {
    let mut list = variables(&[("SMSTSMP", "1"), ("\u{c4}b", "2")]);
    assert_eq!((list.get("smstsmp"), list.get("\u{e4}B"), list.get("other")), (Some("1"), Some("2"), None));
    assert!(matches!(list.push("SmsTsMp", "3"), Err(VariablesError::Duplicate(name)) if name == "SmsTsMp"));
    assert_eq!((list.len(), list.is_empty()), (2, false));
}

#[test]
fn what_xml_cannot_carry_is_refused() {
    let mut list = MediaVariables::new();
    assert!(matches!(list.push("", "1"), Err(VariablesError::EmptyName)));
    for bad in ['\0', '\u{1}', '\u{1F}', '\u{FFFE}'] {
        let value = list.push("n", &format!("a{bad}")).unwrap_err();
        assert!(matches!(value, VariablesError::Character { in_name: false, character, .. } if character == bad));
        let name = list.push(&format!("n{bad}"), "a").unwrap_err();
        assert!(matches!(name, VariablesError::Character { in_name: true, character, .. } if character == bad));
    }
    assert_eq!(
        list.push("n", "a\0").unwrap_err().to_string(),
        "the value of the media variable 'n' holds the character U+0000, which XML cannot carry"
    );
}

#[test]
fn no_value_is_ever_printed() {
    let list = variables(&[("name", "s3cret")]);
    assert_eq!(format!("{list:?}"), "MediaVariables[\"name\"]");
    let errors = [
        variables(&[("n", "s3cret")]).push("N", "s3cret").unwrap_err(),
        list.clone().push("m", "s3cret\0").unwrap_err(),
        read("<a><var name='n'>s3cret</va>").unwrap_err(),
        read("<!DOCTYPE s3cret><a/>").unwrap_err(),
        read("<a>&s3cret;</a>").unwrap_err(),
        read("<s3cret a='1' a='2'/>").unwrap_err(),
    ];
    for error in errors {
        assert!(!format!("{error} {error:?}").contains("s3cret"), "{error:?}");
    }
}

#[test]
fn other_peoples_xml_is_read() {
    let expected = variables(&[("A", "1"), ("b", "two"), ("c", "")]);
    for text in [
        "<MediaVarList Version=\"4.00.5345.0000\"><var name=\"A\"><![CDATA[1]]></var><var name=\"b\">two</var><var name=\"c\"/></MediaVarList>",
        "\u{FEFF}<?xml version=\"1.0\" encoding=\"utf-16\"?><x><y><var name='A'>1</var></y><z><var name='b'>t<!-- -->wo</var><var name='c'></var></z></x>\r\n\0",
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<x xmlns=\"urn:x\"><other/><var more='1' name='A'>&#49;</var><var name='b'>t<![CDATA[wo]]></var><var name='c'/></x>\0\0\0",
    ] {
        assert_eq!(read(text).unwrap(), expected, "{text}");
    }
    assert!(read("<MediaVarList/>").unwrap().is_empty());
}

#[test]
fn other_text_is_refused_with_the_place() {
    assert!(matches!(read("<a><var>1</var></a>"), Err(VariablesError::Unnamed { line: 1, column: 4 })));
    assert!(matches!(read("<a><var name=''>1</var></a>"), Err(VariablesError::EmptyName)));
    assert!(matches!(read("<a><var name='n'/><var name='N'/></a>"), Err(VariablesError::Duplicate(_))));
    let reason = |text: &str| match read(text) {
        Err(VariablesError::Xml { reason, .. }) => reason,
        other => panic!("{other:?}"),
    };
    assert_eq!(reason("<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>"), "a DTD is not allowed here");
    assert_eq!(reason("<a>\0</a>"), "a character that XML cannot carry");
    assert_eq!(reason("<a></b>"), "a closing tag does not match");
    // Damage in the middle of the text, which the envelope does not see.
    let mut file = seal(&to_utf16le("<a>\u{D7FF}\u{D7FF}</a>"), "x", Algorithm::Aes128, 0).unwrap();
    file[24 + 16] ^= 1;
    assert!(MediaVariables::from_bytes(&file, "x").is_err());
}

#[test]
fn a_deep_or_endless_document_is_refused_without_harm() {
    let deep = format!("{}{}", "<a>".repeat(200_000), "</a>".repeat(200_000));
    assert!(read(&deep).is_ok_and(|list| list.is_empty()));
    let wide = format!("<a>{}</a>", "<b/>".repeat(1 << 20));
    assert!(matches!(read(&wide), Err(VariablesError::Xml { reason: "too many elements", .. })));
    let many: String = (0..100_000).map(|n| format!("<var name='n{n}'/>")).collect();
    assert_eq!(read(&format!("<a>{many}</a>")).unwrap().len(), 100_000);
}

#[test]
fn a_value_of_a_megabyte_that_needs_splitting_everywhere_is_written_and_read() {
    for unit in ["\r", "]", "]]>", "]]>\r"] {
        let value = unit.repeat(250_000);
        let bytes = variables(&[("n", &value)]).to_bytes("p", &MediaProfile::default(), Algorithm::Aes128).unwrap();
        assert!(MediaVariables::from_bytes(&bytes, "p").unwrap().get("n") == Some(&value), "{unit:?}");
    }
}

#[test]
fn a_profile_that_makes_no_xml_is_refused() {
    let changes: [fn(&mut MediaProfile); 7] = [
        |profile| profile.variables.root_element.clear(),
        |profile| profile.variables.root_element = "a b".into(),
        |profile| profile.variables.xml_declaration = "no".into(),
        |profile| profile.variables.version = "\u{1}".into(),
        |profile| profile.variables.plain_length_modulus = 0,
        |profile| profile.variables.plain_length_modulus = 15,
        |profile| profile.variables.plain_length_remainder = 16,
    ];
    for change in changes {
        let mut profile = MediaProfile::default();
        change(&mut profile);
        let error = variables(&[]).to_bytes("p", &profile, Algorithm::Aes128).unwrap_err();
        assert!(matches!(error, VariablesError::Profile(_)), "{error:?}");
    }
}

proptest! {
    #[test]
    fn any_names_and_values_come_back(list in prop::collection::hash_map("[a-z_\"<&\u{e4}]{1,8}", "[\\]\\[>\r\n\t -~\u{e4}\u{1F600}]{0,40}", 0..6)) {
        let mut written = MediaVariables::new();
        for (name, value) in &list {
            written.push(name, value).unwrap();
        }
        let bytes = written.to_bytes("p", &MediaProfile::default(), Algorithm::Aes128).unwrap();
        prop_assert_eq!(MediaVariables::from_bytes(&bytes, "p").unwrap(), written);
    }
}
