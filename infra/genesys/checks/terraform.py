"""Checks the Terraform module against the data actions and workflows that it publishes. Run by ../check."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import hcl2

ACTIONS = "genesyscloud_integration_action"
FLOWS = "genesyscloud_flow"


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
    def __init__(self, folder):
        self.text = ""
        self.blocks = {}
        for path in sorted(folder.glob("*.tf")):
            text = path.read_text()
            self.text += "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#")) + "\n"
            for kind, blocks in plain(hcl2.loads(text)).items():
                self.blocks.setdefault(kind, []).extend(blocks)

    def named(self, kind):
        return {name: body for block in self.blocks.get(kind, []) for name, body in block.items()}

    def resources(self):
        return {(kind, name): body for block in self.blocks["resource"] for kind, named in block.items() for name, body in named.items()}


class Checks:
    def __init__(self, bundle):
        self.module = Module(bundle / "terraform")
        self.folder = bundle / "terraform"
        self.actions = {path.name: json.loads(path.read_text()) for path in (bundle / "data-actions").glob("*.custom.json")}
        self.flows = {path.name: path.read_text() for path in (bundle / "flows").glob("*.yaml")}

    def check_the_files_are_there_to_be_published(self):
        assert self.actions and self.flows
        for pattern in ("../data-actions", "*.custom.json", "../flows"):
            assert pattern in self.module.text, f"the module does not read {pattern}"

    def check_every_variable_is_declared_and_used(self):
        declared = set(self.module.named("variable"))
        used = set(re.findall(r"\bvar\.(\w+)", self.module.text))
        assert declared == used, f"declared {sorted(declared - used)} without use, used {sorted(used - declared)} without declaration"

    def check_every_reference_leads_to_a_resource(self):
        declared = {f"{kind}.{name}" for kind, name in self.module.resources()}
        used = set(re.findall(r"\bgenesyscloud_\w+\.\w+", self.module.text))
        assert used <= declared, f"not declared: {sorted(used - declared)}"

    def check_the_module_makes_credential_integration_actions_and_workflows(self):
        kinds = {kind for kind, _ in self.module.resources()}
        assert kinds == {"genesyscloud_integration_credential", "genesyscloud_integration", ACTIONS, FLOWS}, kinds

    def check_the_credential_has_exactly_the_fields_that_the_actions_use(self):
        used = {name for action in self.actions.values() for name in re.findall(r"\$\{credentials\.(\w+)\}", json.dumps(action))}
        fields = self.module.resources()["genesyscloud_integration_credential", "api"]["fields"]
        assert set(fields) == used, f"credential {sorted(fields)}, actions {sorted(used)}"

    def check_every_property_that_is_read_from_an_action_file_is_in_every_action_file(self):
        body = self.module.resources()[ACTIONS, "action"]
        paths = set(re.findall(r"each\.value\.([\w.]+)", json.dumps(body)))
        assert {"config.request.requestUrlTemplate", "config.timeoutSeconds", "contract.input.inputSchema"} <= paths, paths
        for name, action in self.actions.items():
            for path in paths:
                found = action
                for part in path.split("."):
                    assert part in found, f"{name} has no {path}"
                    found = found[part]

    def check_the_category_of_the_actions_is_the_one_that_the_workflows_name(self):
        resources = self.module.resources()
        category = resources[ACTIONS, "action"]["category"]
        substitutions = resources[FLOWS, "workflow"]["substitutions"]
        assert category == substitutions["integration_name"], f"{category} is not {substitutions['integration_name']}"

    def check_substitutions_are_exactly_those_of_the_workflows(self):
        given = set(self.module.resources()[FLOWS, "workflow"]["substitutions"])
        for name, text in self.flows.items():
            asked = set(re.findall(r"\{\{(\w+)\}\}", text))
            assert asked == given, f"{name} asks for {sorted(asked)}, the module gives {sorted(given)}"

    def check_a_workflow_waits_for_its_action_and_is_published_again_when_that_is_replaced(self):
        trigger = self.module.resources()[FLOWS, "workflow"]["update_trigger_hash"]
        assert trigger == "${" + ACTIONS + ".action[each.key].id}", trigger
        keys = {name.removesuffix(".custom.json") for name in self.actions}
        for name, text in self.flows.items():
            workflow = name.removesuffix(".yaml")
            called = re.findall(r"dataAction:\n\s+([\w-]+):", text)
            assert called == [workflow] and workflow in keys, f"{name} calls {called}; only an action of its own name publishes it again"

    def check_the_key_is_sensitive_and_has_no_default(self):
        key = self.module.named("variable")["api_key"]
        assert key.get("sensitive") is True and "default" not in key, key

    def check_the_wfm_integration_is_off_unless_asked_for(self):
        variable = self.module.named("variable")["wfm_hris"]
        assert "default" in variable and variable["default"] in (None, "null"), variable
        count = self.module.resources()["genesyscloud_integration", "wfm_hris"]["count"]
        assert re.search(r"var\.wfm_hris == null \? 0 : 1", count), count

    def check_the_workflow_ids_are_handed_out(self):
        outputs = self.module.named("output")
        assert "genesyscloud_flow.workflow" in outputs["workflow_ids"]["value"], outputs

    def check_the_properties_of_the_wfm_integration_know_every_workflow(self):
        validation = json.dumps(self.module.named("variable")["wfm_hris"]["validation"])
        missing = [name for name in self.flows if name.removesuffix(".yaml") not in validation]
        assert not missing, missing

    def check_git_takes_no_file_of_terraform_that_holds_the_key(self):
        secret = ["terraform.tfstate", "terraform.tfstate.backup", "terraform.tfstate.d/test/x", ".terraform/x", "prod.tfvars", "prod.auto.tfvars.json", "up.tfplan"]
        shared = [".terraform.lock.hcl", "example.tfvars", "main.tf"]
        run = subprocess.run(["git", "check-ignore", "--no-index", *secret, *shared], cwd=self.folder, capture_output=True, text=True)
        if run.returncode == 128:
            print("skip  this is no git repository, so its .gitignore was not checked")
            return "skipped"
        ignored = run.stdout.split()
        assert ignored == secret, f"ignored {ignored}, expected {secret}"

    def check_terraform_finds_the_format_right(self):
        terraform = shutil.which("terraform")
        if terraform is None:
            print("skip  terraform is not on the PATH, so the format of the files was not checked")
            return "skipped"
        run = subprocess.run([terraform, "fmt", "-check", "-diff", str(self.folder)], capture_output=True, text=True)
        assert run.returncode == 0, run.stdout


def main():
    try:
        checks = Checks(Path(sys.argv[1]))
    except Exception as reason:  # python-hcl2 raises the errors of its parser
        print(f"FAIL  the files cannot be read: {reason}\n0 passed, 1 failed")
        sys.exit(1)
    passed = failed = 0
    for name in [name for name in dir(Checks) if name.startswith("check_")]:
        title = name.removeprefix("check_").replace("_", " ")
        try:
            if getattr(checks, name)() == "skipped":
                continue
            passed += 1
            print(f"ok    {title}")
        except (AssertionError, KeyError) as reason:
            failed += 1
            print(f"FAIL  {title}: {reason}")
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
