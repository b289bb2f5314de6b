"""What an agent does at the desk. Each form carries what it was drawn with: a page that has grown
old, or a second click, does nothing, and is told what happened instead.

@move("recalled")
def recall(deed: Deed) -> None: ...
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound
from sqlmodel import Session, select

import moment
from citizens import audit
from console import offices
from console.desk import seen, words
from console.pages import page
from console.sessions import me
from console.showing import clock
from console.speaking import _
from database import writing
from queues import calling, events, overview, tickets
from queues.models import Counter, Ticket, TicketEvent
from queues.moves import Bar, NotPossible
from staff.models import AGENT, MANAGER


@dataclass(frozen=True, slots=True)
class Deed:
    db: Session
    counter_id: int
    ticket: Ticket
    who: str
    now: datetime

    @property
    def id(self) -> int:
        assert self.ticket.id is not None
        return self.ticket.id

    def must_be_here(self) -> None:
        if self.ticket.counter_id != self.counter_id:
            raise NotPossible(Bar.NOBODY_HERE)

    @property
    def note(self) -> str:
        return request.form.get("note", "").strip()[:200]


class Aged(Exception):
    """The page was drawn before this happened to the ticket."""

    def __init__(self, label: str, last: TicketEvent) -> None:
        super().__init__(label)
        self.label, self.kind, self.who, self.at = label, last.kind, last.who, last.at


class NoCounter(Exception):
    """One is at no counter, or not any more."""


Does = Callable[[Deed], object]
_MOVES: Final[dict[str, tuple[str, Does]]] = {}


def move(kind: str) -> Callable[[Does], Does]:
    """A move of a ticket by a form: its name in the address is the function's."""

    def register(does: Does) -> Does:
        _MOVES[does.__name__] = kind, does
        return does

    return register


@move("called")
def call(deed: Deed) -> None:
    """Out of turn."""
    calling.call_this(deed.db, deed.id, deed.counter_id, deed.who, deed.now)


@move("recalled")
def recall(deed: Deed) -> None:
    deed.must_be_here()
    calling.recall(deed.db, deed.counter_id, deed.who, deed.now)


@move("started")
def start(deed: Deed) -> None:
    deed.must_be_here()
    calling.start(deed.db, deed.counter_id, deed.who, deed.now)


@move("held")
def hold(deed: Deed) -> None:
    deed.must_be_here()
    calling.hold(deed.db, deed.counter_id, deed.who, deed.now, deed.note)


@move("resumed")
def resume(deed: Deed) -> None:
    calling.resume(deed.db, deed.id, deed.counter_id, deed.who, deed.now)


@move("no_show")
def absent(deed: Deed) -> None:
    deed.must_be_here()
    calling.no_show(deed.db, deed.counter_id, deed.who, deed.now)


@move("done")
def done(deed: Deed) -> None:
    deed.must_be_here()
    outcome = request.form.get("outcome", "")
    if outcome not in words.OUTCOMES:
        abort(400)
    calling.done(deed.db, deed.counter_id, deed.who, deed.now, outcome, deed.note)


@move("transferred")
def transfer(deed: Deed) -> None:
    """To a service, or to one counter: `to` is `service:3` or `counter:2`."""
    kind, _colon, written = request.form.get("to", "").partition(":")
    if kind not in ("service", "counter") or not written.isdecimal():
        raise NotPossible(Bar.NOWHERE)
    try:
        calling.transfer(
            deed.db,
            deed.id,
            deed.who,
            deed.now,
            service_id=int(written) if kind == "service" else None,
            counter_id=int(written) if kind == "counter" else None,
            note=deed.note,
        )
    except (LookupError, NoResultFound):  # of another office, or gone
        abort(404)


@move("undone")
def undo(deed: Deed) -> None:
    calling.undo(deed.db, deed.id, deed.who, deed.now)


@move("returned")
def back(deed: Deed) -> None:
    """Who missed the call is there."""
    tickets.come_back(deed.db, deed.ticket, deed.now, who=deed.who)


@page.route("/queue/tickets/<int:ticket_id>/<name>", methods=["POST"], may=AGENT)
def move_ticket(ticket_id: int, name: str) -> ResponseReturnValue:
    if name not in _MOVES:
        abort(404)
    kind, does = _MOVES[name]
    now = moment.now()
    try:
        with writing() as db:
            counter_id = _counter_id(db)
            ticket = _as_drawn(db, ticket_id)
            label = ticket.label
            does(Deed(db, counter_id, ticket, _me(), now))
            audit.note(db, me().signature, f"ticket.{name}", f"ticket:{ticket_id}")
    except Aged as aged:
        return _back(*_instead(aged, kind))
    except NotPossible as problem:
        return _back(words.why(problem), "attention")
    except NoCounter:
        return _without_counter()
    return _back(words.happened(kind, label) + ".", "done")


