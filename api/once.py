"""A request with an idempotency key is done once: sent again, it gets the answer it had.

Its answer is kept in the transaction of the deed, so there is never the one without the other. Only
what succeeded is kept: a request that was refused did nothing, and may be sent again. After
draft-ietf-httpapi-idempotency-key-header.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from flask import Request
from sqlalchemy import ColumnElement, CursorResult, delete, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

import moment
from api.models import ApiAnswer
from api.problems import Problem
from background.clock import every
from database import reading, writing

HEADER = "Idempotency-Key"
PATTERN = "^[!-~]{1,255}$"
_A_KEY = re.compile(PATTERN.replace("$", r"\Z"))
_UNDER_WAY = 0  # the status of what is being done
_KEPT = timedelta(hours=24)
# No request takes so long. Whoever began it died before the deed was done: else it had its answer.
_GIVEN_UP = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Kept:
    """What was answered."""

    status: int
    body: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A request of this key is under way, and it is ours."""

    id: int
    at: datetime

    def keep(self, db: Session, status: int, body: str) -> None:
        """In the deed's transaction. Raises Problem if another took it for given up."""
        done = db.execute(update(ApiAnswer).where(*self._ours()).values(status=status, body=body))
        assert isinstance(done, CursorResult)
        if done.rowcount != 1:
            raise _under_way()

    def drop(self) -> None:
        """Nothing was done: the key is free."""
        with writing() as db:
            db.execute(delete(ApiAnswer).where(*self._ours()))

    def _ours(self) -> tuple[ColumnElement[bool], ...]:
        return (
            col(ApiAnswer.id) == self.id,
            col(ApiAnswer.status) == _UNDER_WAY,
            col(ApiAnswer.at) == self.at,
        )


def claim(token_id: int, key: str, request: Request) -> Claim | Kept:
    """What this token's request of this key was answered, or that it is ours to do. Raises
    Problem."""
    if not _A_KEY.match(key):
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY, f"{HEADER}: 1 to 255 visible characters of ASCII."
        )
    now, said = moment.now(), _digest(request)
    try:
        with writing() as db:
            row = ApiAnswer(
                token_id=token_id, key=key, request_hash=said, status=_UNDER_WAY, body="", at=now
            )
            db.add(row)
            db.flush()
            assert row.id is not None
            return Claim(row.id, now)
    except IntegrityError:
        pass
    with reading() as db:
        query = select(ApiAnswer).where(ApiAnswer.token_id == token_id, ApiAnswer.key == key)
        known = db.exec(query).first()
    if known is None:  # it was freed just now
        raise _under_way()
    if known.request_hash != said:
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            f"Another request had this {HEADER}: give each its own.",
        )
    if known.status != _UNDER_WAY:
        return Kept(known.status, known.body)
    return _taken_over(known, now)


def _taken_over(known: ApiAnswer, now: datetime) -> Claim:
    if known.at > now - _GIVEN_UP or known.id is None:
        raise _under_way()
    with writing() as db:
        given_up = Claim(known.id, known.at)._ours()
        done = db.execute(update(ApiAnswer).where(*given_up).values(at=now))
        assert isinstance(done, CursorResult)
        if done.rowcount != 1:
            raise _under_way()
    return Claim(known.id, now)


def _under_way() -> Problem:
    return Problem(
        HTTPStatus.CONFLICT,
        "This request is being done: ask again for its answer.",
        headers={"Retry-After": "1"},
    )


def _digest(request: Request) -> str:
    said = hashlib.sha256(f"{request.method} {request.full_path}\n".encode())
    said.update(request.get_data())
    return said.hexdigest()


@every(seconds=600)
def forget() -> None:
    """Answers that were kept for a day. Runs as a job."""
    with writing() as db:
        db.execute(delete(ApiAnswer).where(col(ApiAnswer.at) < moment.now() - _KEPT))
