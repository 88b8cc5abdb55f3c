//! A console: the programs that start media in a running Windows, as stand-ins, and a task sequence that captures.

use crate::boot::program::{Machine, WINDOWS, program};
use crate::tree::Tree;

/// The programs that start a medium in a running Windows and capture it, and the libraries that they may need.
const FILES: [&str; 12] = [
    "TSMBAutorun.exe",
    "TsCore.dll",
    "TsRes.dll",
    "CommonUtils.dll",
    "SmsCore.dll",
    "ccmcore.dll",
    "CcmUtilLib.dll",
    "msvcp140.dll",
    "vcruntime140.dll",
    // For capture media.
    "OsdCaptureCD.exe",
    "OsdCore.dll",
    "vcruntime140_1.dll",
];

/// What the folder of a console holds, as far as media need it.
pub(crate) fn console_tree(modified: i64) -> Tree {
    let mut tree = Tree::new(modified);
    for (folder, machine) in [("i386", Machine::X86), ("x64", Machine::X64)] {
        for name in FILES {
            tree.file(&format!("bin/{folder}/{name}"), program(machine, WINDOWS, name));
        }
    }
    tree
}

/// What stands in for the task sequence of capture media: of the form of any other, with a name that says what it is.
pub(crate) const CAPTURE_SEQUENCE: &str = "<sequence version=\"3.10\">\r\n  \
    <step type=\"SMS_TaskSequence_RunCommandLineAction\" name=\"Stand-in of the sample site: capture\" runIn=\"FullOS\" successCodeList=\"0 3010\">\r\n    \
    <action>smsswd.exe /run: OsdCaptureCD.exe</action>\r\n    \
    <defaultVarList><variable name=\"CommandLine\" property=\"CommandLine\">OsdCaptureCD.exe</variable></defaultVarList>\r\n  \
    </step>\r\n</sequence>\r\n";
