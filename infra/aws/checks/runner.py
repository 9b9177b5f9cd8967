"""A small test runner: a check is a function that raises AssertionError with a sentence, or returns."""

import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass


class Skip(Exception):
    """Raised by a check that cannot run here; says what is missing. Counted and shown, never taken for a pass."""


@dataclass(frozen=True)
class Check:
    """One check, with the sentence that it proves."""

    group: str
    sentence: str
    run: Callable[[], None]


CHECKS: list[Check] = []


def check(group: str, sentence: str):
    """Registers the decorated function as a check that proves the sentence."""

    def register(function: Callable[[], None]) -> Callable[[], None]:
        CHECKS.append(Check(group, sentence, function))
        return function

    return register


def run(groups: list[str], strict: bool) -> int:
    """Runs the checks of the named groups (all when none is named) and returns the process's exit code.

    With `strict` a check that cannot run counts as failed.
    """
    passed = failed = skipped = 0
    group = None
    for item in CHECKS:
        if groups and item.group not in groups:
            continue
        if item.group != group:
            group = item.group
            print(f"\n{group}")
        started = time.monotonic()
        try:
            item.run()
        except Skip as reason:
            skipped += 1
            print(f"  SKIP {item.sentence}: {reason}")
        except AssertionError as reason:
            failed += 1
            print(f"  FAIL {item.sentence}\n       " + str(reason).replace("\n", "\n       "))
        except Exception:  # A check that breaks is a failed check, and the others still run.
            failed += 1
            print(f"  FAIL {item.sentence}\n" + traceback.format_exc())
        else:
            passed += 1
            seconds = time.monotonic() - started
            print(f"  ok   {item.sentence}" + (f" ({seconds:.1f} s)" if seconds > 1 else ""))
        sys.stdout.flush()
    if strict and skipped:
        print(f"\n{skipped} could not run, which --strict counts as failed.")
        failed, skipped = failed + skipped, 0
    print(f"\n{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed or not passed else 0
