"""What somebody has asked to be published and was not: said on each of their pages, until they have
seen why."""

from console.sessions import who
from database import reading
from menus import scheduling
from menus.models import TreeSchedule
from staff.models import ADMINISTRATOR


def mine() -> list[TreeSchedule]:
    staff = who()
    if staff is None or not staff.may(ADMINISTRATOR):
        return []
    with reading() as db:
        return scheduling.failures(db, staff.signature)
