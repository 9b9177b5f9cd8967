"""What every run says at its end, and what a check that cannot run here counts as."""

import logging

import pytest

from checks.gaps import GAPS

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
