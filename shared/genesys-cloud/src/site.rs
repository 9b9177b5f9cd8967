//! Where an organisation's Genesys Cloud is: two hosts, one for the API and one for tokens.

use std::fmt;
use std::str::FromStr;

use url::{Host, Url};

/// AWS region and domain, from Genesys' own SDKs (270.0.0, August 2026).
const REGIONS: [(&str, &str); 18] = [
    ("us-east-1", "mypurecloud.com"),
    ("us-east-2", "use2.us-gov-pure.cloud"),
    ("us-west-2", "usw2.pure.cloud"),
    ("ca-central-1", "cac1.pure.cloud"),
    ("sa-east-1", "sae1.pure.cloud"),
    ("mx-central-1", "mxc1.pure.cloud"),
    ("eu-west-1", "mypurecloud.ie"),
    ("eu-west-2", "euw2.pure.cloud"),
    ("eu-central-1", "mypurecloud.de"),
    ("eu-central-2", "euc2.pure.cloud"),
    ("eusc-de-east-1", "edee1.eusc-pure.cloud"),
    ("ap-south-1", "aps1.pure.cloud"),
    ("ap-southeast-1", "apse1.pure.cloud"),
    ("ap-southeast-2", "mypurecloud.com.au"),
    ("ap-northeast-1", "mypurecloud.jp"),
    ("ap-northeast-2", "apne2.pure.cloud"),
    ("ap-northeast-3", "apne3.pure.cloud"),
    ("me-central-1", "mec1.pure.cloud"),
];

/// The parents of the regional domains, under which a region may open that is not in the list yet.
const PARENTS: [&str; 3] = [".pure.cloud", ".us-gov-pure.cloud", ".eusc-pure.cloud"];

/// The text is neither an AWS region with Genesys Cloud nor one of Genesys Cloud's domains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the region must be an AWS region name that Genesys Cloud is in, such as eu-central-1, or its \
    domain, such as mypurecloud.de"
)]
pub struct UnknownRegion;

/// The text is not an address that a client may send its secret to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the address must be https:// and a host, or http:// and a loopback address, with nothing \
    behind them"
)]
pub struct InvalidOrigin;

/// A scheme, a host and a port: `https://api.mypurecloud.de`, or `http://127.0.0.1:9004` for a
/// stand-in. `http` is taken for loopback addresses only, since the secret would travel in the
/// clear.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin(Url);

impl Origin {
    /// The address of a path given by its segments, each of which is escaped.
    pub(crate) fn path<'a>(&self, segments: impl IntoIterator<Item = &'a str>) -> Url {
        let mut url = self.0.clone();
        // An origin has a host, so that there is a path to extend.
        if let Ok(mut path) = url.path_segments_mut() {
            path.clear().extend(segments);
        }
        url
    }

    pub(crate) fn is_of(&self, url: &Url) -> bool {
        self.0.origin() == url.origin()
    }

    /// The address that a server gave, which may be relative to this one.
    pub(crate) fn join(&self, address: &str) -> Option<Url> {
        self.0.join(address).ok()
    }
}

impl FromStr for Origin {
    type Err = InvalidOrigin;

    fn from_str(text: &str) -> Result<Self, InvalidOrigin> {
        let url = Url::parse(text.trim()).map_err(|_| InvalidOrigin)?;
        let loopback = match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => return Err(InvalidOrigin),
        };
        let plain = url.username().is_empty()
            && url.password().is_none()
            && url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none();
        match url.scheme() {
            "https" if plain => Ok(Self(url)),
            "http" if plain && loopback => Ok(Self(url)),
            _ => Err(InvalidOrigin),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

/// The two hosts of an organisation's region.
///
/// Parsed from an AWS region name (`eu-central-1`) or a domain of Genesys Cloud
/// (`mypurecloud.de`). Another domain is refused, because a misspelt one would be sent the secret;
/// [`Site::at`] takes any.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Site {
    pub(crate) api: Origin,
    pub(crate) login: Origin,
}

impl Site {
    /// A proxy or a stand-in: where the API is, and where tokens are given.
    pub fn at(api: Origin, login: Origin) -> Self {
        Self { api, login }
    }
}

impl FromStr for Site {
    type Err = UnknownRegion;

