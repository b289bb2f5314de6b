"""Webhooks: programs that are told of an agency's dossiers as they move.

Here is which there are, and what they are told; api/delivering.py does the telling.
"""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col

from api import outside, signing
from api.models import Webhook, WebhookCall
from api.tokens import agency_of_code
from cases.models import Case, CaseEvent
from citizens import audit
from settings import current

_LONGEST = 300


def add(db: Session, url: str, agency_code: str | None, by: str, now: datetime) -> tuple[int, str]:
    """Its number, and its secret, which nobody can be shown again. Raises ValueError for an address
    that we don't call, and for an agency that is not there."""
    if len(url) > _LONGEST:
        raise ValueError(f"{_LONGEST} characters at most")
    parts = outside.checked(url, current().webhooks_inside)
    try:
        outside.look_up(parts, current().webhooks_inside)
    except outside.Unreached as problem:
        raise ValueError(f"{parts.hostname}: {problem}") from None
    hook = Webhook(
        agency_id=agency_of_code(db, agency_code) if agency_code else None,
        url=url,
        secret=signing.new_secret(),
        created_by=by,
        created_at=now,
    )
    db.add(hook)
    db.flush()
    assert hook.id is not None
    audit.note(db, by, "webhook.add", f"{hook.id}: {parts.hostname}, {agency_code or 'all'}")
    return hook.id, hook.secret


def remove(db: Session, hook_id: int, by: str) -> None:
    """With all that it was still to be told. Raises LookupError."""
    hook = find(db, hook_id)
    db.execute(delete(WebhookCall).where(col(WebhookCall.webhook_id) == hook_id))
    db.delete(hook)
    audit.note(db, by, "webhook.remove", str(hook_id))


def switch_on(db: Session, hook_id: int, by: str) -> None:
    """One whose receiver had said that it was gone. Raises LookupError."""
    find(db, hook_id).active = True
    audit.note(db, by, "webhook.on", str(hook_id))


def find(db: Session, hook_id: int) -> Webhook:
    """Raises LookupError."""
    hook = db.get(Webhook, hook_id)
    if hook is None:
        raise LookupError(f"there is no webhook {hook_id}: `flask webhooks list` shows them")
    return hook


def message_id(event: CaseEvent) -> str:
    """The same at each try: by it a receiver knows what it has had."""
    return f"evt_{event.id}"


def body(case: Case, event: CaseEvent) -> bytes:
    """What happened to which dossier: nothing of whose it is."""
    said: dict[str, Any] = {
        "type": f"case.{event.kind}",
        "timestamp": _written(event.recorded_at),
        "data": {
            "event": message_id(event),
            "reference": case.reference,
            "version": event.version,
            "kind": event.kind,
            "status": event.status,
            "at": _written(event.at),
        },
    }
    return json.dumps(said).encode()


def _written(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
