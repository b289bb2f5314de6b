"""The office of who is at the console, and its time."""

from zoneinfo import ZoneInfo

from flask import g

from console.sessions import who
from database import reading
from queues.models import Office
from settings import current


def mine() -> Office | None:
    """None for an administrator, who has all of them."""
    if "office" not in g:
        staff = who()
        g.office = None
        if staff is not None and staff.office_id is not None:
            with reading() as db:
                g.office = db.get(Office, staff.office_id)
    found: Office | None = g.office
    return found


def zone() -> ZoneInfo:
    office = mine()
    return ZoneInfo(office.zone) if office is not None and office.zone else current().zone
