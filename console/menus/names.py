"""Who worked on a menu, in words: `staff:awa` -> Awa Exemple; who did so by a command, as they
said."""

from collections.abc import Iterable

from sqlmodel import Session, col, select

from database import reading
from staff.models import Staff

_STAFF = "staff:"


def name_of(who: str) -> str:
    with reading() as db:
        return names(db, [who]).get(who, who)


def names(db: Session, whos: Iterable[str | None]) -> dict[str, str]:
    """For each of them; one question."""
    asked = {one for one in whos if one}
    of_staff = [one.removeprefix(_STAFF) for one in asked if one.startswith(_STAFF)]
    found = {one: one.removeprefix(_STAFF) for one in asked}
    if of_staff:
        query = select(Staff.name, Staff.display_name).where(col(Staff.name).in_(of_staff))
        found |= {f"{_STAFF}{name}": shown for name, shown in db.exec(query)}
    return found
