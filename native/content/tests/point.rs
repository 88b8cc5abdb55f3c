//! A distribution point gives what the folder of its library gives, whatever habits it has; and every trouble that servers
//! make is told by its kind and by the name of the server.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod common;

use common::{
    Folder, PACKAGE, client_with, context, copy, fetcher, files, from_folder, patience, point, read_all, site, source,
};
use std::time::{Duration, Instant};
use tsm_content::{
    Cache, ContentError, ContentErrorKind as Kind, ContentSource, DistributionPoint, Fetched, Giver, PackageContent,
};
use tsm_net::{NetErrorKind as Net, Patience, Trust};
use tsm_sample_site::{Authority, Behaviour, DistributionPoint as Server, Fault, Flaw, Site, Switch, Trouble, What};

fn serve(behaviour: Behaviour) -> Server {
    Server::start(site(), behaviour).unwrap()
}

/// What a server says of a package, but for the name of the source and what is odd.
fn same(a: &PackageContent, b: &PackageContent) {
    assert_eq!((&a.package_id, a.version), (&b.package_id, b.version));
    assert_eq!(a.contents, b.contents);
}

fn fetch(server: &Server, content: &PackageContent) -> Result<Vec<Fetched>, ContentError> {
    let folder = Folder::new();
    fetcher(vec![source(&server.url())], folder.path()).fetch(&files(content), &context())
}

#[test]
fn every_package_is_the_same_over_http_as_in_the_folder() {
    let server = serve(Behaviour::default());
    let (point, folder) = (point(&server.url()), Folder::new());
    for package in &site().packages {
        let content = point.package(&package.id, &context()).unwrap_or_else(|e| panic!("{e}"));
        let expected = from_folder(site(), &package.id);
        same(&content, &expected);
        assert!(content.oddities.is_empty(), "{:?}", content.oddities);
        let cache = Cache::open(folder.path()).unwrap();
        fetcher(vec![source(&server.url())], folder.path()).fetch(&files(&content), &context()).unwrap();
        let libraries = tsm_content::LibrarySet::open(&site().libraries()).unwrap();
        let there = read_all(&Giver::folder(std::sync::Arc::new(libraries.libraries()[0].clone())), &expected).unwrap();
        assert_eq!(read_all(&Giver::cache("dp", cache, None), &content).unwrap(), there, "{}", package.id);
    }
}

#[test]
fn a_stream_gives_the_same_bytes_as_the_folder() {
    let server = serve(Behaviour::default());
    let content = from_folder(site(), PACKAGE);
    let libraries = tsm_content::LibrarySet::open(&site().libraries()).unwrap();
    let there = read_all(&Giver::folder(std::sync::Arc::new(libraries.libraries()[0].clone())), &content).unwrap();
    assert_eq!(read_all(&Giver::stream(vec![source(&server.url())]), &content).unwrap(), there);
    server.behave(Trouble::new(What::Cut(7), "FileLib").into());
    assert!(
        read_all(&Giver::stream(vec![source(&server.url())]), &content).is_ok(),
        "every body is cut, and gone on with"
    );
}

#[test]
fn habits_of_listings_and_forms_change_nothing() {
    let expected = from_folder(site(), PACKAGE);
    for switches in [
        &[Switch::Semicolon][..],
        &[Switch::Backslash],
        &[Switch::GermanDates],
        &[Switch::OtherCase],
        &[Switch::Chunked],
        &[Switch::NoListing],
        &[Switch::NoPropfind],
        &[Switch::NoFileLib],
        &[Switch::NoFileLib, Switch::NoQueryForm],
        &[Switch::NoFileLib, Switch::Filter],
        &[Switch::Filter],
        &[Switch::NoRanges],
        &[Switch::NoTags],
    ] {
        let server = serve(Behaviour::with(switches));
        let content = point(&server.url()).package(PACKAGE, &context()).unwrap_or_else(|e| panic!("{switches:?}: {e}"));
        same(&content, &expected);
        fetch(&server, &content).unwrap_or_else(|e| panic!("{switches:?}: {e}"));
    }
}

#[test]
fn a_listing_of_50_megabytes_is_read() {
    let server = serve(Behaviour::with(&[Switch::HugeListing]));
    // The server takes its time to make such a page.
    let point = DistributionPoint::new(&server.url(), client_with(&Trust::system(), Patience::default()), 4).unwrap();
    same(&point.package("PS100005", &context()).unwrap(), &from_folder(site(), "PS100005"));
}

