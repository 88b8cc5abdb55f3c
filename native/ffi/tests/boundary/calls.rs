//! Short requests, and every way to get one wrong.

use crate::caller::{call, call_bytes, null, start};
use serde_json::{Value, json};
use tsm_native::{ABI_VERSION, tsm_abi_version, tsm_buf_free, tsm_call, tsm_job_start};

fn error_of(answer: (i32, Option<Value>)) -> (i32, String, String) {
    let error = answer.1.expect("an error object");
    (answer.0, error["code"].as_str().unwrap().to_owned(), error["message"].as_str().unwrap().to_owned())
}

#[test]
fn the_handshake_names_the_number_of_the_functions_and_the_version_of_the_product() {
    assert_eq!(tsm_abi_version(), ABI_VERSION);
    let (code, answer) = call(&json!({ "op": "version" }));
    assert_eq!(code, 0);
    let expected = json!({ "abi": ABI_VERSION, "version": env!("CARGO_PKG_VERSION"), "product": "TaskSequenceMedia" });
    assert_eq!(answer.unwrap(), expected);
}

#[test]
fn text_of_every_script_goes_through_unchanged() {
    for text in ["", "Größe", "漢字", "𝄞 clef", "a\u{0}b", "\"\\\n"] {
        let (code, answer) = call(&json!({ "op": "selftest", "behaviour": "echo", "text": text }));
        assert_eq!((code, answer.unwrap()["text"].as_str().unwrap()), (0, text));
    }
}

#[test]
fn null_pointers_are_answered_not_followed() {
    let request = br#"{"op":"version"}"#;
    let (mut pointer, mut length) = (null(), 0);
    // SAFETY: NULL is allowed everywhere; the other pointers are valid for the calls.
    unsafe {
        assert_eq!(tsm_call(request.as_ptr(), request.len(), null(), &mut length), -1);
        assert_eq!(tsm_call(request.as_ptr(), request.len(), &mut pointer, null()), -1);
        assert_eq!(tsm_call(null(), 5, &mut pointer, &mut length), -1);
        assert!(!pointer.is_null(), "an error object says what is wrong");
        tsm_buf_free(pointer, length);
        assert_eq!(tsm_job_start(request.as_ptr(), request.len(), null(), &mut pointer, &mut length), -1);
        tsm_buf_free(pointer, length);
        let mut job = 0;
        assert_eq!(tsm_job_start(request.as_ptr(), request.len(), &mut job, null(), null()), -1);
    }
}

#[test]
fn a_buffer_is_freed_once_and_anything_else_is_ignored() {
    let request = br#"{"op":"version"}"#;
    let (mut pointer, mut length) = (null(), 0);
    // SAFETY: all pointers are valid for the call.
    assert_eq!(unsafe { tsm_call(request.as_ptr(), request.len(), &mut pointer, &mut length) }, 0);
    tsm_buf_free(pointer, length + 1000);
    tsm_buf_free(pointer, length);
    tsm_buf_free(null(), 7);
    let mut foreign = [0_u8; 8];
    tsm_buf_free(foreign.as_mut_ptr(), foreign.len());
}

#[test]
fn requests_that_make_no_sense_are_refused_and_named() {
    let cases: &[(&[u8], &str)] = &[
        (b"", "ends too early at line 1"),
        (b"\xff\xfe{}", "not UTF-8 at byte 0"),
        (b"{\"op\":\n nonsense}", "line 2, column"),
        (b"[1]", "not a JSON object"),
        (b"{}", "no text field 'op'"),
        (b"{\"op\":7}", "no text field 'op'"),
        (b"{\"op\":\"frobnicate\"}", "no operation 'frobnicate'"),
        (b"{\"op\":\"create\"}", "no operation 'create'"),
        (b"{\"op\":\"version\",\"verbose\":true}", "unknown field `verbose`"),
        (b"{\"op\":\"schema\"}", "missing field `name`"),
        (b"{\"op\":\"schema\",\"name\":\"x\"}", "no schema 'x'"),
        (b"{\"op\":\"selftest\",\"behaviour\":\"dance\"}", "unknown variant `dance`"),
        (b"{\"op\":\"selftest\",\"behaviour\":\"hang\"}", "needs a job"),
    ];
    for (request, hint) in cases {
        let (code, number, message) = error_of(call_bytes(request));
        assert_eq!((code, number.as_str()), (-2, "TSM1902"), "{message}");
        assert!(message.contains(hint), "{message} | {hint}");
    }
}

