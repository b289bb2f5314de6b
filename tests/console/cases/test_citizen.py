"""A citizen's page: all that there was, newest first, by a few questions however much it is."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import event

import database
import moment
from cases.history import Change
from cases.models import Complaint
from cases.reading import on_own_phone, without_pin
from citizens.directory import find, find_or_add
from citizens.models import Mandate
from console.cases import timeline as lines_of
from database import reading, writing
from database.sealing import fingerprint
from insights.models import Survey
from queues import calling
from sms import consent
from sms.models import Inbound, Message
from tests.console.cases.counter import Counter, add, demo, dossier, move, noted, shown
from tests.queues.day import MORNING, at, call, counters, doing, service_id, sit, take

PHONE = "+221770000050"


@pytest.fixture
def awa(office):
    return Counter(office)


@pytest.fixture
def fatou(office):
    return Counter(office, "fatou")


def citizen_id(phone: str = PHONE) -> int:
    with writing() as db:
        return find_or_add(db, phone).id


def url(phone: str = PHONE) -> str:
    return f"/console/citizens/{citizen_id(phone)}"


def lines(page: str) -> list[str]:
    """Kind and words of each line, as they stand."""
    found = re.findall(
        r'<span class="tag">(.*?)</span>\s*<span class="what">(.*?)</span>', page, re.S
    )
    return [f"{kind}: {re.sub('<.*?>', '', said).strip()}" for kind, said in found]


def message(number: int, body: str = "Ticket A001", **more) -> Message:
    fields = {
        "key": f"k{number}", "kind": "ticket_taken", "address": PHONE,
        "address_hash": fingerprint(PHONE), "language": "fr", "body": body, "body_hash": "x",
        "segments": 1, "policy": "once", "topic": "tickets", "due_at": MORNING,
        "created_at": at(number), "state": "delivered",
    }  # fmt: skip
    return Message(**fields | more)


def lived() -> str:
    """A person's day: each room has something. The reference of their dossier."""
    counter = counters(1)[0]
    sit(counter, 1)
    take(PHONE, 0)
    call(counter, 5)
    reference = add(phone=PHONE, now=at(10))
    move(reference, Change("note", note="interne"), now=at(11))
    move(reference, Change("ready"), now=at(12))
    about = add(phone=PHONE, now=at(13))
    other = citizen_id("+221770000051")
    with writing() as db:
        db.add(Complaint(case_id=dossier(about).id, category="wait", promised=at(13).date()))
        without_pin(db, PHONE, reference, at(20))
        db.add(message(21))
        db.add(
            Inbound(mark="m", gateway="x", phone=PHONE, phone_hash=fingerprint(PHONE),
                    words="STOP svp", raw=None, came_at=at(22), keyword="stop")
        )  # fmt: skip
        consent.change(db, PHONE, ["tickets"], given=False, source="sms")
        db.add(
            Survey(phone=PHONE, phone_hash=fingerprint(PHONE), subject="ticket:1", scale=10,
                   asked_at=at(24), answer=8)
        )  # fmt: skip
        db.add(
            Mandate(holder_id=find(db, PHONE).id, mediator_id=other, scope="dossiers",
                    expires_on=at(0).date(), created_at=at(25), revoked_at=at(26))
        )  # fmt: skip
    return reference


