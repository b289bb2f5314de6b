"""Seeds the demo office, and says what is in it. Seeding again changes nothing."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from sqlmodel import Session, select

import moment
from cases import references
from cases.models import Case, CaseEvent, Procedure
from cases.reading import pin_hash
from citizens.directory import find_or_add
from database import writing
from demo import people
from queues.models import Office
from queues.setup.reading import read
from queues.setup.writing import write
from settings import current

FILE = Path(__file__).with_name("keur_exemple.yaml")
CHECKED_ON = date(2026, 11, 1)
SOURCE = "exemple, à vérifier"
_BESIDE = ("service_code", "procedures", "dossiers")  # what the file holds besides offices


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
    write(db, read(FILE.read_text(encoding="utf-8"), FILE.name, beside=_BESIDE))
    for position, procedure in enumerate(_data()["procedures"]):
        _add_procedure(db, position, procedure)
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


def _add_procedure(db: Session, position: int, written: Mapping[str, Any]) -> None:
    fee = written["fee"]
    least, most = fee if isinstance(fee, list) else (fee, fee)
    db.add(
        Procedure(
            code=written["code"],
            office_code=written["office"],
            office=_names()[written["office"]],
            label=written["label"],
            papers=written["papers"],
            fee_least=least,
            fee_most=most,
            unsure=written.get("unsure", False),
            delay=written["delay"],
            source=SOURCE,
            checked_on=CHECKED_ON,
            position=position,
        )
    )


def _add_dossier(db: Session, written: Mapping[str, Any], dossier: Dossier) -> None:
    holder = find_or_add(db, dossier.phone)
    assert holder.id is not None
    now = moment.now()
    moved = now - timedelta(days=written["days"])
    due = moved.date() + timedelta(days=written["due_in"]) if "due_in" in written else None
    case = Case(
        reference=dossier.reference,
        citizen_id=holder.id,
        office=dossier.office,
        birth_year=dossier.birth_year,
        pin_hash=pin_hash(dossier.pin),
        status=dossier.status,
        since=moved.date(),
        documents=written.get("documents"),
        due=due,
    )
    db.add(case)
    db.flush()
    assert case.id is not None
    if dossier.status != "received":
        came = moved - timedelta(days=7)
        db.add(CaseEvent(case_id=case.id, status="received", at=came))
    db.add(
        CaseEvent(
            case_id=case.id, status=dossier.status, documents=case.documents, due=due, at=moved
        )
    )