    fn from_str(text: &str) -> Result<Self, UnknownRegion> {
        let text = text.trim().to_ascii_lowercase();
        let domain = REGIONS
            .iter()
            .find(|(region, domain)| *region == text || *domain == text)
            .map(|(_, domain)| *domain)
            .or_else(|| is_regional(&text).then_some(text.as_str()))
            .ok_or(UnknownRegion)?;
        let host = |name: &str| {
            format!("https://{name}.{domain}").parse().map_err(|InvalidOrigin| UnknownRegion)
        };
        Ok(Self { api: host("api")?, login: host("login")? })
    }
}

/// One label before a known parent.
fn is_regional(domain: &str) -> bool {
    PARENTS
        .iter()
        .filter_map(|parent| domain.strip_suffix(parent))
        .any(|label| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.api.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn hosts(text: &str) -> Option<(String, String)> {
        let site: Site = text.parse().ok()?;
        Some((site.api.to_string(), site.login.to_string()))
    }

    proptest! {
        #[test]
        fn whatever_is_taken_for_a_region_keeps_the_secret_at_genesys(text in ".{0,40}|[a-z0-9.@/#?:-]{0,20}\\.pure\\.cloud") {
            if let Ok(site) = text.parse::<Site>() {
                let host = site.login.0.host_str().unwrap().to_owned();
                prop_assert!(
                    REGIONS.iter().any(|(_, domain)| host == format!("login.{domain}"))
                        || PARENTS.iter().any(|parent| host.ends_with(parent)),
                    "{}", host
                );
                prop_assert_eq!(site.login.0.scheme(), "https");
            }
        }

        #[test]
        fn no_id_leaves_its_place_in_the_path(id in "[ -~]{1,20}") {
            let origin: Origin = "https://api.mypurecloud.de".parse().unwrap();
            if let Ok(id) = id.parse::<crate::UserId>() {
                let url = origin.path(["api", "v2", "users", id.as_str()]);
                prop_assert_eq!(url.path_segments().unwrap().count(), 4);
                prop_assert!(url.path().starts_with("/api/v2/users/"), "{}", url);
                prop_assert!(url.query().is_none() && url.fragment().is_none());
            }
        }
    }

    #[test]
    fn every_region_is_found_by_its_name_and_by_its_domain() {
        for (region, domain) in REGIONS {
            let wanted = Some((format!("https://api.{domain}"), format!("https://login.{domain}")));
            assert_eq!(hosts(region), wanted, "{region}");
            assert_eq!(hosts(domain), wanted, "{domain}");
        }
        assert_eq!(hosts(" EU-Central-1 "), hosts("mypurecloud.de"));
        assert_eq!(hosts("afs9.pure.cloud").unwrap().0, "https://api.afs9.pure.cloud");
        for text in
            ["", "eu-central-9", "mypurecloud.con", "pure.cloud", ".pure.cloud", "a.b.pure.cloud"]
        {
            assert_eq!(hosts(text), None, "{text:?}");
        }
    }

    #[test]
    fn an_origin_is_https_or_loopback_and_nothing_else() {
        for text in [
            "https://api.example",
            "https://api.example:8443/",
            "http://127.0.0.1:9004",
            "http://[::1]:9004",
            "http://localhost:9004",
        ] {
            assert!(text.parse::<Origin>().is_ok(), "{text}");
        }
        for text in [
            "",
            "api.example",
            "http://api.example",
            "http://localhost.example",
            "https://user@api.example",
            "https://api.example/api/v2",
            "https://api.example?x=1",
            "https://api.example#x",
            "ftp://127.0.0.1",
        ] {
            assert!(text.parse::<Origin>().is_err(), "{text}");
        }
    }
}
