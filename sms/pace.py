"""How fast each gateway may be called, shared by all workers through Redis."""

from sms.routes import Way


def take(way: Way, prefix: str, wanted: int) -> tuple[int, float]:
    """How many of the messages to a country (`+221`) may leave now, and in how many seconds there
    is room for another."""
    return wanted, 0.0
