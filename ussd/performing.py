"""Runs what the engine calls for: a source in a read transaction, an action once per step."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session as Database
from sqlmodel import col, update

from background.clock import every
from citizens.directory import find
from database import reading, writing
from database.upserts import insert
from menus.actions import ACTIONS, FACTS, SOURCES, Context, Item, Outcome, run_action, run_source
from menus.engine import Call
from ussd.dials import Dial
from ussd.models import Performed
from ussd.sessions import Known, identity

_KEPT = timedelta(days=2)  # far longer than any gateway repeats itself


def perform(call: Call, dial: Dial, service_code: str) -> Outcome | Sequence[Item]:
    """The action's outcome, or the source's items."""

    def context(db: Database) -> Context:
        return Context(db, dial.phone, call.session.language, service_code, datetime.now(UTC))

    if call.kind is Item:
        with writing() if SOURCES[call.name].writes else reading() as db:
            return run_source(call.name, context(db), call.arguments)
    if not ACTIONS[call.name].writes:
        with reading() as db:
            return run_action(call.name, context(db), call.arguments)
    for last_try in (False, False, True):
        try:
            with writing() as db:
                return _once(call, _key(call, dial), context(db))
        except (
            IntegrityError
        ):  # two at once wrote what may stand but once: the later one looks again
            if last_try:
                raise
    raise AssertionError


def learn(dial: Dial, facts: frozenset[str]) -> Known:
    """What the database knows of the citizen: the language, and which of these facts hold."""
    with reading() as db:
        citizen = find(db, dial.phone)
        language = citizen.language if citizen else None
        context = Context(db, dial.phone, language or "", dial.service_code, datetime.now(UTC))
        held = (name for name in facts if name in FACTS and FACTS[name](context))
        return Known(language, tuple(sorted(held)))


def _once(call: Call, key: str, context: Context) -> Outcome:
    """The key goes in first: whoever comes second waits for the first one's commit, and reads."""
    db = context.db
    claim = insert(db, Performed).values(key=key, outcome="", at=context.now)
    claimed = db.execute(claim.on_conflict_do_nothing().returning(col(Performed.key))).first()
    if claimed is None:
        before = db.get(Performed, key)
        assert before is not None
        return Outcome(**json.loads(before.outcome))
    outcome = run_action(call.name, context, call.arguments)
    written = json.dumps(asdict(outcome), ensure_ascii=False)
    db.exec(update(Performed).where(col(Performed.key) == key).values(outcome=written))
    return outcome


def _key(call: Call, dial: Dial) -> str:
    # The session's own name, too: gateways use an id again, and then nothing was performed yet.
    session = call.session
    text = f"{identity(dial)}\0{session.name}\0{session.step}\0{session.screen}"
    return blake2b(text.encode(), digest_size=16).hexdigest()


@every(seconds=3600)
def forget() -> None:
    """Old keys go: no gateway repeats a callback of days ago."""
    with writing() as db:
        db.exec(delete(Performed).where(col(Performed.at) < datetime.now(UTC) - _KEPT))
