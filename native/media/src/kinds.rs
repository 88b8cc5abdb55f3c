//! The table of error kinds: number, name and general advice. Numbers are stable: a kind that goes leaves its number
//! unused for ever.

/// Declares the kinds, so that number, name and advice of each stand in one place.
macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $action:literal;)+) => {
        /// What went wrong. `Display` gives the stable number, such as `TSM1106`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorKind { $($(#[$doc])* $name,)+ }

        impl ErrorKind {
            /// All kinds, in the order of their numbers.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The stable number: `TSM` and four digits.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => concat!("TSM", $number),)+ }
            }

            /// The name in words, such as `PackageUnknown`.
            pub fn symbol(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)+ }
            }

            /// What to do, as far as it can be said for every error of this kind.
            pub fn action(self) -> &'static str {
                match self { $(Self::$name => $action,)+ }
            }
        }
    };
}

kinds! {
    // 10xx: what was asked for
    /// A definition is not well-formed JSON, or a value has the wrong type.
    DefinitionMalformed = 1001, "Correct the definition at the place named; its JSON schema lists every field and type.";
    /// A definition has a field that is not known.
    DefinitionFieldUnknown = 1002, "Correct the spelling of the field or remove it.";
    /// A definition lacks something that the medium needs.
    DefinitionIncomplete = 1003, "Add the value that is named.";
    /// A path is not on a file system.
    PathNotFileSystem = 1004, "Give a path of a file system, such as C:\\media\\boot.iso or \\\\server\\share\\boot.iso.";
    /// A path cannot be used.
    PathInvalid = 1005, "Choose a path that the file system can hold.";
    /// The media label cannot be written.
    LabelInvalid = 1006, "Choose a label of 1 to 32 characters without control characters.";
    /// A variable has a name that a task sequence cannot use, or that the product reserves.
    VariableNameInvalid = 1007, "Rename the variable: letters, digits, '_' and '-', not beginning with '_SMS'.";
    /// A variable has a value that cannot be written.
    VariableValueInvalid = 1008, "Remove the characters that XML cannot hold from the value.";
    /// The media password is empty.
    PasswordEmpty = 1009, "Give a password of at least one character, or leave the password out.";
    /// A reference to a secret does not lead to one.
    SecretUnresolved = 1010, "Set the environment variable or create the file that the reference names, then try again.";
    /// A file that holds a secret can be read by others.
    SecretFileExposed = 1011, "Restrict the file to its owner (chmod 600, or the file's security page), then try again.";
    /// A management point is not a URL.
    ManagementPointInvalid = 1012, "Give the management point as http://server or https://server, with a port where it is not the default.";
    /// No management point is known for the medium.
    ManagementPointMissing = 1013, "Name at least one management point.";
    /// A definition has a version that this program does not know.
    DefinitionVersion = 1014, "Use the version of TaskSequenceMedia that wrote the definition, or write it anew.";
    /// The report of a definition says that it failed.
    ReportFailed = 1015, "Mend what the failed checks of the report name, then test the definition again.";
    /// Something is asked for that this version cannot do.
    Unsupported = 1016, "Choose another value; the message lists what there is.";
    /// A text that names a secret has none of the known forms.
    SecretReferenceInvalid = 1017, "Write env:NAME, file:PATH or secret:VAULT/NAME; a password itself never stands in a definition.";
    /// An object of the wrong kind came through the pipeline.
    InputObjectInvalid = 1018, "Pipe the output of a command of this module.";
    /// A media profile cannot be used.
    ProfileInvalid = 1019, "Correct the media profile at the place named; docs/profile.md lists every value.";
    /// A password is required and there is none.
    PasswordRequired = 1022, "Give the medium a password, or do not require one.";
    /// Two options of a definition contradict each other.
    OptionsContradict = 1023, "Leave one of the two out.";
    /// A text of a definition is longer than the product takes, or holds characters that it does not.
    TextInvalid = 1024, "Shorten the text, or remove the character that is named.";
    /// The prestart command or what belongs to it cannot be used.
    PrestartInvalid = 1025, "Correct the prestart command or its package.";
    /// The folder with the files of the prestart command cannot be used.
    PrestartFolderInvalid = 1026, "Correct the path, or remove from the folder what is named.";
    /// A variable is named as sensitive, and there is no such variable.
    SensitiveVariableUnknown = 1027, "Correct the name: a variable that is not found would be shown in the log.";
    /// The folder of the console cannot be used.
    ConsolePathInvalid = 1028, "Give the folder of a Configuration Manager console or site server.";
    /// Programs that start the medium in a running Windows are not on it.
    WindowsStartIncomplete = 1029, "Name the folder of a console or site server, or start computers from the medium only.";
    /// Where real media keep the value of an option is not proven: clients may pass it over.
    PlaceUnproven = 1030, "Try the medium on one computer; docs/profile.md says what would settle the place.";
    /// A definition has a field that media of its kind do not have.
    FieldOfOtherKind = 1031, "Leave the field out, or choose another kind of medium.";
    /// The policies of a medium, or of a task sequence, cannot be read or written.
    PolicyUnreadable = 1036, "Export the policies of the task sequence from the site again; on a medium, give its password.";
    /// A policy is hidden by an algorithm that this program does not know.
    PolicyAlgorithmUnknown = 1037, "Use a newer version of TaskSequenceMedia, and report which version the site has.";
    /// The time in which a stand-alone medium can be used makes no sense.
    ValidityInvalid = 1038, "Give a start before the expiry, and an expiry in the future.";
    /// Two sources of the site facts say different things.
    FactsConflict = 1039, "Export the facts of the site again, and leave out what is out of date; docs/site-facts.md says what counts.";
    /// A parameter is taken so that calls of other commands run, and has no effect (a notice, not an error).
    ParameterIgnored = 1050, "Nothing; leave the parameter out to be told nothing.";
    /// A parameter has a value of a form that it cannot have.
    ParameterValueInvalid = 1051, "Give a value of the form that is named, or leave the parameter out.";
    /// A file of PowerShell's Export-Clixml is to hold a secret where that encrypts nothing.
    SecretFileUnprotected = 1052, "Delete the file, consider the password known, and keep it in a vault (secret:VAULT/NAME), a file of one line that only its owner may read (file:PATH), or an environment variable (env:NAME).";
    /// A vault is named, but SecretManagement is not there.
    VaultUnavailable = 1053, "Install it (Install-Module Microsoft.PowerShell.SecretManagement) and register the vault, or keep the secret elsewhere (env:NAME, file:PATH).";

    /// The programs that capture a running Windows are not in the folder of the console.
    CaptureProgramsMissing = 1054, "Name the folder of a console or site server that has them for both processors (-ConsolePath); they cannot be shipped with this program.";
    /// No deployment of the site is made available to media.
    DeploymentNotForMedia = 1055, "Make a deployment of the task sequence available to media and PXE, then export the facts of the site again.";

    // 11xx: the site
    /// A facts file cannot be read.
    FactsUnreadable = 1101, "Check the path and that you may read the file.";
    /// A facts file is not well-formed, or a fact has an impossible value.
    FactsMalformed = 1102, "Correct the facts file at the place named; its JSON schema lists every fact.";
    /// A facts file has a version that this program does not know.
    FactsVersion = 1103, "Export the facts again with this version of TaskSequenceMedia.";
    /// A facts file is older than was asked.
    FactsTooOld = 1104, "Export the facts of the site again.";
    /// A fact that the medium needs is not known.
    FactMissing = 1105, "Add the fact that is named to the facts file; docs/site-facts.md says where a site has it.";
    /// The site facts know no such package.
    PackageUnknown = 1106, "Check the package ID, or export the facts of the site again.";
    /// The site code asked for is not that of the facts.
    SiteCodeMismatch = 1107, "Use the facts of the site that is asked for, or correct the site code.";
    /// An HTTPS management point needs a certificate that the site's public key infrastructure issued.
    HttpsNeedsIssuedCertificate = 1108, "Give the medium a certificate that the PKI of the site issued (-CertificatePath), or name HTTP (enhanced HTTP) management points.";
    /// The package is of another kind than is needed.
    PackageKind = 1109, "Name a package of the kind that is needed.";
    /// Some management points take HTTP and some HTTPS: one certificate cannot serve both.
    ManagementPointsMixed = 1110, "Name management points of one kind: HTTP with a self-signed certificate, HTTPS with an issued one.";
    /// A cloud management gateway does not go with what else was asked.
    CloudManagementPoint = 1111, "Make site-based media with a strong password for a cloud management gateway.";
    /// The task sequence starts from another boot image than the medium.
    TaskSequenceBootImage = 1113, "Give the boot image of the task sequence, or another task sequence.";
    /// An application that the site facts do not know.
    ApplicationUnknown = 1114, "Give the ID of the application, or export the site facts with it (applications).";
    /// A task sequence cannot be read.
    TaskSequenceUnreadable = 1116, "Export the task sequence from the site again.";
    /// A task sequence is made to harm, or larger than any that the product takes.
    TaskSequenceUnsafe = 1117, "Do not use this file; find out where it comes from.";
    /// A task sequence is one of the Microsoft Deployment Toolkit.
    TaskSequenceOfToolkit = 1118, "Use a task sequence of Configuration Manager.";
    /// The site facts have no such task sequence.
    TaskSequenceUnknown = 1119, "Correct the package ID or the name, or export the facts of the site again.";
    /// Several task sequences are meant.
    TaskSequenceAmbiguous = 1120, "Name the task sequence by its package ID.";
    /// An export file cannot be read.
    ExportUnreadable = 1121, "Export the task sequence from the site again, as a zip file.";
    /// An export file is made to harm.
    ExportUnsafe = 1122, "Do not use this file; find out where it comes from.";
    /// A task sequence runs itself through its children.
    ChildCycle = 1123, "Remove one of the steps that run a child task sequence.";
    /// A task sequence has no boot image.
    BootImageMissing = 1124, "Give the task sequence a boot image (its properties, Advanced).";
    /// The boot image of a task sequence is not one of the site.
    BootImageForeign = 1125, "Give the task sequence a boot image of this site, or export the facts again.";
    /// The steps of a task sequence, or of a child, are not known.
    StepsUnknown = 1126, "Take the steps of the task sequence (property Sequence) into the facts, or give its export file.";
    /// A step is of a type that is not known: what it needs may be missing.
    StepUnknown = 1127, "Look at the step: what it needs has to be on the medium by other means.";
    /// A step was imported without what it needs.
    ReferencePlaceholder = 1128, "Choose in the step what it shall use.";
    /// What a step needs is only known when it runs.
    ReferenceUnclear = 1129, "Name the content in the step, or add it to the medium.";
    /// The list of references is not that of the steps.
    ReferencesStale = 1130, "Open and save the task sequence in the console, and distribute its content.";
    /// What a task sequence needs is not known to the site.
    ReferenceUnknown = 1131, "Take it into the facts of the site; if the site has none, correct the step.";
    /// An application has no deployment type.
    ApplicationIncomplete = 1132, "Give the application a deployment type, or remove it from the step.";
    /// Stand-alone media cannot run a step.
    StepUnsupported = 1133, "Disable or replace the step, or give it a condition on _SMSTSMediaType that excludes FullMedia.";
    /// A task sequence deploys no operating system.
    NoOperatingSystem = 1134, "Choose a task sequence that applies or upgrades an operating system.";
    /// Stand-alone media of a central administration site cannot install packages.
    CentralSitePackage = 1135, "Make the medium with the facts of the primary site.";

    // 12xx: content
    /// A content library cannot be read.
    LibraryUnreadable = 1201, "Check the path, the share and your rights; a content library holds PkgLib, DataLib and FileLib.";
    /// No content library has the package.
    PackageNotInLibrary = 1202, "Distribute the package to one of the distribution points, or name another one.";
    /// A package is in the library, but its content is not.
    ContentMissing = 1203, "Redistribute the package to the distribution point, or name another one.";
    /// A file of the content is missing in every library.
    ContentFileMissing = 1204, "Redistribute the package to the distribution point, or name another one.";
    /// A file of the content has another length than the library records.
    ContentFileLength = 1205, "Redistribute the package to the distribution point, or name another one.";
    /// A file of the content has other bytes than the library records.
    ContentFileAltered = 1206, "Redistribute the package to the distribution point, or name another one; find out who altered the file.";
    /// A record of the content library is damaged.
    LibraryRecordInvalid = 1207, "Redistribute the package to the distribution point, or name another one.";
    /// The library has another version of the package than the site.
    ContentVersion = 1208, "Update the distribution point, wait until it has the version of the site, or export the facts again.";
    /// A name in the library leads out of its folder.
    ContentPathUnsafe = 1209, "Do not use this library; find out who altered it.";
    /// The text that names a distribution point cannot be one.
    DistributionPointInvalid = 1210, "Give a folder, http://server, https://server, or the name of a server.";
    /// The name of a distribution point does not resolve.
    DistributionPointUnknown = 1211, "Check the spelling of the name. If a folder is meant, begin it with ./ or a drive.";
    /// A distribution point cannot be reached.
    DistributionPointUnreachable = 1212, "Check that the server runs, its port, and the firewalls on the way.";
    /// The certificate of a distribution point is not trusted.
    ServerUntrusted = 1213, "Install the certificate authority on this computer, or give its certificate or the server's thumbprint as trusted certificate.";
    /// The certificate of a distribution point is over, or not valid yet.
    ServerCertificateExpired = 1214, "Renew the certificate of the distribution point, and check the clocks of both computers.";
    /// The certificate of a distribution point is that of another name.
    ServerNameMismatch = 1215, "Name the distribution point as its certificate does, or give the server's thumbprint as trusted certificate.";
    /// No safe connection to a distribution point can be made.
    ServerUnsafe = 1216, "Enable TLS 1.2 or 1.3 with current ciphers on the distribution point.";
    /// A distribution point wants to know who asks.
    DistributionPointUnauthenticated = 1217, "Run this on Windows as a user with rights on the content, allow anonymous access on the distribution point, or name the share of the content library.";
    /// A distribution point wants a client certificate.
    ClientCertificateNeeded = 1218, "Give a client certificate (-DistributionPointCertificatePath), or name the share of the content library, or a distribution point that asks for no certificate.";
    /// A distribution point does not take the client certificate.
    ClientCertificateRefused = 1219, "Give a client certificate (-DistributionPointCertificatePath) that is valid, is meant for client authentication, and whose issuer the distribution point trusts.";
    /// A distribution point does not let this user read the content.
    ContentForbidden = 1220, "Give your account read access to the package; its package access accounts decide.";
    /// A distribution point does not do what it is asked.
    DistributionPointMisconfigured = 1221, "Check the request filtering and the verbs of the handler, and take WebDAV publishing off the distribution point.";
    /// A distribution point has no time.
    DistributionPointBusy = 1222, "Start the application pool of the distribution point, or try again later with fewer requests at once.";
    /// A distribution point met a fault of its own.
    DistributionPointFault = 1223, "Look into the log of the web server on the distribution point.";
    /// A distribution point sends to another server.
    DistributionPointRedirects = 1224, "Name the server that is meant; others are not followed.";
    /// A distribution point is too slow.
    DistributionPointSlow = 1225, "Try again, or name another distribution point first.";
    /// A distribution point broke off again and again.
    DistributionPointCut = 1226, "Try again: what has come is kept. If it goes on, look for what cuts connections on the way.";
    /// The answer of a distribution point cannot be understood.
    DistributionPointAnswer = 1227, "Check that the address is that of a distribution point, and what stands in front of it.";
    /// Content cannot be read from servers of this kind.
    SourceUnsupported = 1228, "Name a distribution point on premises, or the share of its content library.";
    /// The cache cannot be used.
    CacheUnusable = 1230, "Check your rights on the folder of the cache, or give another one.";
    /// The volume of the cache is full.
    CacheSpace = 1231, "Free room, clear the cache, or put it on another volume.";
    /// The cache was written by a newer version of this program.
    CacheVersion = 1232, "Use the newer version, or give another folder for the cache.";
    /// A certificate to trust cannot be used.
    TrustedCertificateInvalid = 1233, "Give a certificate file (PEM or DER), or a thumbprint of 40 or 64 hexadecimal digits.";
    /// A bundle cannot be read or written.
    BundleUnusable = 1240, "Check the path, your rights on it, and the room on its volume.";
    /// Something is no bundle.
    BundleInvalid = 1241, "Name the folder or the file that Export-TaskSequenceMediaContent wrote.";
    /// A bundle is not as it was written.
    BundleAltered = 1242, "Copy the bundle again from where it was written, or write it again.";
    /// A bundle was written by a newer version of this program.
    BundleVersion = 1243, "Use the version that wrote the bundle, or a later one.";
    /// Where a bundle is to be written or unpacked, there is something already.
    BundleTarget = 1244, "Name a place where nothing is yet, in a folder that exists.";
    /// A bundle does not hold everything that the definition names (a notice, not an error).
    BundleLeavesOut = 1245, "Carry it to the other computer by itself, and name it in the definition there.";
    /// The site facts hold no policies of a task sequence that a medium is to carry.
    PolicyMissing = 1246, "Take the policies of the task sequence (GetTsPoliciesSaMedia) into the facts; docs/site-facts.md says how.";
    /// Two task sequences of a medium have one name.
    TaskSequenceNameTwice = 1247, "Rename one of them, and export the facts of the site again.";

    /// The client certificate has a key that cannot be used.
    ClientCertificateUnusable = 1260, "Have a client certificate issued with an RSA or ECDSA (P-256, P-384) key.";

    /// An image is carried in parts, and which names a client expects is not proven.
    SplitNameUnproven = 1270, "Try the medium on one computer; docs/lab-check.md says how a real medium settles it.";
    /// A file in an image is longer than a part of the image may be.
    SplitPieceTooLong = 1271, "Name a folder on NTFS or make a disc image without splitting, or take the large file out of the image.";

    // 13xx: the certificate
    /// The certificate would end before it begins.
    CertificateDatesReversed = 1301, "Give a start that lies before the expiry.";
    /// The certificate would have ended already.
    CertificateDatesPast = 1302, "Give an expiry in the future.";
    /// The certificate could not be made.
    CertificateFailed = 1303, "Check the dates; if they are right, report this with the log.";
    /// The file of the certificate cannot be read or written.
    CertificateFileUnusable = 1304, "Check the path and your rights on it.";
    /// The file is no PKCS #12 file, or it is damaged.
    CertificateFileDamaged = 1305, "Export the certificate again, with its private key, as PKCS #12 (.pfx).";
    /// The password does not open the file of the certificate.
    CertificatePasswordWrong = 1306, "Give the password with which the certificate was exported.";
    /// The file of the certificate uses something that is not supported.
    CertificateFileUnsupported = 1307, "Export the certificate again; TripleDES-SHA1 and AES256-SHA256 are read.";
    /// The file holds no private key.
    CertificateKeyMissing = 1308, "Export the certificate together with its private key.";
    /// The file holds no certificate for its private key.
    CertificateMissing = 1309, "Export the certificate together with its private key.";
    /// The key is of another kind than RSA.
    CertificateKeyKind = 1310, "Have a certificate issued with an RSA key of 2048 bits: media cannot use others.";
    /// The key is too short.
    CertificateKeyShort = 1311, "Have a certificate issued with an RSA key of 2048 bits.";
    /// The key is one of CNG.
    CertificateKeyProvider = 1312, "Have the certificate issued from a template whose provider is of the category 'Legacy Cryptographic Service Provider': media do not work with CNG keys.";
    /// The certificate has ended.
    CertificateExpired = 1313, "Renew the certificate.";
    /// The certificate has not begun.
    CertificateNotYetValid = 1314, "Wait until it begins, or check the clock of this computer.";
    /// The certificate is not for clients.
    CertificatePurpose = 1315, "Have a certificate issued whose extended key usage names client authentication (1.3.6.1.5.5.7.3.2).";
    /// The chain of the certificate does not hold.
    CertificateChainBroken = 1316, "Export the certificate again with the certificates of its certification path.";
    /// The root of the certificate is none that the site trusts.
    CertificateRootUnknown = 1317, "Use a certificate of the site's PKI, or add the root to those that the site trusts and export the facts again.";
    /// The site does not know the certificate of the medium yet.
    CertificateNotRegistered = 1320, "Submit the registration record of the medium to the site; the medium does not work before.";
    /// There is no certificate store on this system.
    CertificateStoreUnavailable = 1321, "Export the certificate to a PKCS #12 file (.pfx) and give its path.";
    /// The certificate is not in the store.
    CertificateNotInStore = 1322, "Check store and thumbprint: dir Cert:\\CurrentUser\\My.";
    /// The key cannot be exported from the store.
    CertificateKeyNotExportable = 1323, "Have a certificate issued whose private key can be exported.";
    /// The length of the key is unusual.
    CertificateKeyLength = 1324, "Test a medium with this certificate before relying on it; 2048 bits are what media are documented to take.";
    /// The chain of the certificate is not whole.
    CertificateChainIncomplete = 1325, "Export the certificate with all certificates of its certification path, or make sure that the management points have them.";
    /// The certificate ends soon.
    CertificateExpiresSoon = 1326, "Renew the certificate: the medium works only as long as it.";
    /// The certificate is signed over an outdated hash.
    CertificateSignatureWeak = 1327, "Have the certificate issued with SHA-256.";
    /// The subject of the certificate cannot be used, or may not be understood.
    CertificateSubject = 1328, "Use a subject of characters of one byte each.";
    /// The file holds several certificates with private keys, or one that is doubtful in another way.
    CertificateDoubtful = 1329, "Make sure that the certificate that is named is the one that is meant.";

    /// No policy is named for a capture medium.
    CapturePolicyMissing = 1340, "Name a capture medium that the console made, its Policy.xml, or a task sequence that captures (-CapturePolicyPath).";
    /// The policy for a capture medium cannot be read.
    CapturePolicyUnreadable = 1341, "Name a capture medium that the console made, its Policy.xml, or a task sequence that captures (-CapturePolicyPath).";
    /// The policy for a capture medium holds no task sequence.
    CapturePolicyEmpty = 1342, "Name a policy that holds the task sequence that captures.";
    /// The policy of a capture medium does not open with any key that is known.
    CapturePolicyClosed = 1343, "Nothing; a medium of this program opens with the media GUID in its variables.";
    /// What real capture media hold is not proven.
    CaptureUnproven = 1344, "Try the medium on one computer; docs/capture.md says what a real medium would settle.";

    // 14xx: the target and other folders
    /// The folder for the result is not there.
    TargetFolderMissing = 1401, "Create the folder, or correct the path.";
    /// The folder for the result cannot be written to.
    TargetNotWritable = 1402, "Check your rights on the folder.";
    /// The volume of the result has too little room.
    TargetSpace = 1403, "Free the room that is named; the old medium stays until the new one is verified.";
    /// The volume of the temporary folder has too little room.
    StagingSpace = 1404, "Free the room that is named, or name another temporary folder.";
    /// The path of the result is a folder.
    TargetIsFolder = 1405, "Give the path of a file that ends in .iso.";
    /// The temporary folder is not there, or cannot be written to.
    StagingUnusable = 1406, "Create the folder or check your rights, or name another temporary folder.";
    /// The log cannot be written.
    LogUnusable = 1407, "Give the log a path in a folder that exists and that you may write to.";
    /// Where the medium is built, beside its target, lies something that is no file of this program's.
    PartialAlien = 1410, "Remove or rename what lies at the path that is named, or give the medium another path.";
    /// A folder that is to be replaced holds more than a medium.
    TargetNotMedium = 1415, "Name a new folder, or move what is not part of a medium out of this one.";
    /// A file is longer than the file system of the target can hold.
    FileTooLargeForTarget = 1416, "Name a folder on NTFS, make a disc image, or make the file smaller. Only images of operating system image packages are split.";
    /// A disc is too small for what every medium starts from.
    CapacityForBoot = 1420, "Choose larger volumes; the message says how many bytes are missing.";
    /// A disc is too small for a single file.
    CapacityForFile = 1421, "Choose larger volumes; the message says how many bytes are missing. An image of an operating system can be split: splitImage (-SplitImage).";
    /// A medium needs several discs, and no client was seen to accept a set.
    VolumeSetUnproven = 1422, "Try the set on one computer, or choose a larger mediaSize so that one disc is enough.";

    // 15xx: boot image and layout
    /// The boot image is not a WIM.
    BootImageNotWim = 1501, "Name a boot image package, or a .wim file.";
    /// The boot image holds no image, or several.
    BootImageCount = 1502, "Export the one image that is wanted to a WIM of its own.";
    /// The boot image is for a processor that media cannot have.
    BootImageArchitecture = 1503, "Name a boot image for x86, x64 or ARM64.";
    /// A file that the medium boots from is not in the boot image.
    BootFileMissing = 1504, "Use a boot image that Configuration Manager made, or add the files that are named to it.";
    /// libwim is not there.
    WimLibraryMissing = 1505, "Install libwim (Debian: libwim15), or put libwim-15.dll beside the native library.";
    /// The boot image cannot be read.
    BootImageUnreadable = 1506, "Check the boot image with DISM; redistribute it when it is damaged.";
    /// The files cannot be put on a disc.
    LayoutInvalid = 1507, "Remove or rename the file that is named.";
    /// The boot image is for other computers than the medium.
    TargetArchitecture = 1508, "Name a boot image for the computers that are to start from the medium, or correct what they are.";
    /// A boot configuration cannot be read.
    BootConfigurationInvalid = 1509, "Make the medium anew; when the boot configuration comes from the boot image, make that anew.";
    /// A boot configuration points at something that is not on the medium.
    BootConfigurationAstray = 1510, "Make the medium anew; when the boot configuration comes from the boot image, make that anew.";
    /// The boot image is one part of a split WIM.
    BootImageSplit = 1511, "Join the parts with 'DISM /Export-Image' or 'wimlib-imagex join', and name the result.";
    /// The boot image is compressed in a way that the boot manager cannot read.
    BootImageCompression = 1512, "Export the image with 'DISM /Export-Image /Compress:max' (not 'recovery') or 'wimlib-imagex export --compress=LZX'.";
    /// The boot image is encrypted.
    BootImageEncrypted = 1513, "Use the boot image of the Windows ADK or of the site; files of Windows Update are encrypted.";
    /// The boot image has the form for pipes, which only wimlib reads.
    BootImagePipable = 1514, "Export the image with 'wimlib-imagex export --not-pipable', and name the result.";
    /// A part of the boot image that no boot file is in is damaged.
    BootImageDamaged = 1515, "Take the boot image from where it is whole; redistribute it when it comes from a package.";
    /// The boot image does not tell what is in it, so that nobody knows whether the boot files beside it are its own.
    BootSetUnknown = 1516, "Export the boot image with 'DISM /Export-Image' or 'wimlib-imagex export', and make the medium anew.";
    /// The boot image lacks the boot files of the authority that is asked for.
    BootLoaderMissing = 1520, "Service the boot image with the cumulative update of April 2024 or a later one, or take another boot loader.";
    /// A boot loader is no program, or damaged.
    BootLoaderUnreadable = 1521, "Name a program for UEFI, a boot image, a folder or a medium that holds one; replace it when it is damaged.";
    /// The boot loader is signed by another authority than is asked for.
    BootLoaderSigner = 1522, "Service the boot image with the cumulative update of April 2024 or a later one, or take another boot loader.";
    /// The boot loader was altered after it was signed.
    BootLoaderAltered = 1523, "Take the boot loader from a source that you trust; find out who altered it.";
    /// The computers that the medium is for do not start its boot loader.
    BootLoaderTarget = 1524, "Take the boot loader that these computers trust, or make one medium for each kind (-BootLoader Both).";
    /// Boot files of one medium come from different boot images.
    BootLoaderMixed = 1525, "Make the medium anew: boot loader, boot.stl, fonts and winload must come from one boot image.";
    /// The file with the floors of security version numbers cannot be used.
    SecurityVersions = 1526, "Correct the file at the place named, or remove it: the built-in values are used then.";
    /// The boot manager is older than computers with the newest revocations let it be.
    BootLoaderOld = 1527, "Service the boot image with the newest cumulative update, and make the medium anew.";
    /// An operating system image cannot be read.
    OsImageUnreadable = 1530, "Check the image with DISM; redistribute it when it is a package.";
    /// What is named as an operating system image is no WIM.
    OsImageNotWim = 1531, "Name an operating system image package, or a .wim file.";
    /// There is no image of the number that is named.
    OsImageIndexUnknown = 1532, "Give the number of one of the images that are listed.";
    /// A WIM holds several images, and none is named.
    OsImageIndexNeeded = 1533, "Give the number of the image that is wanted (operatingSystemImageIndex).";
    /// An operating system image is one part of a split WIM.
    OsImageSplit = 1534, "Join the parts with 'DISM /Export-Image' or 'wimlib-imagex join', and name the result.";
    /// An operating system image is compressed in a way that only downloads use.
    OsImageSolid = 1535, "Export the image with 'DISM /Export-Image /Compress:max' or 'wimlib-imagex export --compress=LZX', and name the result.";
    /// An operating system image is encrypted.
    OsImageEncrypted = 1536, "Take the image from installation media; files of Windows Update are encrypted.";
    /// An operating system image has wimlib's own layout.
    OsImagePipable = 1537, "Export the image with 'wimlib-imagex export --not-pipable', and name the result.";
    /// An operating system image is damaged.
    OsImageDamaged = 1538, "Take the image from where it is whole; redistribute it when it comes from a package.";
    /// Boot image and operating system are for different processors.
    OsImageArchitecture = 1539, "Give a boot image for the processor of the operating system.";
    /// An operating system image has a file where a file of the medium goes.
    ImagePathTaken = 1540, "Rename what is named in the operating system image, or let it give way (-ReplaceImageFile).";
    /// An operating system image is a task sequence medium itself.
    OsImageIsMedium = 1541, "Give the image that the medium was made from, or let its files give way (-ReplaceImageFile).";
    /// A medium would be larger than a file can be on the volume of its target.
    TargetFileLimit = 1542, "Give a path on a volume with NTFS, ReFS or another file system for large files.";
    /// A file is no prestaged medium, or cannot be read.
    ApplyImageUnusable = 1550, "Name a prestaged medium: a .wim that New-TaskSequenceMedia -Prestaged or the console made.";
    /// A prestaged medium lacks the boot files for a kind of firmware.
    ApplyBootFilesMissing = 1551, "Make the medium anew from a boot image with boot files for this firmware, or ask for the other one.";
    /// The boot configuration of a prestaged medium cannot be used.
    ApplyStoreUnusable = 1552, "Make the medium anew; its boot configuration has to start the boot image.";
    /// The files for the depot cannot be written into the folder.
    ApplyFolderUnusable = 1553, "Name another folder, or let the files be replaced (-Force).";
    /// The disk or the partition for a prestaged medium cannot be.
    ApplyDiskInvalid = 1554, "Give the number of a disk, and a size that FAT32 can have.";

    // 16xx: build
    /// The medium could not be written.
    BuildFailed = 1601, "Check the volume of the target; the old medium is as it was.";
    /// A source had other bytes than planned.
    SourceChanged = 1602, "Let nobody change the source during the build, then try again.";
    /// The work was cancelled.
    Cancelled = 1603, "Nothing: the old medium is as it was, and no partial file stays.";

    // 17xx: verify
    /// The medium is not what was planned.
    VerificationFailed = 1701, "Build again; if it fails again, check the volume of the target. The old medium is as it was.";
    /// The medium cannot be read.
    MediumUnreadable = 1702, "Check the path, and that the file is a disc image.";
    /// The medium can be read, but is no task sequence medium.
    NotTaskSequenceMedium = 1703, "Name a medium that was made as task sequence media.";
    /// The password does not open the medium.
    PasswordWrong = 1704, "Give the password that the medium was made with.";
    /// The medium has a password and none was given.
    PasswordNeeded = 1705, "Give the password that the medium was made with.";
    /// The manifest beside the medium cannot be used.
    ManifestInvalid = 1706, "Remove the manifest, or name the one that was made with the medium.";
    /// A disc of a set is not there.
    VolumeMissing = 1710, "Put the disc that is named beside the others, under the name that it was made with.";
    /// A disc does not belong to the set.
    VolumeForeign = 1711, "Put the disc of this set in its place, or make the set again.";
    /// Two discs of a set have each other's names.
    VolumeSwapped = 1712, "Give the discs the names that they were made with.";
    /// A disc of a set has other bytes than were written.
    VolumeAltered = 1713, "Copy the disc again from where it is whole, or make the set again.";

    // 18xx: publish
    /// The verified medium could not be put in its place.
    PublishFailed = 1801, "Close whatever holds the old medium open, then try again; it is as it was.";
    /// The path is in use by another build.
    TargetBusy = 1802, "Wait for the other build of this path to end.";

    // 19xx: the program itself
    /// A fault of this program.
    Internal = 1901, "Report this, with the log.";
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_number_is_used_once_and_they_ascend() {
        let codes: Vec<&str> = ErrorKind::ALL.iter().map(|k| k.code()).collect();
        assert_eq!(codes.iter().collect::<HashSet<_>>().len(), codes.len());
        assert!(codes.windows(2).all(|w| w[0] < w[1]), "{codes:?}");
    }

    #[test]
    fn every_kind_says_what_to_do() {
        assert!(ErrorKind::ALL.iter().all(|k| k.action().ends_with('.')));
    }
}