#[test]
fn a_link_to_another_host_is_not_followed_and_the_server_is_named() {
    let other = serve(Behaviour::default());
    let behaviour = Behaviour {
        foreign: Some(other.url().replace("127.0.0.1", "127.0.0.2")),
        ..Behaviour::with(&[Switch::ForeignLink])
    };
    let server = serve(behaviour);
    let error = point(&server.url()).package(PACKAGE, &context()).unwrap_err();
    assert_eq!(error.kind(), Kind::Unsafe, "{error}");
    assert!(error.to_string().contains(&server.url()), "{error}");
    assert!(other.seen().is_empty());
}

/// What a package of a server with one trouble at its records comes to.
fn with_trouble(what: What, on: &str) -> ContentError {
    let server = serve(Trouble::new(what, on).into());
    let error = point(&server.url()).package(PACKAGE, &context()).unwrap_err();
    assert!(error.to_string().contains(&server.url()), "{error}");
    assert!(error.to_string().contains(PACKAGE), "{error}");
    error
}

#[test]
fn every_refusal_has_its_kind() {
    for (status, below, kind) in [
        (401, 0, Net::Unauthenticated),
        (403, 7, Net::CertificateNeeded),
        (403, 16, Net::CertificateRefused),
        (405, 0, Net::MethodRefused),
        (429, 0, Net::Busy),
        (500, 0, Net::ServerFault),
        (503, 0, Net::Busy),
    ] {
        let error = with_trouble(What::Status(status, below), "PkgLib");
        assert_eq!(error.kind(), Kind::Net(kind), "{status}.{below}: {error}");
    }
    assert_eq!(with_trouble(What::Status(404, 0), "PkgLib").kind(), Kind::PackageUnknown);
    assert_eq!(with_trouble(What::Redirect("http://127.0.0.2:80".into()), "").kind(), Kind::Net(Net::Redirected));
}

#[test]
fn what_passes_is_tried_again() {
    let server = serve(Trouble::new(What::Status(503, 0), "PkgLib").times(2).into());
    point(&server.url()).package(PACKAGE, &context()).unwrap();
}

#[test]
fn slow_servers_are_given_up() {
    for what in [What::Trickle, What::Stall(5), What::SlowStart(Duration::from_secs(20))] {
        let begun = Instant::now();
        let error = with_trouble(what.clone(), "PkgLib");
        assert_eq!(error.kind(), Kind::Net(Net::Slow), "{what:?}: {error}");
        assert!(begun.elapsed() < Duration::from_secs(15), "{what:?}: {:?}", begun.elapsed());
    }
}

#[test]
fn records_that_are_cut_or_endless_are_no_damage_of_the_library() {
    assert_eq!(with_trouble(What::Cut(3), "PkgLib").kind(), Kind::Net(Net::Cut));
    // No record is longer than a limit, however much comes.
    let error = with_trouble(What::Endless, "PkgLib");
    assert!(matches!(error.kind(), Kind::Record | Kind::Net(_)), "{error}");
}

/// What fetching comes to from a server with one trouble at the bytes.
fn fetch_with(what: What) -> Result<Vec<Fetched>, ContentError> {
    fetch(&serve(Trouble::new(what, "FileLib").into()), &from_folder(site(), PACKAGE))
}

#[test]
fn bytes_that_are_not_the_recorded_ones_are_never_taken() {
    for (what, kind) in [
        (What::Altered, Kind::FileAltered),
        (What::Length(5), Kind::FileLength),
        (What::Length(-3), Kind::FileLength),
        (What::Long(10 << 30), Kind::FileLength),
        (What::Endless, Kind::FileLength),
    ] {
        let error = fetch_with(what.clone()).unwrap_err();
        assert_eq!(error.kind(), kind, "{what:?}: {error}");
        assert!(error.place().file.is_some() && error.place().content.is_some(), "{error}");
    }
    fetch_with(What::NoLength).unwrap();
}

#[test]
fn a_body_that_is_cut_is_gone_on_with() {
    for bytes in [0, 1, 11] {
        let server = serve(Trouble::new(What::Cut(bytes), "FileLib").times(3).into());
        fetch(&server, &from_folder(site(), PACKAGE)).unwrap_or_else(|e| panic!("{bytes}: {e}"));
    }
    // One that never gets on is given up.
    assert_eq!(fetch_with(What::Cut(0)).unwrap_err().kind(), Kind::Net(Net::Cut));
}

