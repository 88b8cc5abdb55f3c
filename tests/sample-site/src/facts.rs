//! The site facts: keys, certificate, addresses, packages, all made up.
use anyhow::{Context as _, Result};
use tsm_site::{
    Application, Architecture, Availability, Content, Deployment, DeploymentType, DistributionPoint, ManagementPoint,
    Origin, Package, PackageKind, Ports, Purpose, Reference, SCHEMA_VERSION, SiteFacts, SiteType, TaskSequence,
    UnknownComputer,
};

use crate::chance::Chance;
use crate::library::hex;
use crate::policy;
use crate::site::{SITE_CODE, Site};
use crate::task_sequence;

/// The site server, which the signing certificate names.
const SERVER: &str = "cm1.contoso.test";
/// What stands for the name of the root authority.
const ROOT_AUTHORITY: &str = "root.contoso.test";

impl Site {
    /// What the site would say about itself.
    ///
    /// # Errors
    /// None that happens.
    pub fn facts(&self) -> Result<SiteFacts> {
        let key = Key::new(self.seed);
        let mut chance = Chance::new(self.seed, "unknown computers");
        let unknown = [Architecture::X86, Architecture::X64]
            .map(|architecture| UnknownComputer { architecture, id: chance.guid() });
        let retrieved = "2026-11-01T08:00:00Z".parse().context("a time of our own")?;
        let libraries = self.libraries().map(camino::Utf8PathBuf::into_string).to_vec();
        Ok(SiteFacts {
            schema_version: SCHEMA_VERSION,
            retrieved,
            site_code: SITE_CODE.to_owned(),
            site_name: Some("Sample site".to_owned()),
            site_type: Some(SiteType::Primary),
            ports: Some(Ports { http: 80, https: 443 }),
            iis_ssl_state: Some(1248),
            use_first_certificate: Some(true),
            public_root_key: Some(hex(&key.public_key_blob())),
            site_signing_certificate: Some(hex(&key.certificate(SERVER))),
            root_ca_certificates: vec![hex(&key.certificate(ROOT_AUTHORITY))],
            organization_name: Some("Contoso".to_owned()),
            time_zone: None,
            prefer_boundary_group_management_points: Some(false),
            unknown_computers: unknown.to_vec(),
            management_points: vec![ManagementPoint { url: "http://mp1.contoso.test".to_owned(), cloud: false }],
            distribution_points: vec![DistributionPoint { name: "dp1.contoso.test".to_owned(), libraries }],
            packages: self.packages.iter().map(package).collect(),
            client_policies: Vec::new(),
            client_policy_assignments: Vec::new(),
            task_sequences: self.task_sequences()?,
            applications: self.applications(),
            deployments: deployments(),
            conflicts: Vec::new(),
            origins: ["publicRootKey", "siteSigningCertificate"]
                .map(|fact| Origin {
                    fact: fact.to_owned(),
                    source: "tsmedia-sample-site".to_owned(),
                    retrieved: Some(retrieved),
                })
                .to_vec(),
        })
    }
}

/// The task sequence that installs the operating system of the site.
pub const TASK_SEQUENCE: &str = "PS100030";
/// One with another boot image.
pub const OTHER_TASK_SEQUENCE: &str = "PS100031";

impl Site {
    /// Two task sequences; those that name what this site does not have are left out.
    fn task_sequences(&self) -> Result<Vec<TaskSequence>> {
        let reference = |kind, id: &str| Reference { kind, id: id.to_owned(), name: None };
        let mut references = vec![
            reference(PackageKind::OperatingSystemImage, "PS100020"),
            reference(PackageKind::Package, "PS100013"),
            reference(PackageKind::DriverPackage, "PS100015"),
        ];
        let many = self.packages.iter().filter(|p| p.id.starts_with("PS1A"));
        references.extend(many.map(|p| reference(PackageKind::Package, &p.id)));
        references.extend(self.applications().iter().take(1).map(|a| reference(PackageKind::Application, &a.id)));
        let sequence = |id: &str, name: &str, boot_image: &str, references, text: String| TaskSequence {
            package_id: id.to_owned(),
            name: name.to_owned(),
            boot_image: Some(boot_image.to_owned()),
            references,
            sequence: Some(text),
            policies: Vec::new(),
            policy_assignments: Vec::new(),
        };
        let text = task_sequence::install(&references);
        let all = vec![
            sequence(TASK_SEQUENCE, "Install Windows 11", "PS100005", references, text),
            sequence(OTHER_TASK_SEQUENCE, "Wipe a disk", "PS100006", Vec::new(), task_sequence::wipe()),
        ];
        let known = all.into_iter().filter(|t| t.boot_image.as_ref().is_some_and(|id| self.package(id).is_some()));
        known
            .map(|sequence| {
                let text = sequence.sequence.as_deref().unwrap_or_default();
                let policy = policy::policy(self.seed, &sequence.package_id, &sequence.name, text)?;
                Ok(TaskSequence { policies: vec![policy], ..sequence })
            })
            .collect()
    }

