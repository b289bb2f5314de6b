"""Who worked on a menu, in words: `staff:awa` -> Awa Exemple; who did so by a command, as they
said."""

from collections.abc import Iterable

from sqlmodel import Session

from database import reading
from staff.directory import display_names


def name_of(who: str) -> str:
    with reading() as db:
        return names(db, [who]).get(who, who)


def names(db: Session, whos: Iterable[str | None]) -> dict[str, str]:
    """For each of them; one question."""
    asked = {one for one in whos if one}
    return {one: one for one in asked} | display_names(db, asked)
