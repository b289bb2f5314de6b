"""STOP, START and the operators' own lists: what citizens want is heeded, and written down."""

import pytest
from sqlmodel import select

from database import reading, writing
from sms import consent
from sms.models import Message
from sms.states import EVERYTHING, TOPICS
from tests.sms.conversation import CODE, Citizen, callback


@pytest.fixture
def awa(connected, africastalking) -> Citizen:
    return Citizen(connected, africastalking)


def wanted(number: str) -> set[str]:
    with reading() as db:
        off = consent.unwanted(db, number)
    return {topic for topic in TOPICS if not consent.stops(off, topic)}


def ledger(number: str) -> list[tuple[str, bool, str]]:
    with reading() as db:
        return [(row.topic, row.given, row.source) for row in consent.history(db, number)]


def test_stop_stops_everything_and_is_confirmed_once(awa, connected):
    assert awa.writes("STOP") == [
        "C'est noté : plus de SMS de notre part. Pour les avoir de nouveau : START, "
        f"ou composez {CODE}"
    ]
    assert wanted(awa.number) == set()
    assert awa.writes("Stop!") == []
    assert ledger(awa.number) == [(topic, False, "sms") for topic in TOPICS]
    connected.take_ticket(awa.number)
    assert awa.hears() == []
    with reading() as db:
        assert "opted_out" in db.exec(select(Message.state)).all()


def test_start_gives_everything_back(awa, connected):
    awa.writes("STOP")
    assert awa.writes("START") == [
        "C'est noté : vous aurez de nouveau nos SMS. Pour arreter : STOP"
    ]
    assert wanted(awa.number) == set(TOPICS)
    connected.take_ticket(awa.number)
    assert awa.hears()[0].startswith("Ticket A001")


@pytest.mark.parametrize("text", ["STOP 12345", "stop it please"])
def test_what_only_begins_like_stop_withdraws_nothing_and_helps(awa, text):
    assert awa.writes(text)[0].startswith("SMS non compris. Ecrivez AIDE")
    assert wanted(awa.number) == set(TOPICS)


def test_stop_is_heeded_where_no_reply_is_due_any_more(awa):
    for text in ("AIDE", "TICKET", "STATUT", "LANGUE", "LANGUE EN", "LANGUE FR"):
        awa.writes(text)
    assert awa.writes("STOP") == []
    assert wanted(awa.number) == set()


def test_one_who_stopped_still_gets_answers(awa):
    awa.writes("STOP")
    assert awa.writes("TICKET")[0].startswith("Vous n'avez pas de ticket")


def test_an_operator_s_list_stops_even_answers_until_start(awa, connected):
    for _ in range(2):
        fields = {"senderId": "GUICHET", "phoneNumber": awa.number}
        assert callback(connected, "optout", fields).status_code == 200
    assert ledger(awa.number) == [(EVERYTHING, False, "gateway")]
    assert awa.writes("AIDE") == []
    assert len(awa.writes("START")) == 1
    assert wanted(awa.number) == set(TOPICS)


# -- the menu -------------------------------------------------------------------------------------


def test_the_menu_shows_and_switches_each_topic(awa, connected):
    phone = connected.speaking(awa.number)
    phone.enter("5")
    assert "1 Tickets : oui\n2 Dossiers : oui\n3 Votre avis : oui" in phone.enter("2").text
    assert "1 Tickets : non\n2 Dossiers : oui" in phone.enter("1").text
    assert wanted(awa.number) == {"dossiers", "surveys"}
    assert "1 Tickets : oui" in phone.enter("1").text
    assert ledger(awa.number) == [("tickets", False, "ussd"), ("tickets", True, "ussd")]


def test_a_callback_that_comes_twice_switches_once(awa, connected):
    phone = connected.speaking(awa.number)
    for entry in ("5", "2", "3"):
        phone.enter(entry)
    phone.repeat()
    assert wanted(awa.number) == {"tickets", "dossiers"}


def test_after_everything_was_stopped_one_topic_comes_back_alone(awa, connected):
    callback(connected, "optout", {"phoneNumber": awa.number})
    phone = connected.speaking(awa.number)
    phone.enter("5")
    assert "1 Tickets : non\n2 Dossiers : non\n3 Votre avis : non" in phone.enter("2").text
    assert "1 Tickets : non\n2 Dossiers : oui\n3 Votre avis : non" in phone.enter("2").text
    assert wanted(awa.number) == {"dossiers"}


# -- the counter ----------------------------------------------------------------------------------


@pytest.fixture
def flask(connected):
    def run(*arguments: str, code: int = 0) -> str:
        done = connected.app.test_cli_runner().invoke(args=["sms", "consent", *arguments])
        assert done.exit_code == code, done.output
        return done.output

    return run


def test_an_operator_sees_the_ledger_masked(awa, flask):
    awa.writes("STOP")
    shown = flask(awa.number)
    assert shown.startswith("+25470•••••50\n  tickets    no\n  dossiers   no\n")
    assert shown.count("withdrawn (sms)") == 3
    assert awa.number not in shown


def test_an_operator_writes_down_a_change_of_mind_with_a_name(awa, flask):
    assert "tickets    no" in flask(awa.number, "--withdraw", "tickets", "--by", "Fatou")
    shown = flask(awa.number, "--give", "tickets", "--by", "Fatou")
    assert "tickets    yes" in shown
    assert "tickets withdrawn (console by Fatou)" in shown
    assert wanted(awa.number) == set(TOPICS)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--give", "tickets"),
        ("--give", "tickets", "--withdraw", "tickets", "--by", "Fatou"),
        ("--give", "weather", "--by", "Fatou"),
    ],
)
def test_a_change_that_is_not_clear_is_refused(awa, flask, arguments):
    flask(awa.number, *arguments, code=2)
    assert ledger(awa.number) == []


def test_a_number_that_is_none_is_refused(flask):
    flask("12", code=2)


def test_the_last_word_holds(awa):
    with writing() as db:
        consent.change(db, awa.number, ["tickets"], given=False, source="sms")
        consent.change(db, awa.number, ["tickets"], given=True, source="ussd")
        consent.change(db, awa.number, ["tickets"], given=False, source="console", by="Fatou")
    assert wanted(awa.number) == {"dossiers", "surveys"}
