//! A prestaged medium is made from an operating system image in a content library, and verified; beside wimlib-imagex,
//! which exports the same image, adds the same files, and verifies the same WIM.

use crate::child::CERTIFICATE_PASSWORD;
use crate::machine;
use crate::measure::{Measure, Program};
use crate::result::{Benchmark, Contender, Goal, Ratio};
use crate::room::{remove, warm};
use crate::size::{Shape, SizeName};
use crate::{Fault, Result, data, say};
use camino::{Utf8Path, Utf8PathBuf};
use std::fs;
use tsm_sample_site::{Site, SiteOptions, TASK_SEQUENCE};

const IMAGEX: &str = "wimlib-imagex";
/// The boot image and the operating system image of the sample site.
const PACKAGES: [&str; 2] = ["PS100005", "PS100020"];
/// Times export and update.
const BUILD: f64 = 1.0;
/// Times the verification by wimlib-imagex. Ours also hashes the file, and compares every file with what it should be.
const VERIFY: f64 = 1.1;

/// Whether the peer is there.
pub fn is_possible() -> bool {
    machine::has(IMAGEX)
}

/// Builds and verifies, `runs` rounds.
pub fn run(size: SizeName, folder: &Utf8Path, runs: u32) -> Result<Vec<Benchmark>> {
    let shape = size.system();
    let what = format!("an operating system of {} files, {} MB", shape.files, shape.bytes / 1_000_000);
    say(format!("\nPrestaged medium with {what}: making the data"));
    let folder = folder.join("prestaged");
    let race = Race::prepare(&folder, shape)?;
    let mut make = Contender::ours("content library to prestaged medium, every source hashed");
    let mut export = Contender::new("wimlib-imagex export, wimlib-imagex update");
    let mut test = Contender::ours("every file compared, the WIM hashed");
    let mut verify = Contender::new("wimlib-imagex verify");
    for number in 1..=runs {
        say(format!("  round {number} of {runs}"));
        make.runs.push(race.make()?);
        race.take_stage()?;
        export.runs.push(race.export()?);
        test.runs.push(race.test()?);
        verify.runs.push(race.verify()?);
    }
    remove(&folder)?;
    let build = Ratio::of("ours / export and update", &make.seconds(), &export.seconds(), Some(Goal::AtMost(BUILD)));
    let check = Ratio::of("ours / verify", &test.seconds(), &verify.seconds(), Some(Goal::AtMost(VERIFY)));
    Ok(vec![
        Benchmark {
            id: "build-prestaged".to_owned(),
            title: format!("Build a prestaged medium: {what}"),
            contenders: vec![make, export],
            ratios: vec![build],
        },
        Benchmark {
            id: "verify-prestaged".to_owned(),
            title: format!("Verify a prestaged medium: {what}"),
            contenders: vec![test, verify],
            ratios: vec![check],
        },
    ])
}

/// What all contenders work on.
struct Race {
    program: String,
    image: Utf8PathBuf,
    definition: Utf8PathBuf,
    medium: Utf8PathBuf,
    stage: Utf8PathBuf,
    theirs: Utf8PathBuf,
    folder: Utf8PathBuf,
}

