"""All that there was with a citizen, newest first: a few lines from each room.

@room("tickets", N_("Tickets"))
def tickets(db: Session, asked: Asked) -> Iterable[Line]: ...

Each gives its newest `asked.most` lines with one question, two at most. Who belongs to an office
sees its tickets and dossiers, not those of others. Of a dial we keep which dossier it read, not
more: sessions and how they ended are kept without any number.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask import url_for
from sqlmodel import Session, col, or_, select

from cases import references
from cases.history import QUIET
from cases.kinds.store import kinds
from cases.models import Case, CaseEvent, CaseReading, Complaint
from citizens.models import Citizen, Mandate
from console import offices
from console.cases import access, words
from console.showing import day
from console.speaking import N_, _
from database.sealing import fingerprints
from insights.models import Survey
from queues.models import Office, Service, Ticket
from sms import states
from sms.models import Consent, Inbound, Message

PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Line:
    """`kind`: of KINDS; `link`: where to read on, or "". `reveals`: what shows the words of an SMS
    (`message:812`, `inbound:4`), or ""."""

    at: datetime
    kind: str
    words: str
    link: str = ""
    reveals: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """`hashes`: fingerprints of the citizen's number."""

    citizen: Citizen
    hashes: list[str]
    most: int


Room = Callable[[Session, Asked], Iterable[Line]]

KINDS: Final[dict[str, str]] = {}
_ROOMS: Final[dict[str, Room]] = {}


def room(kind: str, name: str) -> Callable[[Room], Room]:
    """A source of lines of one kind."""

    def register(lines: Room) -> Room:
        KINDS[kind], _ROOMS[kind] = name, lines
        return lines

    return register


def timeline(db: Session, of: Citizen, kind: str = "", number: int = 1) -> tuple[list[Line], bool]:
    """A page of it, from 1, and whether there are more. `kind`: only that one."""
    asked = Asked(of, fingerprints(of.phone), number * PAGE + 1)
    chosen = [_ROOMS[kind]] if kind else _ROOMS.values()
    lines = [line for lines_of in chosen for line in lines_of(db, asked)]
    lines.sort(key=lambda line: line.at, reverse=True)
    shown = lines[(number - 1) * PAGE : number * PAGE]
    return shown, len(lines) > number * PAGE


@room("tickets", N_("Tickets"))
def tickets(db: Session, asked: Asked) -> Iterable[Line]:
    query: Any = (
        select(Ticket, Service.name, Office.name)
        .join(Service, col(Service.id) == col(Ticket.service_id))
        .join(Office, col(Office.id) == col(Ticket.office_id))
        .where(
            or_(Ticket.citizen_id == asked.citizen.id, Ticket.taken_by_id == asked.citizen.id),
            access.of_my_offices(col(Ticket.office_id)),
        )
        .order_by(*_newest(Ticket.created_at, Ticket.id))
        .limit(asked.most)
    )
    for ticket, service, office in db.exec(query):
        parts = [
            _("Ticket %(label)s, %(office)s, %(service)s", **_of(ticket, office, service)),
            _("pour quelqu'un d'autre") if ticket.citizen_id != asked.citizen.id else "",
            _(words.TICKETS[ticket.state]),
            _(words.OUTCOMES[ticket.outcome]).lower() if ticket.outcome in words.OUTCOMES else "",
        ]
        yield Line(ticket.created_at, "tickets", _joined(parts))


def _of(ticket: Ticket, office: str, service: str) -> dict[str, str]:
    return {"label": ticket.label, "office": office, "service": service}


@room("dossiers", N_("Dossiers"))
def dossiers(db: Session, asked: Asked) -> Iterable[Line]:
    return _changes(db, asked, "dossiers", col(Complaint.case_id).is_(None))


@room("complaints", N_("Plaintes"))
def complaints(db: Session, asked: Asked) -> Iterable[Line]:
    return _changes(db, asked, "complaints", col(Complaint.case_id).is_not(None))


def _changes(db: Session, asked: Asked, kind: str, which: Any) -> Iterable[Line]:
    """What its holder can read of each change."""
    types = kinds(db).types
    query: Any = (
        select(CaseEvent, Case.reference, Case.type_id)
        .join(Case, col(Case.id) == col(CaseEvent.case_id))
        .join(Complaint, col(Complaint.case_id) == col(Case.id), isouter=True)
        .where(
            Case.citizen_id == asked.citizen.id,
            access.of_my_offices(col(Case.office_id)),
            col(CaseEvent.kind).not_in(QUIET),
            which,
        )
        .order_by(*_newest(CaseEvent.at, CaseEvent.id))
        .limit(asked.most)
    )
    for event, reference, type_id in db.exec(query):
        parts = [
            f"{types[type_id].name}, {references.shown(reference)}",
            _(words.EVENTS[event.kind]) if event.kind != "moved" else "",
            _(words.STATUSES[event.status]) if event.kind == "moved" else "",
        ]
        yield Line(event.at, kind, _joined(parts), url_for("console.case", reference=reference))


