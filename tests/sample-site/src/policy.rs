//! The policies of a task sequence, as the provider of a site gives them for stand-alone media: the sequence is obfuscated.
use anyhow::{Context as _, Result};
use tsm_formats::envelope::Algorithm;
use tsm_formats::policy::secret::obfuscate;

use crate::chance::Chance;

/// A policy with a task sequence of this text.
///
/// # Errors
/// None that happens.
pub fn policy(seed: u64, package_id: &str, name: &str, sequence: &str) -> Result<String> {
    let mut key = [0; 40];
    key.copy_from_slice(&Chance::new(seed, package_id).bytes(40));
    let hidden = obfuscate(sequence, &key, Algorithm::TripleDes).context("the sequence is too long")?;
    let property =
        |name: &str, value: &str| format!("<property name=\"{name}\" type=\"8\"><value>{value}</value></property>");
    let properties = [
        property("ADV_AdvertisementID", &format!("PS12{}", &package_id[4..])),
        property("PKG_PackageID", package_id),
        property("PKG_Name", &escaped(name)),
        property("TS_Sequence", &hidden),
    ];
    Ok(format!(
        "<Policy PolicyID=\"{package_id}\"><PolicyRule><PolicyAction><instance class=\"CCM_TaskSequence\">{}</instance>\
         </PolicyAction></PolicyRule></Policy>",
        properties.concat()
    ))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
