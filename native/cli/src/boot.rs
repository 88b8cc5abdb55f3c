//! Boot images and boot configurations in words for people.

use crate::print::printable;
use std::io::{self, Write};
use tsm_media::{BootConfiguration, BootImageDriver, BootImageFacts, BootImageFile};

/// Boot configurations as bcdedit shows them: objects with a line below, elements by name.
pub fn configurations(out: &mut dyn Write, found: &[BootConfiguration]) -> io::Result<()> {
    for configuration in found {
        writeln!(out, "{}", printable(&configuration.path))?;
        for object in &configuration.objects {
            let name = object.name.as_deref().map(|name| format!(" {name}")).unwrap_or_default();
            let title = format!("{} {}{name}", object.kind, printable(&object.id));
            writeln!(out, "\n  {title}\n  {}", "-".repeat(title.chars().count()))?;
            for element in &object.elements {
                let name = element.name.as_deref().unwrap_or("");
                writeln!(out, "  {} {name:<20} {}", element.id, printable(&value(&element.value)))?;
            }
        }
        writeln!(out)?;
    }
    Ok(())
}

fn value(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        serde_json::Value::Array(items) => items.iter().map(self::value).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}

/// A boot image: one line a property, then its boot files, drivers and components.
pub fn image(out: &mut dyn Write, image: &BootImageFacts) -> io::Result<()> {
    let package = image.package_id.as_ref().map(|id| match image.source_version {
        Some(version) => format!("{id}, version {version}"),
        None => id.clone(),
    });
    let properties = [
        ("path", Some(image.path.clone())),
        ("package", package),
        ("name", Some(image.name.clone())),
        ("architecture", Some(image.architecture.clone())),
        ("Windows PE", image.os_version.clone()),
        ("language", image.language.clone()),
        ("client", image.client_version.clone()),
        ("scratch space", image.scratch_space.map(|mb| format!("{mb} MB"))),
        ("compression", Some(image.compression.clone())),
        ("bytes", Some(image.length.to_string())),
        ("starts by", Some(image.firmware.join(", ")).filter(|text| !text.is_empty())),
        ("boot file folders", Some(image.loader_folders.join(", ")).filter(|text| !text.is_empty())),
    ];
    for (name, text) in properties {
        if let Some(text) = text {
            writeln!(out, "{name:<20}: {}", printable(&text))?;
        }
    }
    for warning in &image.warnings {
        writeln!(out, "{:<20}: {}", "warning", printable(warning))?;
    }
    writeln!(out, "boot files")?;
    image.boot_files.iter().try_for_each(|file| boot_file(out, file))?;
    for kind in ["Network", "Storage", "Other"] {
        drivers(out, image.drivers.iter().filter(|driver| driver.kind == kind).collect(), kind)?;
    }
    writeln!(out, "optional components: {}", image.optional_components.len())?;
    for component in &image.optional_components {
        let languages = component.languages.join(" ");
        writeln!(out, "  {} {} {}", printable(&component.name), printable(&component.version), printable(&languages))?;
    }
    image.updates.iter().try_for_each(|update| writeln!(out, "  update {}", printable(update)))
}

fn boot_file(out: &mut dyn Write, file: &BootImageFile) -> io::Result<()> {
    let state = match (file.is_there, file.inside.as_slice()) {
        (true, []) => "made for the medium".to_owned(),
        (true, [one]) => one.clone(),
        (true, [first, ..]) => format!("{first} and {} more", file.inside.len() - 1),
        (false, _) if file.required => "MISSING".to_owned(),
        (false, _) => "not there".to_owned(),
    };
    writeln!(out, "  {:<5} {:<45} {}", file.firmware, printable(&file.name), printable(&state))
}

/// Those that are part of Windows are only counted.
fn drivers(out: &mut dyn Write, drivers: Vec<&BootImageDriver>, kind: &str) -> io::Result<()> {
    let added: Vec<_> = drivers.iter().filter(|driver| !driver.is_inbox).collect();
    writeln!(
        out,
        "drivers, {}: {} of Windows, {} added",
        kind.to_lowercase(),
        drivers.len() - added.len(),
        added.len()
    )?;
    for driver in added {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let (provider, version, date) = (text(&driver.provider), text(&driver.version), text(&driver.date));
        writeln!(
            out,
            "  {} {} {} {}",
            printable(&driver.inf),
            printable(&provider),
            printable(&version),
            printable(&date)
        )?;
    }
    Ok(())
}
