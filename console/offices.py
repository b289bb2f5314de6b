"""The office of who is at the console, its time, and which offices they may touch."""

from zoneinfo import ZoneInfo

from flask import abort, g, request
from sqlmodel import Session, col, select

from console.sessions import me, who
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


def is_mine(office_id: int) -> bool:
    """Whether what belongs to this office may be seen and touched."""
    return me().office_id in (None, office_id)


def chosen(db: Session) -> Office | None:
    """One's own; for an administrator the one that `?office=` names, or None before they chose.
    Another's is not there for one who belongs to an office."""
    asked = request.values.get("office", me().office_id, type=int)
    if asked is None:
        return None
    office = db.get(Office, asked) if is_mine(asked) else None
    if office is None:
        abort(404)
    return office


def all_of_them(db: Session) -> list[Office]:
    return list(db.exec(select(Office).order_by(col(Office.position), col(Office.id))))


def of_code(db: Session, code: str) -> Office | None:
    return db.exec(select(Office).where(Office.code == code)).first()


def zone() -> ZoneInfo:
    office = mine()
    return ZoneInfo(office.zone) if office is not None and office.zone else current().zone
