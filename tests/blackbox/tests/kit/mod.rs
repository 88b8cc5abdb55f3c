//! What the black-box tests share: a sample site made once, desks to work at, and what lies in a folder.
//!
//! The site is made once in a test program and never altered; a test that breaks something takes a copy. Every test
//! works in a folder of its own, so that all can run at the same time.
#![allow(dead_code, reason = "each test file uses its part")]
#![allow(unused_macros, unused_imports, reason = "each test file uses its part")]
#![allow(clippy::print_stderr, reason = "what is skipped has to be told")]

pub mod disk;
pub mod envelope;
pub mod lasting;
pub mod observer;
pub mod pki;
pub mod program;
pub mod tools;

use camino::{Utf8Path, Utf8PathBuf};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::LazyLock;
use tsm_job::Context;
use tsm_media::{Check, Definition, Error, Host, MediaTest, Medium, Outcome, Plan, Secret, Secrets, TestReport};
use tsm_sample_site::{Site, SiteOptions};

/// The boot image of the sample site that every part of the walk can use.
pub const BOOT_IMAGE: &str = "PS100005";

/// The password of media that have one.
pub const PASSWORD: &str = "P\u{e4}ssw\u{f6}rd \u{1f511} 0815";

/// What lies at the path of the medium before a build; every refused build has to leave it as it is.
pub const OLD_MEDIUM: &[u8] = b"the medium of last week";

/// A folder that goes away with the test.
pub struct Folder {
    dir: tempfile::TempDir,
}

impl Folder {
    pub fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self) -> &Utf8Path {
        Utf8Path::from_path(self.dir.path()).unwrap()
    }

    pub fn join(&self, name: &str) -> Utf8PathBuf {
        self.path().join(name)
    }
}

static SITE: LazyLock<Option<Site>> = LazyLock::new(|| lasting_site(&SiteOptions::default()));

/// Makes a site that lasts as long as this test program; `None`, with a loud word, when there is no libwim to make boot
/// images with.
pub fn lasting_site(options: &SiteOptions) -> Option<Site> {
    generate(&lasting::folder("site"), options)
}

/// Makes a site that goes away with the test.
pub fn site_with(options: &SiteOptions) -> Option<(Folder, Site)> {
    let folder = Folder::new();
    let site = generate(&folder.join("site"), options)?;
    Some((folder, site))
}

fn generate(place: &Utf8Path, options: &SiteOptions) -> Option<Site> {
    let options = SiteOptions { libwim: host().wim_library, ..options.clone() };
    match Site::generate(place, &options) {
        Ok(site) => Some(site),
        Err(error) if format!("{error:#}").contains("libwim") => {
            tools::skipped(&format!("no sample site: {error:#}"));
            None
        }
        Err(error) => panic!("{error:#}"),
    }
}

/// The site of this test program. Never to be altered.
pub fn shared_site() -> Option<&'static Site> {
    SITE.as_ref()
}

/// The site of this test program, or the end of the test where there can be none.
macro_rules! site {
    () => {
        match crate::kit::shared_site() {
            Some(site) => site,
            None => return,
        }
    };
}
pub(crate) use site;

/// A copy of the site that may be broken. Nothing in it is shared with the original. Its library has the package
/// [`BOOT_IMAGE`] only: a test needs no more, and copies are made by the dozen.
pub fn copy_of(site: &Site) -> (Folder, Site) {
    let folder = Folder::new();
    let root = folder.join("site");
    let hash = &site.package(BOOT_IMAGE).unwrap().contents[0].files[0].hash;
    let wanted = |path: &Utf8Path| {
        let parts: Vec<&str> = path.components().map(|c| c.as_str()).collect();
        match parts.as_slice() {
            [_, "DataLib" | "PkgLib", entry, ..] => entry.starts_with(BOOT_IMAGE),
            [_, "FileLib", folder, ..] => hash.starts_with(folder),
            _ => true,
        }
    };
    copy_folder(site.root(), &root, &|path| wanted(path.strip_prefix(site.root()).unwrap()));
    let copy = Site::open(&root).unwrap();
    std::fs::write(copy.facts_path(), serde_json::to_string(&copy.facts().unwrap()).unwrap()).unwrap();
    (folder, copy)
}

