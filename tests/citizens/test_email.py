"""A citizen's e-mail address: set by SMS or at the counter, taken away as easily."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from citizens import emails
from citizens.directory import find
from database import reading
from sms.models import Message
from sms.states import EMAIL
from tests.sms.conversation import Citizen


@pytest.fixture
def connected(open_office, africastalking):
    """An office that sends e-mails, too."""
    return open_office(
        AT_API_KEY=africastalking.api_key,
        AT_BASE_URL=africastalking.url,
        SMTP_URL="smtp://127.0.0.1:1/?from=guichet@mairie.example",
    )


@pytest.fixture
def awa(connected, africastalking) -> Citizen:
    return Citizen(connected, africastalking)


def address_of(number: str) -> str | None:
    with reading() as db:
        citizen = find(db, number)
        return citizen.email if citizen else None


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("awa@example.org", "awa@example.org"),
        (" Awa.Diop+guichet@Example.ORG ", "Awa.Diop+guichet@example.org"),
        ("a@b.co.ke", "a@b.co.ke"),
    ],
)
def test_an_address_is_kept_as_it_is_delivered(written, kept):
    assert emails.normal(written) == kept


@pytest.mark.parametrize(
    "written",
    [
        *("", "awa", "awa@", "@example.org", "awa@example", "awa@@example.org", "a b@example.org"),
        *("awa@example.org\r\nBcc: x@example.org", "awa@exa mple.org", "<awa@example.org>"),
        *("a@b.org,c@d.org", "awa@example.123", "é@example.org", f"{'a' * 65}@example.org"),
        f"a@{'b.' * 130}org",
    ],
)
def test_what_is_no_address_is_refused(written):
    with pytest.raises(ValueError, match="not an e-mail address"):
        emails.normal(written)


@given(st.text())
def test_no_address_holds_a_blank_or_a_line_break(written):
    try:
        kept = emails.normal(written)
    except ValueError:
        return
    assert len(kept.split()) == 1
    assert emails.normal(kept) == kept


def test_news_go_to_the_address_from_now_on(awa, connected):
    [reply] = awa.writes("email Awa@Example.org")
    assert reply.startswith("C'est noté : nos nouvelles vont aussi")
    assert address_of(awa.number) == "Awa@example.org"
    connected.take_ticket(awa.number)
    with reading() as db:
        mailed = db.exec(select(Message.address).where(Message.channel == EMAIL)).all()
    assert mailed == ["Awa@example.org"]


def test_who_wants_no_news_gets_none_by_e_mail_either(awa, connected):
    awa.writes("EMAIL awa@example.org")
    awa.writes("STOP")
    connected.take_ticket(awa.number)
    with reading() as db:
        assert db.exec(select(Message.id).where(Message.channel == EMAIL)).all() == []


def test_an_office_without_e_mail_takes_no_address(open_office, africastalking):
    office = open_office(AT_API_KEY=africastalking.api_key, AT_BASE_URL=africastalking.url)
    awa = Citizen(office, africastalking)
    assert awa.writes("EMAIL awa@example.org")[0].startswith("SMS non compris")
    assert address_of(awa.number) is None


@pytest.mark.parametrize("text", ["EMAIL STOP", "e-mail non", "Email: arrêt"])
def test_the_address_is_taken_away(awa, text):
    awa.writes("EMAIL awa@example.org")
    assert awa.writes(text) == ["C'est noté : plus rien ne va à une adresse e-mail."]
    assert address_of(awa.number) is None


def test_a_wrong_address_changes_nothing(awa):
    awa.writes("EMAIL awa@example.org")
    assert awa.writes("EMAIL awa chez example")[0].startswith("Ecrivez EMAIL, un blanc")
    assert address_of(awa.number) == "awa@example.org"


def test_an_operator_sets_shows_and_takes_away_an_address(connected):
    def flask(*arguments: str, code: int = 0) -> str:
        done = connected.app.test_cli_runner().invoke(args=["citizens", "email", *arguments])
        assert done.exit_code == code, done.output
        return done.output

    number = "+254700000050"
    assert flask(number) == "+25470•••••50: no e-mail address\n"
    assert flask(number, "awa.diop@example.org") == "+25470•••••50: a•••@example.org\n"
    assert flask(number) == "+25470•••••50: a•••@example.org\n"
    assert address_of(number) == "awa.diop@example.org"
    flask(number, "awa", code=2)
    flask(number, "awa@example.org", "--none", code=2)
    flask("12", "awa@example.org", code=2)
    flask(number, "--none")
    assert address_of(number) is None
