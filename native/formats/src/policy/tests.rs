//! Policies: obfuscated text against known vectors, what is written, what is read whatever its form, what is refused.

use proptest::prelude::*;
use sha2::{Digest, Sha256};

use super::*;
use crate::{envelope::open, envelope::seal, policy::secret::*};

const TEXT: &str = "<sequence version=\"3.10\"/>";
/// Made with openssl from the layout in `docs/task-sequences.md`: seed 00 01 ... 27, the text above with its NUL.
const TRIPLE_DES: &str = "89130000000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F2021222324252627\
    1400000036000000380000000366000000000000583F45481F63BE3D565E3C726A688BBDAD5A3D554F60FE6B1D0A6A29AB0AF4DBE8F577D6DB715985\
    BBE66EBDC4B1CFA5722E7834C386A70D";
const AES_256: &str = "8A130000000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F2021222324252627\
    1400000036000000400000001066000000000000B71F73EE327AE46466F2DC66C9423AD1FC9A53A4FDAE21B703B34C73AA8CE41468EAB965A5EC9F04\
    2DE406482F139C5001CC226B2CF522B398B373CC51DB4B30";

fn seed() -> [u8; SEED_LEN] {
    std::array::from_fn(|place| place as u8)
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|place| u8::from_str_radix(&text[place..place + 2], 16).unwrap()).collect()
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A policy as a site gives it.
fn policy(sequence: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\r\n<Policy PolicyID=\"{{1}}\"><PolicyRule><PolicyAction PolicyActionType=\"WMI-XML\">\
         <instance class=\"CCM_SoftwareDistribution\"><property name=\"ADV_AdvertisementID\" type=\"8\"><value>PS120001</value></property>\
         <property name=\"PKG_Name\" type=\"8\"><value><![CDATA[Install & go]]></value></property>\
         <property name=\"PKG_PackageID\" type=\"8\"><value>PS100020</value></property>\
         <property name=\"TS_Sequence\" secret=\"1\" type=\"8\"><value odd='>'><![CDATA[{sequence}]]></value></property>\
         </instance></PolicyAction></PolicyRule></Policy>"
    )
}

fn one(sequence: &str) -> Result<MediaPolicy, PolicyError> {
    MediaPolicy::of_site(&[policy(sequence)], &[], &MediaProfile::default())
}

#[test]
fn obfuscated_text_is_that_of_the_vectors_both_ways() {
    for (vector, algorithm, bytes, sha) in [
        (TRIPLE_DES, Algorithm::TripleDes, 120, "5ab51dfbac72df8eb50487a61bef8db651d95cafb87240ab5f8348391cf30bbd"),
        (AES_256, Algorithm::Aes256, 128, "69a5bdd180e5d533e7a471d0806f6c3ca820681e87fc06e594704d05f2888310"),
    ] {
        assert_eq!((vector.len() / 2, sha256(&unhex(vector)).as_str()), (bytes, sha));
        assert_eq!(obfuscate(TEXT, &seed(), algorithm).unwrap().as_str(), vector);
        assert_eq!(reveal(vector).unwrap().as_str(), TEXT);
        assert_eq!(reveal(&format!(" \r\n{}", vector.to_lowercase())).unwrap().as_str(), TEXT);
        // One of the published texts has six bytes behind its ciphertext.
        assert_eq!(reveal(&format!("{vector}0A0B0C0D0E0F")).unwrap().as_str(), TEXT);
    }
    assert_eq!(obfuscate(TEXT, &seed(), Algorithm::Aes128), None);
}

#[test]
fn what_is_wrong_with_obfuscated_text_is_said() {
    let with = |place: usize, digits: &str| {
        let mut text = AES_256.to_owned();
        text.replace_range(place * 2..place * 2 + digits.len(), digits);
        reveal(&text).unwrap_err()
    };
    assert_eq!(with(0, "8B13"), SecretError::UnknownAlgorithm(0x138B));
    assert_eq!(with(0, "8913"), SecretError::Contradiction { word: 0x1389, id: 0x6610 });
    assert_eq!(with(56, "0E66"), SecretError::Contradiction { word: 0x138A, id: 0x660E });
    assert!(matches!(with(44, "15"), SecretError::Damaged { offset: 44, .. }));
    assert!(matches!(with(52, "50"), SecretError::Damaged { offset: 48, .. }));
    assert!(matches!(with(127, "31"), SecretError::Damaged { offset: 64, .. }));
    assert!(matches!(with(20, "FF"), SecretError::Damaged { .. } | SecretError::Text(_)));
    assert_eq!(with(3, "x"), SecretError::NotHexadecimal(6));
    assert_eq!(reveal("8A130"), Err(SecretError::NotHexadecimal(5)));
    for length in 4..128 {
        assert!(matches!(reveal(&AES_256[..length * 2]), Err(SecretError::Truncated { .. })), "{length}");
    }
    let message = with(0, "8B13").to_string();
    assert!(message.contains("0x0000138B") && message.contains("AES-256"), "{message}");
}

