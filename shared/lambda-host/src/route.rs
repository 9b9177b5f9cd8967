//! The path of a route, from what API Gateway says of a request.

use std::collections::HashMap;

/// The stage of the deployed API. A request's own stage is removed from its path too; this one also
/// where the event names none, as `cargo lambda watch` does.
const STAGE: &str = "v1";

/// The path of the resource that API Gateway chose, such as `/agents/{externalId}`, with the path's
/// parameters in it. The caller's own path is no guide: under a custom domain it begins with a base
/// path, which may look like a stage or like a route. `None` where a parameter is missing. Where
/// the resources themselves begin with the version, it is removed as from a path.
pub(crate) fn of_resource(resource: &str, parameters: &HashMap<String, String>) -> Option<String> {
    let mut path = String::new();
    for segment in resource.strip_prefix('/')?.split('/') {
        path.push('/');
        match segment.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            None => path.push_str(segment),
            // `{proxy+}` stands for the rest of the path.
            Some(name) => path.push_str(parameters.get(name.trim_end_matches('+'))?),
        }
    }
    Some(without_stage(&path, None).to_owned())
}

/// A path without the stage that it may begin with.
pub(crate) fn without_stage<'p>(path: &'p str, stage: Option<&str>) -> &'p str {
    [stage, Some(STAGE)]
        .into_iter()
        .flatten()
        .find_map(|stage| {
            let rest = path.strip_prefix('/')?.strip_prefix(stage)?;
            if rest.is_empty() { Some("/") } else { rest.starts_with('/').then_some(rest) }
        })
        .unwrap_or(path)
}
