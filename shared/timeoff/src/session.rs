//! The one way to BambooHR: from the secret to a client, and what happens when a key is refused.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bamboohr::{
    Api, ApiKey, CallStatistics, Client, CompanyDomain, Effect, Endpoint, ErrorKind, Site,
    TimeOffTypes,
};
use contract::{ErrorCode, Failure, Minutes, TimeOffTypeId};
use jiff::{SignedDuration, Timestamp};
use lambda_host::{Clock, Environment, Invocation, Secret, SecretCache, Upstream};
use tokio::time::Instant;

use crate::{Catalogue, Error};

/// How long a refused key is not tried again: BambooHR disables its whole API when a bad key is
/// used repeatedly.
const HOLD: SignedDuration = SignedDuration::from_secs(60);

/// How old the time-off types may be when a request is written: they change a few times a year.
const CATALOGUE_FRESH: SignedDuration = SignedDuration::from_mins(5);

/// How long the calls ahead of the first one may take.
const WARM_UP: Duration = Duration::from_secs(2);

/// How old what was read ahead of the first call may be, to count as read in it: a cold start is
/// followed by its call at once, a start ahead of any call is not.
const JUST_READ: SignedDuration = SignedDuration::from_secs(2);

/// BambooHR, as this process reaches it. Cheap to clone; clones share connections and the memory of
/// a refused key.
#[derive(Clone, Debug)]
pub struct BambooHr(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    http: reqwest::Client,
    base_url: Option<String>,
    secrets: SecretCache,
    clock: Clock,
    client: Mutex<Option<(Secret, Client)>>,
    refused: Mutex<Option<(Secret, Timestamp)>>,
    minutes_per_day: Option<Minutes>,
    catalogue: Mutex<Option<Kept>>,
}

/// The time-off types as they were last read.
#[derive(Debug)]
struct Kept {
    catalogue: Arc<Catalogue>,
    read_at: Timestamp,
    /// Read by the warm-up, and no call has taken it for what BambooHR lists now.
    ahead: bool,
}

impl BambooHr {
    /// BambooHR by the settings and the secret of `environment`. Nothing is sent yet.
    ///
    /// # Errors
    /// `INTERNAL` when the HTTP client cannot be set up.
    pub fn new(environment: &Environment) -> Result<Self, Failure> {
        let settings = &environment.settings;
        let secrets = environment.secrets.clone();
        let base_url = settings.bamboohr_base_url.clone();
        Self::with(secrets, base_url, settings.minutes_per_day, environment.clock.clone())
    }

    /// BambooHR for a program that is no function: by the secret, `BAMBOOHR_BASE_URL` and
    /// `MINUTES_PER_DAY`. Nothing is sent yet.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with(
        secrets: SecretCache,
        base_url: Option<String>,
        minutes_per_day: Option<u16>,
        clock: Clock,
    ) -> Result<Self, Failure> {
        let http = bamboohr::http_client()
            .map_err(|error| Failure::new(ErrorCode::Internal, format!("{error}.")))?;
        Ok(Self(Arc::new(Inner {
            http,
            base_url,
            secrets,
            clock,
            client: Mutex::new(None),
            refused: Mutex::new(None),
            minutes_per_day: minutes_per_day.and_then(Minutes::new),
            catalogue: Mutex::new(None),
        })))
    }

    /// Reads the secret and the time-off types, and so opens a connection, ahead of the first call.
    /// Best effort: what fails here fails again, and is answered, in the call; a key that is
    /// refused here is not tried again there.
    pub async fn warm_up(&self) {
        let Ok(secret) = self.0.secrets.current().await else { return };
        let Ok(client) = self.0.client(&secret) else { return };
        match client.api(Instant::now() + WARM_UP).time_off_types().await {
            Ok(listed) => drop(self.0.keep_catalogue(listed, true)),
            Err(error) if is_key_refused(&error) => self.0.hold(&secret),
            Err(_) => {}
        }
    }

    /// Opens BambooHR for one call; whatever is asked through the session ends before `deadline`.
    ///
    /// # Errors
    /// The secret is not to be had or names no company, or BambooHR refused the key less than a
    /// minute ago.
    pub async fn open<'a>(
        &self,
        invocation: &'a Invocation,
        deadline: Instant,
    ) -> Result<Session<'a>, Error> {
        let inner = Arc::clone(&self.0);
        let mut secret = inner.secrets.current().await?;
        let may_refresh = !inner.is_held(&secret);
        if !may_refresh {
            secret = inner.replace_held().await?;
        }
        let calls = inner.client(&secret)?.api(deadline);
        let access = tokio::sync::Mutex::new(Access { secret, calls, generation: 0, may_refresh });
        Ok(Session { inner, invocation, deadline, access, spent: Mutex::default() })
    }
}

