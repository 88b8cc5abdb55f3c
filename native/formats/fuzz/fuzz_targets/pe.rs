//! Programs, their signatures, certificates and resources.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tsm_formats::MediaProfile;
use tsm_formats::pe::SignedProgram;
use tsm_formats::secure_boot::{Computer, authority, start};

fuzz_target!(|bytes: &[u8]| {
    let Ok(program) = SignedProgram::read(bytes) else { return };
    let profile = MediaProfile::default().secure_boot;
    for signature in &program.signatures {
        let _ = authority(signature, &profile);
    }
    for computer in Computer::ALL {
        let _ = start(&program, computer, &profile);
    }
});
