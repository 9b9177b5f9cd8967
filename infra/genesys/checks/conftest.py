"""What every run says at its end."""

import pytest
from gaps import GAPS


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints the gaps, so that nobody takes green for more than it is."""
    terminalreporter.section("What no check here can show")
    terminalreporter.write_line("\n".join(f"- {gap}" for gap in GAPS))