#[test]
fn a_server_that_is_not_there_is_told_from_one_that_has_no_name() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = point(&format!("http://{closed}")).package(PACKAGE, &context()).unwrap_err();
    assert_eq!(error.kind(), Kind::Net(Net::PortClosed), "{error}");
    let error = point("http://no-such-server.invalid").package(PACKAGE, &context()).unwrap_err();
    assert_eq!(error.kind(), Kind::Net(Net::NameUnknown), "{error}");
}

fn over_tls(site: &Site, flaw: Flaw, trust: impl Fn(&Authority, &mut Trust)) -> Result<PackageContent, ContentError> {
    let (servers, clients) = (Authority::new("Servers").unwrap(), Authority::new("Clients").unwrap());
    let server = Server::start_tls(site, Behaviour::default(), &servers.server(flaw).unwrap(), &clients).unwrap();
    let mut trusted = Trust::system();
    trust(&servers, &mut trusted);
    let point = DistributionPoint::new(&server.url(), client_with(&trusted, patience()), 4).unwrap();
    point.package(PACKAGE, &context())
}

fn by_file(authority: &Authority, trust: &mut Trust) {
    trust.add_file(authority.pem().as_bytes()).unwrap();
}

#[test]
fn a_server_is_trusted_by_its_issuer_and_not_else() {
    over_tls(site(), Flaw::None, by_file).unwrap();
    over_tls(site(), Flaw::None, |a, t| t.add_file(a.der()).unwrap()).unwrap();
    for (flaw, kind) in [(Flaw::Expired, Net::Expired), (Flaw::WrongHost, Net::WrongHost)] {
        let error = over_tls(site(), flaw, by_file).unwrap_err();
        assert_eq!(error.kind(), Kind::Net(kind), "{error}");
    }
    let error = over_tls(site(), Flaw::None, |_, _| ()).unwrap_err();
    assert_eq!(error.kind(), Kind::Net(Net::Untrusted), "{error}");
}

/// Every fault of a library, over HTTP as in the folder.
#[test]
fn faults_of_the_library_show_over_http_too() {
    for (fault, kind) in [
        (Fault::FileIniEmpty, Kind::Record),
        (Fault::FileIniNoHash, Kind::Record),
        (Fault::FileHashShort, Kind::Record),
        (Fault::PackageIniMissing, Kind::PackageUnknown),
        (Fault::StaleVersion, Kind::Version),
        (Fault::TraversalContentId, Kind::Record),
        (Fault::FolderWithoutIni, Kind::ContentMissing),
        (Fault::IniWithoutFolder, Kind::ContentMissing),
    ] {
        let (_folder, site) = copy();
        site.inject(fault, PACKAGE).unwrap();
        let server = Server::start(&site, Behaviour::default()).unwrap();
        let error = point(&server.url()).package(PACKAGE, &context()).expect_err(&format!("{fault:?}"));
        assert_eq!(error.kind(), kind, "{fault:?}: {error}");
    }
    let (_folder, site) = copy();
    site.inject(Fault::ContentHashWrong, PACKAGE).unwrap();
    let server = Server::start(&site, Behaviour::default()).unwrap();
    let content = point(&server.url()).package(PACKAGE, &context()).unwrap();
    assert!(content.oddities.iter().any(|o| o.contains("the content hash differs")), "{:?}", content.oddities);
}

#[test]
fn waiting_for_a_server_ends_soon_after_the_work_is_cancelled() {
    let server = serve(Trouble::new(What::Stall(0), "PkgLib").into());
    let cancel = tsm_job::Cancel::new();
    let standard = tsm_net::Standard::new(&Trust::system(), None, &Patience::default(), &cancel).unwrap();
    let client = tsm_net::Client::new(std::sync::Arc::new(standard), Patience::default(), cancel.clone(), false);
    let point = DistributionPoint::new(&server.url(), client, 4).unwrap();
    let begun = Instant::now();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(300));
            cancel.cancel();
        });
        let error = point.package(PACKAGE, &context()).unwrap_err();
        assert_eq!(error.kind(), Kind::Cancelled, "{error}");
    });
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
}
