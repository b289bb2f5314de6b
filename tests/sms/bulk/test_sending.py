"""One text to many: looked at, started, paused, gone on with, cancelled, reported."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select, update

from database import reading, writing
from sms import delivery, gate
from sms.bulk import sending
from sms.models import Bulk, BulkRow
from tests.sms.conversations import messages, post

CSV = (
    "phone;language;lieu\n770000050;wo;Salle 1\n770000051;;Salle 2\n77;;x\n+221770000050;;double\n"
)


@pytest.fixture(autouse=True)
def _by_day(monkeypatch):
    """Nobody rests, at whatever hour this is run."""
    monkeypatch.setattr(gate, "rests_until", lambda *_: None)


@pytest.fixture
def command(connected, tmp_path):
    """`command("bulk", "start", "1")` -> what `flask sms bulk start 1` prints."""

    def run(*arguments: str, code: int = 0) -> str:
        result = connected.app.test_cli_runner().invoke(args=["sms", *arguments])
        assert result.exit_code == code, result.output
        return result.output

    return run


@pytest.fixture
def draft(command, tmp_path):
    """Drafts a bulk of these rows; returns what is shown."""

    def drafted(text: str = CSV, *more: str, code: int = 0) -> str:
        file = tmp_path / "list.csv"
        file.write_text(text)
        texts = ("--text", "fr=Distribution a {lieu} demain", "--text", "wo=Suba ci {lieu}")
        return command("bulk", "draft", "essai", "--file", str(file), *texts, *more, code=code)

    return drafted


def rows() -> dict[int, str]:
    with reading() as db:
        return dict(db.exec(select(BulkRow.line, BulkRow.state)).all())


def state() -> str:
    with reading() as db:
        return db.exec(select(Bulk.state)).one()


def test_a_draft_shows_what_would_be_sent_and_sends_nothing(connected, draft, africastalking):
    shown = draft()
    assert "bulk 1: 2 recipients, 2 segments" in shown
    assert "languages: wo 1, fr 1" in shown
    assert "the first one: Suba ci Salle 1" in shown
    assert "line 4: no phone number" in shown
    assert "1 lines name a number that stands above them already" in shown
    connected.work()
    sending.post_rows()
    assert africastalking.requests == []


def test_a_cost_is_told_from_what_was_paid_lately(connected, draft, africastalking):
    assert "not known yet" in draft()
    post()
    connected.work()
    assert "KES 1.60" in draft()


def test_once_started_each_gets_it_once_in_their_language(
    connected, draft, command, africastalking
):
    draft()
    command("bulk", "start", "1")
    connected.work()
    assert sorted((form["to"], form["message"]) for form in africastalking.sent) == [
        ("+221770000050", "Suba ci Salle 1"),
        ("+221770000051", "Distribution a Salle 2 demain"),
    ]
    sending.post_rows()
    assert state() == "done"
    assert "messages: accepted 2" in command("bulk", "show", "1")
    assert command("bulk", "show", "1", "--rows").splitlines() == [
        "line,outcome,reason",
        "2,accepted,",
        "3,accepted,",
        "4,bad,no phone number",
        "5,double,",
    ]


def test_starting_twice_is_refused_and_sends_nothing_twice(
    connected, draft, command, africastalking
):
    draft()
    command("bulk", "start", "1")
    assert "bulk 1 is running" in command("bulk", "start", "1", code=1)
    connected.work()
    sending.post_rows()
    assert len(africastalking.sent) == 2


def many(number: int) -> str:
    return "phone;lieu\n" + "".join(f"7700{n:05};{n}\n" for n in range(number))


def test_a_pause_stops_what_has_not_left_and_going_on_loses_none(
    connected, draft, command, africastalking, monkeypatch
):
    monkeypatch.setattr(sending, "AHEAD", 5)
    draft(many(20))
    command("bulk", "start", "1")
    sending.post_rows()
    assert len(messages()) == 5  # a little ahead, and no more
    command("bulk", "pause", "1")
    connected.work()
    sending.post_rows()
    assert africastalking.sent == []
    command("bulk", "resume", "1")
    for _ in range(10):
        connected.work()
        sending.post_rows()
    assert len(africastalking.sent) == 20
    assert state() == "done"


def test_a_cancellation_is_for_good(connected, draft, command, africastalking, monkeypatch):
    monkeypatch.setattr(sending, "AHEAD", 5)
    draft(many(20))
    command("bulk", "start", "1")
    sending.post_rows()
    command("bulk", "cancel", "1")
    connected.work()
    sending.post_rows()
    assert africastalking.sent == []
    assert "bulk 1 is cancelled" in command("bulk", "resume", "1", code=1)
    outcomes = command("bulk", "show", "1", "--rows")
    assert outcomes.count("expired,bulk_cancelled") == 5
    assert outcomes.count("ready") == 15


def test_at_night_a_bulk_waits_for_the_morning(
    connected, draft, command, africastalking, monkeypatch
):
    morning = datetime.now(UTC) + timedelta(hours=3)
    monkeypatch.setattr(gate, "rests_until", lambda *_: morning)
    draft()
    command("bulk", "start", "1")
    connected.work()
    assert africastalking.sent == []
    assert {(one.state, one.reason) for one in messages()} == {("queued", "quiet_hours")}


def test_what_a_worker_held_when_the_bulk_was_cancelled_does_not_leave(
    connected, draft, command, africastalking
):
    draft()
    command("bulk", "start", "1")
    sending.post_rows()
    texts, lease = delivery._claim(datetime.now(UTC))
    command("bulk", "cancel", "1")
    delivery._deliver(texts, lease)
    assert africastalking.sent == []
    assert {(one.state, one.reason) for one in messages()} == {("expired", "bulk_cancelled")}


def test_rows_that_were_erased_meanwhile_hold_up_no_other_bulk(
    connected, draft, command, africastalking
):
    draft()
    draft()
    with writing() as db:
        db.exec(update(BulkRow).where(BulkRow.bulk_id == 1).values(phone=None, phone_hash=None))
    command("bulk", "start", "1")
    command("bulk", "start", "2")
    connected.work()
    assert len(africastalking.sent) == 2


def test_a_call_goes_before_a_bulk(connected, draft, command, africastalking):
    draft()
    command("bulk", "start", "1")
    sending.post_rows()
    assert {message.priority for message in messages()} == {3}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("fr=Voir www.exemple.sn", "no links"),
        ("fr=" + "x" * 500, "over 3 segments"),
        ("en=Hello", "there must be a French text"),
        ("bonjour", "write name=value"),
    ],
)
def test_a_text_that_can_not_be_sent_says_why(command, tmp_path, text, why):
    file = tmp_path / "list.csv"
    file.write_text(CSV)
    shown = command(
        *("bulk", "draft", "x", "--file", str(file), "--text", text),
        code=2 if "write" in why else 1,
    )
    assert why in shown


def test_a_row_without_a_value_that_the_text_wants_is_bad(draft):
    assert "line 2: no column lieu" in draft("phone\n770000050\n")


def test_holders_of_dossiers_are_a_list(connected, command):
    shown = command(
        *("bulk", "draft", "prets", "--to", "cases", "--where", "status=ready"),
        *("--text", "fr=Votre papier ...{tail} est pret, {office}. Composez *384*50#"),
    )
    assert "bulk 1: 3 recipients" in shown
    assert "no such status" in command(
        *("bulk", "draft", "x", "--to", "cases", "--where", "status=x", "--text", "fr=x"), code=1
    )
    assert "no list 'x': there are cases" in command(
        *("bulk", "draft", "x", "--to", "x", "--text", "fr=x"), code=1
    )
