//! An HTTP server whose answers need not end.
//!
//! It has threads of its own, so that it is always ready to send: a client that never gets around
//! to looking at the clock is seen.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use bamboohr::{Api, ApiKey, Client, Site, http_client};
use tokio::time::Instant;

/// What is sent, and what is sent after it until nobody takes it any more.
#[derive(Clone, Default)]
pub(crate) struct Reply {
    pub(crate) first: Arc<Vec<u8>>,
    pub(crate) then_for_ever: Vec<u8>,
    /// Sends that byte by byte, as a network would rather than a loop in the same machine.
    pub(crate) byte_by_byte: bool,
}

impl Reply {
    /// An answer that ends.
    pub(crate) fn whole(body: &str) -> Self {
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
        Self { first: Arc::new([head.as_bytes(), body.as_bytes()].concat()), ..Self::default() }
    }

    /// A chunked answer that begins so, and goes on with these chunks for ever.
    pub(crate) fn endless(begin: &str, chunk: &str) -> Self {
        let chunk_of = |text: &str| format!("{:x}\r\n{text}\r\n", text.len());
        let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
        Self {
            first: Arc::new(format!("{head}{}", chunk_of(begin)).into()),
            then_for_ever: chunk_of(chunk).into(),
            byte_by_byte: false,
        }
    }
}

/// Starts a server; `reply` gets the number of the request, from 0.
pub(crate) fn serve(reply: impl Fn(usize) -> Reply + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (reply, number) = (Arc::new(reply), Arc::new(AtomicUsize::new(0)));
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (reply, number) = (Arc::clone(&reply), Arc::clone(&number));
            thread::spawn(move || answer(&stream.unwrap(), &*reply, &number));
        }
    });
    url
}

fn answer(stream: &TcpStream, reply: &dyn Fn(usize) -> Reply, number: &AtomicUsize) {
    let mut sending = stream;
    let mut lines = BufReader::new(stream).lines();
    loop {
        // The head of a request; none here has a body.
        loop {
            match lines.next() {
                Some(Ok(line)) if line.is_empty() => break,
                Some(Ok(_)) => {}
                _ => return,
            }
        }
        let reply = reply(number.fetch_add(1, Ordering::Relaxed));
        if sending.write_all(&reply.first).is_err() {
            return;
        }
        while !reply.then_for_ever.is_empty() {
            let at_once = if reply.byte_by_byte { 1 } else { reply.then_for_ever.len() };
            for bytes in reply.then_for_ever.chunks(at_once) {
                if sending.write_all(bytes).is_err() {
                    return;
                }
            }
        }
    }
}

/// One piece of work that may last so long.
pub(crate) fn api(url: &str, budget: Duration) -> Api {
    let key = ApiKey::new("0123456789abcdef").unwrap();
    let site = Site::at(url).unwrap();
    let client = Client::with_attempt_timeout(http_client().unwrap(), site, key, budget);
    client.api(Instant::now() + budget)
}
