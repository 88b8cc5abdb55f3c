//! Custom ports have to be on the medium: a client asks the management point at the port that it knows (KB 2952919).

use super::{Rule, Subject};
use crate::management_points::parse_url;
use crate::report::Check;

pub(super) const RULE: Rule = Rule {
    id: "definition.port",
    title: "The management points are asked at the ports of the site",
    symptom: Some("The wizard waits for a management point that does not answer, and stops with 0x80072efd."),
    look,
};

fn look(subject: &Subject<'_>) -> Vec<Check> {
    let Some(ports) = subject.facts.and_then(|f| f.ports) else { return Vec::new() };
    let mut checks = Vec::new();
    for point in &subject.definition.management_point {
        let Ok(url) = parse_url(point) else { continue };
        let of_site = if url.https { ports.https } else { ports.http };
        if let Some(port) = url.port.filter(|port| *port != of_site && !url.cloud) {
            let evidence = format!("'{point}' names port {port}, the site uses {of_site}.");
            let remedy = "Correct the port, or leave it out: the medium takes it from the site facts.";
            checks.push(RULE.warning(evidence, remedy).target(point.clone()));
        }
    }
    if checks.is_empty() {
        checks.push(RULE.passed(format!("HTTP {}, HTTPS {}.", ports.http, ports.https)));
    }
    checks
}

#[cfg(test)]
mod tests {
    use super::super::tests::outcomes;
    use super::*;
    use crate::report::Outcome::{Passed, Warning};

    #[test]
    fn another_port_than_that_of_the_site_is_a_warning() {
        let of = |point: &str| outcomes(&RULE, |c| c.definition.management_point = vec![point.to_owned()]);
        assert_eq!(of("http://mp1"), [Passed]);
        assert_eq!(of("http://mp1:80"), [Passed]);
        assert_eq!(of("http://mp1:8080"), [Warning]);
    }
}
