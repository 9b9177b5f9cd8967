"""The deployed stack, through AWS's own API."""

import io
import json
import sys
import zipfile
from collections.abc import Iterator

import boto3
from botocore.exceptions import ClientError, WaiterError

from deployment import Stop

# Output of the stack, verb, workflow in Genesys.
ROUTES = [
    ("AgentsUrl", "GET", "HRIS-Get-Agents"),
    ("TimeoffTypesUrl", "GET", "HRIS-Get-Timeoff-Types"),
    ("BalancesUrl", "POST", "HRIS-Get-Balance"),
    ("InsertTimeoffUrl", "POST", "HRIS-Insert-TimeOff"),
    ("UpdateTimeoffUrl", "PUT", "HRIS-Update-TimeOff"),
]


class Stack:
    """One stack of one account and region. What it answers is asked for anew each time."""

    def __init__(self, session: boto3.Session, name: str) -> None:
        self.name = name
        self.client = session.client
        self.cloudformation = session.client("cloudformation")

    def describe(self) -> dict | None:
        """The stack as AWS describes it, or None when there is none."""
        try:
            return self.cloudformation.describe_stacks(StackName=self.name)["Stacks"][0]
        except ClientError as error:
            if "does not exist" in str(error):
                return None
            raise

    def is_new(self) -> bool:
        """Whether there is no stack yet. Stops when there is one that cannot be updated."""
        stack = self.describe()
        status = stack["StackStatus"] if stack else "REVIEW_IN_PROGRESS"
        if status == "REVIEW_IN_PROGRESS":
            return True
        if status.endswith("_IN_PROGRESS"):
            raise Stop(f"The stack {self.name} is being changed right now ({status}). Wait.")
        if status == "UPDATE_ROLLBACK_FAILED":
            raise Stop(f"An update of {self.name} was not undone. Continue its rollback first.")
        if status.startswith("ROLLBACK_") or status.endswith(("_FAILED", "DELETE_COMPLETE")):
            raise Stop(
                f"The first creation of {self.name} had failed ({status}). Clear it away, "
                f"then try again: aws cloudformation delete-stack --stack-name {self.name}"
            )
        return False

    def must_exist(self) -> None:
        """Stops unless the stack is there."""
        if self.describe() is None:
            raise Stop(f"There is no stack {self.name} here yet: infra/aws/deploy stack")

    def parameters(self) -> dict[str, str]:
        """The values of the stack's parameters."""
        given = (self.describe() or {}).get("Parameters", [])
        return {item["ParameterKey"]: item["ParameterValue"] for item in given}

    def outputs(self) -> dict[str, str]:
        """The outputs of the stack."""
        given = (self.describe() or {}).get("Outputs", [])
        return {item["OutputKey"]: item["OutputValue"] for item in given}

    def set_parameters(self, wanted: dict[str, str]) -> None:
        """Sets parameters on the template and code that are deployed; others keep their values."""
        self.must_exist()
        current = self.parameters()
        for name in wanted.keys() - current.keys():
            raise Stop(
                f"The stack has no parameter {name}; it has {', '.join(sorted(current))}. "
                "What a newer template brings comes with infra/aws/deploy stack."
            )
        self.cloudformation.update_stack(
            StackName=self.name,
            UsePreviousTemplate=True,
            Parameters=[
                {"ParameterKey": name, "ParameterValue": wanted[name]}
                if name in wanted
                else {"ParameterKey": name, "UsePreviousValue": True}
                for name in current
            ],
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        )
        print("Waiting for CloudFormation ...", flush=True)
        try:
            self.cloudformation.get_waiter("stack_update_complete").wait(StackName=self.name)
        except WaiterError:
            print("\n".join(self._failures()), file=sys.stderr)
            raise Stop("CloudFormation took the change back, see above.") from None

    def _failures(self) -> Iterator[str]:
        events = self.cloudformation.describe_stack_events(StackName=self.name)["StackEvents"]
        for event in events[:200]:
            reason = event.get("ResourceStatusReason", "")
            if event["ResourceStatus"].endswith("FAILED") and "cancelled" not in reason:
                yield f"  {event['LogicalResourceId']}: {reason}"

    def physical(self, logical_id: str) -> str:
        """The name of a resource of the stack."""
        answer = self.cloudformation.describe_stack_resource(
            StackName=self.name, LogicalResourceId=logical_id
        )
        return answer["StackResourceDetail"]["PhysicalResourceId"]

    def push_code(self, programs: dict[str, bytes]) -> None:
        """Replaces the code of the functions. `sam sync` is for development stacks, it says."""
        client = self.client("lambda")
        for logical_id, program in programs.items():
            function = self.physical(logical_id)
            print(f"Pushing {function} ...", flush=True)
            client.update_function_code(FunctionName=function, ZipFile=zipped(program))
            client.get_waiter("function_updated_v2").wait(FunctionName=function)

    def makes_log_role(self) -> bool:
        """Whether this stack has to give API Gateway its log role in this account and region."""
        if self.parameters().get("CreateApiGatewayLogRole") == "true":
            return True
        return not self.client("apigateway").get_account().get("cloudwatchRoleArn")

    def put_secret(self, text: str) -> None:
        """Writes the secret."""
        secret = self.outputs()["SecretArn"]
        self.client("secretsmanager").put_secret_value(SecretId=secret, SecretString=text)

    def start_refresh(self) -> None:
        """Starts the refresh of the agent index: a new stack has had none, and an alarm waits."""
        event = {"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}}
        self.client("lambda").invoke(
            FunctionName=f"{self.name}-get-agents",
            InvocationType="Event",
            Payload=json.dumps(event).encode(),
        )
        print("The refresh of the agent index is started.")

    def oauth_client(self) -> tuple[str, str]:
        """The id and the secret of Genesys' OAuth client."""
        outputs = self.outputs()
        client = self.client("cognito-idp").describe_user_pool_client(
            UserPoolId=outputs["OAuthUserPoolId"], ClientId=outputs["OAuthClientId"]
        )["UserPoolClient"]
        return client["ClientId"], client["ClientSecret"]

    def print_result(self) -> None:
        """The URLs, and how to read the key and the OAuth client."""
        outputs = self.outputs()
        print("\nThe five URLs:")
        for output, verb, workflow in ROUTES:
            print(f"  {verb:4} {outputs[output]}   {workflow}")
        print("\nThe API key, for the header x-api-key (credentials of the Genesys integration):")
        print(
            f"  aws apigateway get-api-key --api-key {outputs['ApiKeyId']} "
            "--include-value --query value --output text"
        )
        if "OAuthTokenUrl" in outputs:
            print(f"\nThe OAuth client, which gets its tokens at {outputs['OAuthTokenUrl']}:")
            print(
                f"  aws cognito-idp describe-user-pool-client --user-pool-id "
                f"{outputs['OAuthUserPoolId']} --client-id {outputs['OAuthClientId']} "
                "--query 'UserPoolClient.[ClientId,ClientSecret]' --output text"
            )
        print(f"\nDashboard: {outputs['DashboardUrl']}\nAlarms:    {outputs['AlarmTopicArn']}")
        print(f"Version:   {outputs.get('Version', 'unknown')}")


def zipped(program: bytes) -> bytes:
    """What Lambda takes as the code of a function: its program in an archive."""
    file = io.BytesIO()
    entry = zipfile.ZipInfo("bootstrap")
    entry.external_attr = 0o755 << 16
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(entry, program)
    return file.getvalue()
