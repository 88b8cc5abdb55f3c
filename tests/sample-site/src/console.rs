//! A console: the programs that start media in a running Windows, as stand-ins.

use crate::boot::program::{Machine, WINDOWS, program};
use crate::tree::Tree;

/// The program that starts a medium in a running Windows, and the libraries that it may need.
const FILES: [&str; 9] = [
    "TSMBAutorun.exe",
    "TsCore.dll",
    "TsRes.dll",
    "CommonUtils.dll",
    "SmsCore.dll",
    "ccmcore.dll",
    "CcmUtilLib.dll",
    "msvcp140.dll",
    "vcruntime140.dll",
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
