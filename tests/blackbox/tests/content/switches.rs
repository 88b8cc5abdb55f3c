//! Every habit and every trouble of a distribution point, each with its verdict.

use crate::kit::site;
use crate::taking::{HARD, Taken, made, point, point_with, take, words};
use std::time::{Duration, Instant};
use tsm_content::{ContentError, ContentErrorKind as Kind};
use tsm_net::{Identity, NetErrorKind as Net, Trust};
use tsm_sample_site::{Authority, Behaviour, DistributionPoint, Flaw, Switch, Trouble, What};

/// Nothing takes longer than this, whatever a server does.
const SOON: Duration = Duration::from_secs(60);

/// Takes the hard package from a distribution point of this behaviour; no error without its name.
fn take_from(behaviour: Behaviour) -> Result<Taken, ContentError> {
    let site = crate::kit::shared_site().unwrap();
    let server = DistributionPoint::start(site, behaviour).unwrap();
    let begun = Instant::now();
    let taken = take(&[point(&server.url())], HARD);
    assert!(begun.elapsed() < SOON, "it took {:?}", begun.elapsed());
    let host = server.url().replace("http://", "");
    assert!(server.seen().iter().all(|seen| seen.host == host));
    taken.inspect_err(|error| assert_eq!(error.place().library, server.url(), "{error}"))
}

fn is_same(behaviour: Behaviour) {
    let site = crate::kit::shared_site().unwrap();
    let taken = take_from(behaviour.clone()).unwrap_or_else(|e| panic!("{behaviour:?}: {}", words(&e)));
    assert_eq!(taken.contents, made(site.package(HARD).unwrap()), "{behaviour:?}");
}

fn fails(behaviour: Behaviour, kind: Kind) {
    let error = take_from(behaviour.clone()).expect_err(&format!("{behaviour:?} must be an error"));
    assert_eq!(error.kind(), kind, "{behaviour:?}: {}", words(&error));
}

fn trouble(text: &str) -> Behaviour {
    text.parse::<Trouble>().unwrap().into()
}

#[test]
fn forms_of_listings_make_no_difference() {
    site!();
    for switch in [
        Switch::Semicolon,
        Switch::Backslash,
        Switch::GermanDates,
        Switch::OtherCase,
        Switch::Chunked,
        Switch::HugeListing,
    ] {
        is_same(Behaviour::with(&[switch]));
    }
}

/// Another address of the loopback network stands for another host.
#[test]
fn a_link_to_another_host_is_never_followed() {
    site!();
    let other = std::net::TcpListener::bind("127.0.0.2:0").unwrap();
    other.set_nonblocking(true).unwrap();
    let foreign = format!("http://{}", other.local_addr().unwrap());
    fails(Behaviour { foreign: Some(foreign.clone()), ..Behaviour::with(&[Switch::ForeignLink]) }, Kind::Unsafe);
    fails(Trouble::new(What::Redirect(foreign), "FileLib").into(), Kind::Net(Net::Redirected));
    assert!(other.accept().is_err(), "somebody came to the other host");
}

#[test]
fn listings_and_propfind_stand_in_for_each_other() {
    site!();
    is_same(Behaviour::with(&[Switch::NoPropfind]));
    is_same(Behaviour::with(&[Switch::NoListing]));
    fails(Behaviour::with(&[Switch::NoListing, Switch::NoPropfind]), Kind::Net(Net::Forbidden));
}

#[test]
fn the_forms_of_addresses_stand_in_for_each_other() {
    site!();
    is_same(Behaviour::with(&[Switch::Filter]));
    is_same(Behaviour::with(&[Switch::NoFileLib]));
    is_same(Behaviour::with(&[Switch::NoFileLib, Switch::Filter]));
    is_same(Behaviour::with(&[Switch::NoFileLib, Switch::NoQueryForm]));
    // Of all files only web.config has no form left.
    let error = take_from(Behaviour::with(&[Switch::NoFileLib, Switch::NoQueryForm, Switch::Filter])).unwrap_err();
    assert_eq!(error.kind(), Kind::FileMissing, "{error}");
    assert_eq!(error.place().file.as_deref(), Some("Names/web.config"));
    fails(Behaviour::with(&[Switch::NoPkgLib]), Kind::PackageUnknown);
}

#[test]
fn ranges_and_tags_are_no_condition() {
    site!();
    is_same(Behaviour::with(&[Switch::NoRanges]));
    is_same(Behaviour::with(&[Switch::NoTags]));
    // Cut once in each body, and no way to go on but from the beginning.
    is_same(Behaviour {
        troubles: vec![Trouble::new(What::Cut(5), "FileLib").times(20)],
        ..Behaviour::with(&[Switch::NoRanges])
    });
    is_same(trouble("new-tag@FileLib"));
}

