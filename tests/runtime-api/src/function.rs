use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fmt;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::net::TcpListener;
use tokio::process::Command;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::Error;
use crate::api::{Api, Event};
use crate::output::Output;

/// How long a test waits for a function that does nothing, before it is taken for broken.
const PATIENCE: Duration = Duration::from_secs(60);

/// A function's binary, and how it is to be started.
#[derive(Clone, Debug)]
pub struct Function {
    binary: PathBuf,
    variables: BTreeMap<String, String>,
    timeout: Duration,
}

impl Function {
    /// The binary at `binary`, with Lambda's own variables, 128 MB and 29 s for an event.
    pub fn new(binary: impl Into<PathBuf>) -> Self {
        let binary = binary.into();
        let name = binary.file_stem().and_then(OsStr::to_str).unwrap_or("function").to_owned();
        let variables = [
            ("AWS_LAMBDA_FUNCTION_NAME", name.as_str()),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
            ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
            ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/local"),
            ("AWS_LAMBDA_LOG_STREAM_NAME", "local"),
            ("AWS_REGION", "eu-central-1"),
            ("AWS_DEFAULT_REGION", "eu-central-1"),
            ("AWS_ACCESS_KEY_ID", "local"),
            ("AWS_SECRET_ACCESS_KEY", "local"),
            ("AWS_SESSION_TOKEN", "local"),
            ("LANG", "en_US.UTF-8"),
            ("TZ", ":UTC"),
            ("PATH", "/usr/local/bin:/usr/bin:/bin"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        Self { binary, variables, timeout: Duration::from_secs(29) }
    }

    /// Sets an environment variable, over Lambda's own where they clash.
    #[must_use]
    pub fn env(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.variables.insert(name.into(), value.into());
        self
    }

    /// Sets several.
    #[must_use]
    pub fn envs<N: Into<String>, V: Into<String>>(
        mut self,
        variables: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        self.variables
            .extend(variables.into_iter().map(|(name, value)| (name.into(), value.into())));
        self
    }

    /// Takes an environment variable away, one of Lambda's own too.
    #[must_use]
    pub fn env_remove(mut self, name: &str) -> Self {
        self.variables.remove(name);
        self
    }

    /// How long the function is given for an event, as far as it is told; nothing stops it.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Starts the process. Does not wait for its first poll.
    ///
    /// # Errors
    /// [`Error::Start`], [`Error::Bind`].
    pub async fn start(self) -> Result<Running, Error> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(Error::Bind)?;
        let address = listener.local_addr().map_err(Error::Bind)?;
        let (events, incoming) = mpsc::unbounded_channel();
        let (first_poll_sender, first_poll) = watch::channel(None);
        let mut tasks = JoinSet::new();
        tasks.spawn(Api::new(incoming, first_poll_sender).serve(listener));

        let spawned = Instant::now();
        let mut child = Command::new(&self.binary)
            .env_clear()
            .envs(&self.variables)
            .env("AWS_LAMBDA_RUNTIME_API", address.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|source| Error::Start { binary: self.binary, source })?;
        let pid = child.id();
        let (stdout, stderr) = (Output::new(), Output::new());
        if let Some(stream) = child.stdout.take() {
            tasks.spawn(stdout.clone().take(stream));
        }
        if let Some(stream) = child.stderr.take() {
            tasks.spawn(stderr.clone().take(stream));
        }
        let (exit, exited) = watch::channel(None);
        // Owns the process: when the tasks are dropped, it is killed.
        tasks.spawn(async move {
            if let Ok(status) = child.wait().await {
                exit.send_replace(Some(status));
            }
            std::future::pending().await
        });
        Ok(Running {
            events,
            first_poll,
            exited,
            spawned,
            pid,
            stdout,
            stderr,
            timeout: self.timeout,
            next_id: AtomicU64::new(1),
            tasks,
        })
    }
}

/// A function's process. It is killed when this is dropped.
pub struct Running {
    events: mpsc::UnboundedSender<Event>,
    first_poll: watch::Receiver<Option<Instant>>,
    exited: watch::Receiver<Option<ExitStatus>>,
    spawned: Instant,
    pid: Option<u32>,
    stdout: Output,
    stderr: Output,
    timeout: Duration,
    next_id: AtomicU64,
    #[expect(
        dead_code,
        reason = "held for its Drop, which stops the server and kills the process"
    )]
    tasks: JoinSet<()>,
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Running").field("pid", &self.pid).finish_non_exhaustive()
    }
}

/// What a function answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Lambda's request id of the event.
    pub request_id: String,
    /// The answer's JSON text, as API Gateway gets it.
    pub payload: String,
    /// From handing out the event until the answer had arrived.
    pub duration: Duration,
    /// From the spawn of the process until the answer had arrived.
    pub since_spawn: Duration,
}