    /// An application with the contents of the application package, which needs another one that has no content.
    fn applications(&self) -> Vec<Application> {
        let Some(package) = self.package("PS100014") else { return Vec::new() };
        let mut chance = Chance::new(self.seed, "application IDs");
        let [first, second] =
            [(); 2].map(|()| format!("ScopeId_{}/Application_{}", chance.guid().to_uppercase(), chance.guid()));
        let types = package.contents.iter().enumerate().map(|(number, content)| DeploymentType {
            name: format!("Deployment type {}", number + 1),
            package_id: Some(package.id.clone()),
            contents: vec![content.id.clone()],
            dependencies: if number == 0 { vec![second.clone()] } else { Vec::new() },
        });
        let runtime = DeploymentType {
            name: "Runtime".to_owned(),
            package_id: None,
            contents: Vec::new(),
            dependencies: Vec::new(),
        };
        vec![
            Application { id: first, name: package.name.clone(), version: 3, deployment_types: types.collect() },
            Application {
                id: second,
                name: "Runtime of the application".to_owned(),
                version: 1,
                deployment_types: vec![runtime],
            },
        ]
    }
}

/// The first task sequence is there for media, the second for clients only.
fn deployments() -> Vec<Deployment> {
    let deployment = |task_sequence: &str, availability, purpose| Deployment {
        task_sequence: task_sequence.to_owned(),
        collection: "SMS000US".to_owned(),
        availability,
        purpose,
        available_from: None,
        expires: None,
    };
    vec![
        deployment(TASK_SEQUENCE, Availability::ClientsMediaAndPxe, Purpose::Available),
        deployment(OTHER_TASK_SEQUENCE, Availability::Clients, Purpose::Required),
    ]
}

fn package(made: &crate::site::MadePackage) -> Package {
    let content = |content: &crate::site::MadeContent| Content {
        content_id: content.id.clone(),
        hash: Some(content.hash.clone()),
    };
    Package {
        package_id: made.id.clone(),
        kind: made.kind,
        name: made.name.clone(),
        source_version: made.version,
        architecture: made.architecture,
        contents: made.contents.iter().map(content).collect(),
    }
}

/// The public half of a key that nobody has the private half of: a random odd number of 2048 bits.
struct Key {
    /// Most significant byte first.
    modulus: Vec<u8>,
    chance: Chance,
}

const EXPONENT: [u8; 3] = [1, 0, 1];

impl Key {
    fn new(seed: u64) -> Self {
        let mut chance = Chance::new(seed, "site key");
        let mut modulus = chance.bytes(256);
        modulus[0] |= 0x80;
        modulus[255] |= 1;
        Self { modulus, chance }
    }

    /// CryptoAPI `PUBLICKEYBLOB` ("RSA/Schannel Key BLOBs", Microsoft Learn): type 6, version 2, `CALG_RSA_KEYX`, `RSA1`.
    fn public_key_blob(&self) -> Vec<u8> {
        let mut blob = vec![6, 2, 0, 0, 0, 0xa4, 0, 0];
        blob.extend_from_slice(b"RSA1");
        blob.extend_from_slice(&2048_u32.to_le_bytes());
        blob.extend_from_slice(&0x1_0001_u32.to_le_bytes());
        blob.extend(self.modulus.iter().rev());
        blob
    }

    /// An X.509 certificate (RFC 5280) of right form whose signature is made up.
    fn certificate(&self, server: &str) -> Vec<u8> {
        let sha256_rsa = sequence(&[&[0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11], &[5, 0]]);
        let rsa = sequence(&[&[0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1], &[5, 0]]);
        let name = name("Site Server");
        let validity = sequence(&[&der(0x17, b"230101000000Z"), &der(0x17, b"430101000000Z")]);
        let key = sequence(&[&integer(&self.modulus), &integer(&EXPONENT)]);
        let key = sequence(&[&rsa, &bits(&key)]);
        let names = sequence(&[&der(0x82, server.as_bytes())]);
        let alternative = sequence(&[&[0x06, 3, 0x55, 0x1d, 0x11], &der(0x04, &names)]);
        let extensions = der(0xa3, &sequence(&[&alternative]));
        let version = der(0xa0, &integer(&[2]));
        let serial = integer(&self.modulus[1..9]);
        let body = sequence(&[&version, &serial, &sha256_rsa, &name, &validity, &name, &key, &extensions]);
        sequence(&[&body, &sha256_rsa, &bits(&self.chance.clone().bytes(256))])
    }
}

/// A distinguished name of one common name.
fn name(text: &str) -> Vec<u8> {
    let common = sequence(&[&[0x06, 3, 0x55, 0x04, 3], &der(0x0c, text.as_bytes())]);
    sequence(&[&der(0x31, &common)])
}

/// A DER value: tag, length, content (ITU-T X.690, 8.1).
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    match content.len() {
        length @ 0..0x80 => out.push(length as u8),
        length => {
            let bytes = length.to_be_bytes();
            let bytes = &bytes[bytes.iter().take_while(|&&byte| byte == 0).count()..];
            out.push(0x80 | bytes.len() as u8);
            out.extend_from_slice(bytes);
        }
    }
    out.extend_from_slice(content);
    out
}

fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    der(0x30, &parts.concat())
}

/// A positive number; a zero in front keeps the top bit from being its sign, others have no place there.
fn integer(number: &[u8]) -> Vec<u8> {
    let number = &number[number.iter().take_while(|&&byte| byte == 0).count()..];
    match number.first() {
        Some(0x80..) => der(2, &[&[0], number].concat()),
        Some(_) => der(2, number),
        None => der(2, &[0]),
    }
}

fn bits(content: &[u8]) -> Vec<u8> {
    der(3, &[&[0], content].concat())
}
