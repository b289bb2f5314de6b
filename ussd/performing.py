"""Runs what the engine calls for: a source in a read transaction, an action once per step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import msgspec
from sqlalchemy import bindparam, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session as Database
from sqlmodel import col, update

import moment
from background.clock import every
from citizens.directory import person
from database import reading, writing
from menus.actions import ACTIONS, FACTS, SOURCES, Context, Item, Outcome, run_action, run_source
from menus.engine import Call
from sms import outbox
from ussd.models import Performed
from ussd.sessions import Known

_KEPT = timedelta(days=2)  # far longer than any gateway repeats itself


@dataclass(frozen=True, slots=True)
class Caller:
    """Who dials what, and in which session (ussd/sessions.py: Keys.identity)."""

    phone: str
    service_code: str
    session: str


@dataclass(frozen=True, slots=True)
class Done:
    """How an action ended; `told` if it posted an SMS of its own."""

    outcome: Outcome
    told: bool


def changes(call: Call) -> bool:
    """Whether it writes to the database, or only reads."""
    return SOURCES[call.name].writes if call.kind is Item else ACTIONS[call.name].writes


def perform(call: Call, caller: Caller) -> Outcome | Sequence[Item]:
    """The action's outcome, or the source's items."""
    if call.kind is Item:
        with writing() if changes(call) else reading() as db:
            return run_source(call.name, _context(db, call, caller), call.arguments)
    if not changes(call):
        with reading() as db:
            return run_action(call.name, _context(db, call, caller), call.arguments)
    for last_try in (False, False, True):
        try:
            with writing() as db:
                if ACTIONS[call.name].repeatable:
                    return run_action(call.name, _context(db, call, caller), call.arguments)
                return once(call, caller, db).outcome
        except (
            IntegrityError
        ):  # two at once wrote what may stand but once: the later one looks again
            if last_try:
                raise
    raise AssertionError


def learn(phone: str, service_code: str, facts: frozenset[str]) -> Known:
    """What the database knows of the citizen: the language, and which of these facts hold."""
    with reading() as db:
        citizen = person(db, phone)
        language = citizen.language if citizen else None
        context = Context(db, phone, language or "", service_code, moment.now())
        held = (name for name in facts if name in FACTS and FACTS[name](context))
        return Known(language, tuple(sorted(held)))


def once(call: Call, caller: Caller, db: Database) -> Done:
    """The action's end, also when it ran before. The key goes in first: whoever comes second
    waits for the first one's commit, and reads."""
    key, context = _key(call, caller), _context(db, call, caller)
    claim = {"key": key, "outcome": "", "at": context.now}
    claimed = db.connection().execute(_claim(db.get_bind().dialect.name), claim).first()
    if claimed is None:
        before = db.get(Performed, key)
        assert before is not None
        return msgspec.json.decode(before.outcome, type=Done)
    done = Done(run_action(call.name, context, call.arguments), outbox.has_posted(db))
    written = msgspec.json.encode(done).decode()
    db.connection().execute(_ENDED, {"of": key, "outcome": written})
    return done


# Made once: SQLAlchemy takes longer to build a statement than to run it.
_ENDED = (
    update(Performed)
    .where(col(Performed.key) == bindparam("of"))
    .values(outcome=bindparam("outcome"))
)


@lru_cache
def _claim(dialect: str) -> Any:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return insert(Performed).on_conflict_do_nothing().returning(col(Performed.key))


def _context(db: Database, call: Call, caller: Caller) -> Context:
    now = moment.now()
    return Context(db, caller.phone, call.session.language, caller.service_code, now)


def _key(call: Call, caller: Caller) -> str:
    # The session's own name, too: gateways use an id again, and then nothing was performed yet.
    session = call.session
    text = f"{caller.session}\0{session.name}\0{session.step}\0{session.screen}"
    return blake2b(text.encode(), digest_size=16).hexdigest()


@every(seconds=3600)
def forget() -> None:
    """Old keys go: no gateway repeats a callback of days ago."""
    with writing() as db:
        db.exec(delete(Performed).where(col(Performed.at) < moment.now() - _KEPT))
