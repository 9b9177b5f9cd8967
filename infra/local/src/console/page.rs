//! The page's files, which are part of the program.

use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::IntoResponse;
use axum::routing::get;

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

/// Path, type and text of each file.
const FILES: [(&str, &str, &str); 11] = [
    ("/", HTML, include_str!("../../console/index.html")),
    ("/console/style.css", CSS, include_str!("../../console/style.css")),
    ("/console/parts.css", CSS, include_str!("../../console/parts.css")),
    ("/console/main.js", JAVASCRIPT, include_str!("../../console/main.js")),
    ("/console/server.js", JAVASCRIPT, include_str!("../../console/server.js")),
    ("/console/elements.js", JAVASCRIPT, include_str!("../../console/elements.js")),
    ("/console/genesys.js", JAVASCRIPT, include_str!("../../console/genesys.js")),
    ("/console/balances.js", JAVASCRIPT, include_str!("../../console/balances.js")),
    ("/console/breaks.js", JAVASCRIPT, include_str!("../../console/breaks.js")),
    ("/console/way.js", JAVASCRIPT, include_str!("../../console/way.js")),
    ("/console/bamboohr.js", JAVASCRIPT, include_str!("../../console/bamboohr.js")),
];

const OFF: &str = include_str!("../../console/off.html");

pub(crate) fn router() -> Router {
    FILES.iter().fold(Router::new(), |router, (path, kind, text)| {
        router.route(path, get(async || file(kind, text)))
    })
}

/// The page for whoever asks for it where people are not made up.
pub(crate) fn off() -> Router {
    Router::new().route("/", get(async || file(HTML, OFF))).route(
        "/console/style.css",
        get(async || file(CSS, include_str!("../../console/style.css"))),
    )
}

fn file(kind: &'static str, text: &'static str) -> impl IntoResponse {
    let headers = [
        (CONTENT_TYPE, kind),
        (CACHE_CONTROL, "no-cache"),
        (
            CONTENT_SECURITY_POLICY,
            "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'",
        ),
    ];
    (headers, text)
}