#[test]
fn refusals_are_told_apart() {
    site!();
    for (text, kind) in [
        ("401", Kind::Net(Net::Unauthenticated)),
        ("403.7", Kind::Net(Net::CertificateNeeded)),
        ("403.16", Kind::Net(Net::CertificateRefused)),
        ("403", Kind::Net(Net::Forbidden)),
        ("404", Kind::PackageUnknown),
        ("405", Kind::Net(Net::MethodRefused)),
        ("429", Kind::Net(Net::Busy)),
        ("500", Kind::Net(Net::ServerFault)),
        ("503", Kind::Net(Net::Busy)),
        ("redirect=http://127.0.0.2:9", Kind::Net(Net::Redirected)),
    ] {
        fails(trouble(text), kind);
    }
    fails(Behaviour::with(&[Switch::Windows]), Kind::Net(Net::Unauthenticated));
    // What passes is tried again.
    for text in ["503@PkgLib*1", "429@PkgLib*1"] {
        is_same(trouble(text));
    }
}

#[test]
fn connections_that_are_cut_are_gone_on_with() {
    site!();
    for text in ["cut=0@FileLib*2", "cut=1@FileLib*5", "cut=9999@FileLib*5", "cut=10000@FileLib"] {
        is_same(trouble(text));
    }
    fails(trouble("cut=0@FileLib"), Kind::Net(Net::Cut));
}

#[test]
fn servers_that_are_too_slow_are_given_up() {
    site!();
    is_same(trouble("slow-start=1000@PkgLib*1"));
    for text in ["stall=0@PkgLib", "stall=100@shared.dll", "trickle@PkgLib", "slow-start=30000@PkgLib"] {
        fails(trouble(text), Kind::Net(Net::Slow));
    }
}

#[test]
fn bodies_that_are_not_what_they_should_be_are_never_taken() {
    site!();
    fails(trouble("altered@FileLib"), Kind::FileAltered);
    for text in ["length=7@FileLib", "length=-7@FileLib", "endless@FileLib", "long=10737418240@FileLib"] {
        fails(trouble(text), Kind::FileLength);
    }
    is_same(trouble("no-length@FileLib"));
    // A record of 10 GB, or without end.
    for text in ["endless@PkgLib", "long=10737418240@PkgLib", "endless@.txt.INI"] {
        let error = take_from(trouble(text)).unwrap_err();
        assert!(matches!(error.kind(), Kind::Record | Kind::Net(_)), "{text}: {}", words(&error));
    }
}

/// Over HTTPS: whom we trust, and who we are.
#[test]
fn certificates_of_servers_and_clients() {
    let site = site!();
    let (ours, other) = (Authority::new("ours").unwrap(), Authority::new("other").unwrap());
    let mut trust = Trust::system();
    trust.add_file(ours.pem().as_bytes()).unwrap();
    let ask = |server: &DistributionPoint, trust: &Trust, identity: Option<&Identity>| {
        take(&[point_with(&server.url(), trust, identity)], HARD).map(|_| ()).map_err(|e| e.kind())
    };
    let start = |switches: &[Switch], flaw| {
        DistributionPoint::start_tls(site, Behaviour::with(switches), &ours.server(flaw).unwrap(), &ours).unwrap()
    };
    // The page comes over HTTPS, its links say http.
    assert_eq!(ask(&start(&[], Flaw::None), &trust, None), Ok(()));
    assert_eq!(ask(&start(&[], Flaw::None), &Trust::system(), None), Err(Kind::Net(Net::Untrusted)));
    assert_eq!(ask(&start(&[], Flaw::Expired), &trust, None), Err(Kind::Net(Net::Expired)));
    assert_eq!(ask(&start(&[], Flaw::WrongHost), &trust, None), Err(Kind::Net(Net::WrongHost)));

    let [good, bad] = [&ours, &other].map(|authority| {
        let bytes = authority.client().unwrap().pkcs12("sesame").unwrap();
        Identity::from_pkcs12(&bytes, "sesame").unwrap()
    });
    let server = start(&[Switch::Certificate], Flaw::None);
    assert_eq!(ask(&server, &trust, Some(&good)), Ok(()));
    // With none, or one of somebody else, the way below NOCERT_ is tried too, which wants Windows authentication.
    assert_eq!(ask(&server, &trust, Some(&bad)), Err(Kind::Net(Net::CertificateRefused)));
    assert_eq!(ask(&server, &trust, None), Err(Kind::Net(Net::CertificateNeeded)));
    assert!(server.seen().iter().any(|seen| seen.certificate));
    let server = start(&[Switch::Certificate, Switch::AnonymousNoCert], Flaw::None);
    assert_eq!(ask(&server, &trust, None), Ok(()), "below NOCERT_ nobody is asked");
}

#[test]
fn servers_that_are_not_there() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for (url, kind) in [
        (format!("http://127.0.0.1:{port}"), Net::PortClosed),
        ("http://no-such-server.invalid".to_owned(), Net::NameUnknown),
    ] {
        let error = take(&[point(&url)], HARD).unwrap_err();
        assert_eq!(error.kind(), Kind::Net(kind), "{error}");
    }
}