impl Race {
    /// An operating system image in a library, and a definition that wants a medium of it.
    fn prepare(folder: &Utf8Path, shape: Shape) -> Result<Self> {
        let cannot = || format!("no data can be made in '{folder}'");
        let program = std::env::current_exe().map_err(Fault::because("this program does not find itself"))?;
        let made = |name: &str| folder.join(name);
        let race = Self {
            program: program.to_string_lossy().into_owned(),
            image: made("install.wim"),
            definition: made("definition.json"),
            medium: made("ours.wim"),
            stage: made("stage"),
            theirs: made("theirs.wim"),
            folder: folder.to_owned(),
        };
        let tree = made("system");
        data::system(&tree, shape).map_err(Fault::because(cannot()))?;
        // As the images of Windows are compressed; how hard makes no difference to whoever unpacks.
        imagex(&["capture", tree.as_str(), race.image.as_str(), "System", "--compress=LZX:20"])?;
        remove(&tree)?;
        let site = Site::generate(&made("site"), &SiteOptions::default())
            .map_err(|error| Fault::new(format!("{}: {error:#}", cannot())))?;
        let package = site.package(PACKAGES[1]).ok_or_else(|| Fault::new("the sample site has no such image"))?;
        let library = made("library");
        data::library_of(&library, &package.id, package.version, &race.image).map_err(Fault::because(cannot()))?;
        let libraries = [library].into_iter().chain(site.libraries()).collect::<Vec<_>>();
        let definition = serde_json::json!({
            "schemaVersion": 1, "kind": "Prestaged", "mediaMode": "SiteBased", "path": race.medium,
            "siteFacts": site.facts_path(), "bootImage": PACKAGES[0], "taskSequence": TASK_SEQUENCE,
            "operatingSystemImage": PACKAGES[1], "distributionPoint": libraries,
            "managementPoint": ["http://mp1.contoso.test"], "temporaryFolder": folder,
            "logPath": made("log.txt"), "certificatePath": certificate(folder)?, "certificatePassword": "secret:bench/certificate",
        });
        fs::write(&race.definition, definition.to_string()).map_err(Fault::because(cannot()))?;
        Ok(race)
    }

    fn warm(&self) -> Result<()> {
        let length = fs::metadata(&self.image).map_err(Fault::because("the image is gone"))?.len();
        warm(&self.folder, length + (64 << 20))
    }

    fn make(&self) -> Result<Measure> {
        remove(&self.medium)?;
        self.warm()?;
        Program::new(&self.program, ["make", self.definition.as_str()]).measure()
    }

    /// The files that the peer adds are those that ours has added.
    fn take_stage(&self) -> Result<()> {
        remove(&self.stage)?;
        let medium = self.medium.as_str();
        let to = format!("--dest-dir={}", self.stage);
        imagex(&[
            "extract",
            medium,
            "1",
            "/sources",
            "/SMS",
            "/EFI",
            "/boot",
            "/bootmgr*",
            &to,
            "--no-acls",
            "--nullglob",
        ])
    }

    fn export(&self) -> Result<Measure> {
        remove(&self.theirs)?;
        self.warm()?;
        let (source, target) = (self.image.as_str(), self.theirs.as_str());
        let export = Program::new(IMAGEX, ["export", source, "1", target]).measure()?;
        let add = format!("--command=add '{}' '/' --no-acls", self.stage);
        let update = Program::new(IMAGEX, ["update", target, "1", &add]).measure()?;
        Ok(Measure::chain(&[export, update]))
    }

    fn test(&self) -> Result<Measure> {
        Program::new(&self.program, ["test", self.medium.as_str()]).measure()
    }

    fn verify(&self) -> Result<Measure> {
        Program::new(IMAGEX, ["verify", self.medium.as_str()]).measure()
    }
}

/// A certificate for all rounds, made by openssl. A medium without one gets a fresh key, and how long it takes to find two
/// primes is a matter of luck: from a tenth of a second to more than all else here.
pub(crate) fn certificate(folder: &Utf8Path) -> Result<Utf8PathBuf> {
    let (key, public, both) = (folder.join("key.pem"), folder.join("public.pem"), folder.join("client.pfx"));
    let usage = ["-addext", "extendedKeyUsage=clientAuth", "-addext", "keyUsage=digitalSignature,keyEncipherment"];
    let request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "365", "-subj", "/CN=Benchmark"];
    let files = ["-keyout", key.as_str(), "-out", public.as_str()];
    Program::new("openssl", request.into_iter().chain(usage).chain(files)).measure()?;
    let password = format!("pass:{CERTIFICATE_PASSWORD}");
    let files = ["-inkey", key.as_str(), "-in", public.as_str(), "-out", both.as_str(), "-passout", password.as_str()];
    Program::new("openssl", ["pkcs12", "-export"].into_iter().chain(files)).measure()?;
    Ok(both)
}

fn imagex(arguments: &[&str]) -> Result<()> {
    Program::new(IMAGEX, arguments.iter().copied()).measure().map(|_| ())
}
