"""What gateways tell us: `POST /sms/<provider>/<secret>/{delivery,inbound,optout}`.

Stored at once and understood later, by a job: a gateway that is made to wait, or is told that it
was wrong, sends the same again or switches the callback off. So whatever it says is kept as it
came, as far as it fits, and answered with 200; 503 only where there is no database to keep it in.
Trust as for USSD (ussd/lane.py): a secret in the path, and the callers' addresses where they are
listed. A wrong secret, an unknown provider and a stranger look like a page that is not there.
"""

import json
import logging
from collections.abc import Callable
from functools import partial
from typing import TypeVar
from urllib.parse import parse_qsl

from flask import Blueprint, Response, request
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session

from citizens.phones import normal
from database import writing
from serving.trust import MOST_BYTES, NoBody, TooLarge, Trust, body_of
from settings import Settings
from sms import consent, inbound, receipts
from sms.gateways import NAME_LENGTH
from sms.readers import Fields, Read, Reader, opted_out, reader
from sms.states import EVERYTHING

log = logging.getLogger(__name__)

Pairs = list[tuple[str, object]]
T = TypeVar("T")
_NOTHING: Read = {}


def blueprint(settings: Settings) -> Blueprint:
    made = Blueprint("sms", __name__, url_prefix="/sms")
    trust = Trust(settings.webhook_secrets, settings.trusted_gateways)

    @made.post("/<provider>/<secret>/<what>")
    def callback(provider: str, secret: str, what: str) -> Response:
        of, keep = reader(provider), _KINDS.get(what)
        known = trust.knows(secret.encode("utf-8", "replace"))
        if of is None or keep is None or not known or not trust.lets_in(request.environ, provider):
            return _said("Not found.\n", 404)
        body = _body()
        if body is None:
            return _said(f"A body of over {MOST_BYTES} bytes.\n", 413)
        pairs = _pairs(body)
        try:
            with writing() as db:
                keep(db, provider[:NAME_LENGTH], of, pairs)
        except (DBAPIError, PoolTimeout) as problem:
            log.error("%s: a callback could not be kept: %s", what, type(problem).__name__)
            return _said("Try again.\n", 503)
        return _said("OK\n", 200)

    return made


def _said(text: str, status: int) -> Response:
    return Response(text, status, content_type="text/plain; charset=utf-8")


def _body() -> bytes | None:
    """What came, torn or not; None where it is too much."""
    try:
        return body_of(request.environ)
    except TooLarge:
        return None
    except NoBody as problem:
        log.warning("a callback: %s", problem)
        return b""


def _pairs(body: bytes) -> Pairs:
    """The fields in the order in which they came, of a form or of a JSON object."""
    text = body.decode("utf-8", "replace")
    if text.lstrip().startswith("{"):
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            return [("", text)]
        return list(found.items())
    return list(parse_qsl(text, keep_blank_values=True, errors="replace")) or [("", text)]


def _clean(text: str) -> str:
    """Without what no database or encoding takes: NUL, halves of surrogate pairs."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _fields(pairs: Pairs) -> dict[str, object]:
    """By name; of a name that came twice, the first."""
    return dict(reversed(pairs))


def _raw(pairs: Pairs) -> str:
    """The same fields in another order are the same callback."""
    return _clean(json.dumps(sorted(pairs, key=str), ensure_ascii=False))


def _read(how: Callable[[Fields], T], pairs: Pairs, nothing: T) -> T:
    """What a reader makes of it; nothing, where it can't: what came is kept even so."""
    try:
        return how(_fields(pairs))
    except Exception:
        log.exception("a callback could not be read")
        return nothing


def _delivery(db: Session, provider: str, of: Reader, pairs: Pairs) -> None:
    read = _read(of.read_receipt, pairs, _NOTHING)
    receipts.store(
        db,
        provider,
        gateway_id=_told(read, "gateway_id"),
        phone=_told(read, "phone"),
        status=_told(read, "status") or "",
        reason=_told(read, "reason"),
        network=_told(read, "network"),
        raw=_raw(pairs),
    )


def _inbound(db: Session, provider: str, of: Reader, pairs: Pairs) -> None:
    read = _read(of.read_inbound, pairs, _NOTHING)
    inbound.store(
        db,
        provider,
        gateway_id=_told(read, "gateway_id"),
        phone=_told(read, "phone"),
        sent_to=_told(read, "sent_to"),
        words=_told(read, "words"),
        raw=_raw(pairs),
    )


def _told(read: Read, name: str) -> str | None:
    found = read.get(name)
    return None if found is None else _clean(str(found))


def _optout(db: Session, provider: str, of: Reader, pairs: Pairs) -> None:
    """Everything is withdrawn at once: what leaves in the next second must not."""
    try:
        phone = normal(_read(partial(opted_out, of), pairs, None) or "")
    except ValueError:
        log.warning("%s: an opt-out without a number", provider)
        return
    if EVERYTHING not in consent.unwanted(db, phone):
        consent.change(db, phone, [EVERYTHING], given=False, source="gateway", by=provider)


_KINDS: dict[str, Callable[[Session, str, Reader, Pairs], None]] = {
    "delivery": _delivery,
    "inbound": _inbound,
    "optout": _optout,
}
