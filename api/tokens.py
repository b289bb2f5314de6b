"""Programs' keys: which program asks, and what it may. A key is 256 random bits; of it we keep the
SHA-256, which needs no salt nor cost: there is nothing in it to guess.
"""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from sqlmodel import Session, select

import moment
from api.models import ApiToken
from api.problems import Problem
from citizens import audit
from database import reading, writing
from queues.models import Agency

CASES_READ: Final = "cases:read"
CASES_WRITE: Final = "cases:write"
SCOPES: Final = (CASES_READ, CASES_WRITE)

_BEFORE = "guichet_"  # by which scanners of leaked secrets know one
_BYTES = 32
_NOTED = timedelta(minutes=10)  # how exactly its last use is known: not a write for each request


@dataclass(frozen=True, slots=True)
class Program:
    """Who asks. With an agency it sees and writes that one's dossiers, and no other."""

    id: int
    name: str
    agency_id: int | None
    scopes: frozenset[str]

    @property
    def signature(self) -> str:
        """Who did it, in events and in the access log."""
        return f"token:{self.id}"

    def sees(self, agency_id: int | None) -> bool:
        return self.agency_id is None or self.agency_id == agency_id


def create(
    db: Session,
    name: str,
    scopes: Iterable[str],
    agency_code: str | None,
    days: int | None,
    by: str,
    now: datetime,
) -> str:
    """The key, which nobody can be shown again. Raises ValueError for a name that is taken, an
    agency that is not there, no scope."""
    wanted = [scope for scope in SCOPES if scope in set(scopes)]
    if not wanted:
        raise ValueError(f"say what it may: {', '.join(SCOPES)}")
    if not 1 <= len(name) <= 40:
        raise ValueError("a name has 1 to 40 characters")
    if db.exec(select(ApiToken.id).where(ApiToken.name == name)).first() is not None:
        raise ValueError(f"there is a token {name!r} already, or was: take another name")
    key = _BEFORE + secrets.token_urlsafe(_BYTES)
    db.add(
        ApiToken(
            name=name,
            agency_id=agency_of_code(db, agency_code) if agency_code else None,
            scopes=" ".join(wanted),
            token_hash=_hash(key),
            created_by=by,
            created_at=now,
            expires_at=now + timedelta(days=days) if days else None,
        )
    )
    audit.note(db, by, "token.create", f"{name}: {' '.join(wanted)}, {agency_code or 'all'}")
    return key


def agency_of_code(db: Session, code: str) -> int:
    """Raises ValueError."""
    found = db.exec(select(Agency.id).where(Agency.code == code)).first()
    if found is None:
        known = ", ".join(db.exec(select(Agency.code)))
        raise ValueError(f"no agency {code}: there are {known or 'none'}")
    return found


def revoke(db: Session, name: str, by: str, now: datetime) -> None:
    """From its next request on it is refused. Raises LookupError."""
    token = db.exec(select(ApiToken).where(ApiToken.name == name)).first()
    if token is None:
        raise LookupError(f"there is no token {name!r}: `flask tokens list` shows them")
    if token.revoked_at is None:
        token.revoked_at = now
        audit.note(db, by, "token.revoke", name)


def asking(authorization: str | None) -> Program | None:
    """The program of a request's `Authorization`; None without one, or for one that does not hold
    (any more)."""
    scheme, _, key = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not key:
        return None
    now = moment.now()
    with reading() as db:
        token = db.exec(select(ApiToken).where(ApiToken.token_hash == _hash(key.strip()))).first()
    if token is None or token.revoked_at is not None:
        return None
    if token.expires_at is not None and token.expires_at <= now:
        return None
    assert token.id is not None
    if token.last_used_at is None or token.last_used_at < now - _NOTED:
        with writing() as db:
            db.get_one(ApiToken, token.id).last_used_at = now
    return Program(token.id, token.name, token.agency_id, frozenset(token.scopes.split()))


def permitted(program: Program | None, scope: str, authorization: str | None) -> Program:
    """The program, if it may. Raises Problem: 401 (RFC 6750) or 403."""
    if program is None:
        why = 'Bearer realm="guichet"'
        if authorization is not None:
            why += ', error="invalid_token"'
        raise Problem(
            HTTPStatus.UNAUTHORIZED,
            "Send `Authorization: Bearer` with a token that holds.",
            headers={"WWW-Authenticate": why},
        )
    if scope not in program.scopes:
        raise Problem(
            HTTPStatus.FORBIDDEN,
            f"This token may not {scope}.",
            headers={
                "WWW-Authenticate": 'Bearer realm="guichet", '
                f'error="insufficient_scope", scope="{scope}"'
            },
        )
    return program


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
