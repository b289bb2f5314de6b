"""E-mails to staff: an invitation and a forgotten password, by a real SMTP server."""

import re
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from sqlmodel import select

from database import reading, writing
from sms import routes
from staff import directory
from staff.models import StaffLink
from tests.console.conversations import FRENCH, send, sign_in
from tests.ports import free_port

GOOD = "quatre mots sans lien"
NEW = {"display_name": "Moussa Exemple", "name": "moussa", "language": "en", "role": "translator"}


class Mailbox:
    def __init__(self) -> None:
        self.letters = []

    async def handle_DATA(self, _server, _session, envelope):
        letter = message_from_bytes(envelope.content, policy=policy.default)
        self.letters.append((envelope.rcpt_tos[0], letter))
        return "250 OK"


@pytest.fixture
def mailbox():
    box = Mailbox()
    port = free_port()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    box.url = f"smtp://127.0.0.1:{port}/?from=guichet@example.org&tls=no"
    yield box
    server.stop()


@pytest.fixture
def office(open_office, mailbox):
    yield open_office(SMTP_URL=mailbox.url, CONSOLE_URL="https://guichet.example/")
    for gateway in (way.gateway for way in routes.ways("email", "a@example.org")):
        gateway.close()


def with_address(name: str) -> None:
    with writing() as db:
        staff = directory.find(db, name)
        directory.set_details(db, staff, staff.display_name, f"{name}@example.org", "test")


def ask(client, name: str, **more):
    return send(client, "/console/forgotten", {"name": name}, page="/console/forgotten", **more)


def link_in(letter) -> str:
    return re.search(r"https://guichet\.example(/console/join/\S+)", letter.get_content())[1]


def test_an_invitation_goes_by_e_mail_in_the_person_s_language(office, mailbox):
    admin, moussa = office.app.test_client(), office.app.test_client()
    sign_in(admin, "admin")
    fields = {**NEW, "office": "", "email": "moussa@example.org"}
    assert "Le lien part aussi par e-mail" in send(admin, "/console/people/new", fields).text
    office.work()
    [(to, letter)] = mailbox.letters
    assert (to, letter["Subject"]) == ("moussa@example.org", "Your access to Guichet")
    link = link_in(letter)
    send(moussa, link, {"new": GOOD, "again": GOOD}, page=link)
    sign_in(moussa, "moussa", GOOD)


def test_who_forgot_gets_a_link_and_nobody_learns_who_is_known(office, mailbox):
    client = office.app.test_client()
    with_address("awa")
    assert "Mot de passe oublié" in client.get("/console/sign-in", headers=FRENCH).text
    pages = []
    for name in ("awa", "ibou", "nobody", "No Name!"):  # with an address, without, unknown
        assert ask(client, name).location == "/console/sign-in"
        shown = client.get("/console/sign-in", headers=FRENCH).text
        pages.append(re.sub(r'csrf_token" value="[^"]+"', "", shown))
    assert len(set(pages)) == 1
    office.work()
    [(to, letter)] = mailbox.letters
    assert to == "awa@example.org"
    link = link_in(letter)
    send(client, link, {"new": GOOD, "again": GOOD}, page=link)
    sign_in(client, "awa", GOOD)


def test_a_forged_host_does_not_get_into_the_letter(office, mailbox):
    client = office.app.test_client()
    with_address("awa")
    evil = {"base_url": "http://evil.example"}
    shown = client.get("/console/forgotten", **evil).text
    fields = {"csrf_token": re.search(r'csrf_token" value="([^"]+)"', shown)[1], "name": "awa"}
    assert client.post("/console/forgotten", data=fields, **evil).status_code == 303
    office.work()
    [(_to, letter)] = mailbox.letters
    assert "evil" not in letter.as_string()
    assert link_in(letter)


def test_a_mailbox_can_t_be_flooded(office, mailbox):
    client = office.app.test_client()
    with_address("awa")
    answers = [ask(client, "awa").status_code for _ in range(7)]
    assert answers[-1] == 429
    assert answers.count(303) == 5


def test_who_may_not_sign_in_gets_nothing(office, mailbox):
    client = office.app.test_client()
    with_address("awa")
    with writing() as db:
        directory.set_active(db, directory.find(db, "awa"), False, "test")
    ask(client, "awa")
    office.work()
    assert mailbox.letters == []
    with reading() as db:
        assert db.exec(select(StaffLink)).all() == []
