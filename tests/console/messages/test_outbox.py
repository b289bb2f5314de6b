"""The outbox at the console: found by filters and by number, a message's whole story, sent again,
read by managers only."""

from datetime import timedelta
from html import unescape

import pytest
from sqlmodel import select, update

import moment
from citizens.audit import AuditEntry
from database import reading, writing
from queues.models import Office
from sms import browsing, delivery, inbound, receipts
from sms.browsing import Wanted
from sms.models import Inbound, Message
from tests.console.conversations import FRENCH, send, sign_in
from tests.sms.conversations import PHONE, later, messages, post
from tests.sms.test_receipts import says

LIST = "/console/messages"


def signed_in(office, name: str):
    client = office.app.test_client()
    sign_in(client, name)
    return client


@pytest.fixture
def admin(connected):
    return signed_in(connected, "admin")


def shown(client, url: str = LIST) -> str:
    answer = client.get(url, headers=FRENCH)
    assert answer.status_code == 200, answer.text
    return unescape(answer.text)


def links(page: str) -> list[str]:
    """The ids of the messages on a page, in order."""
    return [
        part.split('"')[0]
        for part in page.split('href="/console/messages/')[1:]
        if part.split('"')[0].isdecimal()
    ]


def set_all(**values: object) -> None:
    with writing() as db:
        db.exec(update(Message).values(**values))


def set_one(key: str, **values: object) -> None:
    with writing() as db:
        db.exec(update(Message).where(Message.key == key).values(**values))


def office_id(code: str) -> int:
    with reading() as db:
        return db.exec(select(Office.id).where(Office.code == code)).one()


def noted() -> list[tuple[str, str, str]]:
    with reading() as db:
        query = select(AuditEntry.who, AuditEntry.did, AuditEntry.about)
        return list(db.exec(query.where(AuditEntry.did.startswith("sms."))).all())


def test_without_a_message_the_page_says_how_they_come(admin):
    assert "Pas encore de message" in shown(admin)


def test_filters_find_what_they_say_and_nothing_else(admin):
    for key in ("one", "two", "three"):
        post(key)
    set_one("one", state="held", reason="daily_limit")
    set_one("two", gateway="sonatel", created_at=moment.now() - timedelta(days=3))
    set_one("three", channel="email", office_id=office_id("mairie"))
    one, two, three = [str(message.id) for message in messages()]
    day = (moment.now() - timedelta(days=3)).date()
    for asked, found in {
        "": [three, two, one],
        "state=held": [one],
        "state=to_see": [one],
        "state=waiting": [three, two],
        "state=delivered": [],
        "channel=email": [three],
        "channel=sms": [two, one],
        "kind=ticket_taken": [three, two, one],
        "kind=survey": [],
        "gateway=sonatel": [two],
        f"office={office_id('mairie')}": [three],
        f"day={day}": [two],
        "state=waiting&gateway=sonatel": [two],
        "state=nonsense&day=never": [three, two, one],
    }.items():
        assert links(shown(admin, f"{LIST}?{asked}")) == found, asked
    assert "trop de SMS à ce numéro aujourd'hui" in shown(admin)


def test_a_number_typed_in_full_is_found_and_is_in_no_address(admin):
    post("mine")
    post("other", number="+221770000051")
    answer = send(admin, f"{LIST}/number", {"number": "77 000 00 50"}, page=LIST)
    assert answer.status_code == 303
    assert "770000050" not in answer.location
    page = shown(admin, answer.location)
    assert links(page) == [str(messages()[0].id)]
    assert "+221 77 ••• •• 50" in page
    assert PHONE not in page
    wrong = send(admin, f"{LIST}/number", {"number": "12"}, page=LIST)
    assert wrong.status_code == 422
    assert 'value="12"' in wrong.text
    assert admin.get(f"{LIST}?to=made-up").status_code == 404


def test_pages_go_by_key_to_the_end_and_back(admin, monkeypatch):
    monkeypatch.setattr("console.messages.outbox.SIZE", 4)
    for number in range(10):
        post(f"number {number}")
    everything = [str(message.id) for message in reversed(messages())]
    seen, url = [], LIST
    while url:
        page = shown(admin, url)
        seen += links(page)
        url = next_url(page, "before=")
    assert seen == everything
    back = shown(admin, f"{LIST}?after={seen[4]}")
    assert links(back) == seen[:4]
    assert "Plus récents" not in back
    assert "10 messages" in page


def next_url(page: str, what: str) -> str | None:
    return next(
        (part.split('"')[0] for part in page.split('href="') if what in part.split('"')[0]), None
    )


def test_each_office_sees_its_own(connected, admin):
    for key, code in (("ours", "mairie"), ("theirs", "prefecture"), ("nobody", None)):
        post(key)
        set_one(key, office_id=code and office_id(code))
    ours, theirs, nobody = [str(message.id) for message in messages()]
    agent = signed_in(connected, "awa")
    assert links(shown(agent)) == [ours]
    assert links(shown(agent, f"{LIST}?office={office_id('prefecture')}")) == [ours]
    assert agent.get(f"{LIST}/{ours}").status_code == 200
    for other in (theirs, nobody):
        assert agent.get(f"{LIST}/{other}").status_code == 404
    assert links(shown(admin)) == [nobody, theirs, ours]