impl Inner {
    fn client(&self, secret: &Secret) -> Result<Client, Error> {
        let mut kept = self.client.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, client)) = kept.as_ref().filter(|(known, _)| known == secret) {
            return Ok(client.clone());
        }
        // Checked even where BAMBOOHR_BASE_URL stands over it: a secret that works by chance fails
        // on the day the variable goes.
        let domain = secret.company_domain.parse::<CompanyDomain>().map_err(|_| {
            configuration(
                "The companyDomain in the BambooHR secret must be a single DNS label, such as acme \
                in acme.bamboohr.com.",
            )
        })?;
        let site = match &self.base_url {
            Some(url) => Site::at(url).map_err(|_| {
                configuration(
                    "The environment variable BAMBOOHR_BASE_URL is not an address that BambooHR \
                    can be reached at.",
                )
            })?,
            None => Site::of(&domain),
        };
        let key = ApiKey::new(secret.api_key.clone()).map_err(|_| {
            configuration("The apiKey in the BambooHR secret holds characters that no key has.")
        })?;
        let client = Client::new(self.http.clone(), site, key);
        *kept = Some((secret.clone(), client.clone()));
        Ok(client)
    }

    fn keep_catalogue(&self, listed: TimeOffTypes, ahead: bool) -> Arc<Catalogue> {
        let catalogue = Arc::new(Catalogue::of(listed, self.minutes_per_day));
        let kept = Kept { catalogue: Arc::clone(&catalogue), read_at: self.clock.now(), ahead };
        *self.kept_catalogue() = Some(kept);
        catalogue
    }

    fn kept_catalogue(&self) -> MutexGuard<'_, Option<Kept>> {
        self.catalogue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_held(&self, secret: &Secret) -> bool {
        let refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.as_ref().is_some_and(|(known, until)| known == secret && self.clock.now() < *until)
    }

    fn hold(&self, secret: &Secret) {
        tracing::warn!(
            event = "hris.key_refused",
            "BambooHR refuses the API key; it is not asked again for a minute unless the secret \
            changes"
        );
        *self.refused.lock().unwrap_or_else(PoisonError::into_inner) =
            Some((secret.clone(), self.clock.now() + HOLD));
    }

    /// Another secret than the one that is held.
    async fn replace_held(&self) -> Result<Secret, Error> {
        match self.secrets.refresh().await {
            Ok(fresh) if !self.is_held(&fresh) => Ok(fresh),
            Ok(_) => Err(Error::Unauthorized),
            Err(error) => {
                tracing::warn!(
                    event = "hris.secret_unread",
                    error = %error,
                    "no other API key is to be had: {error}"
                );
                Err(Error::Unauthorized)
            }
        }
    }
}

fn configuration(sentence: &'static str) -> Error {
    Failure::new(ErrorCode::Configuration, sentence).into()
}

/// BambooHR during one call. What it cost is noted in the call when the session is dropped.
#[derive(Debug)]
pub struct Session<'a> {
    inner: Arc<Inner>,
    invocation: &'a Invocation,
    deadline: Instant,
    access: tokio::sync::Mutex<Access>,
    spent: Mutex<Vec<Api>>,
}

#[derive(Debug)]
struct Access {
    secret: Secret,
    calls: Api,
    generation: u32,
    may_refresh: bool,
}