def test_all_that_there_was_is_on_one_page_newest_first(awa, monkeypatch):
    monkeypatch.setattr(moment, "now", lambda: at(23))
    reference = lived()
    found = lines(awa.get(url()))
    assert found == [
        "Mandats: Cette permission a été retirée",
        "Mandats: A permis à quelqu'un de suivre ses dossiers · jusqu'au lundi 23 nov.",
        "Questions: Question posée : comment c'était · réponse 8 sur 10",
        "Accords: Ne veut plus de SMS : tickets",
        "SMS: SMS reçu · STOP",
        "SMS: SMS envoyé · tickets · remis au téléphone",
        f"Appels: Dossier {shown(reference)} · lu au téléphone",
        *found[7:10],
        "SMS: SMS envoyé · tickets · va partir",
        "Tickets: Ticket A001, Mairie, Etat civil · appelé",
    ]
    assert found[7].startswith("Plaintes: Acte d'état civil")
    assert found[8] == f"Dossiers: Acte d'état civil, {shown(reference)} · Prêt à retirer"
    assert found[9] == f"Dossiers: Acte d'état civil, {shown(reference)} · Dossier ouvert"
    assert "interne" not in " ".join(found)


@pytest.mark.parametrize("kind", lines_of.KINDS)
def test_one_kind_alone_is_what_all_have_of_it(awa, kind):
    lived()
    name = lines_of.KINDS[kind]
    whole = [one for one in lines(awa.get(url())) if one.startswith(f"{name}:")]
    assert whole
    assert lines(awa.get(f"{url()}?kind={kind}")) == whole


def test_what_is_known_is_shown_masked(awa):
    take(PHONE)
    with writing() as db:
        person = find(db, PHONE)
        person.email, person.travel_minutes, person.language = "awa@example.org", 25, "wo"
    page = awa.get(url())
    assert "+221 77 ••• •• 50" in page
    assert "a•••@example.org" in page
    assert "25 min" in page
    assert "770000050" not in page.replace(" ", "")
    assert noted() == [("staff:awa", "citizen.open", f"citizen:{citizen_id()}")]
    assert "+221 77 000 00 50" in unescape(awa.post(f"{url()}/phone").text)
    assert noted("citizen.phone") == [("staff:awa", "citizen.phone", f"citizen:{citizen_id()}")]


def test_who_has_nothing_to_do_with_an_office_is_not_there_for_it(awa, office):
    there = url("+221770000008")  # a dossier at the court
    awa.get(there, status=404)
    assert awa.post(f"{there}/phone").status_code == 404
    assert noted() == []
    Counter(office, "admin").get(there)
    awa.get("/console/citizens/999999", status=404)


def test_what_was_at_other_offices_is_not_shown(awa, office):
    take("+221770000001", service=service_id("A", "prefecture"))
    with writing() as db:
        reference = demo("in_progress", "Préfecture")
        assert on_own_phone(db, "+221770000001", reference, "4822", moment.now())
    here = awa.get(url("+221770000001"))
    elsewhere = shown(demo("in_progress", "Préfecture"))
    assert elsewhere not in here
    assert "Préfecture" not in here
    assert "Appels: Dossier d'un autre bureau · lu au téléphone" in lines(here)
    whole = Counter(office, "admin").get(url("+221770000001"))
    assert elsewhere in whole
    assert "Préfecture" in whole


def test_a_ticket_says_how_it_ended_and_for_whom_it_was(awa):
    counter = counters(1)[0]
    sit(counter, 1)
    take(None, 0, taken_by_id=citizen_id())
    call(counter, 1)
    doing(calling.start, counter, minutes=2)
    with writing() as db:
        calling.done(db, counter, "staff:1", at(3), "to_return", "")
    said = lines(awa.get(f"{url()}?kind=tickets"))
    assert said == [
        "Tickets: Ticket A001, Mairie, Etat civil · pour quelqu'un d'autre · terminé · à revenir"
    ]


def test_the_words_of_an_sms_are_for_managers_and_that_is_noted(awa, fatou):
    take(PHONE)
    with writing() as db:
        db.add(message(1, body="Ticket A001, devant vous : 3"))
    assert "devant vous" not in awa.get(url())
    assert "Lire" not in awa.get(url())
    assert awa.post(f"{url()}/words", what="message:1").status_code == 403
    assert "Lire" in fatou.get(url())
    page = unescape(fatou.post(f"{url()}/words", what="message:1", kind="sms", page="1").text)
    assert "Ticket A001, devant vous : 3" in page
    assert noted("sms.reveal") == [("staff:fatou", "sms.reveal", "message 1")]