def test_a_ticket_s_sms_knows_its_office(connected):
    connected.take_ticket()
    assert [message.office_id for message in messages()] == [office_id("mairie")]


def test_the_story_of_one_that_failed_and_then_arrived(admin, connected, africastalking):
    africastalking.faults.append(500)
    post()
    connected.work()
    later(100)
    delivery.sweep()
    says("Success")
    receipts.settle()
    page = shown(admin, f"{LIST}/1")
    told = [
        "Écrit",
        "Essai 1, africastalking : refusé",
        "panne chez le fournisseur",
        "Essai 2, africastalking : pris",
        "Nouvelle de africastalking : Success",
    ]
    at = [page.index(one) for one in told]
    assert at == sorted(at)
    assert page.count("KES 0.8000") == 2
    assert "Le téléphone l'a reçu." in page
    assert "Ticket A001" not in page
    assert PHONE not in page
    assert "Envoyer à nouveau" not in page


def test_words_are_read_by_managers_only_and_that_is_noted(connected):
    post()
    set_all(office_id=office_id("mairie"), body="Bonjour <script>alert(1)</script>")
    agent, manager = signed_in(connected, "awa"), signed_in(connected, "fatou")
    assert "Un responsable peut l'afficher" in shown(agent, f"{LIST}/1")
    assert send(agent, f"{LIST}/1/reveal").status_code == 403
    assert noted() == []
    page = send(manager, f"{LIST}/1/reveal", page=f"{LIST}/1").text
    assert "Bonjour &lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page
    assert "+221 77 000 00 50" in page
    assert noted() == [("staff:fatou", "sms.reveal", "message 1")]
    assert "Texte et numéro affichés par Fatou Exemple" in shown(manager, f"{LIST}/1")


def test_a_text_with_a_code_is_shown_to_nobody(admin):
    post()
    set_all(kind="case_pin", body="Code PIN 1234")
    assert "1234" not in send(admin, f"{LIST}/1/reveal", page=f"{LIST}/1").text


def test_one_in_doubt_is_sent_again_by_who_knows_what_it_means(admin, connected, africastalking):
    africastalking.faults.append("close")
    post()
    connected.work()
    assert "la personne peut le recevoir deux fois" in shown(admin, f"{LIST}/1")
    answer = send(admin, f"{LIST}/1/resend", page=f"{LIST}/1", follow_redirects=True)
    assert "Il part à nouveau" in answer.text
    connected.work()
    [message] = messages()
    assert (message.state, message.resent) == ("accepted", 1)
    assert noted() == [("staff:admin", "sms.resend", "message 1")]
    assert "Envoyé à nouveau par Coumba Exemple" in shown(admin, f"{LIST}/1")
    again = send(admin, f"{LIST}/1/resend", page=f"{LIST}/1", follow_redirects=True)
    assert "Il a bougé entre-temps" in again.text
    agent = signed_in(connected, "awa")
    assert send(agent, f"{LIST}/1/resend").status_code == 403


def test_counting_stops_where_a_person_would(connected):
    for number in range(5):
        post(f"number {number}")
    with reading() as db:
        assert browsing.count(db, Wanted(), most=3) == 4
        assert browsing.count(db, Wanted(state="waiting"), most=9) == 5


# -- what came in ----------------------------------------------------------------------------------


def write(words: str, phone: str = "+254700000050", identity: str = "1") -> None:
    with writing() as db:
        inbound.store(
            db, "africastalking", gateway_id=identity, phone=phone, words=words, raw=words
        )
    inbound.handle()


def test_what_came_in_is_shown_with_what_was_understood_and_answered(admin):
    write("aide")
    write("<script>alert(1)</script>", identity="2")
    page = shown(admin, f"{LIST}/inbox")
    assert "pas compris" in page
    assert "AIDE" in page
    assert f'href="{LIST}/{messages()[0].id}"' in page
    assert "alert(1)" not in page
    read = send(admin, f"{LIST}/inbox/reveal", page=f"{LIST}/inbox").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in read
    assert "<script>alert" not in read
    assert noted() == [("staff:admin", "sms.reveal", "inbound 1 to 2")]
    assert "pas compris</td>" not in shown(admin, f"{LIST}/inbox?keyword=AIDE")


def test_managers_read_who_has_to_do_with_their_office_and_agents_nobody(connected):
    write("bonjour", phone=PHONE)
    manager = signed_in(connected, "fatou")
    with reading() as db:
        assert db.exec(select(Inbound)).one().keyword == "UNKNOWN"
    assert "Rien n'est arrivé" in shown(manager, f"{LIST}/inbox")
    connected.take_ticket()
    assert "+221 77 ••• •• 50" in shown(manager, f"{LIST}/inbox")
    assert signed_in(connected, "awa").get(f"{LIST}/inbox").status_code == 403