/// Copies a folder with everything in it.
pub fn copy_tree(from: &Utf8Path, to: &Utf8Path) {
    copy_folder(from, to, &|_| true);
}

/// Copies a folder with everything in it that is wanted.
fn copy_folder(from: &Utf8Path, to: &Utf8Path, wanted: &dyn Fn(&Utf8Path) -> bool) {
    std::fs::create_dir_all(to).unwrap();
    for entry in from.read_dir_utf8().unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if !wanted(entry.path()) {
            continue;
        } else if entry.file_type().unwrap().is_dir() {
            copy_folder(entry.path(), &target, wanted);
        } else {
            std::fs::copy(entry.path(), &target).unwrap();
        }
    }
}

/// Where libwim is, when the system does not have it in its usual place.
pub fn host() -> Host {
    let named = std::env::var("TSM_LIBWIM").ok().filter(|v| !v.is_empty()).map(Utf8PathBuf::from);
    Host { wim_library: named.into_iter().collect(), ..Host::default() }
}

/// Where the folders of a desk are.
enum Place {
    /// Goes away with the desk.
    OfTheTest(Folder),
    /// Stays as long as the test program.
    Lasting(Utf8PathBuf),
}

/// One test's place to work at: folders for the medium and for temporary files, a definition, and secrets.
pub struct Desk {
    place: Place,
    pub definition: Definition,
    pub secrets: Secrets,
}

impl Desk {
    /// A desk with the definition of a plain medium of `site`, without password.
    pub fn new(site: &Site) -> Self {
        Self::at(Place::OfTheTest(Folder::new()), site)
    }

    /// A desk for something that all tests of a program share.
    pub fn lasting(site: &Site) -> Self {
        let folder = lasting::folder("desk");
        std::fs::create_dir(&folder).unwrap();
        Self { secrets: password(PASSWORD), ..Self::at(Place::Lasting(folder), site) }
    }

    fn at(place: Place, site: &Site) -> Self {
        let folder = match &place {
            Place::OfTheTest(folder) => folder.path().to_owned(),
            Place::Lasting(folder) => folder.clone(),
        };
        for name in ["out", "temporary", "log"] {
            std::fs::create_dir(folder.join(name)).unwrap();
        }
        let definition = serde_json::json!({
            "schemaVersion": 1, "kind": "Bootable", "mediaType": "CdDvd", "mediaMode": "SiteBased",
            "path": folder.join("out/boot.iso"), "siteFacts": site.facts_path(), "bootImage": BOOT_IMAGE,
            "distributionPoint": site.libraries(), "managementPoint": ["http://mp1.contoso.test"],
            "temporaryFolder": folder.join("temporary"), "logPath": folder.join("log/CreateTSMedia.log"),
        });
        let definition = Definition::parse(&definition.to_string(), None).unwrap();
        Self { place, definition, secrets: Secrets::default() }
    }

    /// The same with a password.
    pub fn with_password(site: &Site) -> Self {
        Self { secrets: password(PASSWORD), ..Self::new(site) }
    }

    /// The same with something at the path of the medium already, manifest and all.
    pub fn with_old_medium(site: &Site) -> Self {
        let desk = Self::new(site);
        std::fs::write(desk.iso(), OLD_MEDIUM).unwrap();
        std::fs::write(desk.manifest(), "the manifest of last week").unwrap();
        desk
    }

    pub fn path(&self, name: &str) -> Utf8PathBuf {
        self.folder().join(name)
    }

    fn folder(&self) -> &Utf8Path {
        match &self.place {
            Place::OfTheTest(folder) => folder.path(),
            Place::Lasting(folder) => folder,
        }
    }

    /// The medium.
    pub fn iso(&self) -> Utf8PathBuf {
        self.definition.target()
    }

    /// Its manifest.
    pub fn manifest(&self) -> Utf8PathBuf {
        Utf8PathBuf::from(format!("{}.manifest.json", self.definition.path))
    }

    pub fn create(&self) -> Result<Medium, Error> {
        self.create_with(&Context::silent())
    }

