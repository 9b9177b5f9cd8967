//! Where a company's BambooHR is, and the key to it.

use std::fmt;
use std::str::FromStr;

use secrecy::{ExposeSecret, SecretString};
use url::Url;

/// The text is not one DNS label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the company domain must be the part before .bamboohr.com only: 1 to 63 letters, digits or \
    inner hyphens"
)]
pub struct InvalidCompanyDomain;

/// The text is not an address that a client may send its key to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the base URL must start with https:// or http://, name a host, and hold neither user, query \
    nor fragment"
)]
pub struct InvalidSite;

/// The text is not an API key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the API key must not be empty and must hold visible ASCII characters only, and no colon")]
pub struct InvalidApiKey;

/// The name of a company at BambooHR: `acme` of `https://acme.bamboohr.com`. Kept in lower case.
///
/// One DNS label and nothing else, because it becomes part of the host that the API key is sent to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CompanyDomain(String);

impl CompanyDomain {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CompanyDomain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for CompanyDomain {
    type Err = InvalidCompanyDomain;

    fn from_str(text: &str) -> Result<Self, InvalidCompanyDomain> {
        let label = (1..=63).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !text.starts_with('-')
            && !text.ends_with('-');
        if label { Ok(Self(text.to_ascii_lowercase())) } else { Err(InvalidCompanyDomain) }
    }
}

/// What stands before `/api/v1/…` in every address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    text: String,
    /// With `/api/v1`; parsed once, and not anew for each call.
    api: Result<Url, url::ParseError>,
}

impl Site {
    /// The company's own host: `https://{domain}.bamboohr.com`.
    pub fn of(domain: &CompanyDomain) -> Self {
        Self::new(format!("https://{domain}.bamboohr.com"))
    }

    /// A proxy or a simulator, such as `http://127.0.0.1:9001`; a path prefix is kept.
    /// Over `http` the key travels in the clear: meant for the same machine or a trusted network.
    ///
    /// # Errors
    /// [`InvalidSite`] when the text is not such an address.
    pub fn at(base_url: &str) -> Result<Self, InvalidSite> {
        let url = Url::parse(base_url).map_err(|_| InvalidSite)?;
        let plain = matches!(url.scheme(), "https" | "http")
            && url.has_host()
            && url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none();
        if plain {
            Ok(Self::new(url.as_str().trim_end_matches('/').to_owned()))
        } else {
            Err(InvalidSite)
        }
    }

    fn new(text: String) -> Self {
        let api = Url::parse(&format!("{text}/api/v1"));
        Self { text, api }
    }

    /// The address of a path such as `/employees` under `/api/v1`.
    ///
    /// # Errors
    /// The company domain is no host: there are labels that international domain names forbid.
    pub(crate) fn url(&self, path: &str) -> Result<Url, url::ParseError> {
        let mut url = self.api.clone()?;
        url.set_path(&format!("{}{path}", url.path()));
        Ok(url)
    }
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// An API key of a BambooHR user. What it may read and write is what that user may.
///
/// `Debug` shows nothing of it, and the memory is wiped when the last copy is dropped.
#[derive(Clone)]
pub struct ApiKey(SecretString);

impl ApiKey {
    /// Checks that the text can be sent as a key. BambooHR's keys are 40 hexadecimal digits, but
    /// that is not relied upon.
    ///
    /// # Errors
    /// [`InvalidApiKey`] when it is empty or holds a colon, a space or anything but visible ASCII.
    pub fn new(key: impl Into<SecretString>) -> Result<Self, InvalidApiKey> {
        let key = key.into();
        let text = key.expose_secret();
        // Basic authentication separates user and password with a colon.
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b':') {
            return Err(InvalidApiKey);
        }
        Ok(Self(key))
    }

    pub(crate) fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl PartialEq for ApiKey {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for ApiKey {}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn whatever_is_taken_for_a_domain_stays_the_first_label_of_the_host(text in ".{0,70}") {
            if let Ok(domain) = text.parse::<CompanyDomain>() {
                let url = Site::of(&domain).url("/employees").unwrap();
                prop_assert_eq!(url.host_str().unwrap(), format!("{domain}.bamboohr.com"));
                prop_assert_eq!(url.path(), "/api/v1/employees");
            }
        }
    }

    #[test]
    fn a_domain_is_one_label() {
        assert_eq!("Acme-2".parse::<CompanyDomain>().unwrap().as_str(), "acme-2");
        for text in [
            "",
            "-acme",
            "acme-",
            "acme.evil",
            "evil.example/",
            "a b",
            "acme@",
            "ä",
            &"a".repeat(64),
        ] {
            assert_eq!(text.parse::<CompanyDomain>(), Err(InvalidCompanyDomain), "{text:?}");
        }
    }

    #[test]
    fn a_site_is_a_plain_address() {
        assert_eq!(
            Site::at("http://127.0.0.1:9001/").unwrap().url("/employees").unwrap().as_str(),
            "http://127.0.0.1:9001/api/v1/employees"
        );
        assert_eq!(
            Site::at("https://proxy.example/hr").unwrap().to_string(),
            "https://proxy.example/hr"
        );
        assert_eq!(
            Site::at("https://proxy.example/hr/").unwrap().url("/employees").unwrap().path(),
            "/hr/api/v1/employees"
        );
        assert!(Site::of(&"xn--a".parse().unwrap()).url("/employees").is_err());
        for text in [
            "",
            "acme",
            "ftp://acme.example",
            "https://user@acme.example",
            "https://acme.example?x=1",
            "https://acme.example#x",
        ] {
            assert_eq!(Site::at(text), Err(InvalidSite), "{text:?}");
        }
    }

    #[test]
    fn a_key_is_never_shown() {
        let key = ApiKey::new("0123456789abcdef").unwrap();
        assert_eq!(format!("{key:?}"), "ApiKey(…)");
        assert_eq!(key, ApiKey::new("0123456789abcdef").unwrap());
        assert_ne!(key, ApiKey::new("0123456789abcdee").unwrap());
        for text in ["", "a b", "a:b", "a\n", "ä"] {
            assert_eq!(ApiKey::new(text), Err(InvalidApiKey), "{text:?}");
        }
    }
}
