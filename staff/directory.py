"""The staff, found and changed. Whatever changes is noted in the access log, in its transaction."""

from sqlalchemy import column, table
from sqlmodel import Session, col, select

from citizens import audit
from staff import passwords
from staff.models import EVERYWHERE, LANGUAGES, ROLES, Staff, normal

# The queue's own table, by its name: that room stands above this one.
_OFFICE = table("office", column("id"), column("code"))


def find(db: Session, name: str) -> Staff | None:
    return db.exec(select(Staff).where(Staff.name == name)).first()


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
    password: str,
    *,
    role: str,
    office_id: int | None,
    by: str,
    display_name: str = "",
    language: str = "fr",
) -> Staff:
    """Raises ValueError: what is wrong; a password that is too easily guessed, too (Unfit)."""
    name = normal(name)
    if role not in ROLES or language not in LANGUAGES:
        raise ValueError(f"a role of {', '.join(ROLES)}; a language of {', '.join(LANGUAGES)}")
    if (office_id is None) != (role in EVERYWHERE):
        raise ValueError(
            "agents and managers belong to an office, administrators and translators to none"
        )
    if find(db, name) is not None:
        raise ValueError(f"there is a {name!r} already")
    passwords.check(password, name)
    staff = Staff(
        name=name,
        display_name=(display_name.strip() or name)[:60],
        role=role,
        office_id=office_id,
        password_hash=passwords.hashed(password),
        language=language,
    )
    db.add(staff)
    audit.note(db, by, "staff.add", f"{name} as {role}")
    return staff


def set_password(db: Session, staff: Staff, password: str, by: str) -> None:
    """Ends the sessions that are open. Raises Unfit."""
    passwords.check(password, staff.name)
    staff.password_hash = passwords.hashed(password)
    staff.stamp += 1
    db.add(staff)
    audit.note(db, by, "staff.password", staff.name)


def set_active(db: Session, staff: Staff, active: bool, by: str) -> None:
    """Sessions that were open stay ended when the person comes back."""
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
    staff.language = language
    db.add(staff)
    audit.note(db, by, "staff.language", f"{staff.name} {language}")
