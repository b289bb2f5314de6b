"""One breaker per gateway and sender, shared by all workers through Redis."""

from sms.gateways import Result
from sms.routes import Way


def is_open(way: Way) -> bool:
    """Whether the gateway is to be left alone for now."""
    return False


def note(way: Way, results: list[Result]) -> None:
    """What one call came to."""


def states() -> dict[str, str]:
    """What is left alone now, and why."""
    return {}
