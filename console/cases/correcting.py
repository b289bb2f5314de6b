"""What was written down wrong about a dossier is put right. It is noted what, never what it was."""

from sqlmodel import Session

from cases import names
from cases.history import CORRECTED, Change
from cases.models import Case
from citizens import news, phones
from citizens.directory import find_or_add
from citizens.models import Citizen
from console import offices
from console.cases import access
from console.cases.forms import Correct
from console.speaking import _
from queues.models import Office
from settings import current


class Same(Exception):
    """Nothing was to be corrected."""


def correct(db: Session, found: Case, form: Correct) -> Change:
    """Changes what is wrong, and says what that was, without what it was. Raises Same."""
    changed = [
        *_correct_office(db, found, form),
        *_correct_phone(db, found, form),
        *_correct_person(db, found, form),
    ]
    if not changed:
        raise Same
    db.flush()
    access.note(db, "dossier.correct", f"dossier:{found.id}")
    return Change(CORRECTED, note=" · ".join([", ".join(changed), *filter(None, [form.said])]))


def _correct_office(db: Session, found: Case, form: Correct) -> list[str]:
    allowed = {str(one.id) for one in offices_for(db, found)}
    if form.office.data not in allowed or form.office.data == str(found.office_id):
        return []
    found.office_id = int(form.office.data)
    return [_("bureau")]


def _correct_phone(db: Session, found: Case, form: Correct) -> list[str]:
    before = db.get(Citizen, found.citizen_id) if found.citizen_id is not None else None
    written = (form.phone.data or "").strip()
    now = None
    if written:
        now = find_or_add(db, phones.local(written, current().country_prefix))
    elif not form.without_phone.data:
        return []
    if (now and now.id) == found.citizen_id:
        return []
    found.citizen_id = now.id if now else None
    for one in (before, now):
        if one is not None:
            news.changed(db, one.phone)
    return [_("téléphone")]


def _correct_person(db: Session, found: Case, form: Correct) -> list[str]:
    changed = []
    if form.birth_year.data != found.birth_year:
        found.birth_year = form.birth_year.data
        changed.append(_("année de naissance"))
    name = (form.name.data or "").strip() or None
    if name != found.holder_name:
        found.holder_name = name
        db.flush()
        names.index(db, found)
        changed.append(_("nom"))
    return changed


def offices_for(db: Session, found: Case) -> list[Office]:
    """Those of the same agency."""
    here = db.get_one(Office, found.office_id)
    return [one for one in offices.all_of_them(db) if one.agency_id == here.agency_id]
