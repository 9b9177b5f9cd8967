//! What of the three things is asked.

use contract::{Email, ErrorCode, ExternalId, Failure};
use lambda_host::HttpRequest;
use store::Sought;

/// What a request asks.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// The whole list.
    List,
    /// One agent.
    LookUp(Sought),
}

/// The longest address there can be (RFC 3696, erratum 1690).
const MAX_EMAIL: usize = 320;

impl Route {
    pub(crate) fn of(request: &HttpRequest) -> Result<Self, Failure> {
        let segments: Vec<&str> = request.segments().collect();
        let text = request.query.get("email");
        match (request.method.as_str(), segments.as_slice(), text) {
            ("GET", ["agents"], None) => Ok(Self::List),
            ("GET", ["agents"], Some(text)) => match email(text) {
                Some(email) => Ok(Self::LookUp(Sought::Email(email))),
                None => Err(Failure::invalid(
                    "email",
                    "must be one e-mail address, or be left out for the whole list",
                )),
            },
            ("GET", ["agents", id], _) => id
                .parse::<ExternalId>()
                .map(|id| Self::LookUp(Sought::Id(id)))
                .map_err(|error| Failure::invalid("externalId", error)),
            _ => Err(Failure::new(
                ErrorCode::InvalidInput,
                "This function answers GET /agents, GET /agents/{externalId} and GET \
                /agents?email=… only.",
            )),
        }
    }

    /// Whether the caller expects the outputs of a look-up, even if the request is wrong. Whatever
    /// stands before the route, the outputs of a list are those of a list.
    pub(crate) fn is_look_up(request: &HttpRequest) -> bool {
        let segments: Vec<&str> = request.segments().collect();
        let route = segments.iter().rposition(|segment| *segment == "agents");
        let names_an_agent = route.is_some_and(|route| route + 1 < segments.len());
        names_an_agent || request.query.contains_key("email")
    }
}

fn email(text: &str) -> Option<Email> {
    let email: Email = text.parse().ok()?;
    (email.as_str().len() <= MAX_EMAIL && !text.contains("${")).then_some(email)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: &str, path: &str, email: Option<&str>) -> HttpRequest {
        HttpRequest {
            format: lambda_host::PayloadFormat::V1,
            method: method.to_owned(),
            path: path.to_owned(),
            query: email.map(|email| ("email".to_owned(), email.to_owned())).into_iter().collect(),
            body: Vec::new(),
        }
    }

    #[test]
    fn the_three_routes() {
        assert_eq!(Route::of(&request("GET", "/agents", None)).unwrap(), Route::List);
        let id = Sought::Id(ExternalId::new(452).unwrap());
        assert_eq!(Route::of(&request("GET", "/agents/00452", None)).unwrap(), Route::LookUp(id));
        let by_email = request("GET", "/agents/", Some(" Ada@example.com\u{200b} "));
        let ada = Sought::Email("Ada@example.com".parse().unwrap());
        assert_eq!(Route::of(&by_email).unwrap(), Route::LookUp(ada));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (request, named) in [
            (request("GET", "/agents/0", None), "externalId"),
            (request("GET", "/agents/ada", None), "externalId"),
            (request("GET", "/agents", Some("")), "email"),
            (request("GET", "/agents", Some("ada")), "email"),
            (request("GET", "/agents", Some("ada@x;bo@x")), "email"),
            (request("GET", "/agents", Some("mailto:ada@x")), "email"),
            (request("GET", "/agents", Some("a\u{ad}da@x")), "email"),
            (request("GET", "/agents", Some(&format!("{}@x", "a".repeat(MAX_EMAIL)))), "email"),
            (request("GET", "/agents", Some("${input.email}@x")), "email"),
            (request("POST", "/agents", None), "GET /agents"),
            (request("GET", "/agents/1/more", None), "GET /agents"),
        ] {
            let failure = Route::of(&request).unwrap_err();
            assert_eq!(failure.code, ErrorCode::InvalidInput);
            assert!(failure.sentence.contains(named), "{failure}");
        }
    }

    #[test]
    fn a_failed_list_has_the_outputs_of_a_list_whatever_the_path_was() {
        for base in ["", "/timeoff", "/hr/timeoff", "/agents", "/v1"] {
            let list = request("GET", &format!("{base}/agents"), None);
            assert!(!Route::is_look_up(&list), "{base}");
            let one = request("GET", &format!("{base}/agents/ada"), None);
            assert!(Route::is_look_up(&one), "{base}");
            let by_email = request("GET", &format!("{base}/agents"), Some("ada"));
            assert!(Route::is_look_up(&by_email), "{base}");
        }
        assert!(!Route::is_look_up(&request("GET", "/hr/people", None)));
    }
}
