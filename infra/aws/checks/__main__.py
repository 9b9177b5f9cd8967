"""`python -m checks [--strict] [group …]`: runs the checks and says what they cannot show."""

import argparse
import logging
import sys

# The SAM translator logs about features of Amazon's own service.
logging.getLogger("samtranslator").setLevel(logging.CRITICAL)

from . import cargo_lambda, contract, deploy_script, deployed, documents, lint, roles, rule_checks  # noqa: E402, F401, the modules register their checks
from .gaps import GAPS  # noqa: E402
from .runner import CHECKS, run  # noqa: E402


def main() -> int:
    """Parses the command line and runs."""
    groups = list(dict.fromkeys(item.group for item in CHECKS))
    parser = argparse.ArgumentParser(prog="infra/aws/check", description="Checks infra/aws without an AWS account.")
    parser.add_argument("group", nargs="*", metavar="group", help="run only these groups: " + ", ".join(groups))
    parser.add_argument("--strict", action="store_true", help="a check that cannot run here counts as failed")
    arguments = parser.parse_args()
    unknown = set(arguments.group) - set(groups)
    if unknown:
        parser.error(f"no such group: {', '.join(sorted(unknown))}")
    if not arguments.group:
        print("What no check here can show:\n" + "\n".join(f"  - {gap}" for gap in GAPS))
    return run(arguments.group, arguments.strict)


if __name__ == "__main__":
    sys.exit(main())
