//! An HTTP server that gives one scripted reply per request, and keeps what it was asked.
//!
//! Written on a bare socket, since a proper server cannot be made to break off in the middle of an
//! answer. Tokens are given beside the script, unless a test writes that part as well.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use genesys_cloud::{Client, ClientCredentials, Limits, Site, http_client};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use url::Url;

pub(crate) const SECRET: &str = "0123456789-secret";

/// What the server does with one request.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    Answer {
        status: u16,
        headers: Vec<(String, String)>,
        body: String,
    },
    /// Headers that promise more than is sent before the connection ends.
    BreakOff,
    /// The connection ends without an answer.
    Close,
    /// No answer, and the connection stays.
    Silence,
}

impl Reply {
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self::Answer {
            status,
            headers: vec![("content-type".into(), "application/json".into())],
            body: body.to_string(),
        }
    }

    pub(crate) fn ok(body: &Value) -> Self {
        Self::json(200, body)
    }

    /// A list in one answer.
    pub(crate) fn list(entities: &Value) -> Self {
        Self::ok(&json!({ "entities": entities }))
    }

    /// A failure in the form that Genesys gives it.
    pub(crate) fn failure(status: u16, code: &str) -> Self {
        let body = json!({ "message": "It failed.", "code": code, "status": status, "contextId": "c0ffee" });
        Self::json(status, &body)
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        if let Self::Answer { headers, .. } = &mut self {
            headers.push((name.into(), value.into()));
        }
        self
    }
}

/// A request as it came in.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Seen {
    pub(crate) fn params(&self, name: &str) -> Vec<&str> {
        self.query.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// Method and path.
    pub(crate) fn line(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

#[derive(Default)]
struct Play {
    replies: VecDeque<Reply>,
    /// `None`: every request for a token is granted.
    tokens: Option<VecDeque<Reply>>,
    seen: Vec<Seen>,
    asked_for_tokens: Vec<Seen>,
}

pub(crate) struct Server {
    pub(crate) url: String,
    play: Arc<Mutex<Play>>,
    accepting: JoinHandle<()>,
}

impl Server {
    pub(crate) async fn playing(replies: impl IntoIterator<Item = Reply>) -> Self {
        Self::start(replies, None).await
    }

    /// Also answers requests for tokens by a script.
    pub(crate) async fn granting(
        tokens: impl IntoIterator<Item = Reply>,
        replies: impl IntoIterator<Item = Reply>,
    ) -> Self {
        Self::start(replies, Some(tokens.into_iter().collect())).await
    }

    async fn start(
        replies: impl IntoIterator<Item = Reply>,
        tokens: Option<VecDeque<Reply>>,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let play = Play { replies: replies.into_iter().collect(), tokens, ..Play::default() };
        let play = Arc::new(Mutex::new(play));
        let accepting = tokio::spawn({
            let play = Arc::clone(&play);
            async move {
                while let Ok((stream, _)) = listener.accept().await {
                    tokio::spawn(serve(stream, Arc::clone(&play)));
                }
            }
        });
        Self { url, play, accepting }
    }

    /// The requests, those for tokens left out.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.play.lock().unwrap().seen.clone()
    }

    pub(crate) fn asked_for_tokens(&self) -> Vec<Seen> {
        self.play.lock().unwrap().asked_for_tokens.clone()
    }

    /// The only request that came in.
    pub(crate) fn only(&self) -> Seen {
        let seen = self.seen();
        assert_eq!(seen.len(), 1, "{seen:?}");
        seen.into_iter().next().unwrap()
    }

    pub(crate) fn client(&self) -> Client {
        self.client_with(Limits::default())
    }

    /// A client that looks at jobs without a pause.
    pub(crate) fn client_with(&self, limits: Limits) -> Client {
        client_of(&self.url, limits)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

pub(crate) fn client_of(url: &str, limits: Limits) -> Client {
    let credentials = ClientCredentials::new("client-id", SECRET).unwrap();
    let site = Site::at(url.parse().unwrap(), url.parse().unwrap());
    let limits = Limits { job_pause: Duration::ZERO, ..limits };
    Client::with_limits(http_client().unwrap(), site, credentials, limits)
}

pub(crate) fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

async fn serve(stream: TcpStream, play: Arc<Mutex<Play>>) {
    let mut stream = BufReader::new(stream);
    while let Some(seen) = read_request(&mut stream).await {
        let reply = reply_to(seen, &play);
        let (status, headers, body, promised) = match &reply {
            Reply::Answer { status, headers, body } => {
                (*status, headers.as_slice(), body.as_str(), body.len())
            }
            Reply::BreakOff => (200, [].as_slice(), "{\"half\":", 4096),
            Reply::Close => return,
            Reply::Silence => std::future::pending().await,
        };
        let mut head = format!("HTTP/1.1 {status} Scripted\r\ncontent-length: {promised}\r\n");
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if stream.write_all(format!("{head}\r\n{body}").as_bytes()).await.is_err()
            || promised != body.len()
        {
            return;
        }
    }
}

fn reply_to(seen: Seen, play: &Mutex<Play>) -> Reply {
    // A request more than the script foresees: tests count what was seen.
    let surplus = Reply::failure(418, "not.in.the.script");
    let mut play = play.lock().unwrap();
    if seen.path != "/oauth/token" {
        play.seen.push(seen);
        return play.replies.pop_front().unwrap_or(surplus);
    }
    play.asked_for_tokens.push(seen);
    let token = format!("token-{}", play.asked_for_tokens.len());
    match &mut play.tokens {
        Some(script) => script.pop_front().unwrap_or(surplus),
        None => Reply::ok(
            &json!({ "access_token": token, "token_type": "bearer", "expires_in": 86399 }),
        ),
    }
}

async fn read_request(stream: &mut BufReader<TcpStream>) -> Option<Seen> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let (first, rest) = lines.split_first()?;
    let [method, target, _] = first.split(' ').collect::<Vec<_>>().try_into().ok()?;
    let split = |line: &String| {
        line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned()))
    };
    let headers: Vec<(String, String)> = rest.iter().filter_map(split).collect();
    let length = headers
        .iter()
        .find(|(name, _)| name == "content-length")
        .map_or(0, |(_, length)| length.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    let target = Url::parse("http://localhost").unwrap().join(target).unwrap();
    Some(Seen {
        method: method.to_owned(),
        path: target.path().to_owned(),
        query: target.query_pairs().into_owned().collect(),
        headers,
        body: String::from_utf8(body).unwrap(),
    })
}
