"""What a deployment needs beyond `sam build` and `sam deploy`: secret, settings, smoke test."""


class Stop(Exception):
    """Ends the program with a sentence for the person who runs it."""
