"""Signing in: a name and a password become a person, or the same answer for all that is wrong. One
who has a second step is in after that one only."""

from dataclasses import dataclass
from datetime import datetime

from citizens import audit
from database import reading, writing
from settings import DEMO_PASSWORD, current
from staff import passwords, throttle, two_steps
from staff.directory import find
from staff.models import Staff, is_a_name


@dataclass(frozen=True, slots=True)
class Wrong:
    """The name, the password, or a person who is not to sign in any more: which, is not told."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Too many tries; the next one is taken then."""

    until: datetime


def sign_in(name: str, password: str, address: str, now: datetime) -> Staff | Wrong | Wait:
    name = name.strip().lower()
    until = throttle.take_a_try(name, address, now)
    if until is not None:
        return Wait(until)
    found = None
    if is_a_name(name):
        with reading() as db:
            found = find(db, name)
    # Between the transactions: nobody waits for the database while a hash is made.
    right = passwords.matches(found.password_hash if found else None, password)
    if found is None or not right or not found.active or _is_for_demos_only(password):
        return Wrong()
    throttle.was_right(name, address)
    _welcome(found, password)
    return found


def second_step(
    staff_id: int, stamp: int, code: str, address: str, now: datetime
) -> Staff | Wrong | Wait:
    """After the password of one with this id and stamp: the phone's code, or a recovery code."""
    with reading() as db:
        found = db.get(Staff, staff_id)
    if found is None:
        return Wrong()
    tried = f"code:{found.name}"
    until = throttle.take_a_try(tried, address, now)
    if until is not None:
        return Wait(until)
    with writing() as db:
        staff = db.get_one(Staff, staff_id)
        if not staff.active or staff.stamp != stamp or staff.totp_secret is None:
            return Wrong()
        how = two_steps.take if len("".join(code.split())) == two_steps.DIGITS else None
        if not (how or two_steps.take_recovery)(db, staff, code, now):
            return Wrong()
        audit.note(db, staff.signature, "staff.sign_in", staff.name)
    throttle.was_right(tried, address)
    return staff


def _is_for_demos_only(password: str) -> bool:
    """A demo's database may have come along into production; its passwords, never."""
    return current().environment == "production" and password == DEMO_PASSWORD


def _welcome(found: Staff, password: str) -> None:
    outdated = passwords.is_outdated(found.password_hash)
    anew = passwords.hashed(password) if outdated else None
    with writing() as db:
        now = db.get(Staff, found.id)
        # Only where it still is the password that was typed.
        if anew and now is not None and now.password_hash == found.password_hash:
            now.password_hash = anew
            db.add(now)
        if found.totp_secret is None:
            audit.note(db, found.signature, "staff.sign_in", found.name)
