//! Where content comes from: texts that name no source, numbers out of range, certificates of no form.

use super::fault;
use crate::definition::Definition;
use crate::{Error, ErrorKind, content_errors};
use std::ops::RangeInclusive;
use tsm_content::DistributionPoint;

/// How many files may be asked for at once. More would only wait for each other, and be taken for an attack.
const THROTTLE: RangeInclusive<u32> = 1..=64;

/// The faults of the fields about content, in the order of the fields.
pub(super) fn faults(definition: &Definition) -> Vec<Error> {
    let mut faults = Vec::new();
    let servers = definition.distribution_point.iter().filter(|text| DistributionPoint::is_named_by(text));
    faults.extend(servers.filter_map(|text| DistributionPoint::check_name(text).err()).map(content_errors::error));
    if definition.no_cache && definition.cache_path.is_some() {
        let message = "A folder for the cache is given (cachePath), and that there shall be none (noCache).";
        faults.push(fault(ErrorKind::DefinitionMalformed, "noCache", message).action("Leave one of them out."));
    }
    if let Some(limit) = definition.throttle_limit.filter(|limit| !THROTTLE.contains(limit)) {
        let message = format!("{limit} files at once are not possible: it is a number from 1 to 64.");
        faults.push(fault(ErrorKind::DefinitionMalformed, "throttleLimit", message));
    }
    faults
}

#[cfg(test)]
mod tests {
    use crate::input::tests::codes;

    #[test]
    fn every_fault_has_its_number() {
        assert_eq!(codes(|d, _| d.distribution_point = vec!["ftp://dp1".into()]), ["TSM1210"]);
        assert_eq!(codes(|d, _| d.distribution_point = vec!["http://user:word@dp1".into()]), ["TSM1210"]);
        assert_eq!(codes(|d, _| d.distribution_point = vec!["https://c.cloudapp.net".into()]), ["TSM1228"]);
        assert_eq!(codes(|d, _| d.throttle_limit = Some(0)), ["TSM1001"]);
        assert_eq!(codes(|d, _| (d.no_cache, d.cache_path) = (true, Some("/cache".into()))), ["TSM1001"]);
        let good = vec!["http://dp1:8080".into(), "dp2.contoso.test".into(), "/lib".into()];
        assert!(codes(|d, _| d.distribution_point = good).is_empty());
    }
}
