"""`python3 -m deployment`, which infra/aws/deploy starts."""

import sys

try:
    from deployment.cli import run
except ModuleNotFoundError as missing:
    sys.exit(
        f"Python finds no {missing.name}. SAM's command line brings it: "
        "pip install aws-sam-cli cargo-lambda ziglang"
    )

sys.exit(run(sys.argv[1:]))
