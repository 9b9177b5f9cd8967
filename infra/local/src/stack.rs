use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bamboohr_simulator::Simulator;
use genesys_simulator::{Bridge, Genesys, OAuthClient};
use lambda_host::{Environment, LambdaContext, Settings};
use local_aws::{DynamoDb, SecretsManager};
use secrecy::ExposeSecret;
use serde_json::json;
use tokio::task::JoinSet;
use tracing::Instrument;

use crate::StartError;
use crate::console::{Breaks, Console};
use crate::functions::Functions;
use crate::gateway::{
    self, API_KEY, Api, Gateway, OAUTH_CLIENT_ID, OAUTH_CLIENT_SECRET, STAGE, TOKEN_PATH, Tokens,
    new_id,
};
use crate::options::{AuthMode, Hris, Options, Port};

/// The secret's name in the local Secrets Manager.
const SECRET_ID: &str = "timeoff-bridge/bamboohr";
/// The key that the simulator accepts, whatever its seed says.
pub const SIMULATOR_KEY: &str = "local-simulator-key";
/// Lambda's limit, which a scheduled refresh may use.
const SCHEDULED_TIMEOUT: Duration = Duration::from_secs(900);

/// A running local stack. Everything stops when it is dropped.
pub struct LocalStack {
    url: String,
    token_url: Option<String>,
    tokens: Option<Arc<Tokens>>,
    simulator: Option<Arc<Simulator>>,
    genesys: Option<Arc<Genesys>>,
    dynamodb: DynamoDb,
    secrets_manager: Arc<SecretsManager>,
    variables: BTreeMap<String, String>,
    environment: Environment,
    functions: Arc<Functions>,
    #[expect(dead_code, reason = "held for its Drop, which stops the gateway")]
    gateway: JoinSet<()>,
}

impl std::fmt::Debug for LocalStack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LocalStack").field("url", &self.url).finish_non_exhaustive()
    }
}

impl LocalStack {
    /// Starts everything, in the present tokio runtime. It answers as soon as this returns.
    ///
    /// # Errors
    /// A port is taken, a setting is wrong, or the deployed definitions cannot be used.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let Options { ports, auth_mode, hris, genesys, settings, clock, metrics, calls } = options;
        let api = Api::deployed(auth_mode)?;
        let gateway_listener = Port::Gateway.listen(ports.gateway).await?;
        let dynamodb = DynamoDb::serve_on(Port::DynamoDb.listen(ports.dynamodb).await?).await?;
        let secrets_manager =
            SecretsManager::serve_on(Port::SecretsManager.listen(ports.secrets_manager).await?)?;
        let secrets_manager = Arc::new(secrets_manager);

        let mut variables = settings;
        let mut set =
            |name: &str, value: &str| drop(variables.insert(name.to_owned(), value.to_owned()));
        let (simulator, company_domain, api_key) = match hris {
            Hris::Simulator(seed) => {
                let listener = Port::Simulator.listen(ports.simulator).await?;
                let simulator = Simulator::serve_on(listener, (*seed).api_key(SIMULATOR_KEY))
                    .map_err(|source| StartError::Port {
                        port: Port::Simulator,
                        number: ports.simulator,
                        source,
                    })?;
                set("BAMBOOHR_BASE_URL", simulator.url());
                (Some(Arc::new(simulator)), "acme".to_owned(), SIMULATOR_KEY.into())
            }
            Hris::Account { company_domain, api_key, allow_writes } => {
                if !allow_writes {
                    set("READ_ONLY", "true");
                }
                (None, company_domain, api_key)
            }
        };
        let secret = json!({ "companyDomain": company_domain, "apiKey": api_key.expose_secret() });
        secrets_manager.set(SECRET_ID, secret.to_string());
        set("BAMBOOHR_SECRET_ID", SECRET_ID);
        set("TABLE_NAME", dynamodb.table_name());
        set("AWS_ENDPOINT_URL_DYNAMODB", &dynamodb.url());
        set("AWS_ENDPOINT_URL_SECRETS_MANAGER", &secrets_manager.url());
        set("AWS_REGION", local_aws::REGION);
        set("AWS_ACCESS_KEY_ID", "local");
        set("AWS_SECRET_ACCESS_KEY", "local");

