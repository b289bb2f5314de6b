"""The second step of signing in: a code that a phone makes from a secret it shares with us (TOTP,
RFC 6238: six digits, thirty seconds, SHA-1, as all applications have it).

A code is good for its thirty seconds and for those before and after; a code, or an older one, is
never taken twice. For the day the phone is lost there are ten recovery codes, of 79 bits each: of
them we keep the SHA-256, which needs no cost where there is nothing to guess.
"""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from sqlalchemy import func, update
from sqlmodel import Session, col, delete, select

from citizens import audit
from staff.models import Staff, StaffRecovery

STEP: Final = 30  # seconds
DIGITS: Final = 6
CODES: Final = 10  # recovery codes
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike
_CODE_LENGTH: Final = 16


def new_secret() -> str:
    """160 bits, in base32 as applications want it."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def uri(secret: str, name: str) -> str:
    """What the QR code says."""
    return _totp(secret).get_provisioning_uri(name, "Guichet")


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """Which thirty seconds this code is of, if of these, or those before or after."""
    written = "".join(code.split())
    here = int(now.timestamp()) // STEP
    for step in (here, here - 1, here + 1):
        made = _totp(secret).generate(step * STEP)
        if hmac.compare_digest(made, written.encode()):
            return step
    return None


def take(db: Session, staff: Staff, code: str, now: datetime) -> bool:
    """Whether the code is right; it is then none any more."""
    step = step_of(staff.totp_secret, code, now) if staff.totp_secret else None
    if step is None:
        return False
    taken = db.execute(
        update(Staff)
        .where(col(Staff.id) == staff.id, col(Staff.totp_step) < step)
        .values(totp_step=step)
        .execution_options(synchronize_session=False)
    )
    return bool(taken.rowcount)  # type: ignore[attr-defined]


def take_recovery(db: Session, staff: Staff, code: str, now: datetime) -> bool:
    """The same for a recovery code."""
    taken = db.execute(
        update(StaffRecovery)
        .where(
            col(StaffRecovery.staff_id) == staff.id,
            col(StaffRecovery.code_hash) == _hash(code),
            col(StaffRecovery.used_at).is_(None),
        )
        .values(used_at=now)
    )
    if not taken.rowcount:  # type: ignore[attr-defined]
        return False
    audit.note(db, staff.signature, "staff.recovery_code", staff.name)
    return True


def turn_on(
    db: Session, staff: Staff, secret: str, code: str, by: str, now: datetime
) -> list[str] | None:
    """The recovery codes, which nobody can be shown again; None where the code is not right. Ends
    the sessions that are open."""
    step = step_of(secret, code, now)
    if step is None:
        return None
    staff.totp_secret, staff.totp_step = secret, step
    staff.stamp += 1
    db.add(staff)
    audit.note(db, by, "staff.two_steps", staff.name, before="off", after="on")
    return _codes(db, staff)


def new_codes(db: Session, staff: Staff, by: str) -> list[str]:
    """Those from before are worth nothing."""
    audit.note(db, by, "staff.recovery_codes", staff.name)
    return _codes(db, staff)


def _codes(db: Session, staff: Staff) -> list[str]:
    assert staff.id is not None
    codes = ["".join(secrets.choice(_LETTERS) for _ in range(_CODE_LENGTH)) for _ in range(CODES)]
    db.exec(delete(StaffRecovery).where(col(StaffRecovery.staff_id) == staff.id))
    for code in codes:
        db.add(StaffRecovery(staff_id=staff.id, code_hash=_hash(code)))
    return ["-".join(code[at : at + 4] for at in range(0, _CODE_LENGTH, 4)) for code in codes]


def turn_off(db: Session, staff: Staff, by: str) -> None:
    """Ends the sessions that are open."""
    staff.totp_secret, staff.stamp = None, staff.stamp + 1
    db.add(staff)
    db.exec(delete(StaffRecovery).where(col(StaffRecovery.staff_id) == staff.id))
    audit.note(db, by, "staff.two_steps", staff.name, before="on", after="off")


def codes_left(db: Session, staff: Staff) -> int:
    unused = col(StaffRecovery.used_at).is_(None)
    query = select(func.count()).where(StaffRecovery.staff_id == staff.id, unused)
    return db.exec(query).one()


def _totp(secret: str) -> TOTP:
    return TOTP(base64.b32decode(secret), DIGITS, SHA1(), STEP)  # noqa: S303  (RFC 6238)


def _hash(code: str) -> str:
    """However it was typed: with hyphens or without, in capitals."""
    written = "".join(letter for letter in code.lower() if letter.isalnum())
    return hashlib.sha256(written.encode()).hexdigest()
