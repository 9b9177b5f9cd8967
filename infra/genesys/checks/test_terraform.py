"""The Terraform module, against the data actions and workflows that it publishes."""

import json
import re
import shutil
import subprocess

import hcl2
import pytest
from oauth_actions import BUNDLE

FOLDER = BUNDLE / "terraform"
ACTIONS = "genesyscloud_integration_action"
FLOWS = "genesyscloud_flow"
CREDENTIAL = "genesyscloud_integration_credential"
TOKEN = "genesyscloud_integration_custom_auth_action"


def plain(value):
    """python-hcl2 8 keeps the quotation marks of keys and texts, 7 does not."""
    if isinstance(value, dict):
        return {plain(key): plain(item) for key, item in value.items() if key != "__is_block__"}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, str) and len(value) > 1 and value[0] == value[-1] == '"':
        return value[1:-1]
    return value


class Module:
    def __init__(self):
        self.text = ""
        self.blocks = {}
        for path in sorted(FOLDER.glob("*.tf")):
            text = path.read_text()
            self.text += (
                "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
                + "\n"
            )
            for kind, blocks in plain(hcl2.loads(text)).items():
                self.blocks.setdefault(kind, []).extend(blocks)

    def named(self, kind):
        return {name: body for block in self.blocks.get(kind, []) for name, body in block.items()}

    def resources(self):
        return {
            (kind, name): body
            for block in self.blocks["resource"]
            for kind, named in block.items()
            for name, body in named.items()
        }


MODULE = Module()
SETS = {
    "key": {
        path.name: json.loads(path.read_text())
        for path in (BUNDLE / "data-actions").glob("*.custom.json")
    },
    "oauth": {
        path.name: json.loads(path.read_text())
        for path in (BUNDLE / "data-actions-oauth").glob("*Auth.json")
    }
    | {
        path.name: json.loads(path.read_text())
        for path in (BUNDLE / "data-actions-oauth").glob("*.custom.json")
    },
}
ALL_ACTIONS = {
    f"{mode}/{name}": action
    for mode, actions in SETS.items()
    for name, action in actions.items()
    if ".custom." in name
}
WORKFLOWS = {path.name: path.read_text() for path in (BUNDLE / "flows").glob("*.yaml")}


def test_the_files_are_there_to_be_published():
    assert all(SETS.values()) and WORKFLOWS
    for pattern in (
        '"data-actions"',
        '"data-actions-oauth"',
        "*.custom.json",
        "HRIS-OAuth.customAuth.json",
        "../flows",
    ):
        assert pattern in MODULE.text, f"the module does not read {pattern}"


def test_every_variable_is_declared_and_used():
    declared = set(MODULE.named("variable"))
    used = set(re.findall(r"\bvar\.(\w+)", MODULE.text))
    assert declared == used, (
        f"declared {sorted(declared - used)} without use,"
        f" used {sorted(used - declared)} without declaration"
    )


def test_every_reference_leads_to_a_resource():
    declared = {f"{kind}.{name}" for kind, name in MODULE.resources()}
    used = set(re.findall(r"\bgenesyscloud_\w+\.\w+", MODULE.text))
    assert used <= declared, f"not declared: {sorted(used - declared)}"


def test_the_module_makes_credential_integration_actions_and_workflows():
    kinds = {kind for kind, _ in MODULE.resources()}
    assert kinds == {CREDENTIAL, "genesyscloud_integration", TOKEN, ACTIONS, FLOWS}, kinds


def test_the_credential_has_exactly_the_fields_that_the_actions_use():
    given = json.dumps(MODULE.resources()[CREDENTIAL, "api"]["fields"])
    always, oauth = given.split('each.key == \\"oauth\\" ?')
    fields = {
        "key": set(re.findall(r"(\w+) ?[=:] ?var\.", always)),
        "oauth": set(re.findall(r"(\w+) ?[=:] ?var\.", given)),
    }
    assert oauth
    for mode, actions in SETS.items():
        used = set(re.findall(r"\$\{credentials\.(\w+)\}", json.dumps(actions)))
        assert fields[mode] == used, (
            f"{mode}: credential {sorted(fields[mode])}, actions {sorted(used)}"
        )


