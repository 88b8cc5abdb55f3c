//! Secrets: in by UTF-16, named by id, never out.

use crate::caller::{call, null, put, put_units, run, start};
use serde_json::json;
use tsm_native::{tsm_secret_drop, tsm_secret_put};

#[test]
fn a_secret_of_any_script_arrives_whole() {
    for text in ["", "a", "Pa55wörd", "漢字", "𝄞𝄞"] {
        let id = put(text);
        let request = json!({ "op": "selftest", "behaviour": "echo", "secrets": { "mediaPassword": id } });
        assert_eq!(call(&request).1.unwrap()["secretLength"], text.chars().count());
        assert_eq!(tsm_secret_drop(id), 0);
    }
}

#[test]
fn code_units_need_no_alignment() {
    let bytes = [0_u8, b'a', 0, b'b', 0];
    let mut id = 0;
    // SAFETY: two code units lie behind the first byte; the function reads them byte by byte.
    let code = unsafe { tsm_secret_put(bytes.as_ptr().wrapping_add(1).cast(), 2, &mut id) };
    assert_eq!(code, 0);
    assert_eq!(tsm_secret_drop(id), 0);
}

#[test]
fn half_characters_and_endless_secrets_are_refused() {
    assert_eq!(put_units(&[0x41, 0xD834]), Err(-2));
    assert_eq!(put_units(&[0xDD1E, 0x41]), Err(-2));
    assert_eq!(put_units(&vec![0x41; 65_537]), Err(-2));
    let mut id = 0;
    // SAFETY: NULL is allowed; the other pointers are valid for the calls.
    unsafe {
        assert_eq!(tsm_secret_put(null(), 3, &mut id), -1);
        assert_eq!(tsm_secret_put([0x41_u16].as_ptr(), 1, null()), -1);
        assert_eq!(tsm_secret_put([0x41_u16].as_ptr(), usize::MAX, &mut id), -2);
    }
}

#[test]
fn a_secret_that_was_dropped_is_unknown() {
    let id = put("x");
    assert_eq!((tsm_secret_drop(id), tsm_secret_drop(id), tsm_secret_drop(0)), (0, -3, -3));
    let request = json!({ "op": "selftest", "behaviour": "echo", "secrets": { "mediaPassword": id } });
    assert_eq!(call(&request).1.unwrap()["code"], "TSM1904");
    assert_eq!(start(&request).unwrap_err().0, -3);
}

#[test]
fn an_id_of_a_job_is_not_an_id_of_a_secret() {
    let job = start(&json!({ "op": "selftest", "behaviour": "hang" })).unwrap();
    assert_eq!(tsm_secret_drop(job), -3);
    let secret = put("x");
    assert_eq!(tsm_native::tsm_job_free(secret, 0), -3);
    assert_eq!(tsm_native::tsm_job_free(job, 5000), 0);
    assert_eq!(tsm_secret_drop(secret), 0);
}

#[test]
fn a_job_keeps_its_secret_although_the_caller_drops_it() {
    let id = put("four");
    let request = json!({ "op": "selftest", "behaviour": "report", "steps": 1, "delayMilliseconds": 50,
        "secrets": { "mediaPassword": id } });
    let job = start(&request).unwrap();
    assert_eq!(tsm_secret_drop(id), 0);
    assert_eq!(crate::caller::follow(job).of_type("output")[0]["value"]["SecretLength"], 4);
}

#[test]
fn no_output_of_any_behaviour_holds_the_secret_panic_messages_included() {
    let value = "Zw1\"ebelkuchen";
    for behaviour in ["echo", "report", "errors", "fail", "panic", "panicWithSecret", "bigValue"] {
        let id = put(value);
        let story =
            run(&json!({ "op": "selftest", "behaviour": behaviour, "steps": 3, "secrets": { "mediaPassword": id } }));
        assert_eq!(tsm_secret_drop(id), 0);
        let told = serde_json::to_string(&story.events).unwrap();
        assert!(!told.contains("ebelkuchen"), "{behaviour}: {told}");
    }
}

#[test]
fn an_empty_password_is_a_fault_of_the_definition() {
    let definition = json!({ "schemaVersion": 1, "kind": "Bootable", "path": "/out/boot.iso", "mediaType": "CdDvd",
        "mediaMode": "SiteBased", "siteFacts": "/facts.json", "bootImage": "PS100005",
        "distributionPoint": ["/lib"], "managementPoint": ["http://mp1.contoso.test"] });
    let id = put("");
    let (code, answer) =
        call(&json!({ "op": "checkDefinition", "definition": definition, "secrets": { "mediaPassword": id } }));
    assert_eq!(tsm_secret_drop(id), 0);
    assert_eq!(code, 0);
    let answer = answer.unwrap();
    assert!(answer["errors"].as_array().unwrap().iter().any(|error| error["code"] == "TSM1009"), "{answer}");
}
