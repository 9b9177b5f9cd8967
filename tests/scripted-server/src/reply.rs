use serde_json::Value;

/// What the server does with one request.
#[derive(Debug, Clone)]
pub enum Reply {
    /// A whole answer.
    Answer {
        /// Its status.
        status: u16,
        /// Its headers, the length left out.
        headers: Vec<(String, String)>,
        /// Its body.
        body: Vec<u8>,
    },
    /// A body in small chunks, of a length that is not known before; it may be empty.
    Chunked {
        /// The headers.
        headers: Vec<(String, String)>,
        /// The body.
        body: Vec<u8>,
    },
    /// Headers that promise more than is sent before the connection ends.
    BreakOff {
        /// Its status.
        status: u16,
        /// Its headers, the length left out.
        headers: Vec<(String, String)>,
    },
    /// The connection ends without an answer.
    Close,
    /// No answer, and the connection stays.
    Silence,
}

impl Reply {
    /// JSON.
    pub fn json(status: u16, body: &Value) -> Self {
        Self::Answer {
            status,
            headers: vec![("content-type".into(), "application/json".into())],
            body: body.to_string().into(),
        }
    }

    /// A success, in JSON.
    pub fn ok(body: &Value) -> Self {
        Self::json(200, body)
    }

    /// A page.
    pub fn html(status: u16, body: &str) -> Self {
        Self::Answer {
            status,
            headers: vec![("content-type".into(), "text/html".into())],
            body: body.into(),
        }
    }

    /// A page without anything on it.
    pub fn empty_html(status: u16) -> Self {
        Self::html(status, "")
    }

    /// A body that need not be JSON, nor text.
    pub fn bytes(body: impl Into<Vec<u8>>) -> Self {
        Self::Answer { status: 200, headers: Vec::new(), body: body.into() }
    }

    /// A success in small chunks.
    pub fn chunked(body: &str) -> Self {
        Self::Chunked { headers: Vec::new(), body: body.into() }
    }

    /// A success that ends too soon.
    pub fn break_off() -> Self {
        Self::BreakOff { status: 200, headers: Vec::new() }
    }

    /// With one header more, where there is an answer.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        if let Self::Answer { headers, .. }
        | Self::Chunked { headers, .. }
        | Self::BreakOff { headers, .. } = &mut self
        {
            headers.push((name.into(), value.into()));
        }
        self
    }
}
