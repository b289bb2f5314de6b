"""What came in: what it was understood as, what was answered. Words are shown on demand, and that
is noted."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask import render_template, request, url_for
from sqlalchemy import exists
from sqlalchemy.orm import defer
from sqlmodel import Session, col, or_, select

from cases.models import Case
from citizens import audit
from citizens.models import Citizen
from console.messages import numbers, words
from console.pages import page
from console.sessions import me
from database import reading, writing
from queues.models import Ticket
from sms.keywords import UNKNOWN
from sms.keywords import words as all_keywords
from sms.models import Inbound, Message
from staff.models import MANAGER

SIZE: Final = 50


@dataclass(frozen=True, slots=True)
class Line:
    """`answer`: the message that answered; `said`: the words, where they are shown."""

    id: int
    at: datetime
    handled_at: datetime | None
    gateway: str
    whose: str
    keyword: str | None
    answer: Message | None
    said: str | None = None


@page.route("/messages/inbox", may=MANAGER)
def inbox() -> str:
    with reading() as db:
        return _page(db, *_found(db))


@page.route("/messages/inbox/reveal", methods=["POST"], may=MANAGER)
def reveal_inbox() -> str:
    """The words of all that is on the page."""
    with writing() as db:
        found, more = _found(db)
        if found:
            about = f"inbound {found[-1].id} to {found[0].id}"
            audit.note(db, me().signature, "sms.reveal", about)
        return _page(db, found, more, reveals=True)


def _page(db: Session, found: list[Inbound], more: bool, reveals: bool = False) -> str:
    keyword = request.args.get("keyword", "")
    return render_template(
        "messages/inbox.html",
        lines=_lines(db, found, reveals),
        keyword=keyword,
        keywords=[*all_keywords(), UNKNOWN],
        older=found[-1].id if more else None,
        first=url_for("console.inbox", keyword=keyword or None),
        before=request.args.get("before", type=int),
        reveals=reveals,
        words=words,
    )


def _found(db: Session) -> tuple[list[Inbound], bool]:
    """The latest, or those before a key; whether there are more."""
    query: Any = select(Inbound)
    before, keyword = request.args.get("before", type=int), request.args.get("keyword")
    if before is not None:
        query = query.where(col(Inbound.id) < before)
    if keyword:
        query = query.where(Inbound.keyword == keyword)
    if me().office_id is not None:
        query = query.where(_has_to_do_with(me().office_id))
    found: Any = db.exec(
        query.order_by(col(Inbound.id).desc())
        .options(defer(Inbound.raw))  # type: ignore[arg-type]
        .limit(SIZE + 1)
    ).all()
    return list(found[:SIZE]), len(found) > SIZE


def _has_to_do_with(office_id: int | None) -> Any:
    """As a condition: whoever wrote has, or had, a ticket or a dossier there."""
    ticket = exists().where(
        or_(Ticket.citizen_id == Citizen.id, Ticket.taken_by_id == Citizen.id),
        col(Ticket.office_id) == office_id,
    )
    dossier = exists().where(col(Case.citizen_id) == Citizen.id, col(Case.office_id) == office_id)
    return exists().where(col(Citizen.phone_hash) == col(Inbound.phone_hash), or_(ticket, dossier))


def _lines(db: Session, found: list[Inbound], reveals: bool) -> list[Line]:
    keys = [one.reply_key for one in found if one.reply_key]
    sent = db.exec(
        select(Message)
        .where(col(Message.key).in_(keys))
        .options(defer(Message.body), defer(Message.address))  # type: ignore[arg-type]
    )
    answers = {one.key: one for one in sent}
    return [
        Line(
            id=one.id or 0,
            at=one.came_at,
            handled_at=one.handled_at,
            gateway=one.gateway,
            whose=_whose(one.phone),
            keyword=one.keyword,
            answer=answers.get(one.reply_key or ""),
            said=one.words if reveals else None,
        )
        for one in found
    ]


def _whose(sender: str | None) -> str:
    """A number is masked; a short code or a name is nobody's own."""
    if sender is None:
        return ""
    return numbers.masked(sender) if sender.startswith("+") else sender