#[test]
fn a_task_sequence_is_plain_on_the_medium_and_everything_else_as_the_site_gave_it() {
    let plain = policy(TEXT);
    let wanted = &plain[plain.find("<Policy ").unwrap()..];
    for sequence in [TEXT, TRIPLE_DES, AES_256] {
        let policy = one(sequence).unwrap();
        assert_eq!(policy.documents[0].as_str(), wanted);
        let file = policy.to_bytes("p", &MediaProfile::default(), Algorithm::Aes128).unwrap();
        let text = from_utf16le(&open(&file, "p").unwrap().plain).unwrap();
        let body = text.trim_end_matches('\0').trim_end();
        assert_eq!(body, format!("<?xml version=\"1.0\"?>\r\n<PolicyXML>{wanted}</PolicyXML>"));
        assert!(text.ends_with("\r\n\0"));
        assert_eq!((text.encode_utf16().count() * 2) % 16, 6);
        assert_eq!(file[file.len() - 8..], [0; 8]);
    }
}

#[test]
fn task_sequences_are_read_with_what_stands_beside_them() {
    let account = "<a><instance class=\"CCM_NetworkAccessAccount\"><property name=\"NetworkAccessUsername\">\
                   <value>89130000</value></property></instance></a>";
    let profile = MediaProfile::default();
    let policy =
        MediaPolicy::of_site(&[policy(AES_256).as_str(), account, &policy(TEXT)], &["<b/>"], &profile).unwrap();
    assert_eq!((policy.len(), policy.is_empty(), policy.network_access_accounts()), (4, false, 1));
    for algorithm in [Algorithm::Aes128, Algorithm::Aes256, Algorithm::TripleDes] {
        let file = policy.to_bytes("{GUID}", &profile, algorithm).unwrap();
        let back = MediaPolicy::from_bytes(&file, "{GUID}").unwrap();
        assert_eq!((back.task_sequences(), back.network_access_accounts()), (policy.task_sequences(), 1));
        let found = &back.task_sequences()[0];
        assert_eq!(
            (found.advertisement_id.as_str(), found.package_id.as_str(), found.name.as_str(), found.sequence.as_str()),
            ("PS120001", "PS100020", "Install & go", TEXT)
        );
        assert!(matches!(
            MediaPolicy::from_bytes(&file, "other"),
            Err(PolicyError::Envelope(EnvelopeError::WrongPassword))
        ));
    }
    let mut without = profile;
    without.policy.with_assignments = false;
    assert_eq!(MediaPolicy::of_site(&["<a/>"], &["<b/>"], &without).unwrap().len(), 1);
    assert!(!format!("{policy:?} {:?}", policy.task_sequences()).contains("sequence version"));
}

#[test]
fn what_stands_around_task_sequences_is_told_apart() {
    let other = "<a>\u{e4}<b name='x'/></a>";
    let all = MediaPolicy::of_site(&[policy(AES_256).as_str(), other], &[], &MediaProfile::default()).unwrap();
    let around = all.around_task_sequences();
    let plain = policy("");
    let wanted = &plain[plain.find("<Policy ").unwrap()..];
    assert_eq!(around[0].as_str(), wanted.replace("<![CDATA[]]>", ""));
    assert_eq!((around.len(), around[1].as_str()), (2, other));
}

