//! How much memory the template gives a function.

use saphyr::{LoadableYamlNode, Yaml};

const TEMPLATE: &str = include_str!("../../../../infra/aws/template.yaml");

/// The MiB that the function of this binary is deployed with, unless an operator chooses another
/// number: its own `MemorySize`, else the one of all functions.
pub(crate) fn deployed_mib(binary: &str) -> u64 {
    let documents = Yaml::load_from_str(TEMPLATE).unwrap();
    let template = documents.first().unwrap();
    let resources = at(template, &["Resources"]).and_then(Yaml::as_mapping).unwrap();
    let function = resources
        .values()
        .find(|resource| {
            at(resource, &["Metadata", "BuildProperties", "Binary"]).and_then(Yaml::as_str)
                == Some(binary)
        })
        .unwrap_or_else(|| panic!("the template has no function {binary}"));
    let size = at(function, &["Properties", "MemorySize"])
        .or_else(|| at(template, &["Globals", "Function", "MemorySize"]))
        .unwrap();
    // `!Ref` to a parameter.
    let Yaml::Tagged(_, parameter) = size else { panic!("{size:?} is no reference") };
    let default = at(template, &["Parameters", parameter.as_str().unwrap(), "Default"]);
    default.and_then(Yaml::as_integer).unwrap().try_into().unwrap()
}

fn at<'a>(node: &'a Yaml<'a>, path: &[&str]) -> Option<&'a Yaml<'a>> {
    path.iter().try_fold(node, |node, name| node.as_mapping_get(name))
}
