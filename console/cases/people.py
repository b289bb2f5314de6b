"""Who did something, in words: `staff:awa` -> Awa Exemple."""

from collections.abc import Iterable

from sqlmodel import Session, col, select

from api.models import ApiToken
from cases.events import CITIZEN, CLOCK
from console.speaking import _
from staff.models import Staff

_STAFF, _TOKEN = "staff:", "token:"


def names(db: Session, whos: Iterable[str]) -> dict[str, str]:
    """For each of them; two questions at most."""
    asked = set(whos)
    found = {one: _("l'opérateur") for one in asked}
    found |= {CITIZEN: _("le citoyen"), CLOCK: _("automatique")}
    found |= _staff(db, [one.removeprefix(_STAFF) for one in asked if one.startswith(_STAFF)])
    found |= _programs(db, [one.removeprefix(_TOKEN) for one in asked if one.startswith(_TOKEN)])
    return found


def _staff(db: Session, asked: list[str]) -> dict[str, str]:
    found = {f"{_STAFF}{name}": name for name in asked}
    if asked:
        query = select(Staff.name, Staff.display_name).where(col(Staff.name).in_(asked))
        found |= {f"{_STAFF}{name}": shown for name, shown in db.exec(query)}
    return found


def _programs(db: Session, asked: list[str]) -> dict[str, str]:
    found = {f"{_TOKEN}{id}": _("un programme") for id in asked}
    numbers = [int(id) for id in asked if id.isdecimal()]
    if numbers:
        query = select(ApiToken.id, ApiToken.name).where(col(ApiToken.id).in_(numbers))
        found |= {f"{_TOKEN}{id}": name for id, name in db.exec(query)}
    return found