@room("dials", N_("Appels"))
def dials(db: Session, asked: Asked) -> Iterable[Line]:
    """Which dossiers this phone read, or tried to; of other offices' only that it was one."""
    query: Any = (
        select(CaseReading, Case.office_id)
        .join(Case, col(Case.id) == col(CaseReading.case_id), isouter=True)
        .where(col(CaseReading.phone_hash).in_(asked.hashes))
        .order_by(*_newest(CaseReading.at, CaseReading.id))
        .limit(asked.most)
    )
    for reading, office_id in db.exec(query):
        said = _(words.ON_PHONE.get(reading.outcome, reading.outcome))
        seen = bool(office_id and reading.reference and offices.is_mine(office_id))
        which = references.shown(reading.reference) if seen else _("d'un autre bureau")
        link = url_for("console.case", reference=reading.reference) if seen else ""
        yield Line(reading.at, "dials", _joined([_("Dossier %(which)s", which=which), said]), link)


@room("sms", N_("SMS"))
def sms(db: Session, asked: Asked) -> Iterable[Line]:
    hashes = [*asked.hashes, *(fingerprints(asked.citizen.email) if asked.citizen.email else [])]
    sent = select(Message).where(col(Message.address_hash).in_(hashes))
    for message in db.exec(
        sent.order_by(*_newest(Message.created_at, Message.id)).limit(asked.most)
    ):
        yield _sent(message)
    came = select(Inbound).where(col(Inbound.phone_hash).in_(asked.hashes))
    for inbound in db.exec(came.order_by(*_newest(Inbound.came_at, Inbound.id)).limit(asked.most)):
        meant = inbound.keyword or ""
        said = _joined([_("SMS reçu"), meant.upper() if meant.isalpha() else ""])
        reveals = f"inbound:{inbound.id}" if inbound.words else ""
        yield Line(inbound.came_at, "sms", said, reveals=reveals)


def _sent(message: Message) -> Line:
    what = _("E-mail envoyé") if message.channel == states.EMAIL else _("SMS envoyé")
    topic = _(words.TOPICS[message.topic]) if message.topic in words.TOPICS else _("réponse")
    state = _(words.MESSAGES.get(message.state, message.state))
    reveals = f"message:{message.id}" if message.body else ""
    return Line(message.created_at, "sms", _joined([what, topic, state]), reveals=reveals)


@room("surveys", N_("Questions"))
def surveys(db: Session, asked: Asked) -> Iterable[Line]:
    query = select(Survey).where(col(Survey.phone_hash).in_(asked.hashes))
    for one in db.exec(query.order_by(*_newest(Survey.asked_at, Survey.id)).limit(asked.most)):
        if one.answer is None:
            said = _("pas de réponse")
        else:
            said = _("réponse %(answer)s sur %(scale)s", answer=one.answer, scale=one.scale)
        yield Line(one.asked_at, "surveys", _joined([_("Question posée : comment c'était"), said]))


@room("mandates", N_("Mandats"))
def mandates(db: Session, asked: Asked) -> Iterable[Line]:
    """Given to somebody or by somebody, and taken back."""
    me = asked.citizen.id
    query = select(Mandate).where(or_(Mandate.holder_id == me, Mandate.mediator_id == me))
    for one in db.exec(query.order_by(*_newest(Mandate.created_at, Mandate.id)).limit(asked.most)):
        gives = one.holder_id == me
        given = (
            _("A permis à quelqu'un de suivre ses dossiers")
            if gives
            else _("Peut suivre les dossiers de quelqu'un")
        )
        until = _("jusqu'au %(day)s", day=day(one.expires_on))
        yield Line(one.created_at, "mandates", _joined([given, until]))
        if one.revoked_at is not None:
            yield Line(one.revoked_at, "mandates", _("Cette permission a été retirée"))


@room("consents", N_("Accords"))
def consents(db: Session, asked: Asked) -> Iterable[Line]:
    query = select(Consent).where(col(Consent.phone_hash).in_(asked.hashes))
    for one in db.exec(query.order_by(*_newest(Consent.at, Consent.id)).limit(asked.most)):
        said = _("Veut bien des SMS") if one.given else _("Ne veut plus de SMS")
        topic = _(words.TOPICS.get(one.topic, one.topic))
        yield Line(one.at, "consents", f"{said} : {topic}")


def _newest(at: Any, id: Any) -> tuple[Any, Any]:
    """Of those of one moment the last one first, too: else a page could lose one to the next."""
    return col(at).desc(), col(id).desc()


def _joined(parts: Iterable[str]) -> str:
    return " · ".join(part for part in parts if part)
