"""Every rule holds in every variant of the stack, and notices the faults that are put in."""

import pytest

from checks import model
from checks.faults import FAULTS, Fault
from checks.rules import RULES
from checks.template import VARIANTS


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("rule", RULES)
def test_rule_holds(rule: str, variant: str) -> None:
    """What the rule's docstring says is so."""
    broken = list(RULES[rule](model.variant(variant)))
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_fault_is_noticed(fault: Fault) -> None:
    """A rule that lets one of its faults pass proves nothing."""
    sources = fault.sources()
    try:
        changed = model.build(sources, fault.variant)
    except AssertionError:
        return  # Sources that cannot be expanded are noticed, too.
    assert list(RULES[fault.rule](changed))


def test_every_rule_has_a_fault() -> None:
    """A new rule comes with a fault that shows that it bites."""
    without = RULES.keys() - {fault.rule for fault in FAULTS}
    assert not without, f"no fault shows that these bite: {sorted(without)}"