        let settings = Settings::read(&|name| variables.get(name).cloned())?;
        let environment = Environment::with(settings, clock.clone(), metrics)?;
        let functions = Arc::new(Functions::of(&environment));
        let address = gateway_listener.local_addr().map_err(|source| StartError::Port {
            port: Port::Gateway,
            number: ports.gateway,
            source,
        })?;
        let url = format!("http://{address}/{STAGE}");
        let tokens = (auth_mode != AuthMode::ApiKey).then(|| Arc::new(Tokens::new(clock.clone())));
        let token_url = tokens.as_ref().map(|_| format!("http://{address}{TOKEN_PATH}"));
        let genesys = match genesys {
            None => None,
            Some(seed) => {
                let listener = Port::Genesys.listen(ports.genesys).await?;
                let oauth = token_url.as_deref().map(|token_url| OAuthClient {
                    token_url,
                    id: OAUTH_CLIENT_ID,
                    secret: OAUTH_CLIENT_SECRET,
                });
                let bridge = Bridge { base_url: &url, api_key: API_KEY, oauth };
                Some(Arc::new(Genesys::serve_on(listener, seed, bridge)?))
            }
        };
        let console = simulator.clone().zip(genesys.clone()).map(|(bamboohr, genesys)| {
            let breaks =
                Breaks::new(bamboohr, dynamodb.faults().clone(), Arc::clone(&secrets_manager));
            Arc::new(Console { genesys, breaks, calls })
        });
        let mut gateway = JoinSet::new();
        gateway.spawn(gateway::serve(
            gateway_listener,
            Gateway {
                api,
                functions: Arc::clone(&functions),
                clock,
                tokens: tokens.clone(),
                console,
            },
        ));
        Ok(Self {
            url,
            token_url,
            tokens,
            simulator,
            genesys,
            dynamodb,
            secrets_manager,
            variables,
            environment,
            functions,
            gateway,
        })
    }

    /// The gateway with its stage: `http://127.0.0.1:<port>/v1`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where a browser sees what happens.
    pub fn page_url(&self) -> &str {
        self.url.trim_end_matches(STAGE)
    }

    /// Where the OAuth client gets its tokens; `None` in the mode that has none.
    pub fn token_url(&self) -> Option<&str> {
        self.token_url.as_deref()
    }

    /// How many tokens were given so far.
    pub fn tokens_given(&self) -> usize {
        self.tokens.as_ref().map_or(0, |tokens| tokens.count())
    }

    /// The simulator, unless a real account is used.
    pub fn simulator(&self) -> Option<&Simulator> {
        self.simulator.as_deref()
    }

    /// The simulated Genesys Cloud, where there is one.
    pub fn genesys(&self) -> Option<&Genesys> {
        self.genesys.as_deref()
    }

    /// The table's server.
    pub fn dynamodb(&self) -> &DynamoDb {
        &self.dynamodb
    }

    /// The secret's server.
    pub fn secrets_manager(&self) -> &SecretsManager {
        &self.secrets_manager
    }

    /// Sets the API key in the secret, as an operator does who rotates it.
    pub fn put_api_key(&self, api_key: &str) {
        put_api_key(&self.secrets_manager, api_key);
    }

    /// The environment variables of a function of this stack: what a function's real binary is
    /// started with.
    pub fn variables(&self) -> &BTreeMap<String, String> {
        &self.variables
    }

    /// What the functions of this stack were built from.
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// Lets the schedule refresh the agents now, and gives back what the function answers, as JSON
    /// text; `None` when there is no such function.
    pub async fn refresh_agents(&self) -> Option<String> {
        self.scheduled("get-agents").await
    }

    /// Lets the schedule settle now what writes have left open, and gives back what the function
    /// answers, as JSON text; `None` when there is no such function.
    pub async fn settle(&self) -> Option<String> {
        self.scheduled("update-timeoff").await
    }

    async fn scheduled(&self, function: &str) -> Option<String> {
        let event = json!({
            "version": "0",
            "id": new_id(),
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "account": "000000000000",
            "time": self.environment.clock.now(),
            "region": local_aws::REGION,
            "resources": [],
            "detail": {},
        });
        let context = LambdaContext { request_id: new_id(), remaining: SCHEDULED_TIMEOUT };
        let span = tracing::info_span!(target: "gateway", "schedule", function);
        let event = event.to_string();
        let answer = self.functions.get(function)?.answer(&event, context);
        answer.instrument(span).await.ok()
    }
}

/// Sets the API key in the secret, as an operator does who rotates it.
pub(crate) fn put_api_key(secrets_manager: &SecretsManager, api_key: &str) {
    let secret = json!({ "companyDomain": "acme", "apiKey": api_key });
    secrets_manager.set(SECRET_ID, secret.to_string());
}
