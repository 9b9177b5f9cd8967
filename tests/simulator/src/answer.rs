//! The shapes in which BambooHR answers.

use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;
use serde_json::{Value, json};

use crate::api_rules::Refusal;
use crate::body::{self, Padding};
use crate::fault_action::RefusalPlace;

/// The header that carries the text of an error.
const ERROR_MESSAGE: HeaderName = HeaderName::from_static("x-bamboohr-error-message");
/// The same, as BambooHR misspelt it for years (bhr-api-php#14).
const ERROR_MESSAGE_MISSPELT: HeaderName = HeaderName::from_static("x-bamboohr-error-messsage");

/// Which of its two spellings an endpoint gives the error header.
///
/// Recordings hold both. The simulator spreads them over the endpoints so that a client meets both.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Spelling {
    Right,
    Wrong,
}

/// An answer before it goes on the wire.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    headers: Vec<(HeaderName, String)>,
    content_type: &'static str,
    pub(crate) body: Vec<u8>,
    padding: Padding,
    chunked: bool,
}

impl Answer {
    pub(crate) fn new(status: StatusCode, content_type: &'static str, body: Vec<u8>) -> Self {
        Self {
            status,
            headers: Vec::new(),
            content_type,
            body,
            padding: Padding::None,
            chunked: true,
        }
    }

    pub(crate) fn json(status: StatusCode, body: &impl Serialize) -> Self {
        match serde_json::to_vec(body) {
            Ok(body) => Self::new(status, "application/json", body),
            Err(_) => Self::empty(StatusCode::INTERNAL_SERVER_ERROR),
        }
    }

    /// The empty HTML of the legacy endpoints, for success and failure alike.
    pub(crate) fn empty(status: StatusCode) -> Self {
        Self::new(status, "text/html; charset=UTF-8", Vec::new())
    }

    /// What a numeric status of a fault answers; a number that is no status answers 500.
    pub(crate) fn status_only(status: u16) -> Self {
        Self::empty(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR))
    }

    /// `{"error":{"code","message"}}`, the shape of List Employees.
    pub(crate) fn error_object(status: StatusCode, code: &str, message: &str) -> Self {
        Self::json(status, &json!({"error": {"code": code, "message": message}}))
    }

    pub(crate) fn bad_page() -> Self {
        Self::error_object(
            StatusCode::BAD_REQUEST,
            "BadPage",
            "The page cursor is not valid for this request.",
        )
    }

    pub(crate) fn unauthorized(company: &str) -> Self {
        Self::empty(StatusCode::UNAUTHORIZED)
            .header(ERROR_MESSAGE, "API key not provided or invalid")
            .header(
                header::WWW_AUTHENTICATE,
                format!("Basic realm=\"https://api.bamboohr.com/{company}\""),
            )
    }

    pub(crate) fn locked_out() -> Self {
        Self::empty(StatusCode::FORBIDDEN).header(ERROR_MESSAGE, "API access is disabled")
    }

    /// A legacy refusal: empty HTML, the text in a header, twice. A 404 has the header in both
    /// spellings, as recorded.
    pub(crate) fn refused(refusal: Refusal, spelling: Spelling) -> Self {
        let (status, text) = match refusal {
            Refusal::Invalid(text) => (StatusCode::BAD_REQUEST, text),
            Refusal::Forbidden(text) => (StatusCode::FORBIDDEN, text),
            Refusal::NotFound(text) => (StatusCode::NOT_FOUND, text),
            Refusal::Unprocessable(text) => (StatusCode::UNPROCESSABLE_ENTITY, text),
        };
        let text = format!("{text}, {text}");
        let answer = Self::empty(status);
        match spelling {
            _ if status == StatusCode::NOT_FOUND => {
                answer.header(ERROR_MESSAGE, text.clone()).header(ERROR_MESSAGE_MISSPELT, text)
            }
            Spelling::Right => answer.header(ERROR_MESSAGE, text),
            Spelling::Wrong => answer.header(ERROR_MESSAGE_MISSPELT, text),
        }
    }

    pub(crate) fn header(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// A refusal in a test's own words.
    pub(crate) fn refused_in_words(status: u16, text: &str, place: RefusalPlace) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
        match place {
            RefusalPlace::Header => {
                Self::empty(status).header(ERROR_MESSAGE, format!("{text}, {text}"))
            }
            RefusalPlace::Problem => {
                let problem = json!({
                    "type": "about:blank",
                    "title": status.canonical_reason(),
                    "status": status.as_u16(),
                    "detail": text,
                });
                let problem = problem.to_string().into_bytes();
                Self::new(status, "application/problem+json", problem)
            }
            RefusalPlace::ErrorObject => Self::error_object(status, "BadRequest", text),
        }
    }

    /// The same answer after something that makes its body larger.
    pub(crate) fn padded(mut self, padding: Padding) -> Self {
        self.padding = padding;
        self
    }

    /// The same answer after so many blanks, all of it packed.
    pub(crate) fn compressed(mut self, blank: u64) -> Self {
        self.body = body::compressed(&self.body, blank);
        self.header(header::CONTENT_ENCODING, "gzip")
    }

    /// Whether the body goes out in chunks or with its length.
    pub(crate) fn chunked(mut self, chunked: bool) -> Self {
        self.chunked = chunked;
        self
    }

    /// The same status and headers with a body that cuts off in the middle of something.
    pub(crate) fn garbled(mut self) -> Self {
        self.body = b"{\"id\":\"10<html><body>Bad gateway".to_vec();
        self.content_type = "application/json";
        self
    }

    pub(crate) fn emptied(mut self) -> Self {
        self.body.clear();
        self
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = Response::new(body::body(self.body, self.padding, self.chunked));
        *response.status_mut() = self.status;
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::try_from(value) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}

/// Whether BambooHR's older endpoints answer JSON or, their default, XML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    Xml,
}

impl Format {
    /// 200 in this format. `root` and `item` name the XML elements, which no recording shows for
    /// these endpoints: what matters is that it is XML and not JSON.
    pub(crate) fn answer(self, root: &str, item: &str, body: &Value) -> Answer {
        match self {
            Self::Json => Answer::json(StatusCode::OK, body),
            Self::Xml => Answer::new(
                StatusCode::OK,
                "text/xml; charset=UTF-8",
                crate::xml::document(root, item, body).into_bytes(),
            ),
        }
    }
}
