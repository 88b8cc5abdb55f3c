//! A file that this crate writes, opened with the commands of openssl alone: key derivation, cipher and padding.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, missing_docs)]

use std::{
    io::Write,
    process::{Command, Stdio},
};

use tsm_formats::{
    MediaProfile,
    envelope::Algorithm,
    policy::{MediaPolicy, secret},
    profile::DEFAULT_PASSWORD,
    text::from_utf16le,
    variables::{MediaVariables, names},
};

/// Whether openssl is there; without it the test is skipped, or fails when `TSM_REQUIRE_TOOLS` is 1.
fn openssl_is_there() -> bool {
    let there = Command::new("openssl").arg("version").output().is_ok_and(|output| output.status.success());
    if !there {
        assert!(std::env::var("TSM_REQUIRE_TOOLS").as_deref() != Ok("1"), "openssl is required and not there");
        eprintln!("SKIPPED: openssl is not there");
    }
    there
}

fn openssl(arguments: &[&str], input: &[u8]) -> Vec<u8> {
    let mut child =
        Command::new("openssl").args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{arguments:?}");
    output.stdout
}

/// The 40 bytes of key material, with nothing of ours but the XOR.
fn key_material(password: &str) -> Vec<u8> {
    let password: Vec<u8> = password.encode_utf16().flat_map(u16::to_le_bytes).collect();
    expanded(&password)
}

fn expanded(secret: &[u8]) -> Vec<u8> {
    let hash = openssl(&["dgst", "-sha1", "-binary"], secret);
    let half = |filler: u8| {
        let mut block = vec![filler; 64];
        block.iter_mut().zip(&hash).for_each(|(byte, of_hash)| *byte ^= of_hash);
        openssl(&["dgst", "-sha1", "-binary"], &block)
    };
    [half(0x36), half(0x5C)].concat()
}

#[test]
fn openssl_opens_variables_of_every_algorithm_with_and_without_password() {
    if !openssl_is_there() {
        return;
    }
    let mut variables = MediaVariables::new();
    variables.push(names::MANAGEMENT_POINT, "https://mp.example.test").unwrap();
    variables.push("Customer", "gr\u{fc}n ]]> & <rot>").unwrap();
    let body = "<var name=\"SMSTSMP\"><![CDATA[https://mp.example.test]]></var>\
                <var name=\"Customer\"><![CDATA[gr\u{fc}n ]]]]><![CDATA[> & <rot>]]></var>";

    for (algorithm, cipher, key_len) in [
        (Algorithm::Aes128, "-aes-128-cbc", 16),
        (Algorithm::Aes192, "-aes-192-cbc", 24),
        (Algorithm::Aes256, "-aes-256-cbc", 32),
        (Algorithm::TripleDes, "-des-ede3-cbc", 24),
    ] {
        for password in [DEFAULT_PASSWORD, "P\u{e4}ss \u{20AC} \u{1F511}"] {
            let file = variables.to_bytes(password, &MediaProfile::default(), algorithm).unwrap();
            let word = |place: usize| u32::from_le_bytes(file[place..place + 4].try_into().unwrap()) as usize;
            let ciphertext = &file[24..24 + word(12)];
            // Readers that drop the last 8 bytes instead of going by the length get the same.
            assert_eq!(file.len() - 8, 24 + word(12));
            let key: String = key_material(password)[..key_len].iter().map(|byte| format!("{byte:02x}")).collect();
            let iv = if algorithm == Algorithm::TripleDes { "0".repeat(16) } else { "0".repeat(32) };
            let plain = openssl(&["enc", "-d", cipher, "-K", &key, "-iv", &iv], ciphertext);
            assert_eq!(plain.len(), word(8), "openssl removed the padding");
            let text = from_utf16le(&plain).unwrap();
            assert!(text.starts_with("<?xml version=\"1.0\"?>\r\n<MediaVarList "), "{text:?}");
            assert!(text.contains(body), "{text:?}");
            assert!(text.ends_with("\r\n\0"));
        }
    }
}

/// Decrypts with openssl alone: what stands behind a header of 20 bytes at `header`.
fn opened(bytes: &[u8], header: usize, secret: &[u8]) -> String {
    let word = |place: usize| u32::from_le_bytes(bytes[place..place + 4].try_into().unwrap()) as usize;
    let (cipher, key_len, iv) = match word(header + 12) {
        0x660E => ("-aes-128-cbc", 16, 32),
        0x6610 => ("-aes-256-cbc", 32, 32),
        0x6603 => ("-des-ede3-cbc", 24, 16),
        other => panic!("{other:X}"),
    };
    let start = header + 20;
    let key: String = expanded(secret)[..key_len].iter().map(|byte| format!("{byte:02x}")).collect();
    let plain =
        openssl(&["enc", "-d", cipher, "-K", &key, "-iv", &"0".repeat(iv)], &bytes[start..start + word(header + 8)]);
    assert_eq!(plain.len(), word(header + 4), "openssl removed the padding");
    from_utf16le(&plain).unwrap().to_string()
}

#[test]
fn openssl_reads_obfuscated_text_and_the_policies_of_a_medium() {
    if !openssl_is_there() {
        return;
    }
    let seed: [u8; secret::SEED_LEN] = std::array::from_fn(|place| (place * 7) as u8);
    let sequence = "<sequence version=\"3.10\"><group name=\"gr\u{fc}n \u{1F511}\"/></sequence>";
    for algorithm in [Algorithm::TripleDes, Algorithm::Aes256] {
        let digits = secret::obfuscate(sequence, &seed, algorithm).unwrap();
        let bytes: Vec<u8> = (0..digits.len())
            .step_by(2)
            .map(|place| u8::from_str_radix(&digits[place..place + 2], 16).unwrap())
            .collect();
        assert_eq!(opened(&bytes, 44, &bytes[4..44]), format!("{sequence}\0"));

        let policy = format!("<i><property name=\"TS_Sequence\"><value>{}</value></property></i>", digits.as_str());
        let media = MediaPolicy::of_site(&[policy.as_str()], &[], &MediaProfile::default()).unwrap();
        for (password, algorithm) in
            [("{8AE6B618-77EC-46CB-B1B5-88F693E00000}", Algorithm::Aes128), ("P\u{e4}ss", Algorithm::Aes256)]
        {
            let file = media.to_bytes(password, &MediaProfile::default(), algorithm).unwrap();
            let password: Vec<u8> = password.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let text = opened(&file, 4, &password);
            let wanted = format!("<property name=\"TS_Sequence\"><value><![CDATA[{sequence}]]></value></property>");
            assert!(text.contains(&wanted), "{text}");
        }
    }
}
