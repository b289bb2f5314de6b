"""How each gateway writes its callbacks: what they say, in our words.

A reader turns the fields of a callback into the arguments of `receipts.store` and `inbound.store`;
it raises for nothing that a gateway may send. A gateway may bring its own as `read_receipt` and
`read_inbound`; here are those of Africa's Talking.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from sms import routes

Fields = Mapping[str, str]
Read = dict[str, str | None]


class Reader(Protocol):
    def read_receipt(self, fields: Fields) -> Read: ...

    def read_inbound(self, fields: Fields) -> Read: ...


@dataclass(frozen=True, slots=True)
class AfricasTalking:
    """developers.africastalking.com/docs/sms/notifications, POST forms:

    delivery: id, status, phoneNumber, networkCode, failureReason, retryCount
    inbound:  date (2017-05-03T06:04:45Z or 2017-05-03 06:04:45), from, id, linkId, text, to, cost,
              networkCode
    opt-out:  senderId, phoneNumber

    Any of them may be missing, and come with other values than those that are documented. When an
    SMS was sent is not used: what counts is in which order we have them.
    """

    def read_receipt(self, fields: Fields) -> Read:
        return {
            "gateway_id": fields.get("id"),
            "phone": fields.get("phoneNumber"),
            "status": fields.get("status", ""),
            "reason": fields.get("failureReason"),
            "network": fields.get("networkCode"),
        }

    def read_inbound(self, fields: Fields) -> Read:
        return {
            "gateway_id": fields.get("id"),
            "phone": fields.get("from"),
            "sent_to": fields.get("to"),
            "words": fields.get("text"),
        }

    def read_optout(self, fields: Fields) -> str | None:
        return fields.get("phoneNumber")


_READERS: dict[str, Reader] = {"africastalking": AfricasTalking()}


def reader(provider: str) -> Reader | None:
    """None for a provider that we don't know."""
    known = _READERS.get(provider)
    if known is not None:
        return known
    named: Any = getattr(routes, "named", None)
    try:
        gateway = named(provider) if named else None
    except LookupError:
        return None
    return gateway if hasattr(gateway, "read_receipt") else None


def opted_out(of: Reader, fields: Fields) -> str | None:
    """The number that wants nothing more, as far as it is told."""
    read: Any = getattr(of, "read_optout", None)
    number: str | None = read(fields) if read else of.read_inbound(fields).get("phone")
    return number
