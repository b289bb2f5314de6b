"""Seeds the demo office, and says what is in it. Seeding again changes nothing."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from sqlmodel import Session, select

import moment
from cases import events, references
from cases.events import OPERATOR, Sender
from cases.history import Change
from cases.kinds import reading as kinds_reading
from cases.kinds import store
from cases.models import Case
from cases.opening import New, open_case
from cases.reading import pin_hash
from cases.statuses import RECEIVED
from citizens.directory import find_or_add
from database import writing
from demo import people
from queues.models import Office
from queues.setup.reading import read
from queues.setup.writing import write
from settings import current

FILE = Path(__file__).with_name("keur_exemple.yaml")
_OFFICES = ("agencies", "offices")
_KINDS = ("case_types", "procedures")
_BESIDE = ("service_code", "dossiers")
_NO_OFFICES = (*_BESIDE, *_KINDS)


@dataclass(frozen=True, slots=True)
class Dossier:
    """What its holder has on the receipt."""

    reference: str
    phone: str
    birth_year: int
    pin: str
    status: str
    office: str


def facts() -> Mapping[str, Any]:
    """What one needs to try the demo: the code, phones, dossiers with birth year and PIN, and who
    signs in to the console."""
    data = _data()
    return {
        "service_code": data["service_code"],
        "ussd_path": f"/ussd/africastalking/{current().webhook_secrets[0]}",
        "offices": [
            {
                "code": office["code"],
                "name": office["name"],
                "services": [one["name"] for one in office["services"]],
            }
            for office in data["offices"]
        ],
        "phones": [_phone(number) for number in range(1, 13)],
        "dossiers": [asdict(dossier) for _, dossier in _dossiers()],
        "users": [asdict(user) for user in people.USERS],
    }


def seed() -> bool:
    """Fills an empty database; leaves any other alone. True if it did something."""
    with writing() as db:
        filled = _fill(db)
        return people.add(db) or filled


def _fill(db: Session) -> bool:
    if db.exec(select(Office)).first() is not None:
        return False
    text = FILE.read_text(encoding="utf-8")
    write(db, read(text, FILE.name, beside=_NO_OFFICES))
    store.write(db, kinds_reading.read(text, FILE.name, beside=(*_BESIDE, *_OFFICES)))
    for written, dossier in _dossiers():
        _add_dossier(db, written, dossier)
    return True


@lru_cache(maxsize=1)
def _data() -> Mapping[str, Any]:
    data: Mapping[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return data


def _phone(number: int) -> str:
    return f"+2217700000{number:02d}"


def _names() -> dict[str, str]:
    return {office["code"]: office["name"] for office in _data()["offices"]}


def _dossiers() -> Iterator[tuple[Mapping[str, Any], Dossier]]:
    randomness = random.Random("Keur Exemple")  # noqa: S311  (the same every time, on purpose)
    for written in _data()["dossiers"]:
        yield (
            written,
            Dossier(
                reference=references.draw(randomness),
                phone=_phone(written["phone"]),
                birth_year=written["birth_year"],
                pin=written["pin"],
                status=written["status"],
                office=_names()[written["office"]],
            ),
        )


def _add_dossier(db: Session, written: Mapping[str, Any], dossier: Dossier) -> None:
    """It came a week before it got to where it stands; nobody is told of what was long ago."""
    holder = find_or_add(db, dossier.phone)
    office = db.exec(select(Office).where(Office.code == written["office"])).one()
    assert office.id is not None
    now = moment.now()
    moved = now - timedelta(days=written["days"])
    stays = dossier.status == RECEIVED
    new = New(
        type_code=written["type"],
        office_id=office.id,
        citizen_id=holder.id,
        reference=dossier.reference,
        birth_year=dossier.birth_year,
        pin_hash=pin_hash(dossier.pin),
    )
    came = moved if stays else moved - timedelta(days=7)
    case = open_case(db, new, Sender(OPERATOR), now, at=came).case
    if not stays:
        assert case.id is not None
        events.add(db, case.id, _change(written, case, moved, db), Sender(OPERATOR), now, at=moved)


def _change(written: Mapping[str, Any], case: Case, moved: datetime, db: Session) -> Change:
    stage = store.kinds(db).types[case.type_id].first_with(written["status"])
    assert stage is not None
    due = moved.date() + timedelta(days=written["due_in"]) if "due_in" in written else None
    return Change(
        "moved",
        stage=stage.code,
        documents=tuple(written.get("documents", ())),
        due=due,
        reason=written.get("reason", ""),
    )
