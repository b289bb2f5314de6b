"""Who reads a provider's callbacks: its gateway (sms/gateways), which knows the words it uses.

Africa's Talking's are read also where there is no account, as in the demo.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from sms import routes
from sms.gateways import africastalking

Fields = Mapping[str, object]
Read = Mapping[str, object]


class Reader(Protocol):
    """Turns a callback's fields into the arguments of `receipts.store` and `inbound.store`."""

    def read_receipt(self, fields: Fields) -> Read: ...

    def read_inbound(self, fields: Fields) -> Read: ...


_ALWAYS: dict[str, Reader] = {"africastalking": africastalking.Callbacks()}


def reader(provider: str) -> Reader | None:
    """None for a provider that we don't know, and for one that makes no callbacks."""
    known = _ALWAYS.get(provider)
    if known is not None:
        return known
    gateway: Any = routes.named(provider)
    return gateway if hasattr(gateway, "read_receipt") else None


def opted_out(of: Reader, fields: Fields) -> str | None:
    """The number that wants nothing more, as far as it is told."""
    read: Any = getattr(of, "read_optout", None)
    number = read(fields) if read else of.read_inbound(fields).get("phone")
    return None if number is None else str(number)
