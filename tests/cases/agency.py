"""An agency at work, for tests: dossiers that are opened and moved, what their holders are told."""

from datetime import UTC, date, datetime, timedelta

from sqlmodel import select

from cases import events
from cases.events import OPERATOR, Happened, Sender
from cases.history import Change
from cases.models import Case, CaseEvent
from cases.opening import New, open_case
from cases.reading import pin_hash
from citizens.directory import find_or_add
from database import reading, writing
from queues.models import Office
from sms.models import Message

MORNING = datetime(2026, 11, 23, 9, tzinfo=UTC)  # a Monday
AWA, MODOU = "+221770000061", "+221770000062"
STRANGER = "+221770000077"


def at(minutes: float = 0, days: float = 0) -> datetime:
    return MORNING + timedelta(minutes=minutes, days=days)


def office_id(code: str = "mairie") -> int:
    with reading() as db:
        return db.exec(select(Office.id).where(Office.code == code)).one()


def opened(
    phone: str | None = AWA,
    kind: str = "etat-civil",
    office: str = "mairie",
    minutes: float = 0,
    happened: datetime | None = None,
    pin: str | None = None,
    **more: object,
) -> Case:
    """A dossier that comes in; its holder's phone, birth year and PIN, where they are known."""
    place = office_id(office)
    with writing() as db:
        holder = find_or_add(db, phone).id if phone else None
        hashed = pin_hash(pin) if pin else None
        new = New(kind, place, citizen_id=holder, pin_hash=hashed, **more)
        return open_case(db, new, Sender(OPERATOR), at(minutes), at=happened).case


def move(
    case: Case, kind: str, minutes: float = 10, who: str = OPERATOR, **change: object
) -> Happened | None:
    happened = change.pop("happened", None)
    with writing() as db:
        said = Change(kind, **change)
        return events.add(db, case.id, said, Sender(who), at(minutes), at=happened)


def now_of(case: Case) -> Case:
    with reading() as db:
        return db.get_one(Case, case.id)


def history_of(case: Case) -> list[str]:
    with reading() as db:
        return [one.kind for one in db.exec(select(CaseEvent).where(CaseEvent.case_id == case.id))]


def sent(phone: str = AWA) -> list[Message]:
    """The SMS to a phone, the first one first."""
    with reading() as db:
        found = db.exec(select(Message).order_by(Message.id)).all()
    return [one for one in found if one.address == phone]


def said(phone: str = AWA) -> list[str]:
    """What they say, without how to stop them."""
    return [one.body.removesuffix("\nPour arreter : *384*50#") for one in sent(phone)]


def day(days: int) -> date:
    return at(days=days).date()