impl<'a> Session<'a> {
    /// The call that the session belongs to.
    pub fn invocation(&self) -> &'a Invocation {
        self.invocation
    }

    /// When everything asked through the session has ended.
    pub fn deadline(&self) -> Instant {
        self.deadline
    }

    /// The time of day.
    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }

    /// The time-off types as BambooHR lists them now. The first call after a start takes what was
    /// read moments before it.
    ///
    /// # Errors
    /// As of [`run`](Self::run).
    pub async fn current_catalogue(&self) -> Result<Arc<Catalogue>, Error> {
        let since = self.inner.clock.now() - JUST_READ;
        let ahead = self.inner.kept_catalogue().as_mut().and_then(|kept| {
            let is_just_read = std::mem::take(&mut kept.ahead) && kept.read_at > since;
            is_just_read.then(|| Arc::clone(&kept.catalogue))
        });
        match ahead {
            Some(catalogue) => Ok(catalogue),
            None => self.read_catalogue().await,
        }
    }

    async fn read_catalogue(&self) -> Result<Arc<Catalogue>, Error> {
        let listed = self.run(|api| async move { api.time_off_types().await }).await?;
        Ok(self.inner.keep_catalogue(listed, false))
    }

    /// The time-off types as they were at most five minutes ago.
    ///
    /// # Errors
    /// As of [`run`](Self::run).
    pub async fn catalogue(&self) -> Result<Arc<Catalogue>, Error> {
        let since = self.inner.clock.now() - CATALOGUE_FRESH;
        let kept = self
            .inner
            .kept_catalogue()
            .as_ref()
            .and_then(|kept| (kept.read_at > since).then(|| Arc::clone(&kept.catalogue)));
        match kept {
            Some(catalogue) => Ok(catalogue),
            None => self.read_catalogue().await,
        }
    }

    /// As [`catalogue`](Self::catalogue), read again when it does not list `type_id`: the type may
    /// be newer than what is kept.
    ///
    /// # Errors
    /// As of [`run`](Self::run).
    pub async fn catalogue_with(&self, type_id: TimeOffTypeId) -> Result<Arc<Catalogue>, Error> {
        let kept = self.catalogue().await?;
        if kept.get(type_id).is_some() { Ok(kept) } else { self.read_catalogue().await }
    }

    /// Runs `work` against BambooHR. When the key is refused, the secret is read anew, once per
    /// call, and a changed one is used for a second run: a rotated key fails no call. Refused work
    /// had no effect, so running it again is safe for writes too.
    ///
    /// # Errors
    /// What `work` fails with; [`Error::Unauthorized`] when the key is refused for good.
    pub async fn run<T, W: Future<Output = Result<T, bamboohr::Error>>>(
        &self,
        work: impl Fn(Api) -> W,
    ) -> Result<T, Error> {
        let (calls, generation) = {
            let access = self.access.lock().await;
            (access.calls.clone(), access.generation)
        };
        match work(calls).await {
            Err(error) if is_key_refused(&error) => {
                let calls = self.replace_key(generation).await?;
                match work(calls).await {
                    Err(error) if is_key_refused(&error) => {
                        self.inner.hold(&self.access.lock().await.secret);
                        Err(Error::Unauthorized)
                    }
                    result => result.map_err(|error| self.noted(error)),
                }
            }
            result => result.map_err(|error| self.noted(error)),
        }
    }

    /// BambooHR's own id of a failed call goes into the summary of ours: it is what BambooHR's
    /// support asks for.
    fn noted(&self, error: bamboohr::Error) -> Error {
        if let Some(id) = error.request_id() {
            self.invocation.upstream_request_id(id);
        }
        error.into()
    }

    /// Calls with another key than the one of `generation`, which was refused.
    async fn replace_key(&self, generation: u32) -> Result<Api, Error> {
        let mut access = self.access.lock().await;
        if access.generation != generation {
            // Another of this call's requests was refused first and has replaced the key already.
            return Ok(access.calls.clone());
        }
        // Before anything that can fail: whatever becomes of this call, the next one must not send
        // the key again.
        self.inner.hold(&access.secret);
        if !std::mem::take(&mut access.may_refresh) {
            return Err(Error::Unauthorized);
        }
        let fresh = self.inner.replace_held().await?;
        let calls = self.inner.client(&fresh)?.api(self.deadline);
        let spent = std::mem::replace(&mut access.calls, calls.clone());
        self.spent.lock().unwrap_or_else(PoisonError::into_inner).push(spent);
        access.secret = fresh;
        access.generation += 1;
        Ok(calls)
    }
}

/// Every key may list the time-off types, so a 403 there means that BambooHR has disabled its API
/// after too many bad keys. A body that says so under another status proves nothing of a write.
fn is_key_refused(error: &bamboohr::Error) -> bool {
    match error.kind() {
        ErrorKind::Unauthorized => error.effect() == Effect::None,
        ErrorKind::Forbidden => error.endpoint() == Endpoint::TimeOffTypes,
        _ => false,
    }
}

impl Drop for Session<'_> {
    fn drop(&mut self) {
        let spent = self.spent.get_mut().unwrap_or_else(PoisonError::into_inner);
        for statistics in spent.iter().chain([&self.access.get_mut().calls]).map(Api::statistics) {
            self.invocation.record_upstream(upstream(statistics));
        }
    }
}

fn upstream(statistics: CallStatistics) -> Upstream {
    let count = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    let duration: Duration = statistics.time;
    Upstream {
        calls: count(statistics.calls),
        retries: count(statistics.retries),
        throttles: count(statistics.throttles),
        duration,
    }
}
