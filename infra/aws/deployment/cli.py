"""The command line: one function a subcommand, each read from top to bottom."""

import argparse
import os
import sys
from collections.abc import Sequence

import boto3
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from deployment import Stop, sam
from deployment.secret import read_secret
from deployment.smoke_test import smoke_test
from deployment.stack import Stack


def run(arguments: Sequence[str]) -> int:
    """Runs one command. Returns the exit code."""
    options = parser().parse_args(arguments)
    try:
        region = options.region or os.environ.get("AWS_REGION")
        session = boto3.Session(profile_name=options.profile, region_name=region)
        if not session.region_name:
            raise Stop("No AWS region is set. Give one with --region, such as eu-central-1.")
        options.region = session.region_name
        options.command(Stack(session, options.stack_name), options)
    except NoCredentialsError:
        print("\nAWS needs credentials: run aws configure, or give --profile.", file=sys.stderr)
        return 1
    except (Stop, ClientError, BotoCoreError) as reason:
        print(f"\n{reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Run the command again to finish.", file=sys.stderr)
        return 130
    return 0


def parser() -> argparse.ArgumentParser:
    """The parser of the command line."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--stack-name", default="timeoff-bridge", help="default: %(default)s")
    common.add_argument("--region", help="default: the one that AWS's tools are set up for")
    common.add_argument("--profile", help="a profile of AWS's tools")
    top = argparse.ArgumentParser(
        prog="infra/aws/deploy",
        description="Deploys timeoff-bridge with SAM, and looks after the deployed stack.",
        epilog="The secret on standard input is JSON: "
        '{"companyDomain": "acme", "apiKey": "…"}. On a terminal it is asked for, without echo.',
    )
    commands = top.add_subparsers(required=True, metavar="command")

    def command(name: str, function: object, sentence: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=sentence, description=sentence, parents=[common])
        added.set_defaults(command=function)
        return added

    stack = command("stack", deploy, "build this checkout, create or update the stack, try it")
    stack.add_argument("--architecture", choices=sam.MACHINES, help="default: the stack's own")
    stack.add_argument("--put-secret", action="store_true", help="put the secret, too")
    settings = command("settings", change_settings, "set parameters of what is deployed")
    for each, number in ((stack, "*"), (settings, "+")):
        each.add_argument(
            "parameter", nargs=number, type=parameter, metavar="NAME=VALUE",
            help="a parameter of template.yaml; others keep their values",
        )  # fmt: skip
    command("secret", put_secret, "put the BambooHR company domain and API key")
    command("code", push_code, "build this checkout and push its code, and nothing else")
    check = command("check", try_out, "print the URLs and try them; change nothing")
    check.add_argument(
        "--probe-writes", action="store_true",
        help="also send an empty insert and update: they write nothing and raise their alarms, "
        "so that you see the mails arrive",
    )  # fmt: skip
    return top


def parameter(text: str) -> tuple[str, str]:
    """One NAME=VALUE of the command line."""
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text}: expected NAME=VALUE")
    if name in ("Architecture", "Version", "CreateApiGatewayLogRole"):
        raise argparse.ArgumentTypeError(f"{name}: `deploy stack` finds it out (--architecture)")
    return name, value


def deploy(stack: Stack, options: argparse.Namespace) -> None:
    """Builds and deploys; mistakes that can be seen before the build cost no build."""
    sam.check_tools()
    is_new = stack.is_new()
    values = dict(options.parameter)
    sam.check_parameters(values)
    architecture = options.architecture or stack.parameters().get("Architecture", "x86_64")
    wants_secret = options.put_secret or (is_new and sys.stdin.isatty())
    secret = read_secret() if wants_secret else None
    sam.build(architecture)
    values["Architecture"] = architecture
    values["CreateApiGatewayLogRole"] = str(stack.makes_log_role()).lower()
    values["Version"] = sam.version()
    sam.deploy(stack.name, options, values)
    if secret:
        stack.put_secret(secret)
    stack.print_result()
    if smoke_test(stack, new_secret=secret is not None):
        stack.start_refresh()


def change_settings(stack: Stack, options: argparse.Namespace) -> None:
    """Sets the named parameters; template and code stay as deployed."""
    stack.set_parameters(dict(options.parameter))
    try_out(stack, options)


def push_code(stack: Stack, options: argparse.Namespace) -> None:
    """Pushes code; settings, roles and everything else stay as they are."""
    sam.check_tools()
    stack.must_exist()
    sam.build(stack.parameters()["Architecture"])
    stack.push_code(sam.programs())
    try_out(stack, options)


def put_secret(stack: Stack, _options: argparse.Namespace) -> None:
    """Puts the secret and changes nothing else."""
    stack.must_exist()
    stack.put_secret(read_secret())
    stack.print_result()
    if smoke_test(stack, new_secret=True):
        stack.start_refresh()


def try_out(stack: Stack, options: argparse.Namespace) -> None:
    """Prints the URLs and tries them out."""
    stack.must_exist()
    stack.print_result()
    smoke_test(stack, probe_writes=getattr(options, "probe_writes", False))
