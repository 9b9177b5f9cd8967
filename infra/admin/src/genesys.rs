//! From the environment to Genesys Cloud, and to the integration that is meant.

use genesys_cloud::{Client, ClientCredentials, HrisIntegration, Origin, Site};
use lambda_host::SettingError;

use crate::Error;
use crate::permissions::listed;

const REGION: &str = "GENESYSCLOUD_REGION";
const BASE_URL: &str = "GENESYSCLOUD_BASE_URL";
const LOGIN_URL: &str = "GENESYSCLOUD_LOGIN_URL";
const CLIENT_ID: &str = "GENESYSCLOUD_OAUTHCLIENT_ID";
const CLIENT_SECRET: &str = "GENESYSCLOUD_OAUTHCLIENT_SECRET";

/// A client of the organisation that the variables name, by the names of the Terraform provider.
/// Nothing is sent yet.
pub(crate) fn client(variable: impl Fn(&str) -> Option<String>) -> Result<Client, Error> {
    let required = |name: &'static str, what: &str| {
        variable(name).ok_or_else(|| SettingError::new(name, format!("is not set: {what}")))
    };
    let site = match (variable(BASE_URL), variable(LOGIN_URL)) {
        (None, None) => required(REGION, "the organisation's AWS region, such as eu-central-1")?
            .parse()
            .map_err(|error| SettingError::new(REGION, format!("is wrong: {error}")))?,
        _ => {
            let both = "it and the other address of a stand-in belong together";
            let origin = |name| {
                let wrong = |error| SettingError::new(name, format!("is wrong: {error}"));
                required(name, both).and_then(|text| text.parse::<Origin>().map_err(wrong))
            };
            Site::at(origin(BASE_URL)?, origin(LOGIN_URL)?)
        }
    };
    let id = required(CLIENT_ID, "the id of an OAuth client with client credentials")?;
    let secret = required(CLIENT_SECRET, "the secret of that OAuth client")?;
    let credentials = ClientCredentials::new(&id, secret).map_err(|error| {
        SettingError::new(CLIENT_ID, format!("or its secret is wrong: {error}"))
    })?;
    let http = genesys_cloud::http_client().map_err(|error| Error::Usage(format!("{error}.")))?;
    Ok(Client::new(http, site, credentials))
}

/// The integration that is meant: the only one, or the one of this id or name.
pub(crate) fn choose(
    known: Vec<HrisIntegration>,
    wanted: Option<&str>,
) -> Result<HrisIntegration, Error> {
    let all: Vec<String> = known.iter().map(called).collect();
    let is_wanted = |integration: &HrisIntegration| {
        let by_name = |wanted: &str| {
            let name = integration.name.as_deref();
            name.is_some_and(|name| name.to_lowercase() == wanted.trim().to_lowercase())
        };
        wanted.is_none_or(|wanted| integration.id.as_str() == wanted || by_name(wanted))
    };
    let mut meant: Vec<HrisIntegration> = known.into_iter().filter(is_wanted).collect();
    match (meant.pop(), wanted) {
        (Some(only), _) if meant.is_empty() => Ok(only),
        (None, None) => Err(Error::NoIntegration),
        (None, Some(wanted)) => Err(Error::Usage(format!(
            "There is no HRIS integration {wanted:?}. There is {}.",
            listed(&all)
        ))),
        (Some(_), _) => Err(Error::Usage(format!(
            "There are several HRIS integrations: {}. Name one with --integration, by its id where \
            names are the same.",
            listed(&all)
        ))),
    }
}

/// An integration as people see it.
pub(crate) fn called(integration: &HrisIntegration) -> String {
    let name = integration.name.as_deref().unwrap_or("without a name");
    format!("{name} ({})", integration.id)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    const COMPLETE: [(&str, &str); 3] =
        [(REGION, "eu-central-1"), (CLIENT_ID, "an-id"), (CLIENT_SECRET, "a-secret")];

    fn client_with(changes: &[(&str, &str)]) -> Result<Client, Error> {
        let variables: BTreeMap<&str, &str> = COMPLETE.iter().chain(changes).copied().collect();
        client(|name| {
            variables.get(name).filter(|text| !text.is_empty()).map(|text| (*text).to_owned())
        })
    }

    #[test]
    fn every_variable_that_is_missing_or_wrong_is_named() {
        assert!(client_with(&[]).is_ok());
        let stand_in = [(BASE_URL, "http://127.0.0.1:1"), (LOGIN_URL, "http://127.0.0.1:1")];
        assert!(client_with(&[stand_in[0], stand_in[1], (REGION, "")]).is_ok());
        for (changes, named) in [
            (&[(REGION, "")][..], REGION),
            (&[(REGION, "mypurecloud.con")], REGION),
            (&[(CLIENT_ID, "")], CLIENT_ID),
            (&[(CLIENT_ID, "a:b")], CLIENT_ID),
            (&[(CLIENT_SECRET, "")], CLIENT_SECRET),
            (&[stand_in[0]], LOGIN_URL),
            (&[stand_in[1]], BASE_URL),
            (&[(BASE_URL, "http://api.example"), stand_in[1]], BASE_URL),
            (&[stand_in[0], (LOGIN_URL, "https://login.example/oauth")], LOGIN_URL),
        ] {
            let error = client_with(changes).unwrap_err();
            let said = error.to_string();
            assert!(error.is_usage() && said.contains(named), "{changes:?}: {said}");
            assert!(!said.contains("a-secret"), "{said}");
        }
    }

    fn integration(id: &str, name: &str) -> HrisIntegration {
        serde_json::from_value(serde_json::json!({ "id": id, "name": name })).unwrap()
    }

    #[test]
    fn one_integration_is_meant_or_all_are_named() {
        let first = || integration("i-1", "BambooHR");
        let second = || integration("i-2", "Workday");
        let third = || integration("i-3", "Workday");
        let all = || vec![first(), second(), third()];
        for (known, wanted, chosen) in [
            (vec![first()], None, "i-1"),
            (all(), Some("bamboohr"), "i-1"),
            (all(), Some("i-3"), "i-3"),
        ] {
            assert_eq!(choose(known, wanted).unwrap().id.as_str(), chosen);
        }
        for (known, wanted) in [
            (all(), None),
            (all(), Some("Workday")),
            (all(), Some("i-4")),
            (vec![first()], Some("x")),
        ] {
            let names: Vec<String> = known.iter().map(called).collect();
            let said = choose(known, wanted).unwrap_err().to_string();
            assert!(names.iter().all(|name| said.contains(name)), "{said}");
        }
        assert!(matches!(choose(Vec::new(), None), Err(Error::NoIntegration)));
    }
}