    pub fn create_with(&self, context: &Context) -> Result<Medium, Error> {
        tsm_media::create(&self.definition, None, &self.secrets, &host(), context)
    }

    pub fn plan(&self) -> Result<Plan, Error> {
        tsm_media::resolve(&self.definition, &self.secrets, &host(), &Context::silent())
    }

    /// The preflight of the definition.
    pub fn preflight(&self) -> TestReport {
        tsm_media::test_definition(&self.definition, &self.secrets, &host(), &Context::silent()).unwrap()
    }

    /// The test of the medium.
    pub fn test(&self) -> Result<TestReport, Error> {
        test_medium(&self.iso(), &self.secrets)
    }

    /// The manifest of the medium as JSON.
    pub fn manifest_value(&self) -> serde_json::Value {
        serde_json::from_str(&std::fs::read_to_string(self.manifest()).unwrap()).unwrap()
    }

    /// Everything at the desk but the log, each file with the hash of its bytes.
    pub fn state(&self) -> BTreeMap<String, String> {
        let mut state = listing(self.folder());
        state.retain(|path, _| !path.starts_with("log/"));
        state
    }
}

/// Secrets with this password.
pub fn password(text: &str) -> Secrets {
    Secrets { media_password: Some(Secret::new(text.to_owned())), ..Secrets::default() }
}

/// Tests a medium against the manifest beside it, if there is one.
pub fn test_medium(path: &Utf8Path, secrets: &Secrets) -> Result<TestReport, Error> {
    let test = MediaTest { path: path.to_owned(), ..MediaTest::default() };
    tsm_media::test_media(&test, secrets, &host(), &Context::silent())
}

/// A check of a report by its identifier.
pub fn check<'a>(report: &'a TestReport, id: &str) -> &'a Check {
    report.checks.iter().find(|c| c.id == id).unwrap_or_else(|| panic!("no check {id} in {:#?}", report.checks))
}

/// The identifiers of the checks that failed.
pub fn failed(report: &TestReport) -> Vec<&str> {
    report.checks.iter().filter(|c| c.outcome == Outcome::Failed).map(|c| c.id.as_str()).collect()
}

/// The checks of a report that did not pass, a line each.
pub fn in_short(report: &TestReport) -> String {
    let line = |c: &Check| {
        let code = c.error_id.as_deref().unwrap_or("-");
        format!("\n  {:?} {} {code}: {}", c.outcome, c.id, c.evidence)
    };
    report.checks.iter().filter(|c| c.outcome != Outcome::Passed).map(line).collect()
}

/// Everything that an error says.
pub fn words(error: &Error) -> String {
    format!(
        "{error} [{}] {} {}",
        error.target_object().unwrap_or_default(),
        error.causes().join(" "),
        error.recommended_action()
    )
}

/// SHA-256 as manifests write it.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02X}")).collect()
}

/// SHA-256 of a file.
pub fn sha256_of(path: &Utf8Path) -> String {
    let mut file = std::fs::File::open(path).unwrap_or_else(|e| panic!("{path}: {e}"));
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        match std::io::Read::read(&mut file, &mut buffer).unwrap() {
            0 => return hasher.finalize().iter().map(|b| format!("{b:02X}")).collect(),
            count => hasher.update(&buffer[..count]),
        }
    }
}

/// Every file below a folder with the hash of its bytes, and every folder (its name ends in `/`).
pub fn listing(folder: &Utf8Path) -> BTreeMap<String, String> {
    let (mut found, mut waiting) = (BTreeMap::new(), vec![folder.to_owned()]);
    while let Some(next) = waiting.pop() {
        for entry in next.read_dir_utf8().unwrap() {
            let entry = entry.unwrap();
            let relative = entry.path().strip_prefix(folder).unwrap().as_str().replace('\\', "/");
            let kind = entry.file_type().unwrap();
            if kind.is_dir() {
                found.insert(format!("{relative}/"), String::new());
                waiting.push(entry.into_path());
            } else {
                let hash = if kind.is_file() { sha256_of(entry.path()) } else { "special".to_owned() };
                found.insert(relative, hash);
            }
        }
    }
    found
}