impl Answer {
    /// The body of an answer to an HTTP event, parsed; `null` where there is none.
    pub fn body(&self) -> serde_json::Value {
        let answer: serde_json::Value = serde_json::from_str(&self.payload).unwrap_or_default();
        answer["body"].as_str().and_then(|body| serde_json::from_str(body).ok()).unwrap_or_default()
    }
}

impl Running {
    /// The time from the spawn of the process to its first poll of the Runtime API, waited for if
    /// need be.
    ///
    /// # Errors
    /// [`Error::Ended`], [`Error::Patience`].
    pub async fn first_poll(&self) -> Result<Duration, Error> {
        let mut first_poll = self.first_poll.clone();
        let polled =
            async { first_poll.wait_for(Option::is_some).await.ok().and_then(|first| *first) };
        let first = self.unless_it_ends(polled, "the first poll").await?;
        Ok(first.map(|first| first.duration_since(self.spawned)).unwrap_or_default())
    }

    /// Hands an event (JSON text) to the function and waits for the answer.
    ///
    /// # Errors
    /// [`Error::Failed`] when the function fails the event instead of answering it;
    /// [`Error::Ended`], [`Error::Patience`].
    pub async fn invoke(&self, event: &str) -> Result<Answer, Error> {
        let number = self.next_id.fetch_add(1, Ordering::Relaxed);
        let request_id = format!("00000000-0000-4000-8000-{number:012x}");
        let (answer, finished) = oneshot::channel();
        let handed_out = Instant::now();
        let event = Event {
            id: request_id.clone(),
            payload: event.to_owned(),
            timeout: self.timeout,
            answer,
        };
        // Refused only when the server has stopped, which it does not while this value lives.
        let _sent = self.events.send(event);
        let waiting = async { finished.await.ok() };
        match self.unless_it_ends(waiting, "an answer").await? {
            Some(finished) => Ok(Answer {
                request_id,
                payload: finished.result.map_err(Error::Failed)?,
                duration: finished.at.duration_since(handed_out),
                since_spawn: finished.at.duration_since(self.spawned),
            }),
            None => Err(Error::Patience(0, "an answer")),
        }
    }

    /// The lines of standard output so far: log lines and metric lines.
    pub fn stdout(&self) -> Vec<String> {
        self.stdout.lines()
    }

    /// The lines of standard error so far.
    pub fn stderr(&self) -> Vec<String> {
        self.stderr.lines()
    }

    /// The first line of standard output that `wanted` says yes to, waited for if need be: the pipe
    /// may lag behind an answer.
    ///
    /// # Errors
    /// [`Error::Patience`].
    pub async fn stdout_line(&self, wanted: impl Fn(&str) -> bool) -> Result<String, Error> {
        self.stdout.line(PATIENCE, wanted).await
    }

    /// The most memory that the process has held so far (resident set), in KiB, from `/proc`.
    ///
    /// # Errors
    /// [`Error::Memory`].
    pub fn peak_memory_kib(&self) -> Result<u64, Error> {
        self.memory_kib("VmHWM:")
    }

    /// The memory that the process holds now (resident set), in KiB, from `/proc`.
    ///
    /// # Errors
    /// [`Error::Memory`].
    pub fn memory_now_kib(&self) -> Result<u64, Error> {
        self.memory_kib("VmRSS:")
    }

    /// Waits until the process ends by itself.
    ///
    /// # Errors
    /// [`Error::Patience`].
    pub async fn exit(&self) -> Result<ExitStatus, Error> {
        let mut exited = self.exited.clone();
        let ended =
            async { exited.wait_for(Option::is_some).await.ok().and_then(|status| *status) };
        timeout(PATIENCE, ended)
            .await
            .ok()
            .flatten()
            .ok_or(Error::Patience(PATIENCE.as_secs(), "the end of the process"))
    }

    fn memory_kib(&self, name: &str) -> Result<u64, Error> {
        let pid = self.pid.unwrap_or_default();
        let status =
            std::fs::read_to_string(format!("/proc/{pid}/status")).map_err(Error::Memory)?;
        status
            .lines()
            .find_map(|line| line.strip_prefix(name)?.split_whitespace().next()?.parse().ok())
            .ok_or_else(|| Error::Memory(std::io::ErrorKind::InvalidData.into()))
    }

    async fn unless_it_ends<T>(
        &self,
        work: impl Future<Output = T>,
        what: &'static str,
    ) -> Result<T, Error> {
        let mut exited = self.exited.clone();
        let ended = async {
            match exited.wait_for(Option::is_some).await.ok().and_then(|status| *status) {
                Some(status) => status,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            done = timeout(PATIENCE, work) => done.map_err(|_| Error::Patience(PATIENCE.as_secs(), what)),
            status = ended => Err(Error::Ended(status)),
        }
    }
}
