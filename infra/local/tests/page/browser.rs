//! Debian's chromium, driven by its own driver.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command as Process, Stdio};
use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use http::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use url::Url;

/// Long enough for a busy machine; nothing waits for it to pass.
const PATIENCE: Duration = Duration::from_secs(60);

/// How chromium runs without a screen, and without anything that it would fetch by itself.
const FLAGS: [&str; 9] = [
    "--headless",
    "--hide-scrollbars",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// What the tests in a browser need beside Rust.
pub(crate) struct Tools {
    driver: PathBuf,
    /// The text of axe-core, which judges a page's accessibility.
    axe: String,
}

impl Tools {
    /// The tools, unless one is missing. That is said whatever the test harness captures; where
    /// `BROWSER_TESTS` is `required`, as in the gate, it fails the test.
    pub(crate) fn find() -> Option<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let axe = root.join(".venv/browser/node_modules/axe-core/axe.min.js");
        let found = (|| {
            on_path("chromium")?;
            Some(Self { driver: on_path("chromedriver")?, axe: fs::read_to_string(axe).ok()? })
        })();
        if found.is_none() {
            let sentence = "NOT TESTED: the page in a real browser. Chromium, chromedriver or \
                            axe-core is missing; `.ci/browser` installs them.";
            assert_ne!(std::env::var("BROWSER_TESTS").as_deref(), Ok("required"), "{sentence}");
            // Not by a macro: what those write is shown for failures alone.
            let _unheard = writeln!(std::io::stderr(), "\n{sentence}\n");
        }
        found
    }
}

fn on_path(program: &str) -> Option<PathBuf> {
    let found = Process::new("which").arg(program).stderr(Stdio::null()).output().ok()?;
    let path = String::from_utf8(found.stdout).ok()?;
    found.status.success().then(|| PathBuf::from(path.trim()))
}

/// A page in a browser. The browser ends with the driver, and the driver with this.
pub(crate) struct Browser {
    client: Client,
    axe: String,
    output: PathBuf,
    _driver: Child,
}

/// One of Chrome's own commands, for what WebDriver has none for.
#[derive(Debug)]
struct DevTools(&'static str, Value);

impl WebDriverCompatibleCommand for DevTools {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, url::ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(json!({ "cmd": self.0, "params": self.1 }).to_string()))
    }
}

impl Browser {
    pub(crate) async fn open(tools: Tools, url: &str) -> Self {
        let mut driver = Command::new(&tools.driver)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let port = port_of(&mut driver).await;
        let options = json!({ "args": FLAGS });
        let timeouts = json!({ "script": PATIENCE.as_millis() });
        let capabilities = Map::from_iter([
            ("goog:chromeOptions".to_owned(), options),
            ("timeouts".to_owned(), timeouts),
        ]);
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .unwrap();
        let output = Path::new(env!("CARGO_TARGET_TMPDIR")).join("page");
        fs::create_dir_all(&output).unwrap();
        let browser = Self { client, axe: tools.axe, output, _driver: driver };
        browser.look(1280, "light").await;
        browser.client.goto(url).await.unwrap();
        browser
    }

    /// Ends the browser; without it, it would outlive its driver.
    pub(crate) async fn close(self) {
        self.client.close().await.unwrap();
    }

    /// A window of that width, and a system of that colour scheme.
    pub(crate) async fn look(&self, width: u32, scheme: &str) {
        self.resize(&json!(width), &json!(1000)).await;
        let scheme = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.dev_tools("Emulation.setEmulatedMedia", scheme).await;
    }

    async fn resize(&self, width: &Value, height: &Value) {
        let size = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false,
        });
        self.dev_tools("Emulation.setDeviceMetricsOverride", size).await;
    }

    async fn dev_tools(&self, command: &'static str, parameters: Value) -> Value {
        self.client.issue_cmd(DevTools(command, parameters)).await.unwrap()
    }

    /// Waits for an element, by CSS.
    async fn find(&self, css: &str) -> Element {
        let element = self.client.wait().at_most(PATIENCE).for_element(Locator::Css(css));
        element.await.unwrap_or_else(|error| panic!("{css}: {error}"))
    }

    /// Waits until an element by CSS holds a text. The browser looks whenever the page changes.
    pub(crate) async fn read(&self, css: &str, text: &str) {
        let script = "const [css, text, done] = arguments; \
                      const holds = () => [...document.querySelectorAll(css)]\
                      .some((element) => element.textContent.includes(text)); \
                      const observer = new MutationObserver(() => holds() && done()); \
                      const all = { subtree: true, childList: true, characterData: true }; \
                      if (holds()) done(); \
                      else observer.observe(document.body, { ...all, attributes: true });";
        let read = self.client.execute_async(script, vec![json!(css), json!(text)]).await;
        if let Err(error) = read {
            let all = self.run("return document.body.innerText", Vec::new()).await;
            panic!("no {css} holds {text:?}: {error}; the page: {all}");
        }
    }

    /// Presses what bears that key, as a keyboard does: it has the focus, and Enter is pressed.
    pub(crate) async fn press(&self, css: &str) {
        // Drawn anew between the look and the key, it is another element.
        while let Err(error) = self.find(css).await.send_keys("\u{e007}").await {
            assert!(error.is_stale_element_reference(), "{css}: {error}");
        }
    }

    /// Fills an input or a menu in, as its `value`.
    pub(crate) async fn fill(&self, css: &str, value: &str) {
        let script = "const input = document.querySelector(arguments[0]); \
                      input.value = arguments[1]; \
                      input.dispatchEvent(new Event('change', { bubbles: true }))";
        self.find(css).await;
        self.run(script, vec![json!(css), json!(value)]).await;
    }

    pub(crate) async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client.execute(script, arguments).await.unwrap()
    }

    /// A picture of the whole page, however long it is.
    pub(crate) async fn whole_picture(&self, name: &str) {
        let script = "return [innerWidth, document.documentElement.scrollHeight]";
        let size = self.run(script, Vec::new()).await;
        self.resize(&size[0], &size[1]).await;
        self.picture(name).await;
    }

    /// A picture of what the window shows; its size in bytes.
    pub(crate) async fn picture(&self, name: &str) -> usize {
        let picture = self.client.screenshot().await.unwrap();
        fs::write(self.output.join(format!("{name}.png")), &picture).unwrap();
        picture.len()
    }

    /// Every rule of axe-core that the page breaks at present, with the elements.
    pub(crate) async fn violations(&self) -> Value {
        if self.run("return typeof axe", Vec::new()).await != json!("object") {
            self.run(&self.axe, Vec::new()).await;
        }
        let script = "const done = arguments[arguments.length - 1]; \
                      axe.run(document).then(({ violations }) => done(violations.map(\
                      ({ id, nodes }) => [id, ...nodes.map((node) => node.html)])))";
        self.client.execute_async(script, Vec::new()).await.unwrap()
    }
}

/// "ChromeDriver was started successfully on port 40123."
async fn port_of(driver: &mut Child) -> u16 {
    let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
    while let Some(line) = lines.next_line().await.unwrap() {
        if let Some((_, rest)) = line.split_once("successfully on port ") {
            // Whoever writes to a closed pipe ends.
            tokio::spawn(
                async move { while lines.next_line().await.is_ok_and(|l| l.is_some()) {} },
            );
            return rest.trim_end_matches('.').parse().unwrap();
        }
    }
    panic!("chromedriver does not say its port");
}
