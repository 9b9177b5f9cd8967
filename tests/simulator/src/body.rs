//! Bodies of answers: whole, in chunks, too large, compressed, without end.

use std::convert::Infallible;
use std::io::Write as _;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use flate2::Compression;
use flate2::write::GzEncoder;
use http_body::Frame;
use tokio::sync::watch;

/// JSON allows any number of these before a value.
static BLANKS: [u8; 64 * 1024] = [b' '; 64 * 1024];

/// What stands before an answer's text.
#[derive(Debug, Default)]
pub(crate) enum Padding {
    #[default]
    None,
    /// So many blanks: the answer stays right, and grows.
    Blanks(u64),
    /// Blanks until this says that the simulator stops; the text is never reached.
    Endless(watch::Receiver<bool>),
}

impl Padding {
    /// The chunks of the padding and the text.
    fn chunks(self, text: Vec<u8>) -> Box<dyn Iterator<Item = Bytes> + Send> {
        let text = (!text.is_empty()).then(|| Bytes::from(text));
        match self {
            Self::None => Box::new(text.into_iter()),
            Self::Blanks(count) => Box::new(blanks(count).chain(text)),
            Self::Endless(closed) => {
                Box::new(blanks(u64::MAX).take_while(move |_| !*closed.borrow()))
            }
        }
    }
}

fn blanks(count: u64) -> impl Iterator<Item = Bytes> + Send {
    let mut left = count;
    std::iter::from_fn(move || {
        let size = usize::try_from(left).unwrap_or(usize::MAX).min(BLANKS.len());
        left -= size as u64;
        BLANKS.get(..size).filter(|blanks| !blanks.is_empty()).map(Bytes::from_static)
    })
}

/// A body of known length is sent whole; one in chunks has no length, even when it is empty.
pub(crate) fn body(text: Vec<u8>, padding: Padding, chunked: bool) -> Body {
    match (padding, chunked) {
        (Padding::None, false) => Body::from(text),
        (padding, _) => Body::new(Chunked(padding.chunks(text))),
    }
}

/// The gzip of blanks and text: small on the wire, as large as asked when unpacked.
pub(crate) fn compressed(text: &[u8], blank: u64) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    // Writing into memory does not fail.
    for chunk in blanks(blank) {
        let _ = packed.write_all(&chunk);
    }
    let _ = packed.write_all(text);
    packed.finish().unwrap_or_default()
}

struct Chunked(Box<dyn Iterator<Item = Bytes> + Send>);

impl HttpBody for Chunked {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.next().map(|chunk| Ok(Frame::data(chunk))))
    }
}
