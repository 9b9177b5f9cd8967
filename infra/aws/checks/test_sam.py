"""SAM's real command line on the template: what it builds, what it uploads, what it is told."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from samcli.cli.types import CfnParameterOverridesType

from checks.account import program
from checks.servers import administrator, environment, moto_server
from checks.template import AWS_DIR, FUNCTIONS, OAUTH_DOCUMENT, REGION
from deployment import Stop, sam

# A stand-in for the compiler: `cargo metadata` says where the target directory is, and
# `cargo lambda build --bin NAME` leaves a program there.
CARGO = """#!{python}
import json, pathlib, sys
root, arguments = pathlib.Path({root!r}), sys.argv[1:]
if arguments[0] == "metadata":
    print(json.dumps({{"target_directory": str(root / "target"), "packages": []}}))
else:
    path = root / "target/lambda" / arguments[arguments.index("--bin") + 1] / "bootstrap"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes({program!r} + path.parent.name.encode())
"""


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with the stand-in, in which the deployment works."""
    aws = tmp_path / "infra/aws"
    shutil.copytree(AWS_DIR, aws, ignore=shutil.ignore_patterns("checks", ".*", "__pycache__"))
    (tmp_path / "Cargo.toml").write_text("[workspace]\n")
    (tmp_path / "bin").mkdir()
    for name in ("cargo", "cargo-lambda"):
        tool = tmp_path / "bin" / name
        stand_in = CARGO.format(python=sys.executable, root=str(tmp_path), program=program())
        tool.write_text(stand_in)
        tool.chmod(0o755)
    tools = f"{tmp_path / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    monkeypatch.setenv("PATH", tools)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("SAM_CLI_TELEMETRY", "0")
    monkeypatch.setattr(sam, "AWS_DIR", aws)
    monkeypatch.setattr(sam, "BUILT", aws / ".aws-sam/build")
    return aws


def test_build_and_package(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each function gets its own binary; programs, API and dashboard are uploaded."""
    sam.build("x86_64")
    built = {name: text.removeprefix(program()) for name, text in sam.programs().items()}
    assert built == {logical_id: name.encode() for logical_id, name in FUNCTIONS.items()}
    with moto_server() as url:
        s3 = administrator("s3", url)
        where = {"LocationConstraint": REGION}
        s3.create_bucket(Bucket="artifacts", CreateBucketConfiguration=where)
        for name, value in environment(url).items():
            monkeypatch.setenv(name, value)
        packaged = checkout / "packaged.yaml"
        command = ["sam", "package", "--s3-bucket", "artifacts"]
        subprocess.run([*command, "--output-template-file", packaged], cwd=checkout, check=True)
        text = packaged.read_text()
        assert text.count("CodeUri: s3://artifacts/") == len(FUNCTIONS)
        places = re.findall(r"Location: s3://artifacts/(\S+)", text)
        bodies = [s3.get_object(Bucket="artifacts", Key=place)["Body"].read() for place in places]
    written = [yaml.safe_load(body) for body in bodies]
    for name in ("openapi.yaml", OAUTH_DOCUMENT, "dashboard.yaml"):
        assert yaml.safe_load((AWS_DIR / name).read_text()) in written


def test_failed_build_stops(checkout: Path) -> None:
    """SAM's own words stand above."""
    (checkout / "template.yaml").unlink()
    with pytest.raises(Stop, match="sam build failed"):
        sam.build("x86_64")


def test_parameters_survive_sam(tmp_path: Path) -> None:
    """Its command line would take quotation marks, blanks and equals signs apart."""
    values = {"AgentFilter": '{"departmentName":["A=B, \\"C\\" D"]}', "ReadOnly": "true", "E": ""}
    file = sam.write_parameters(values, tmp_path)
    arrived = CfnParameterOverridesType().convert(f"file://{file}", None, None)
    assert json.loads(arrived.pop("AgentFilter")) == json.loads(values.pop("AgentFilter"))
    assert arrived == values
