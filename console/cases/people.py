"""Who did something, in words: `staff:awa` -> Awa Exemple."""

from collections.abc import Iterable

from sqlmodel import Session, col, select

from api.models import ApiToken
from cases.events import CITIZEN, CLOCK
from console.speaking import _
from staff.directory import display_names

_PROGRAM = "token:"


def names(db: Session, whos: Iterable[str]) -> dict[str, str]:
    """For each of them; two questions at most."""
    asked = set(whos)
    found = {one: _("l'opérateur") for one in asked}
    found |= {CITIZEN: _("le citoyen"), CLOCK: _("automatique")}
    found |= display_names(db, asked)
    found |= _programs(
        db, [one.removeprefix(_PROGRAM) for one in asked if one.startswith(_PROGRAM)]
    )
    return found


def _programs(db: Session, asked: list[str]) -> dict[str, str]:
    found = {f"{_PROGRAM}{id}": _("un programme") for id in asked}
    numbers = [int(id) for id in asked if id.isdecimal()]
    if numbers:
        query = select(ApiToken.id, ApiToken.name).where(col(ApiToken.id).in_(numbers))
        found |= {f"{_PROGRAM}{id}": name for id, name in db.exec(query)}
    return found
