"""What every run says at its end, and what a check that cannot run here counts as."""

import functools
import logging
import os

import botocore.loaders
import botocore.session
import pytest

from checks.gaps import GAPS
from checks.template import REGION

# Neither SAM's translator nor moto does without.
os.environ.setdefault("AWS_DEFAULT_REGION", REGION)

# Every session of boto3 would read AWS's models anew: a fifth of a second each, and a deployment
# that is tried has one.
botocore.session.create_loader = functools.cache(botocore.loaders.create_loader)

# The SAM translator logs about features of Amazon's own service.
logging.getLogger("samtranslator").setLevel(logging.CRITICAL)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds --no-skips."""
    sentence = "a check that cannot run here counts as failed"
    parser.addoption("--no-skips", action="store_true", help=sentence)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints the gaps after every run, so that nobody takes green for more than it is."""
    terminalreporter.section("What no check here can show")
    terminalreporter.write_line("\n".join(f"- {gap}" for gap in GAPS))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> object:
    """Turns a skipped check into a failed one where --no-skips says so."""
    report = yield
    if report.skipped and item.config.getoption("--no-skips"):
        report.outcome = "failed"
        report.longrepr = f"could not run here: {call.excinfo and call.excinfo.value}"
    return report
