"""What the Rust code says about itself, read from its source text: variables, metrics, error codes, log fields.

Scanning text is crude, but it needs no build, and each scan fails when it finds nothing, so that a rename is noticed.
"""

import re

from .template import ROOT

LAMBDA = ROOT / "shared/lambda-host/src"


def _text(*paths) -> str:
    return "\n".join(path.read_text() for path in paths)


def _without_tests(text: str) -> str:
    return text.split("#[cfg(test)]")[0]


def environment_variables() -> set[str]:
    """Every variable that the functions' code reads: the upper-case names in quotes where settings are read."""
    files = (
        sorted(LAMBDA.glob("settings*.rs"))
        + sorted(LAMBDA.glob("settings/*.rs"))
        + [LAMBDA / "logs.rs", LAMBDA / "run.rs"]
    )
    names = set()
    for file in files:
        names |= set(re.findall(r'"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)"', _without_tests(file.read_text())))
    assert "TABLE_NAME" in names, "the scan of shared/lambda-host/src/settings.rs found no settings: was it moved?"
    return names


def number_ranges() -> dict[str, tuple[int, int]]:
    """The range that each numeric variable must lie in."""
    text = _text(*sorted(LAMBDA.glob("settings*.rs")))
    limits = {"u32::MAX": str(2**32 - 1)}
    found = re.findall(r'number\("([A-Z_]+)", (-?[\d_]+)\.\.=(-?[\d_]+|u32::MAX)\)', text)
    assert found, "the scan of shared/lambda-host/src/settings.rs found no ranges: was it rewritten?"
    return {name: (int(low), int(limits.get(high, high))) for name, low, high in found}


def metrics() -> dict[str, set[frozenset[str]]]:
    """Every metric that the functions emit, with the sets of dimensions it is emitted by."""
    text = _without_tests((LAMBDA / "metrics.rs").read_text())
    by = {
        name: {frozenset(re.findall(r'"(\w+)"', group)) for group in re.findall(r"&\[([^\[\]]*)\]", body)}
        for name, body in re.findall(r"const (BY_\w+): &\[&\[&str\]\] = &\[(.*?)\];", text)
    }
    constants = dict(re.findall(r'pub const (\w+): &str = "(\w+)";', text))
    domain = re.findall(r'Self::\w+ => "(\w+)"', text)
    emitted = {name: by["BY_OPERATION"] for name in domain}
    groups = re.findall(r"\((BY_\w+), self\.(\w+)\(\)\)", text)
    for dimensions, function in groups:
        body = re.search(rf"fn {function}\(&self\).*?\n    }}", text, re.S)[0]
        for constant, name in constants.items():
            if re.search(rf"\(\(?{constant},", body):
                emitted[name] = by[dimensions]
    assert {"Calls", "Failures", "AgentSyncAge"} <= emitted.keys(), (
        "the scan of shared/lambda-host/src/metrics.rs missed metrics"
    )
    return emitted


def error_codes() -> list[str]:
    """The error codes of the envelope."""
    text = (ROOT / "shared/contract/src/failure.rs").read_text()
    codes = re.findall(r'Self::\w+ => "([A-Z_]+)"', text)
    assert "INVALID_INPUT" in codes, "the scan of shared/contract/src/failure.rs found no codes"
    return codes


def secret_placeholder() -> str:
    """The text by which the functions recognise a secret that nobody has filled in yet."""
    return re.search(r'const PLACEHOLDER: &str = "([^"]+)"', _text(*LAMBDA.glob("secret*.rs")))[1]


def simulator_key() -> str:
    """The API key that the local stack's simulator takes."""
    return re.search(r'SIMULATOR_KEY: &str = "([^"]+)"', (ROOT / "infra/local/src/stack.rs").read_text())[1]


def log_fields() -> set[str]:
    """The names of the fields in log lines, those of every line included."""
    fields = {"timestamp", "level", "message", "target"}
    for crate in ("lambda-host", "bamboohr", "timeoff"):
        for file in sorted((ROOT / "shared" / crate / "src").rglob("*.rs")):
            text = _without_tests(file.read_text())
            for call in re.finditer(
                r"(?:tracing::)?\b(?:\$?level|trace|debug|info|warn|error|\w+_span|event|summary)!\(", text
            ):
                body = text[call.end() : call.end() + 1500].split(");")[0]
                fields |= set(re.findall(r"\b([a-z_]+)(?: =|,|\n)", body))
    return fields


def log_events() -> set[str]:
    """The values of `event` in log lines that are written at the level INFO, the default, or above."""
    events = set()
    for crate in ("lambda-host", "bamboohr", "timeoff"):
        for file in sorted((ROOT / "shared" / crate / "src").rglob("*.rs")):
            events |= set(re.findall(r'(?:\$level|info|warn|error)!\(\s*event = "([a-z_.]+)"', file.read_text()))
    return events
