"""Runs every rule on every variant, and every seeded fault against its rule."""

from . import model
from .faults import FAULTS, findings
from .rules import RULES
from .runner import CHECKS, Check, check


def _add(name: str, sentence: str, function) -> None:
    def run() -> None:
        broken = [f"{item.variant}: {finding}" for item in model.variants() for finding in function(item)]
        assert not broken, "\n".join(dict.fromkeys(broken))

    CHECKS.append(Check("rules", f"{name}: {sentence}", run))


for _name, (_sentence, _function) in RULES.items():
    _add(_name, _sentence, _function)


@check("seeded faults", f"all {len(FAULTS)} seeded faults are noticed by their rules")
def _faults():
    unnoticed = [
        f"{rule}: {sentence}" for rule, sentence, variant, change in FAULTS if not findings(rule, variant, change)
    ]
    assert not unnoticed, "\n".join(unnoticed)


@check("seeded faults", "every rule has a seeded fault")
def _complete():
    without = RULES.keys() - {rule for rule, *_ in FAULTS}
    assert not without, f"no fault shows that these bite: {sorted(without)}"