@page.route("/queue/next", methods=["POST"], may=AGENT)
def call_next() -> ResponseReturnValue:
    now = moment.now()
    try:
        with writing() as db:
            counter = db.get_one(Counter, _counter_id(db), with_for_update=True)
            assert counter.id is not None
            here = calling.at_counter(db, counter.id)
            if here is not None:
                return _back(words.happened(_called(here), here.label) + ".", "done")
            if request.form.get("drawn", type=int) != seen.last_call(db, counter):
                return _back(_("L'écran avait vieilli : personne n'a été appelé."), "attention")
            ticket = calling.call_next(db, counter.id, _me(), now)
            if ticket is not None:
                audit.note(db, me().signature, "ticket.next", f"ticket:{ticket.id}")
    except NotPossible as problem:
        return _back(words.why(problem), "attention")
    except NoCounter:
        return _without_counter()
    if ticket is None:
        return _back(_("Personne n'attend pour ce guichet."), "attention")
    return _back(words.happened("called", ticket.label) + ".", "done")


@page.route("/queue/sit", methods=["POST"], may=AGENT)
def sit() -> ResponseReturnValue:
    staff_id = me().id
    assert staff_id is not None
    try:
        with writing() as db:
            counter = _counter_of_mine(db)
            assert counter.id is not None
            calling.open_counter(db, counter.id, staff_id, moment.now())
            audit.note(db, me().signature, "counter.sit", f"counter:{counter.id}")
            office_id = counter.office_id
    except NotPossible as problem:
        flash(words.why(problem), "attention")
        return redirect(url_for("console.queue", office=request.form.get("office")), 303)
    return _back("", "", office_id)


@page.route("/queue/leave", methods=["POST"], may=AGENT)
def leave() -> ResponseReturnValue:
    staff_id = me().id
    assert staff_id is not None
    try:
        with writing() as db:
            counter = calling.counter_of(db, staff_id)
            office_id = counter.office_id if counter else None
            calling.close_counter(db, staff_id)
            if counter is not None:
                audit.note(db, me().signature, "counter.leave", f"counter:{counter.id}")
    except NotPossible as problem:
        return _back(words.why(problem), "attention")
    return _back(_("Vous avez quitté le guichet."), "done", office_id)


@page.route("/queue/free", methods=["POST"], may=MANAGER)
def free() -> ResponseReturnValue:
    """A colleague forgot to leave the counter."""
    try:
        with writing() as db:
            counter = _counter_of_mine(db)
            office_id = counter.office_id
            if counter.staff_id is not None:
                calling.close_counter(db, counter.staff_id)
                audit.note(db, me().signature, "counter.free", f"counter:{counter.id}")
    except NotPossible as problem:
        return _back(words.why(problem), "attention")
    return _back(_("Le guichet est libre."), "done", office_id)


def _counter_of_mine(db: Session) -> Counter:
    """The counter that a form names, of an office that one may touch."""
    found = db.get(Counter, request.form.get("counter", 0, type=int))
    if found is None or not offices.is_mine(found.office_id):
        abort(404)
    return found


def _counter_id(db: Session) -> int:
    staff_id = me().id
    assert staff_id is not None
    counter = calling.counter_of(db, staff_id)
    if counter is None or counter.id is None or not offices.is_mine(counter.office_id):
        raise NoCounter
    return counter.id


def _as_drawn(db: Session, ticket_id: int) -> Ticket:
    """The ticket, locked, if it stands as it did when the form was drawn. Raises Aged."""
    ticket = db.exec(select(Ticket).where(Ticket.id == ticket_id).with_for_update()).first()
    if ticket is None or not offices.is_mine(ticket.office_id):
        abort(404)
    if ticket.steps != request.form.get("step", type=int):
        raise Aged(ticket.label, events.history(db, ticket_id)[-1])
    return ticket


def _called(here: Ticket) -> str:
    return "started" if here.started_at else "called"


def _instead(aged: Aged, kind: str) -> tuple[str, str]:
    """What happened, and when; after a second click, just what was wanted."""
    what = words.happened(aged.kind, aged.label)
    if aged.kind == kind and aged.who == _me():
        return f"{what}.", "done"
    old = _(
        "L'écran avait vieilli, rien n'a été fait. Entre-temps : %(what)s (%(time)s).",
        what=what,
        time=clock(aged.at),
    )
    return old, "attention"


def _me() -> str:
    """Who did it, as events have it."""
    staff_id = me().id
    assert staff_id is not None
    return events.staff(staff_id)


def _without_counter() -> ResponseReturnValue:
    return _back(_("Vous n'êtes plus à un guichet : prenez-en un."), "attention")


def _back(text: str, kind: str, office_id: int | None = None) -> ResponseReturnValue:
    overview.forget()
    if text:
        flash(text, kind)
    wanted = office_id if me().office_id is None else None
    return redirect(url_for("console.queue", office=wanted), 303)
