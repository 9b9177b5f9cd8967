//! An HTTP server that gives one scripted reply per request, and keeps what it was asked.
//!
//! Written on a bare socket, since a proper server cannot be made to break off in the middle of an
//! answer.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bamboohr::{Api, ApiKey, Client, EmployeeId, RequestId, Site, TimeOffTypeId, http_client};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::Instant;
use url::Url;

pub(crate) const KEY: &str = "0123456789abcdef0123456789abcdef01234567";

/// What the server does with one request.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    Answer {
        status: u16,
        headers: Vec<(String, String)>,
        body: String,
    },
    /// Headers that promise more than is sent before the connection ends.
    BreakOff {
        status: u16,
        headers: Vec<(String, String)>,
    },
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

    /// What BambooHR's older endpoints answer on failure, and on a changed status.
    pub(crate) fn empty_html(status: u16) -> Self {
        Self::html(status, "")
    }

    pub(crate) fn html(status: u16, body: &str) -> Self {
        Self::Answer {
            status,
            headers: vec![("content-type".into(), "text/html".into())],
            body: body.into(),
        }
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        if let Self::Answer { headers, .. } | Self::BreakOff { headers, .. } = &mut self {
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
    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

#[derive(Default)]
struct Play {
    replies: VecDeque<Reply>,
    seen: Vec<Seen>,
}

pub(crate) struct Server {
    pub(crate) url: String,
    play: Arc<Mutex<Play>>,
    accepting: JoinHandle<()>,
}

impl Server {
    pub(crate) async fn playing(replies: impl IntoIterator<Item = Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let play =
            Arc::new(Mutex::new(Play { replies: replies.into_iter().collect(), seen: Vec::new() }));
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

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.play.lock().unwrap().seen.clone()
    }

    /// The only request that came in.
    pub(crate) fn only(&self) -> Seen {
        let seen = self.seen();
        assert_eq!(seen.len(), 1, "{seen:?}");
        seen.into_iter().next().unwrap()
    }

    pub(crate) fn client(&self) -> Client {
        client_of(&self.url, Duration::from_secs(10))
    }

    /// One piece of work with plenty of time.
    pub(crate) fn api(&self) -> Api {
        self.client().api(soon())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

pub(crate) fn client_of(url: &str, attempt_timeout: Duration) -> Client {
    let key = ApiKey::new(KEY).unwrap();
    Client::with_attempt_timeout(
        http_client().unwrap(),
        Site::at(url).unwrap(),
        key,
        attempt_timeout,
    )
}

pub(crate) fn soon() -> Instant {
    Instant::now() + Duration::from_secs(30)
}

pub(crate) fn employee_id(id: u64) -> EmployeeId {
    EmployeeId::new(id).unwrap()
}

pub(crate) fn type_id(id: u64) -> TimeOffTypeId {
    TimeOffTypeId::new(id).unwrap()
}

pub(crate) fn request_id(id: u64) -> RequestId {
    RequestId::new(id).unwrap()
}

async fn serve(stream: TcpStream, play: Arc<Mutex<Play>>) {
    let mut stream = BufReader::new(stream);
    while let Some(seen) = read_request(&mut stream).await {
        let reply = {
            let mut play = play.lock().unwrap();
            play.seen.push(seen);
            // A request more than the script foresees: tests count what was seen.
            play.replies.pop_front().unwrap_or_else(|| Reply::empty_html(418))
        };
        let (status, headers, body, promised) = match &reply {
            Reply::Answer { status, headers, body } => (status, headers, body.as_str(), body.len()),
            Reply::BreakOff { status, headers } => (status, headers, "{\"half\":", 4096),
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