def test_every_property_that_is_read_from_a_file_is_in_every_file():
    body = MODULE.resources()[ACTIONS, "action"]
    paths = set(re.findall(r"each\.value\.file\.([\w.]+)", json.dumps(body)))
    assert {
        "config.request.requestUrlTemplate",
        "config.timeoutSeconds",
        "contract.input.inputSchema",
    } <= paths, paths
    token = set(
        re.findall(r"local\.token\.([\w.]+)", json.dumps(MODULE.resources()[TOKEN, "token"]))
    )
    assert "config.request.headers" in token and not any("timeout" in path for path in token), (
        "Genesys refuses a time limit here"
    )
    read = [(name, action, paths) for name, action in ALL_ACTIONS.items()]
    for name, action, paths in [
        *read,
        ("HRIS-OAuth", SETS["oauth"]["HRIS-OAuth.customAuth.json"], token),
    ]:
        for path in paths:
            found = action
            for part in path.split("."):
                assert part in found, f"{name} has no {path}"
                found = found[part]


def test_the_category_of_the_actions_is_the_one_that_the_workflows_name():
    resources = MODULE.resources()
    assert resources[ACTIONS, "action"]["category"] == "${local.sets[each.value.mode].name}"
    assert (
        resources[FLOWS, "workflow"]["substitutions"]["integration_name"]
        == "${local.sets[var.auth_mode].name}"
    )


def test_substitutions_are_exactly_those_of_the_workflows():
    given = set(MODULE.resources()[FLOWS, "workflow"]["substitutions"])
    for name, text in WORKFLOWS.items():
        asked = set(re.findall(r"\{\{(\w+)\}\}", text))
        assert asked == given, f"{name} asks for {sorted(asked)}, the module gives {sorted(given)}"


def test_a_workflow_waits_for_its_action_and_is_published_again_when_that_is_replaced():
    trigger = MODULE.resources()[FLOWS, "workflow"]["update_trigger_hash"]
    assert re.fullmatch(
        r"\$\{"
        + ACTIONS
        + r"\.action\[.*local\.sets\[var\.auth_mode\]\.prefix.*each\.key.*\]\.id\}",
        trigger,
    ), trigger
    keys = {name.removesuffix(".custom.json") for name in SETS["key"]}
    for name, text in WORKFLOWS.items():
        workflow = name.removesuffix(".yaml")
        called = re.findall(r"dataAction:\n\s+([\w-]+):", text)
        assert called == [workflow] and workflow in keys, (
            f"{name} calls {called}; only an action of its own name publishes it again"
        )


def test_keys_and_secrets_are_sensitive():
    variables = MODULE.named("variable")
    assert variables["api_key"].get("sensitive") is True and "default" not in variables["api_key"]
    assert variables["client_secret"].get("sensitive") is True and variables["client_secret"][
        "default"
    ] in (None, "null")


def test_the_key_is_what_is_used_unless_oauth_is_asked_for():
    variables = MODULE.named("variable")
    assert (variables["auth_mode"]["default"], variables["keep_both"]["default"]) == ("key", False)


def test_no_name_makes_the_provider_publish_functions():
    assert "function data action" in json.dumps(
        MODULE.named("variable")["integration_name"]["validation"]
    )


def test_the_wfm_integration_is_off_unless_asked_for():
    variable = MODULE.named("variable")["wfm_hris"]
    assert "default" in variable and variable["default"] in (None, "null"), variable
    count = MODULE.resources()["genesyscloud_integration", "wfm_hris"]["count"]
    assert re.search(r"var\.wfm_hris == null \? 0 : 1", count), count


def test_the_workflow_ids_are_handed_out():
    outputs = MODULE.named("output")
    assert "genesyscloud_flow.workflow" in outputs["workflow_ids"]["value"], outputs


def test_the_properties_of_the_wfm_integration_know_every_workflow():
    validation = json.dumps(MODULE.named("variable")["wfm_hris"]["validation"])
    missing = [name for name in WORKFLOWS if name.removesuffix(".yaml") not in validation]
    assert not missing, missing


def test_git_takes_no_file_of_terraform_that_holds_the_key():
    secret = [
        "terraform.tfstate",
        "terraform.tfstate.backup",
        "terraform.tfstate.d/test/x",
        ".terraform/x",
        "prod.tfvars",
        "prod.auto.tfvars.json",
        "up.tfplan",
    ]
    shared = [".terraform.lock.hcl", "example.tfvars", "main.tf"]
    run = subprocess.run(
        ["git", "check-ignore", "--no-index", *secret, *shared],
        cwd=FOLDER,
        capture_output=True,
        text=True,
    )
    if run.returncode == 128:
        pytest.skip("this is no git repository, so its .gitignore was not checked")
    assert run.stdout.split() == secret


def test_terraform_finds_the_format_right():
    terraform = shutil.which("terraform")
    if terraform is None:
        pytest.skip("terraform is not on the PATH, so the format of the files was not checked")
    run = subprocess.run(
        [terraform, "fmt", "-check", "-diff", str(FOLDER)], capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout
