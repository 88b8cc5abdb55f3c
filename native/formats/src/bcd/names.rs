//! Names of objects and elements, as bcdedit shows them.

/// The well-known name of an object, such as `{bootmgr}`.
#[must_use]
pub fn object_name(id: &str) -> Option<&'static str> {
    const NAMES: &[(&str, &str)] = &[
        ("{9dea862c-5cdd-4e70-acc1-f32b344d4795}", "{bootmgr}"),
        ("{a5a30fa2-3d06-4e9f-b5f4-a01df9d1fcba}", "{fwbootmgr}"),
        ("{b2721d73-1db4-4c62-bf78-c548a880142d}", "{memdiag}"),
        ("{466f5a88-0af2-4f76-9038-095b170dc21c}", "{ntldr}"),
        ("{ae5534e0-a924-466c-b836-758539a3ee3a}", "{ramdiskoptions}"),
        ("{7ea2e1ac-2e61-4728-aaa3-896d9d0a9f0e}", "{globalsettings}"),
        ("{6efb52bf-1766-41db-a6b3-0ee5eff72bd7}", "{bootloadersettings}"),
        ("{1afa9c49-16ab-4a5c-901b-212802da9460}", "{resumeloadersettings}"),
        ("{4636856e-540f-4170-a130-a84776f4c654}", "{dbgsettings}"),
        ("{0ce4991b-e6b3-4b16-b23c-5e0d9250e5d9}", "{emssettings}"),
        ("{5189b25c-5558-4bf2-bca4-289b11bd29e2}", "{badmemory}"),
        ("{7ff607e0-4395-11db-b0de-0800200c9a66}", "{hypervisorsettings}"),
    ];
    NAMES.iter().find(|(guid, _)| id.eq_ignore_ascii_case(guid)).map(|(_, name)| *name)
}

/// What an object of this type is, in words.
#[must_use]
pub fn object_kind(kind: u32) -> &'static str {
    match (kind >> 28, kind & 0x000f_ffff) {
        (1, 1) => "firmware boot manager",
        (1, 2) => "boot manager",
        (1, 3) => "Windows loader",
        (1, 4) => "resume loader",
        (1, 5) => "memory tester",
        (1, 6) => "older Windows loader",
        (1, 7) => "older setup loader",
        (1, 8) => "boot sector",
        (1, 9) => "start-up module",
        (1, 10) => "boot application",
        (1, _) => "application",
        (2, _) => "inherited settings",
        (3, _) => "device options",
        _ => "object of unknown type",
    }
}

/// The name of an element. Numbers mean something else in objects of another type, so the type is needed.
#[must_use]
pub fn element_name(object_kind: u32, element: u32) -> Option<&'static str> {
    let find = |names: &[(u32, &'static str)]| names.iter().find(|(id, _)| *id == element).map(|(_, name)| *name);
    match element >> 28 {
        1 => find(LIBRARY),
        2 if matches!(object_kind & 0x000f_ffff, 1 | 2) => find(MANAGER),
        2 => find(LOADER),
        3 => find(DEVICE),
        _ => None,
    }
}

/// Elements of every boot application.
const LIBRARY: &[(u32, &str)] = &[
    (0x1100_0001, "device"),
    (0x1200_0002, "path"),
    (0x1200_0004, "description"),
    (0x1200_0005, "locale"),
    (0x1400_0006, "inherit"),
    (0x1500_0007, "truncatememory"),
    (0x1400_0008, "recoverysequence"),
    (0x1600_0009, "recoveryenabled"),
    (0x1700_000a, "badmemorylist"),
    (0x1600_000b, "badmemoryaccess"),
    (0x1600_0010, "bootdebug"),
    (0x1500_0011, "debugtype"),
    (0x1500_0012, "debugaddress"),
    (0x1500_0013, "debugport"),
    (0x1500_0014, "baudrate"),
    (0x1500_0015, "channel"),
    (0x1200_0016, "targetname"),
    (0x1600_0020, "bootems"),
    (0x1500_0022, "emsport"),
    (0x1500_0023, "emsbaudrate"),
    (0x1200_0030, "loadoptions"),
    (0x1600_0040, "advancedoptions"),
    (0x1600_0041, "optionsedit"),
    (0x1600_0046, "graphicsmodedisabled"),
    (0x1600_0048, "nointegritychecks"),
    (0x1600_0049, "testsigning"),
    (0x1200_004a, "fontpath"),
    (0x1500_0052, "graphicsresolution"),
    (0x1600_0054, "highestmode"),
    (0x1600_0060, "isolatedcontext"),
    (0x1500_0065, "displaymessage"),
    (0x1600_006c, "nobootuxtext"),
    (0x1600_006d, "nobootuxprogress"),
];

/// Elements of boot managers.
const MANAGER: &[(u32, &str)] = &[
    (0x2400_0001, "displayorder"),
    (0x2400_0002, "bootsequence"),
    (0x2300_0003, "default"),
    (0x2500_0004, "timeout"),
    (0x2600_0005, "resume"),
    (0x2300_0006, "resumeobject"),
    (0x2400_0010, "toolsdisplayorder"),
    (0x2600_0020, "displaybootmenu"),
    (0x2600_0021, "noerrordisplay"),
    (0x2100_0022, "bcddevice"),
    (0x2200_0023, "bcdfilepath"),
];

/// Elements of Windows loaders.
const LOADER: &[(u32, &str)] = &[
    (0x2100_0001, "osdevice"),
    (0x2200_0002, "systemroot"),
    (0x2300_0003, "resumeobject"),
    (0x2600_0010, "detecthal"),
    (0x2200_0011, "kernel"),
    (0x2200_0012, "hal"),
    (0x2500_0020, "nx"),
    (0x2500_0021, "pae"),
    (0x2600_0022, "winpe"),
    (0x2600_0040, "vga"),
    (0x2600_0041, "quietboot"),
    (0x2500_0080, "safeboot"),
    (0x2600_00a0, "debug"),
    (0x2600_00b0, "ems"),
    (0x2500_00c1, "driverloadfailurepolicy"),
    (0x2500_00c2, "bootmenupolicy"),
    (0x2500_00e0, "bootstatuspolicy"),
    (0x2500_00f0, "hypervisorlaunchtype"),
    (0x2500_00f3, "hypervisordebugtype"),
    (0x2500_00f4, "hypervisordebugport"),
    (0x2500_00f5, "hypervisorbaudrate"),
];

/// Elements of device options.
const DEVICE: &[(u32, &str)] = &[
    (0x3500_0001, "ramdiskimageoffset"),
    (0x3500_0002, "ramdisktftpclientport"),
    (0x3100_0003, "ramdisksdidevice"),
    (0x3200_0004, "ramdisksdipath"),
    (0x3500_0005, "ramdiskimagelength"),
    (0x3600_0006, "exportascd"),
    (0x3500_0007, "ramdisktftpblocksize"),
];
