"""Stands in for aws, cargo, zig and git: writes down every call and answers from a state file, as the deploy script expects.

The name of the tool is the first argument. STUB_FOLDER holds state.json (what exists in the pretended account) and
calls.jsonl (what was called).
"""

import json
import os
import pathlib
import sys

FOLDER = pathlib.Path(os.environ["STUB_FOLDER"])
STATE = json.loads((FOLDER / "state.json").read_text())


def save() -> None:
    """Keeps the state for the next call."""
    (FOLDER / "state.json").write_text(json.dumps(STATE))


def fail(sentence: str) -> None:
    """Ends as a tool does that failed."""
    print(sentence, file=sys.stderr)
    sys.exit(254)


def option(arguments: list[str], name: str) -> str:
    """The value after an option."""
    return arguments[arguments.index(name) + 1]


def after(arguments: list[str], name: str) -> list[str]:
    """The values after an option that takes several."""
    values = []
    for value in arguments[arguments.index(name) + 1 :]:
        if value.startswith("--"):
            break
        values.append(value)
    return values


def aws(arguments: list[str]) -> None:
    """The calls that the deploy script makes; any other fails."""
    match arguments[:2]:
        case ["sts", "get-caller-identity"]:
            print(json.dumps({"Account": STATE["account"]})) if STATE["account"] else fail(
                "Unable to locate credentials"
            )
        case ["configure", "get"]:
            print(STATE["region"]) if STATE["region"] else fail("")
        case ["cloudformation", "describe-stacks"]:
            stack = STATE["stack"]
            print(json.dumps({"Stacks": [stack]})) if stack else fail(
                "An error occurred (ValidationError): Stack with id x does not exist"
            )
        case ["cloudformation", "delete-stack"]:
            STATE["stack"] = None
        case ["cloudformation", "wait"] | ["lambda", "wait"] | ["s3api", "put-public-access-block"]:
            pass
        case ["cloudformation", "package"]:
            pathlib.Path(option(arguments, "--output-template-file")).write_text("packaged")
        case ["cloudformation", "deploy"]:
            if STATE.get("deploy_fails"):
                fail("Failed to create/update the stack")
            values = dict(item.split("=", 1) for item in after(arguments, "--parameter-overrides"))
            known = {
                item["ParameterKey"]: item["ParameterValue"] for item in (STATE["stack"] or {}).get("Parameters", [])
            }
            STATE["stack"] = {
                "StackStatus": "UPDATE_COMPLETE" if STATE["stack"] else "CREATE_COMPLETE",
                "Parameters": [
                    {"ParameterKey": key, "ParameterValue": value} for key, value in {**known, **values}.items()
                ],
                "Outputs": [{"OutputKey": key, "OutputValue": value} for key, value in STATE["outputs"].items()],
            }
            STATE["log_role"] = True
        case ["cloudformation", "update-stack"]:
            current = {item["ParameterKey"]: item["ParameterValue"] for item in STATE["stack"]["Parameters"]}
            given = json.loads(option(arguments, "--parameters"))
            if {item["ParameterKey"] for item in given} != current.keys() or "--use-previous-template" not in arguments:
                fail("An error occurred (ValidationError): Parameters must have values")
            if STATE.get("deploy_fails"):
                fail("An error occurred (ValidationError): not now")
            STATE["stack"]["Parameters"] = [
                {
                    "ParameterKey": name,
                    "ParameterValue": current[name] if item.get("UsePreviousValue") else item["ParameterValue"],
                }
                for item in given
                for name in [item["ParameterKey"]]
            ]
        case ["cloudformation", "describe-stack-resources"]:
            print(json.dumps({"StackResources": STATE.get("resources", [])}))
        case ["lambda", "invoke"]:
            STATE["refreshes"] = [*STATE.get("refreshes", []), json.loads(sys.stdin.read())]
        case ["cloudformation", "describe-stack-events"]:
            event = {
                "ResourceStatus": "CREATE_FAILED",
                "LogicalResourceId": "Apiv1Stage",
                "ResourceStatusReason": "the reason",
            }
            print(json.dumps({"StackEvents": [event]}))
        case ["s3api", "head-bucket"]:
            if not STATE["bucket"]:
                fail("An error occurred (404) when calling the HeadBucket operation: Not Found")
        case ["s3api", "create-bucket"]:
            STATE["bucket"] = True
        case ["apigateway", "get-account"]:
            print(json.dumps({"cloudwatchRoleArn": "arn:role"} if STATE["log_role"] else {}))
        case ["apigateway", "get-api-key"]:
            print(STATE["api_key"])
        case ["secretsmanager", "put-secret-value"]:
            STATE["secret"] = sys.stdin.read()
            print("secret")
        case ["lambda", "get-function-configuration"]:
            print(json.dumps({"State": STATE.get("function_state", "Active"), "LastUpdateStatus": "Successful"}))
        case _:
            fail(f"the stub knows no aws {arguments}")
    save()


def cargo(arguments: list[str]) -> None:
    """`cargo lambda --version`, `build` and `deploy`."""
    match arguments[:2]:
        case ["lambda", "--version"]:
            print("cargo-lambda 1.9.2") if STATE.get("cargo_lambda", True) else fail("no such command: lambda")
        case ["lambda", "build"]:
            folder = pathlib.Path(option(arguments, "--lambda-dir"))
            for index, argument in enumerate(arguments):
                if argument == "--package":
                    path = folder / arguments[index + 1] / "bootstrap.zip"
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_text("zip")
        case ["lambda", "deploy"]:
            pass
        case _:
            fail(f"the stub knows no cargo {arguments}")


tool, *rest = sys.argv[1:]
with (FOLDER / "calls.jsonl").open("a") as calls:
    calls.write(json.dumps([tool, *rest]) + "\n")
version = {"zig": "0.17.1", "git": "v1.2.3-4-gabcdef0"}.get(tool)
{"aws": aws, "cargo": cargo}.get(tool, lambda _arguments: print(version))(rest)
