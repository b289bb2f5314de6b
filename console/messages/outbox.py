"""What went out: looked through by state, channel, text, provider, office, day, number."""

from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session
from wtforms import StringField
from wtforms.validators import InputRequired, Length

import moment
from citizens.directory import find
from console import offices
from console.cases import access
from console.forms import Form
from console.messages import numbers, words
from console.pages import page
from console.sessions import me
from console.speaking import N_
from database import reading, writing
from queues.models import Office
from sms import browsing
from sms.browsing import MOST_COUNTED, Wanted
from sms.models import Message
from staff.models import AGENT

SIZE: Final = 50
_NAMES: Final = ("state", "channel", "kind", "gateway", "office", "day", "bulk", "to")


class Number(Form):
    number = StringField(
        validators=[
            InputRequired(N_("Écrivez le numéro en entier.")),
            Length(max=80),
        ]
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters as they stand in the address; what is not there, or makes no sense, is None."""

    state: str | None
    channel: str | None
    kind: str | None
    gateway: str | None
    office: int | None
    day: date | None
    bulk: int | None
    address: str | None
    due: bool

    @property
    def is_any(self) -> bool:
        """Whether nothing is left out."""
        return not any(asdict(self).values())


def asked() -> Asked:
    seen = request.args
    state, channel = seen.get("state"), seen.get("channel")
    return Asked(
        state=state if state in browsing.GROUPS else None,
        channel=channel if channel in words.CHANNELS else None,
        kind=(seen.get("kind") or "")[:40] or None,
        gateway=(seen.get("gateway") or "")[:40] or None,
        office=seen.get("office", type=int),
        day=_day(seen.get("day")),
        bulk=seen.get("bulk", type=int),
        address=numbers.of_token(seen.get("to")),
        due=seen.get("due") == "1",
    )


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def wanted(of: Asked, now: datetime) -> Wanted:
    """Of one's own office only, for those who have one."""
    mine = me().office_id
    since = None if of.day is None else midnight(of.day)
    return Wanted(
        state=of.state,
        channel=of.channel,
        kind=of.kind,
        gateway=of.gateway,
        office=of.office if mine is None else mine,
        bulk=of.bulk,
        address=of.address,
        since=since,
        until=None if of.day is None else midnight(of.day + timedelta(days=1)),
        due=now if of.due else None,
    )


def midnight(day: date) -> datetime:
    """When a day begins here."""
    return datetime.combine(day, time(), offices.zone())


@page.route("/messages", may=AGENT)
def messages() -> ResponseReturnValue:
    return _page(Number())


@page.route("/messages/number", methods=["POST"], may=AGENT)
def messages_of_number() -> ResponseReturnValue:
    """The number goes into the address sealed; the other filters stay."""
    form = Number(request.form)
    if form.validate():
        try:
            address = numbers.typed(str(form.number.data))
        except ValueError:
            form.number.errors = [
                N_("Écrivez le numéro comme 77 000 00 01, ou avec + et l'indicatif du pays.")
            ]
        else:
            with writing() as db:
                _note_search(db, address)
            kept: dict[str, Any] = {
                name: request.form[name] for name in _NAMES if request.form.get(name)
            }
            kept["to"] = numbers.token(address)
            return redirect(url_for("console.messages", **kept), 303)
    return _page(form)


def _note_search(db: Session, address: str) -> None:
    citizen = find(db, address)
    access.note_reading(db, "sms.find", f"citizen:{citizen.id}" if citizen else "unknown number")


def _page(form: Number) -> ResponseReturnValue:
    now = moment.now()
    of = asked()
    look = wanted(of, now)
    before, after = request.args.get("before", type=int), request.args.get("after", type=int)
    with reading() as db:
        found = browsing.page(db, look, SIZE, before, after)
        total = browsing.count(db, look)
        choices = _choices(db)
        places = offices.all_of_them(db)
    return (
        render_template(
            "messages/outbox.html",
            fields=form,
            of=of,
            found=found,
            total=min(total, MOST_COUNTED),
            more=total > MOST_COUNTED,
            choices=choices,
            places=places if me().office_id is None else [],
            names={one.id: one.name for one in places},
            link=link,
            kept=_kept(),
            masked=numbers.masked,
            words=words,
        ),
        422 if form.errors else 200,
    )


def _choices(db: Session) -> dict[str, Any]:
    """What there is to choose: texts by what they belong to, providers."""
    families: dict[str, list[tuple[str, str]]] = {}
    for kind in browsing.kinds(db):
        families.setdefault(words.family(kind), []).append((kind, words.beginning(kind) or kind))
    return {"kinds": dict(sorted(families.items())), "gateways": browsing.gateways(db)}


def _kept() -> dict[str, str]:
    return {name: request.args[name] for name in _NAMES if request.args.get(name)}


def link(**changes: Any) -> str:
    """This page, with other filters or at another place; None takes a filter away."""
    return url_for("console.messages", **{**_kept(), **changes})


def mine(db: Session, message_id: int, change: bool = False) -> Message | None:
    """A message that one may see; None where there is none."""
    found = db.get(Message, message_id, with_for_update=change)
    if found is None or me().office_id not in (None, found.office_id):
        return None
    return found


def office_of(db: Session, message: Message) -> Office | None:
    return None if message.office_id is None else db.get(Office, message.office_id)