#[test]
fn a_deep_nest_is_an_error_and_no_stack_overflow() {
    let request = "[".repeat(200_000);
    assert_eq!(error_of(call_bytes(request.as_bytes())).0, -2);
}

#[test]
fn a_job_refuses_what_a_call_refuses() {
    for request in [json!({ "op": "version" }), json!({ "op": "selftest" }), json!({ "op": "create" })] {
        let (code, error) = start(&request).unwrap_err();
        assert_eq!((code, error["code"].as_str().unwrap()), (-2, "TSM1902"));
    }
}

#[test]
fn a_panic_in_a_call_becomes_an_answer_with_message_and_backtrace() {
    let (code, answer) = call(&json!({ "op": "selftest", "behaviour": "panic", "text": "at dawn" }));
    let error = answer.unwrap();
    assert_eq!((code, error["code"].as_str().unwrap()), (-4, "TSM1903"));
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("self-test panic at dawn") && message.contains("selftest.rs:"), "{message}");
    assert!(error["detail"].as_str().unwrap().contains("tsm_native"));
    assert_eq!(call(&json!({ "op": "version" })).0, 0, "the library lives on");
}

#[test]
fn an_error_of_the_product_carries_everything_that_is_known() {
    let (code, answer) = call(&json!({ "op": "selftest", "behaviour": "fail", "code": "TSM1203", "text": "Gone." }));
    let error = answer.unwrap();
    assert_eq!(code, -5);
    for (field, value) in [
        ("code", json!("TSM1203")),
        ("symbol", json!("ContentMissing")),
        ("category", json!("ObjectNotFound")),
        ("message", json!("Gone.")),
        ("target", json!("self-test")),
        ("stage", json!("input")),
        ("os", json!(2)),
        ("retryable", json!(false)),
    ] {
        assert_eq!(error[field], value, "{field}");
    }
    assert_eq!(error["causes"].as_array().unwrap().len(), 1);
    assert!(error["recommendedAction"].as_str().unwrap().contains("distribution point"));
}

#[test]
fn the_table_of_errors_has_every_number_that_any_request_answers_with() {
    let (_, answer) = call(&json!({ "op": "errors" }));
    let answer = answer.unwrap();
    let codes: Vec<&str> = answer["errors"].as_array().unwrap().iter().map(|e| e["code"].as_str().unwrap()).collect();
    for code in ["TSM1001", "TSM1801", "TSM1901", "TSM1902", "TSM1903", "TSM1904", "TSM1905"] {
        assert!(codes.contains(&code), "{code}");
    }
}

#[test]
fn a_definition_is_read_with_the_errors_of_the_reader() {
    let text = r#"{"schemaVersion":1,"kind":"Bootable","path":"out/boot.iso","mediaType":"CdDvd","mediaMode":"SiteBased",
        "siteFacts":"facts.json","bootImage":"PS100005","managementPoint":["http://mp1.contoso.test"]}"#;
    let (code, answer) = call(&json!({ "op": "parseDefinition", "text": text, "path": "/recipes/boot.json" }));
    assert_eq!(code, 0);
    let wanted = camino::Utf8Path::new("/recipes").join("out/boot.iso");
    assert_eq!(answer.unwrap()["definition"]["path"], wanted.as_str());

    let misspelt = text.replace("bootImage", "bootImgae");
    let (code, number, message) = error_of(call(&json!({ "op": "parseDefinition", "text": misspelt, "path": null })));
    assert_eq!((code, number.as_str()), (-5, "TSM1002"));
    assert!(message.contains("'bootImage'"), "{message}");

    let definition: Value = serde_json::from_str(&misspelt).unwrap();
    let (code, error) = start(&json!({ "op": "resolve", "definition": definition })).unwrap_err();
    assert_eq!((code, error["code"].as_str().unwrap()), (-5, "TSM1002"));
}