@pytest.mark.parametrize("what", ["message:1", "message:99", "inbound:1", "x", "message:", ""])
def test_words_of_somebody_else_are_not_there(fatou, what):
    take(PHONE)
    with writing() as db:
        db.add(message(1, address_hash=fingerprint("+221770000051")))
    assert fatou.post(f"{url()}/words", what=what).status_code == 404
    assert noted("sms.reveal") == []


def test_fifty_are_on_a_page_and_none_is_lost_between_pages(fatou):
    take(PHONE)
    with writing() as db:
        for number in range(120):
            # Many at the same moment, as when many are sent at once.
            db.add(message(number, created_at=at(number // 40), topic=None))
    pages = [lines(fatou.get(f"{url()}?page={number}")) for number in (1, 2, 3)]
    assert [len(one) for one in pages] == [50, 50, 21]
    first = fatou.get(url())
    assert "page=2#all" in first
    assert "Plus récent" not in first
    assert "Plus ancien" not in fatou.get(f"{url()}?page=3")
    bodies = {
        one
        for number in (1, 2, 3)
        for one in re.findall(r'value="(message:\d+)"', fatou.get(f"{url()}?page={number}"))
    }
    assert len(bodies) == 120
    fatou.get(f"{url()}?page=0", status=404)
    fatou.get(f"{url()}?kind=nothing", status=404)


def asked(get) -> int:
    """How many statements that takes."""
    seen = []

    def count(*arguments):
        seen.append(arguments[2])

    event.listen(database.engine(), "before_cursor_execute", count)
    try:
        get()
    finally:
        event.remove(database.engine(), "before_cursor_execute", count)
    return len(seen)


def test_much_is_asked_for_by_as_few_questions_as_little(awa):
    take(PHONE)
    page = url()
    awa.get(page)
    little = asked(lambda: awa.get(page))
    for day in range(1, 8):
        take(PHONE, prefix="B") if day == 1 else None
        reference = add(phone=PHONE, now=MORNING + timedelta(minutes=day))
        move(reference, Change("ready"))
    with writing() as db:
        for number in range(30):
            db.add(message(number))
    much = asked(lambda: awa.get(page))
    assert len(lines(awa.get(page))) > 40
    assert much <= little + 1  # the names of the offices in the list of dossiers
    assert much < 25


def test_a_dossier_s_page_takes_as_few_whatever_happened(awa):
    reference = demo("received")
    awa.page(reference)
    little = asked(lambda: awa.page(reference))
    for number in range(20):
        move(reference, Change("note", note=str(number)))
    assert asked(lambda: awa.page(reference)) <= little + 1
    with reading() as db:
        assert find(db, PHONE) is None


def test_the_desk_leads_to_the_person_and_to_their_dossiers_here(awa):
    counter = counters(1)[0]
    take("+221770000001")
    assert awa.post("/console/queue/sit", counter=str(counter)).status_code == 303
    page = awa.get("/console/queue")
    drawn = re.search(r'name="drawn" value="(\d+)"', page)[1]
    awa.post("/console/queue/next", drawn=drawn)
    page = awa.get("/console/queue")
    there = url("+221770000001")
    assert f'href="{there}">Tout sur cette personne' in page
    assert f'href="{there}#dossiers">1 dossier ici' in page
    assert "226 850 1753" in awa.get(there)


def test_the_desk_leads_nowhere_for_who_has_no_number(awa):
    counter = counters(1)[0]
    take(None)
    awa.post("/console/queue/sit", counter=str(counter))
    drawn = re.search(r'name="drawn" value="(\d+)"', awa.get("/console/queue"))[1]
    awa.post("/console/queue/next", drawn=drawn)
    assert "Tout sur cette personne" not in awa.get("/console/queue")
