"""What gateways tell us unasked: of a message we sent, and of one that a citizen sent."""

import json
from collections.abc import Mapping
from typing import TypedDict


class News(TypedDict):
    """A delivery receipt, as sms.receipts.store takes it."""

    gateway_id: str | None
    phone: str | None
    status: str
    reason: str | None
    network: str | None
    raw: str


class Inbound(TypedDict):
    """A citizen's SMS, from `phone`, to our number or short code, as sms.inbound.store takes it."""

    gateway_id: str | None
    phone: str | None
    sent_to: str | None
    words: str
    raw: str


def raw(fields: Mapping[str, object]) -> str:
    """All that came, in a settled order: the same callback twice is the same text."""
    return json.dumps(dict(fields), sort_keys=True, ensure_ascii=False, default=str)


def text_of(value: object) -> str | None:
    """A field's text; None for one that is absent or empty."""
    if value is None or isinstance(value, dict | list):
        return None
    return str(value).strip() or None