#[test]
fn a_policy_that_is_made_comes_back() {
    let made = PolicyTaskSequence {
        advertisement_id: "PS120001".into(),
        package_id: "PS100020".into(),
        name: "A ]]> & b\r\nc".into(),
        sequence: Zeroizing::new("<sequence version=\"3.10\">\r\n<x><![CDATA[a]]></x></sequence>".to_owned()),
    };
    let mut policy = MediaPolicy::new();
    policy.push_task_sequence(&made, &PolicyProfile::default()).unwrap();
    let file = policy.to_bytes("p", &MediaProfile::default(), Algorithm::Aes128).unwrap();
    assert_eq!(MediaPolicy::from_bytes(&file, "p").unwrap().task_sequences(), std::slice::from_ref(&made));
    for (sequence, name) in [("text", "n"), (TEXT, "\u{1}"), ("<a>\u{FFFE}</a>", "n")] {
        let bad =
            PolicyTaskSequence { sequence: Zeroizing::new(sequence.to_owned()), name: name.into(), ..made.clone() };
        assert!(policy.push_task_sequence(&bad, &PolicyProfile::default()).is_err(), "{sequence} {name:?}");
    }
}

#[test]
fn other_writers_policies_are_read() {
    for text in [
        "<r><x name='TS_Sequence'><value>&lt;sequence/&gt;</value></x></r>",
        "\u{FEFF}<?xml version=\"1.0\"?><!-- c --><r xmlns='urn:x'><d><d><property name=\"TS_Sequence\"><value>\
         <![CDATA[<sequence/>]]></value></property></d></d></r><!-- behind -->",
    ] {
        let file = seal(&to_utf16le(&format!("{text}\0garbage")), "x", Algorithm::Aes256, 3).unwrap();
        let found = MediaPolicy::from_bytes(&file, "x").unwrap().task_sequences();
        assert_eq!((found.len(), found[0].sequence.as_str(), found[0].name.as_str()), (1, "<sequence/>", ""), "{text}");
    }
}

#[test]
fn bad_policies_name_the_policy_and_the_place_but_no_text() {
    let error = |sequence: &str| one(sequence).unwrap_err();
    let unknown = format!("8B13{}", &AES_256[4..]);
    assert!(matches!(
        error(&unknown),
        PolicyError::Secret { document: 1, source: SecretError::UnknownAlgorithm(0x138B) }
    ));
    assert!(matches!(error(""), PolicyError::NoSequence { document: 1, .. }));
    assert!(matches!(error("secret words"), PolicyError::Secret { source: SecretError::NotHexadecimal(0), .. }));
    let other = obfuscate("secret words", &seed(), Algorithm::Aes256).unwrap();
    assert!(matches!(error(&other), PolicyError::NoSequence { .. }));
    let control = obfuscate("<secret>\u{1}", &seed(), Algorithm::TripleDes).unwrap();
    assert!(matches!(error(&control), PolicyError::Character('\u{1}')));
    let bomb = "<!DOCTYPE a [<!ENTITY b \"secret\"><!ENTITY c \"&b;&b;\">]><a>&c;</a>";
    for bad in ["", "text", "<secret>", "<a></b>", "<a/><b/>", bomb] {
        let message = MediaPolicy::of_site(&["<fine/>", bad], &[], &MediaProfile::default()).unwrap_err();
        assert!(matches!(message, PolicyError::Xml { document: 2, .. }), "{bad} {message:?}");
        assert!(!message.to_string().contains("secret"), "{message}");
    }
}

#[test]
fn a_profile_that_makes_no_xml_is_refused() {
    let mut profile = MediaProfile::default();
    profile.policy.root_element = "a b".into();
    assert!(matches!(MediaPolicy::new().to_bytes("p", &profile, Algorithm::Aes128), Err(PolicyError::Profile(_))));
    profile.policy = PolicyProfile { xml_declaration: "<x>".into(), ..PolicyProfile::default() };
    assert!(matches!(MediaPolicy::new().to_bytes("p", &profile, Algorithm::Aes128), Err(PolicyError::Profile(_))));
}

proptest! {
    #[test]
    fn any_text_goes_through_obfuscation(text in "[^\0]{0,100}", seed: [u8; 32], aes: bool) {
        let mut long = [7; SEED_LEN];
        long[..32].copy_from_slice(&seed);
        let algorithm = if aes { Algorithm::Aes256 } else { Algorithm::TripleDes };
        let hidden = obfuscate(&text, &long, algorithm).unwrap();
        prop_assert!(is_obfuscated(&hidden));
        let shown = reveal(&hidden).unwrap();
        prop_assert_eq!(shown.as_str(), text);
    }

    #[test]
    fn any_text_gives_an_answer_and_no_panic(text in "\\PC{0,200}", digits in "[0-9A-F]{0,300}") {
        let _ = (reveal(&text), reveal(&digits), one(&digits), MediaPolicy::new().push(&text));
    }
}
