"""The staff, found and changed. Whatever changes is noted in the access log, in its transaction."""

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import column, table
from sqlmodel import Session, col, select

from citizens import audit
from citizens.emails import normal as normal_email
from staff import links, passwords
from staff.models import ADMINISTRATOR, EVERYWHERE, LANGUAGES, ROLES, SIGNED, Staff, normal

# The queue's own table, by its name: that room stands above this one.
_OFFICE = table("office", column("id"), column("code"))


class LastAdministrator(ValueError):
    """Nobody would be left who may do all."""


def find(db: Session, name: str) -> Staff | None:
    return db.exec(select(Staff).where(Staff.name == name)).first()


def display_names(db: Session, signatures: Iterable[str]) -> dict[str, str]:
    """By what signs for them (`Staff.signature`), in one question; who is not there by the user
    name, and what signs for nobody of the staff not at all."""
    names = {one.removeprefix(SIGNED): one for one in signatures if one.startswith(SIGNED)}
    found = {signature: name for name, signature in names.items()}
    if names:
        query = select(Staff.name, Staff.display_name).where(col(Staff.name).in_(names))
        found |= {names[name]: shown for name, shown in db.exec(query)}
    return found


def everybody(db: Session) -> list[tuple[Staff, str | None]]:
    """Each with the code of their office."""
    of_office = _OFFICE.c.id == col(Staff.office_id)
    rows = db.execute(
        select(Staff, _OFFICE.c.code)
        .join_from(Staff, _OFFICE, of_office, isouter=True)
        .order_by(Staff.name)
    )
    return [(staff, code) for staff, code in rows]


def office_of_code(db: Session, code: str) -> int:
    """Raises ValueError where there is none."""
    codes = {row.code: row.id for row in db.execute(select(_OFFICE.c.code, _OFFICE.c.id))}
    if code not in codes:
        raise ValueError(f"no office {code!r}: there are {', '.join(sorted(codes)) or 'none'}")
    return int(codes[code])


def add(
    db: Session,
    name: str,
    password: str | None,
    *,
    role: str,
    office_id: int | None,
    by: str,
    display_name: str = "",
    language: str = "fr",
    email: str | None = None,
) -> Staff:
    """Without a password they are invited: a link lets them choose one (`staff.links`). Raises
    ValueError: what is wrong; a password that is too easily guessed, too (Unfit)."""
    name = normal(name)
    if language not in LANGUAGES:
        raise ValueError(f"a language of {', '.join(LANGUAGES)}")
    _check_place(role, office_id)
    if find(db, name) is not None:
        raise ValueError(f"there is a {name!r} already")
    if password is not None:
        passwords.check(password, name)
    staff = Staff(
        name=name,
        display_name=(display_name.strip() or name)[:60],
        role=role,
        office_id=office_id,
        password_hash="" if password is None else passwords.hashed(password),
        language=language,
        email=normal_email(email) if email else None,
    )
    db.add(staff)
    audit.note(db, by, "staff.add", f"{name} as {role}")
    db.flush()
    return staff


def _check_place(role: str, office_id: int | None) -> None:
    if role not in ROLES:
        raise ValueError(f"a role of {', '.join(ROLES)}")
    if (office_id is None) != (role in EVERYWHERE):
        raise ValueError(
            "agents and managers belong to an office, administrators and translators to none"
        )


def set_place(db: Session, staff: Staff, role: str, office_id: int | None, by: str) -> None:
    """Another role, or office: ends the sessions that are open. Raises ValueError,
    LastAdministrator."""
    _check_place(role, office_id)
    if (role, office_id) == (staff.role, staff.office_id):
        return
    if role != ADMINISTRATOR:
        _keep_one_administrator(db, staff)
    before = _place(db, staff)
    staff.role, staff.office_id = role, office_id
    staff.stamp += 1
    db.add(staff)
    audit.note(db, by, "staff.place", staff.name, before, _place(db, staff))


def _place(db: Session, staff: Staff) -> str:
    codes = {row.id: row.code for row in db.execute(select(_OFFICE.c.code, _OFFICE.c.id))}
    return f"{staff.role}, {codes.get(staff.office_id, 'all offices')}"


def set_details(db: Session, staff: Staff, display_name: str, email: str | None, by: str) -> None:
    """Raises ValueError for what is no address."""
    email = normal_email(email) if email else None
    before = staff.display_name
    if email != staff.email:
        audit.note(db, by, "staff.email", staff.name)
    staff.display_name, staff.email = display_name.strip()[:60] or staff.name, email
    db.add(staff)
    if before != staff.display_name:
        audit.note(db, by, "staff.name", staff.name, before, staff.display_name)


def _keep_one_administrator(db: Session, but: Staff) -> None:
    """Raises LastAdministrator. The rows are locked: two can't take each other away."""
    if but.role != ADMINISTRATOR or not but.active:
        return
    everyone = select(Staff).where(Staff.role == ADMINISTRATOR).with_for_update()
    those = [one for one in db.exec(everyone.order_by(Staff.name)) if one.active]
    if not any(one.id != but.id and one.password_hash for one in those):
        raise LastAdministrator("the last administrator stays: name another one before")


def set_password(db: Session, staff: Staff, password: str, by: str) -> None:
    """Ends the sessions that are open. Raises Unfit."""
    passwords.check(password, staff.name)
    staff.password_hash = passwords.hashed(password)
    staff.stamp += 1
    db.add(staff)
    links.close(db, staff.id or 0, datetime.now(UTC))
    audit.note(db, by, "staff.password", staff.name)


def set_active(db: Session, staff: Staff, active: bool, by: str) -> None:
    """Sessions that were open stay ended when the person comes back. Raises LastAdministrator."""
    if not active:
        _keep_one_administrator(db, staff)
        links.close(db, staff.id or 0, datetime.now(UTC))
    staff.active = active
    staff.stamp += 1
    db.add(staff)
    audit.note(db, by, "staff.activate" if active else "staff.deactivate", staff.name)


def end_sessions(db: Session, staff: Staff, by: str) -> None:
    staff.stamp += 1
    db.add(staff)
    audit.note(db, by, "staff.end_sessions", staff.name)


def set_language(db: Session, staff: Staff, language: str, by: str) -> None:
    if language not in LANGUAGES:
        raise ValueError(f"a language of {', '.join(LANGUAGES)}")
    before, staff.language = staff.language, language
    db.add(staff)
    audit.note(db, by, "staff.language", staff.name, before, language)
