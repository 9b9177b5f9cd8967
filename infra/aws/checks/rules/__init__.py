"""Rules that no tool has. faults.py holds, for each, changes that it has to notice."""

# The modules register their rules.
from checks.rules import api, authentication, functions, settings, watching
from checks.rules.registry import RULES

__all__ = ["RULES", "api", "authentication", "functions", "settings", "watching"]
