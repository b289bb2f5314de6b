"""A counter of the town hall, for tests: somebody who signed in, dossiers, what is noted.

at = Counter(office, "awa")
at.do(READY, "hand-over")          sends the form of the dossier's page, as it was drawn
"""

import json
import re
from html import unescape

from sqlmodel import select

from cases import events, references
from cases.models import Case
from cases.opening import New, open_case
from citizens.audit import AuditEntry
from citizens.directory import find_or_add
from database import reading, writing
from demo import office as demo_office
from queues.models import Office
from tests.console.conversations import FRENCH, sign_in, token
from tests.queues.day import MORNING

CASES = "/console/cases"


def demo(status: str, office: str = "Mairie") -> str:
    """The reference of the demo's dossier that stands so."""
    return next(
        one["reference"]
        for one in demo_office.facts()["dossiers"]
        if (one["status"], one["office"]) == (status, office)
    )


def dossier(reference: str) -> Case:
    with reading() as db:
        return db.exec(select(Case).where(Case.reference == reference)).one()


def happened(reference: str) -> list:
    with reading() as db:
        return events.of(db, dossier(reference).id)


def add(office: str = "mairie", phone: str | None = None, now=MORNING, **more) -> str:
    """A new dossier; its reference."""
    with writing() as db:
        place = db.exec(select(Office).where(Office.code == office)).one()
        citizen = find_or_add(db, phone).id if phone else None
        new = New("etat-civil", place.id, citizen_id=citizen, **more)
        return open_case(db, new, events.Sender(events.OPERATOR), now).case.reference


def move(reference: str, change, who: str = "staff:ibou", now=MORNING) -> None:
    with writing() as db:
        events.add(db, dossier(reference).id, change, events.Sender(who), now)


def noted(did: str | None = None) -> list[tuple[str, str, str]]:
    with reading() as db:
        rows = db.exec(select(AuditEntry).order_by(AuditEntry.id)).all()
    found = [one for one in rows if not one.did.startswith("staff.")]
    return [(one.who, one.did, one.about) for one in found if did in (None, one.did)]


def id_of(code: str) -> int:
    with reading() as db:
        return db.exec(select(Office.id).where(Office.code == code)).one()


def missing(reference: str) -> list[str]:
    return json.loads(dossier(reference).missing)


class Counter:
    def __init__(self, office, user: str = "awa") -> None:
        self.client = office.app.test_client()
        sign_in(self.client, user)
        self.token = token(self.client, "/console/settings/account")

    def get(self, url: str, status: int = 200) -> str:
        answer = self.client.get(url, headers=FRENCH)
        assert answer.status_code == status, (url, answer.status_code)
        return unescape(answer.text)

    def page(self, reference: str) -> str:
        return self.get(f"{CASES}/{reference}")

    def post(self, url: str, **fields):
        fields = {"csrf_token": self.token, **fields}
        return self.client.post(url, data=fields, headers=FRENCH)

    def search(self, what: str):
        return self.post(CASES, what=what)

    def found(self, what: str) -> list[str]:
        """The references that a search lists, as they are shown."""
        return listed(unescape(self.search(what).text))

    def send(self, reference: str, deed: str, version: int | None = None, **fields):
        """A form of the dossier's page; without a version as it stands now."""
        version = version or dossier(reference).version
        named = {f"{deed}-{name}": value for name, value in fields.items()}
        return self.post(
            f"{CASES}/{reference}/{deed}", **{f"{deed}-version": str(version)}, **named
        )

    def do(self, reference: str, deed: str, **fields) -> str:
        """The page after it."""
        answer = self.send(reference, deed, **fields)
        assert answer.status_code == 303, unescape(answer.text)
        return self.page(reference)


def listed(page: str) -> list[str]:
    return re.findall(r"<strong>(\d{3} \d{3} \d{4})</strong>", page)


def shown(reference: str) -> str:
    return references.shown(reference)


def offered(page: str) -> list[str]:
    """The deeds that a page has a form for."""
    found = re.findall(rf'action="{CASES}/\d+/([\w-]+)"', page)
    return [one for one in found if one not in ("phone", "pin")]
