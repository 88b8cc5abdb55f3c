//! Task sequences, policies and objects of a site: text in, values or an error out.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tsm_formats::cim_xml::{self, Instance};
use tsm_formats::policy::{MediaPolicy, secret};
use tsm_formats::task_sequence::{Entry, Limits, TaskSequence, resolve};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(sequence) = TaskSequence::read(bytes, &Limits::default()) {
        let entry = |id: &str| {
            (id != "PS1FFFFF").then_some(Entry { package_id: "PS100020", boot_image: None, sequence: Some(&sequence) })
        };
        let root = Entry { package_id: "PS100020", boot_image: Some("PS100005"), sequence: Some(&sequence) };
        let found = resolve(&root, &entry);
        assert!(found.references.len() <= 1 + sequence.listed.len() + 2 * sequence.steps.len().max(1) * 64);
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    // The two readers are by different authors: what one takes for well-formed, so does the other, but for namespaces.
    let _ = Instance::read(text).map(|objects| format!("{objects:?}"));
    let _ = cim_xml::strings(text);
    let _ = secret::reveal(text);
    let mut policy = MediaPolicy::new();
    if policy.push(text).is_ok() {
        let sequences = policy.task_sequences();
        let mut again = MediaPolicy::new();
        if let Ok(file) = policy.to_bytes("p", &Default::default(), tsm_formats::envelope::Algorithm::Aes128) {
            again = MediaPolicy::from_bytes(&file, "p").expect("our own file is read");
        }
        assert_eq!(again.task_sequences(), sequences);
    }
});
