"""E-mails to staff, each with a link that is good once. A job sends them: of a link it is given the
id alone, and the letter is kept nowhere. Who forgot the password is looked up by the job, too: that
a name is known can't be told from how long the answer took.
"""

import logging
from datetime import UTC, datetime
from typing import Final

from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from background import work
from background.basket import Basket
from citizens import audit
from console.speaking import N_
from database import writing
from locales.console import translations
from settings import current
from sms.gateways import Accepted, Letter
from sms.routes import ways
from sms.states import EMAIL
from staff import directory, links
from staff.models import Staff, StaffLink

log = logging.getLogger(__name__)

_letters = Basket("guichet:{staff}:letters", most=50)
_OF: Final = "@"  # before a name, where it is not a link's id

_SUBJECTS: Final = {
    links.INVITATION: N_("Votre accès à Guichet"),
    links.RESET: N_("Un nouveau mot de passe pour Guichet"),
    links.FORGOTTEN: N_("Un nouveau mot de passe pour Guichet"),
}
_BODIES: Final = {
    links.INVITATION: N_(
        "Bonjour %(name)s,\n\n"
        "Vous pouvez utiliser la console de Guichet. Votre nom d'utilisateur est %(user)s. "
        "Choisissez votre mot de passe à cette adresse, dans les trois jours :\n\n%(link)s\n\n"
        "L'adresse ne sert qu'une fois. Ne la donnez à personne."
    ),
    links.RESET: N_(
        "Bonjour %(name)s,\n\n"
        "Un administrateur vous permet de choisir un nouveau mot de passe, dans les "
        "24 heures :\n\n%(link)s\n\n"
        "L'adresse ne sert qu'une fois. Ne la donnez à personne."
    ),
    links.FORGOTTEN: N_(
        "Bonjour %(name)s,\n\n"
        "Pour choisir un nouveau mot de passe, ouvrez cette adresse dans l'heure :\n\n%(link)s\n\n"
        "Si vous n'avez rien demandé, ne faites rien : votre mot de passe reste le même."
    ),
}


def can_be_sent() -> bool:
    """Whether this office sends e-mails, and knows the address that they lead to."""
    return current().smtp_url is not None and current().console_url is not None


def send(link: StaffLink, staff: Staff) -> bool:
    """Has it sent, once the link is committed; False where it can't be."""
    if not can_be_sent() or staff.email is None:
        return False
    return _put(str(link.id))


def ask_for(name: str) -> None:
    """One who forgot the password, if there is one of this name, gets a link."""
    _put(f"{_OF}{name}")


def _put(thing: str) -> bool:
    try:
        _letters.put(thing)
        work.wake(send_all)
    except (RedisError, OSError) as problem:
        log.warning("letters: one is not sent, Redis is away (%s)", type(problem).__name__)
        return False
    return True


def send_all() -> None:
    """The job."""
    work.awake(send_all)
    _letters.do_all(_send, wait_for=SQLAlchemyError)


def _send(thing: bytes) -> None:
    now, asked = datetime.now(UTC), thing.decode()
    with writing() as db:
        link = _forgotten(db, asked[1:], now) if asked[0] == _OF else db.get(StaffLink, int(asked))
        staff = db.get(Staff, link.staff_id) if link else None
    if link is None or staff is None or staff.email is None:
        return
    if not can_be_sent() or not links.is_good(link, now):
        return
    [way, *_others] = ways(EMAIL, staff.email)
    [result] = way.gateway.send(_letter(link, staff, staff.email))
    if not isinstance(result, Accepted):
        log.warning("letters: link %s is not sent: %s", link.id, result)


def _forgotten(db: Session, name: str, now: datetime) -> StaffLink | None:
    staff = directory.find(db, name)
    if staff is None or not staff.active or staff.email is None:
        return None
    audit.note(db, staff.signature, "staff.forgotten", staff.name)
    return links.make(db, staff, links.FORGOTTEN, staff.signature, now)


def _letter(link: StaffLink, staff: Staff, address: str) -> Letter:
    said = translations(staff.language).gettext
    values = {
        "name": staff.display_name,
        "user": staff.name,
        "link": f"{current().console_url}/console/join/{links.token(link)}",
    }
    return Letter(
        body=said(_BODIES[link.kind]) % values,
        addresses=[address],
        references=[f"staff-link:{link.id}"],
        subject=said(_SUBJECTS[link.kind]),
        language=staff.language,
        secret=True,
    )
