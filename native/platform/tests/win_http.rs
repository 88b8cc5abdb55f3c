//! WinHTTP as it carries requests: against a server of a few lines, which says what it heard.
#![cfg(windows)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, missing_docs)]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;
use tsm_net::{Method, NetError, NetErrorKind, Patience, Request, Transport, Url};
use tsm_platform::WinHttp;

/// A server for one request that gives `answer` and closes. Says where it is, and later what it heard.
fn serve(answer: &'static str) -> (Url, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://127.0.0.1:{}/SMS_DP/a%20file", listener.local_addr().unwrap().port());
    let (heard, hearing) = channel();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let request = listen(&mut stream);
        stream.write_all(answer.as_bytes()).unwrap();
        // Nobody need want to know what was heard.
        let _ = heard.send(request);
    });
    (Url::parse(&url).unwrap(), hearing)
}

/// A request with its body, which is as long as it says.
fn listen(stream: &mut TcpStream) -> String {
    let (mut request, mut byte) = (Vec::new(), [0]);
    while !request.ends_with(b"\r\n\r\n") {
        assert_eq!(stream.read(&mut byte).unwrap(), 1, "the request ends too early");
        request.push(byte[0]);
    }
    let head = String::from_utf8(request).unwrap();
    let length = head.lines().find_map(|l| l.to_lowercase().strip_prefix("content-length:").map(|n| n.trim().parse()));
    let mut body = vec![0; length.map_or(0, |length: Result<usize, _>| length.unwrap())];
    stream.read_exact(&mut body).unwrap();
    head + &String::from_utf8(body).unwrap()
}

fn transport() -> WinHttp {
    WinHttp::new(&Patience::default()).unwrap()
}

#[test]
fn a_body_comes_as_it_was_sent_and_the_address_goes_as_it_was_given() {
    let (url, heard) = serve("HTTP/1.1 206 Partial Content\r\nContent-Length: 5\r\nETag: \"x\"\r\n\r\nhello");
    let request = Request::new(Method::Get, url).header("Range", "bytes=3-7");
    let mut answer = transport().send(&request).unwrap();
    let mut body = String::new();
    answer.body.read_to_string(&mut body).unwrap();
    assert_eq!((answer.status, answer.header("etag"), body.as_str()), (206, Some("\"x\""), "hello"));
    let heard = heard.recv().unwrap();
    assert!(heard.starts_with("GET /SMS_DP/a%20file HTTP/1.1\r\n") && heard.contains("Range: bytes=3-7"), "{heard}");
}

#[test]
fn a_request_with_a_body_and_a_word_of_webdav_goes_out() {
    let (url, heard) = serve("HTTP/1.1 207 Multi-Status\r\nContent-Length: 0\r\n\r\n");
    let mut request = Request::new(Method::Propfind, url).header("Depth", "1");
    request.body = b"<propfind/>".to_vec();
    assert_eq!(transport().send(&request).unwrap().status, 207);
    let heard = heard.recv().unwrap();
    assert!(heard.starts_with("PROPFIND ") && heard.ends_with("<propfind/>"), "{heard}");
}

#[test]
fn of_a_head_no_body_is_waited_for() {
    let (url, _heard) = serve("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n");
    let mut answer = transport().send(&Request::new(Method::Head, url)).unwrap();
    let mut body = Vec::new();
    answer.body.read_to_end(&mut body).unwrap();
    assert_eq!((answer.status, answer.content_length(), body.len()), (200, Some(5000), 0));
}

#[test]
fn refusals_and_redirections_are_answers() {
    for (answer, status) in [
        ("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", 404),
        ("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/elsewhere\r\nContent-Length: 0\r\n\r\n", 302),
        ("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 3\r\nContent-Length: 0\r\n\r\n", 503),
    ] {
        let (url, _heard) = serve(answer);
        assert_eq!(transport().send(&Request::new(Method::Get, url)).unwrap().status, status);
    }
}

#[test]
fn a_body_that_ends_too_early_is_an_error_and_not_an_end() {
    let (url, _heard) = serve("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\nhello");
    let mut answer = transport().send(&Request::new(Method::Get, url)).unwrap();
    let error = answer.body.read_to_end(&mut Vec::new()).unwrap_err();
    assert!(NetError::inside(&error).is_some(), "{error}");
}

#[test]
fn a_server_that_is_not_there_is_told() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = Url::parse(&format!("http://127.0.0.1:{}/", listener.local_addr().unwrap().port())).unwrap();
    drop(listener);
    let error = transport().send(&Request::new(Method::Get, url)).unwrap_err();
    assert_eq!(error.kind(), NetErrorKind::Unreachable, "{error}");
}

#[test]
fn a_server_that_says_nothing_is_not_waited_for_for_ever() {
    if std::env::var_os("TSM_UNDER_WINE").is_some() {
        return eprintln!("SKIPPED: a time limit of WinHTTP, which wine does not heed");
    }
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = Url::parse(&format!("http://127.0.0.1:{}/", listener.local_addr().unwrap().port())).unwrap();
    let second = Duration::from_secs(1);
    let patience = Patience { connect: second, answer: second, read: second, ..Patience::default() };
    let error = WinHttp::new(&patience).unwrap().send(&Request::new(Method::Get, url)).unwrap_err();
    assert_eq!(error.kind(), NetErrorKind::Slow, "{error}");
    drop(listener);
}
