"""What a citizen was promised, but could not be told in time: done later, and told by SMS.

An action that binds the citizen (a ticket) and finds the database slow or gone waits here, sealed,
in the jobs' Redis; the clock has it done once the database is back. It runs once, whoever else has
finished it meanwhile, since its key is unique (ussd/performing.py). What it says is the screen that
the citizen would have seen, unless the action posts an SMS of its own.
"""

from datetime import datetime, timedelta

import msgspec
from sqlalchemy.exc import SQLAlchemyError

import moment
from background.basket import Basket
from background.clock import every
from database import reading, writing
from database.sealing import seal, unseal
from menus import engine, versions
from menus.actions import ACTIONS, Outcome
from menus.engine import Call, Session
from menus.layouts import USUAL
from settings import current
from sms import outbox
from ussd.performing import Caller, once, perform

_basket = Basket("guichet:late", most=200)
_WORTH = timedelta(minutes=15)  # a ticket of an hour ago is of no use


class Request(msgspec.Struct, frozen=True):
    """An action that waits. `arguments` are the session's own values: a secret never waits."""

    session: Session
    action: str
    arguments: dict[str, str | int]
    phone: str
    service_code: str
    in_session: str
    at: datetime

    @property
    def call(self) -> Call:
        return Call(self.session, Outcome, self.action, self.arguments)

    @property
    def caller(self) -> Caller:
        return Caller(self.phone, self.service_code, self.in_session)


def can_wait(call: Call) -> bool:
    """Whether this may be promised: it binds the citizen, and holds no secret."""
    held = call.session.values
    return (
        call.kind is Outcome
        and ACTIONS[call.name].binding
        and all(held.get(name) == value for name, value in call.arguments.items())
    )


def hand_over(call: Call, caller: Caller) -> None:
    """Promises the action. Raises RedisError where nobody can keep the promise."""
    request = Request(
        session=call.session,
        action=call.name,
        arguments=dict(call.arguments),
        phone=caller.phone,
        service_code=caller.service_code,
        in_session=caller.session,
        at=moment.now(),
    )
    _basket.put(seal(msgspec.json.encode(request).decode()))


@every(seconds=5)
def finish() -> None:
    """Does what waits, once the database is back."""
    _basket.do_all(
        lambda sealed: _finish(msgspec.json.decode(unseal(sealed), type=Request)), SQLAlchemyError
    )


def _finish(request: Request) -> None:
    now = moment.now()
    if now - request.at > _WORTH:
        return _regret(request, now)
    screen = None
    with writing() as db:
        done = once(request.call, request.caller, db)
        if not done.told:
            screen = _screen(request, done.outcome)
    if screen is not None:
        with writing() as db:
            outbox.post_screen(
                db,
                key=f"late:{request.in_session}:{request.session.step}",
                lead=screen,
                phone=request.phone,
                language=request.session.language,
                now=now,
            )


def _screen(request: Request, outcome: Outcome) -> str:
    """What the citizen would have read."""
    with reading() as db:
        stored = versions.load(db, request.session.tree)
    assert stored is not None
    tree = stored.tree()
    step = engine.resume(tree, USUAL, request.call, outcome)
    while isinstance(step, Call):
        step = engine.resume(tree, USUAL, step, perform(step, request.caller))
    return step.page.lead


def _regret(request: Request, now: datetime) -> None:
    with writing() as db:
        outbox.post(
            db,
            key=f"late:{request.in_session}:{request.session.step}",
            text="request_failed",
            phone=request.phone,
            language=request.session.language,
            values={
                "moment": request.at.astimezone(current().zone).isoformat(),
                "code": request.service_code,
            },
            now=now,
        )
