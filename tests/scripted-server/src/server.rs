use std::collections::VecDeque;
use std::fmt;
use std::fmt::Write;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use url::Url;

use crate::Reply;

/// A request as it came in.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Its method.
    pub method: String,
    /// Its path.
    pub path: String,
    /// Its parameters, decoded.
    pub query: Vec<(String, String)>,
    /// Its headers; their names in small letters.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: String,
}

impl Seen {
    /// Method and path.
    pub fn line(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// The first value of a parameter.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params(name).first().copied()
    }

    /// Every value of a parameter.
    pub fn params(&self, name: &str) -> Vec<&str> {
        self.query.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect()
    }

    /// A header; its name in small letters.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The body.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// Answers the requests to one path beside the script; it gets their number, from 1.
type Beside = Box<dyn FnMut(usize) -> Reply + Send>;

struct Play {
    replies: VecDeque<Reply>,
    seen: Vec<Seen>,
    beside: Option<(&'static str, Beside)>,
    seen_beside: Vec<Seen>,
}

impl Play {
    fn reply_to(&mut self, seen: Seen) -> Reply {
        match &mut self.beside {
            Some((path, reply)) if seen.path == *path => {
                self.seen_beside.push(seen);
                reply(self.seen_beside.len())
            }
            _ => {
                self.seen.push(seen);
                // A request more than the script foresees: tests count what was seen.
                self.replies.pop_front().unwrap_or_else(|| Reply::empty_html(418))
            }
        }
    }
}

/// The server, on a free port of the loopback. It ends when this is dropped.
pub struct Server {
    /// Where it is, without a slash at the end.
    pub url: String,
    play: Arc<Mutex<Play>>,
    accepting: JoinHandle<()>,
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("url", &self.url).finish_non_exhaustive()
    }
}

impl Server {
    /// A server that gives these replies, one after another, and then nothing but 418.
    pub async fn playing(replies: impl IntoIterator<Item = Reply>) -> Self {
        Self::start(replies, None).await
    }

    /// As [`playing`](Self::playing), but for the requests to `path`: those are answered by
    /// `beside`, which gets their number, from 1.
    pub async fn playing_beside(
        path: &'static str,
        beside: impl FnMut(usize) -> Reply + Send + 'static,
        replies: impl IntoIterator<Item = Reply>,
    ) -> Self {
        Self::start(replies, Some((path, Box::new(beside)))).await
    }

    async fn start(
        replies: impl IntoIterator<Item = Reply>,
        beside: Option<(&'static str, Beside)>,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let replies = replies.into_iter().collect();
        let play = Play { replies, seen: Vec::new(), beside, seen_beside: Vec::new() };
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

    /// The requests, those beside the script left out.
    pub fn seen(&self) -> Vec<Seen> {
        self.play.lock().unwrap().seen.clone()
    }

    /// The requests beside the script.
    pub fn seen_beside(&self) -> Vec<Seen> {
        self.play.lock().unwrap().seen_beside.clone()
    }

    /// The only request that came in.
    pub fn only(&self) -> Seen {
        let seen = self.seen();
        assert_eq!(seen.len(), 1, "{seen:?}");
        seen.into_iter().next().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn serve(stream: TcpStream, play: Arc<Mutex<Play>>) {
    let mut stream = BufReader::new(stream);
    while let Some(seen) = read_request(&mut stream).await {
        let reply = play.lock().unwrap().reply_to(seen);
        let length = |length: usize| format!("content-length: {length}");
        let (status, headers, framing, body) = match &reply {
            Reply::Answer { status, headers, body } => {
                (*status, headers, length(body.len()), body.clone())
            }
            Reply::Chunked { headers, body } => {
                (200, headers, "transfer-encoding: chunked".to_owned(), in_chunks(body))
            }
            Reply::BreakOff { status, headers } => {
                (*status, headers, length(4096), b"{\"half\":".to_vec())
            }
            Reply::Close => return,
            Reply::Silence => std::future::pending().await,
        };
        let mut head = format!("HTTP/1.1 {status} Scripted\r\n{framing}\r\n");
        for (name, value) in headers {
            write!(head, "{name}: {value}\r\n").unwrap();
        }
        let answer = [head.as_bytes(), b"\r\n", &body].concat();
        if stream.write_all(&answer).await.is_err() || matches!(reply, Reply::BreakOff { .. }) {
            return;
        }
    }
}

fn in_chunks(body: &[u8]) -> Vec<u8> {
    let chunk = |part: &[u8]| [format!("{:x}\r\n", part.len()).as_bytes(), part, b"\r\n"].concat();
    let mut chunks: Vec<u8> = body.chunks(7).flat_map(chunk).collect();
    chunks.extend_from_slice(b"0\r\n\r\n");
    chunks
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
