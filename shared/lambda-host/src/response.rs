//! What a function gives back to Lambda.
//!
//! Around the body these are `lambda_http`'s types. The body is written by hand: theirs holds a text,
//! which for the list of 50,000 agents would be a second copy of 6 MB.

use std::fmt;
use std::io::{self, BufWriter, Write};

use contract::{Envelope, Status};
use lambda_http::aws_lambda_events::apigw::{ApiGatewayProxyResponse, ApiGatewayV2httpResponse};
use lambda_http::http::header::CONTENT_TYPE;
use lambda_http::http::{HeaderMap, HeaderValue};
use serde::ser::{Serialize, Serializer};

use crate::request::PayloadFormat;

/// The largest answer that Lambda passes on, in bytes.
const MAX_ANSWER: usize = 6 * 1024 * 1024;
/// Room for the fields around the body.
const AROUND_BODY: usize = 1024;

/// An answer in the form that API Gateway expects of a Lambda proxy integration (both payload
/// formats), or, for the schedule, the bare envelope without outputs, which nobody reads.
///
/// The body is written straight into the answer: the list of 50,000 agents exists once as values
/// and once as the bytes that are sent, and never as a text in between.
#[derive(Debug)]
pub struct Response<T> {
    form: Form<T>,
    format: PayloadFormat,
}

#[derive(Debug)]
enum Form<T> {
    Http(Envelope<T>),
    HttpWithoutOutputs(Envelope<NoOutputs>),
    Scheduled(Envelope<NoOutputs>),
}

/// No outputs beside the envelope's five fields; an empty object.
#[derive(Debug, serde::Serialize)]
pub(crate) struct NoOutputs {}

impl<T: Serialize> Response<T> {
    pub(crate) fn http(format: PayloadFormat, envelope: Envelope<T>) -> Self {
        Self { form: Form::Http(envelope), format }
    }

    pub(crate) fn http_without_outputs(
        format: PayloadFormat,
        envelope: Envelope<NoOutputs>,
    ) -> Self {
        Self { form: Form::HttpWithoutOutputs(envelope), format }
    }

    pub(crate) fn scheduled(envelope: Envelope<NoOutputs>) -> Self {
        Self { form: Form::Scheduled(envelope), format: PayloadFormat::V1 }
    }

    /// The envelope's `status`.
    pub fn status(&self) -> Status {
        match &self.form {
            Form::Http(envelope) => envelope.status(),
            Form::HttpWithoutOutputs(envelope) | Form::Scheduled(envelope) => envelope.status(),
        }
    }

    /// The envelope as JSON text: what the caller of the API sees.
    ///
    /// # Errors
    /// The outputs cannot be written as JSON.
    pub fn body(&self) -> Result<String, serde_json::Error> {
        match &self.form {
            Form::Http(envelope) => serde_json::to_string(envelope),
            Form::HttpWithoutOutputs(envelope) | Form::Scheduled(envelope) => {
                serde_json::to_string(envelope)
            }
        }
    }
}

impl<T: Serialize> Serialize for Response<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.form {
            Form::Http(envelope) => serialize_proxy(envelope, self.format, serializer),
            Form::HttpWithoutOutputs(envelope) => {
                serialize_proxy(envelope, self.format, serializer)
            }
            Form::Scheduled(envelope) => envelope.serialize(serializer),
        }
    }
}

fn serialize_proxy<E: Serialize, S: Serializer>(
    envelope: &E,
    format: PayloadFormat,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let headers =
        HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/json"))]);
    match format {
        PayloadFormat::V1 => {
            let mut answer = ApiGatewayProxyResponse::default();
            (answer.status_code, answer.headers) = (200, headers);
            WithBody { answer, body: JsonText(envelope) }.serialize(serializer)
        }
        PayloadFormat::V2 => {
            let mut answer = ApiGatewayV2httpResponse::default();
            (answer.status_code, answer.headers) = (200, headers);
            WithBody { answer, body: JsonText(envelope) }.serialize(serializer)
        }
    }
}

/// An answer, whose own body is left empty and so not written.
#[derive(serde::Serialize)]
struct WithBody<'a, A, E: Serialize> {
    #[serde(flatten)]
    answer: A,
    body: JsonText<'a, E>,
}

/// A value as JSON inside a JSON string, escaped while it is written.
struct JsonText<'a, E>(&'a E);

impl<E: Serialize> Serialize for JsonText<'_, E> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<E: Serialize> fmt::Display for JsonText<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A buffer, since serde_json writes every quote and comma by itself. Neither it nor the
        // buffer splits a character.
        let mut writer = BufWriter::new(Utf8Pieces(f));
        serde_json::to_writer(&mut writer, self.0).map_err(|_| fmt::Error)?;
        writer.flush().map_err(|_| fmt::Error)
    }
}

struct Utf8Pieces<'a, 'f>(&'a mut fmt::Formatter<'f>);

impl Write for Utf8Pieces<'_, '_> {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        let text = std::str::from_utf8(piece).map_err(io::Error::other)?;
        self.0.write_str(text).map_err(io::Error::other)?;
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Whether Lambda will take the answer: its outputs can be written, and do not exceed the limit.
///
/// Beyond the limit the call would fail as a whole, and an error while the answer is written would
/// end the process; so this is found out before, at the price of writing the body once into
/// nothing.
pub(crate) fn fits<T: Serialize>(envelope: &Envelope<T>) -> bool {
    let mut length = EscapedLength(0);
    serde_json::to_writer(&mut length, envelope).is_ok() && length.0 + AROUND_BODY <= MAX_ANSWER
}

/// Counts bytes as they will be inside a JSON string. What serde_json writes holds no control
/// characters, so quotes and backslashes alone grow.
struct EscapedLength(usize);

impl Write for EscapedLength {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        self.0 += piece.len() + piece.iter().filter(|byte| matches!(byte, b'"' | b'\\')).count();
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
