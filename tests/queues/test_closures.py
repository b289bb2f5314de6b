"""A day that changes, as those who hold tickets hear of it."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select

import moment
from citizens.audit import AuditEntry
from citizens.directory import find_or_add
from database import reading, writing
from queues import calling, closures, events, tickets
from queues.closures import Change, Refused
from queues.hours import parse_hours
from queues.models import Office, Service, SpecialDay, Ticket
from queues.overview import overview
from sms.models import Message
from tests.queues.day import MORNING, at, call, counters, doing, sit, state, take

AWA, MOUSSA, FATOU = "+221770000061", "+221770000062", "+221770000063"
TOMORROW = MORNING.date() + timedelta(days=1)  # a Tuesday


@pytest.fixture
def hall(office, monkeypatch):
    """The town hall on a Monday morning."""
    monkeypatch.setattr(moment, "now", lambda: MORNING)
    return office


def close(hours="", day=None, minutes=0.0, reason="deuil", code="mairie"):
    change = Change(code, day, parse_hours(hours), reason, "staff:7")
    with writing() as db:
        return closures.close(db, change, at(minutes))


def reopen(day, minutes=0.0):
    with writing() as db:
        return closures.reopen(db, "mairie", day, "staff:7", at(minutes))


def book(number: str, when: datetime, prefix="C") -> Ticket:
    return take(number, 0, prefix, slot=when)


def hears(number: str) -> list[str]:
    """All SMS to a number that tell of closures, without how to stop them."""
    with reading() as db:
        found = db.exec(
            select(Message).where(Message.key.startswith("office:")).order_by(Message.id)
        ).all()
        return [one.body.partition("\n")[0] for one in found if one.address == number]


def test_who_waits_keeps_the_ticket_and_hears_until_when(hall):
    ticket = take(AWA)
    assert str(close("08:00-12:00")) == "0 tickets cancelled, 1 people told"
    assert hears(AWA) == [
        "Mairie : aujourd'hui ouvert 08:00-12:00. Votre ticket A001 reste bon. "
        "Pour y renoncer, composez *384*50#"
    ]
    assert state(ticket) == "waiting"


def test_a_late_opening_is_told_to_who_waits(hall):
    take(AWA)
    close("10:00-17:00")
    assert "ouvert 10:00-17:00." in hears(AWA)[0]


def test_only_the_hours_that_are_left_are_told(hall):
    take(AWA)
    close("07:00-08:00 10:00-11:00 14:00-15:00")
    assert "ouvert 10:00-11:00 14:00-15:00." in hears(AWA)[0]


def test_hours_in_many_pieces_are_told_from_the_first_to_the_last(hall):
    take(AWA)
    close("10:00-11:00 12:00-13:00 14:00-15:00")
    assert "ouvert 10:00-15:00." in hears(AWA)[0]


@pytest.mark.parametrize("hours", ["", "06:00-08:00", "08:00-09:00"])
def test_who_waits_at_an_office_closed_for_the_rest_of_the_day_is_cancelled(hall, hours):
    ticket = take(AWA)
    assert str(close(hours)) == "1 tickets cancelled, 1 people told"
    assert hears(AWA) == [
        "Mairie : fermé. Votre ticket A001 du 23/11 09:00 est annulé. "
        "Pour une autre date, composez *384*50#"
    ]
    with reading() as db:
        last = events.history(db, ticket.id)[-1]
    assert (last.kind, last.who, last.note) == ("cancelled", "staff:7", "office closed: deuil")


def test_an_appointment_outside_the_new_hours_is_cancelled_and_others_stay(hall):
    early = book(AWA, datetime(2026, 11, 24, 9, tzinfo=UTC))
    late = book(MOUSSA, datetime(2026, 11, 24, 16, tzinfo=UTC))
    other_day = book(FATOU, datetime(2026, 11, 25, 16, tzinfo=UTC))
    close("08:00-12:00", TOMORROW)
    assert [state(one) for one in (early, late, other_day)] == ["waiting", "cancelled", "waiting"]
    assert (hears(AWA), hears(FATOU)) == ([], [])
    assert "C002 du 24/11 16:00 est annulé" in hears(MOUSSA)[0]


def test_an_appointment_later_today_is_kept_only_within_the_hours(hall):
    before, after = book(AWA, at(60)), book(MOUSSA, at(300))
    close("08:00-12:00")
    assert (state(before), state(after)) == ("waiting", "cancelled")
    assert hears(AWA) == []


def test_one_whose_appointment_has_come_waits_as_others_do(hall):
    ticket = book(AWA, at(60))
    close("12:00-15:00", minutes=70)
    assert state(ticket) == "waiting"
    assert "ouvert 12:00-15:00" in hears(AWA)[0]


def test_who_is_called_or_served_hears_it_at_the_counter(hall):
    first, second = counters(2)
    sit(first, 7)
    sit(second, 8)
    served, called = take(AWA), take(MOUSSA)
    call(first)
    doing(calling.start, first)
    call(second)
    close("")
    assert (state(served), state(called)) == ("serving", "called")
    assert hears(AWA) + hears(MOUSSA) == []


def test_a_closing_told_twice_tells_once(hall):
    take(AWA)
    book(MOUSSA, datetime(2026, 11, 24, 16, tzinfo=UTC))
    for minutes in (0, 10):
        close("08:00-12:00", minutes=minutes)
        close("08:00-12:00", TOMORROW, minutes=minutes)
    assert (len(hears(AWA)), len(hears(MOUSSA))) == (1, 1)


def test_other_hours_again_are_told_again(hall):
    take(AWA)
    close("08:00-12:00")
    close("08:00-11:00", minutes=10)
    close("08:00-12:00", minutes=20)
    assert [body.partition("ouvert ")[2][:11] for body in hears(AWA)] == [
        *("08:00-12:00", "08:00-11:00", "08:00-12:00"),
    ]


def test_a_day_that_is_opened_again_has_its_hours_back(hall):
    waiting, gone = take(AWA), book(MOUSSA, at(300))
    close("08:00-12:00")
    assert overview(at(240)).of_service(waiting.service_id).is_open is False
    reopen(MORNING.date(), 5)
    assert overview(at(240)).of_service(waiting.service_id).is_open is True
    assert "ouvert 00:00-24:00" in hears(AWA)[-1]
    assert state(gone) == "cancelled"
    with reading() as db:
        assert db.exec(select(SpecialDay).join(Office).where(Office.code == "mairie")).all() == []


def test_it_is_told_in_the_holder_s_language_or_to_who_took_the_ticket(hall):
    with writing() as db:
        mother, daughter = find_or_add(db, AWA), find_or_add(db, MOUSSA)
        mother.language = "en"
        service = db.exec(select(Service).join(Office).where(Office.code == "mairie")).first().id
        tickets.take(
            db,
            tickets.Request(service, citizen_id=mother.id, taken_by_id=daughter.id),
            MORNING,
        )
        tickets.take(db, tickets.Request(service, taken_by_id=daughter.id), MORNING)
        tickets.take(db, tickets.Request(service), MORNING)  # a slip of paper: nobody to tell
    assert str(close()) == "3 tickets cancelled, 2 people told"
    with reading() as db:
        found = db.exec(select(Message).where(Message.kind == "office_closed")).all()
    assert sorted((one.address, one.language) for one in found) == [(AWA, "en"), (MOUSSA, "fr")]


def test_an_office_that_never_closes_has_people_of_yesterday(hall):
    ticket = take(AWA, -600)
    assert ticket.day == date(2026, 11, 22)
    close()
    assert state(ticket) == "cancelled"


def test_no_ticket_is_given_for_a_day_that_was_closed(hall):
    close()
    close("", TOMORROW)
    with pytest.raises(tickets.Refused):
        take(AWA, 1)
    with pytest.raises(tickets.Refused):
        book(AWA, datetime(2026, 11, 24, 9, tzinfo=UTC))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"day": date(2026, 11, 22)}, "from today on"),
        ({"day": date(2028, 1, 1)}, "within a year"),
        ({"reason": "x" * 41}, "40 characters"),
        ({"hours": "00:00-24:00"}, "already"),
        ({"day": date(2026, 11, 28), "code": "fiscal"}, "already"),  # a Saturday
    ],
)
def test_a_change_that_makes_no_sense_is_refused(hall, change, why):
    with pytest.raises(Refused, match=why):
        close(**change)


def test_reopening_needs_a_day_that_was_changed_and_no_holiday(hall):
    with pytest.raises(Refused, match="nothing to take back"):
        reopen(TOMORROW)
    christmas = date(2026, 12, 25)
    close("08:00-12:00", christmas, code="fiscal")
    with pytest.raises(Refused, match="holiday"), writing() as db:
        closures.reopen(db, "fiscal", christmas, "staff:7", MORNING)


def test_an_operator_closes_and_reopens_by_command(hall):
    ticket = book(AWA, datetime(2026, 11, 24, 16, tzinfo=UTC))

    def flask(*words: str) -> str:
        return hall.app.test_cli_runner().invoke(args=["offices", *words]).output

    said = flask("close", "mairie", "--day", "2026-11-24", "--reason", "grève")
    assert said == "1 tickets cancelled, 1 people told\n"
    assert (
        flask("reopen", "mairie", "--day", "2026-11-24") == "0 tickets cancelled, 0 people told\n"
    )
    assert "no office nowhere" in flask("close", "nowhere", "--reason", "x")
    assert "write hours such as" in flask("close", "mairie", "--hours", "8-9", "--reason", "x")
    with reading() as db:
        assert events.history(db, ticket.id)[-1].who == "operator"
        assert [(one.did, one.about) for one in db.exec(select(AuditEntry))] == [
            ("offices.close", "mairie on 2026-11-24: closed (grève)"),
            ("offices.reopen", "mairie on 2026-11-24"),
        ]


def test_a_special_day_of_a_file_is_told_as_well_and_once(hall, tmp_path):
    ticket = book(AWA, datetime(2026, 11, 24, 16, tzinfo=UTC))
    runner, file = hall.app.test_cli_runner(), tmp_path / "offices.yaml"
    text = runner.invoke(args=["offices", "export", "mairie"]).output
    file.write_text(text + "  special_days: [{day: 2026-11-24, hours: closed}]\n", "utf-8")
    dry = runner.invoke(args=["offices", "import", "--dry-run", str(file)]).output
    assert "would be: 1 tickets cancelled, 1 people told" in dry
    assert (state(ticket), hears(AWA)) == ("waiting", [])
    for _ in range(2):
        said = runner.invoke(args=["offices", "import", str(file)]).output
    assert said == "nothing to change\n"
    assert state(ticket) == "cancelled"
    assert len(hears(AWA)) == 1


@pytest.fixture
def imports(hall, tmp_path):
    """Imports the town hall as its export, with some words replaced."""
    runner, file = hall.app.test_cli_runner(), tmp_path / "offices.yaml"
    text = runner.invoke(args=["offices", "export", "mairie"]).output

    def run(*options: str, **changes: str) -> str:
        changed = re.sub(r"hours: \{.*\}", f"hours: {{{changes['hours']}}}", text)
        file.write_text(changed + changes.get("more", ""), "utf-8")
        return runner.invoke(args=["offices", "import", *options, str(file)]).output

    return run


def test_other_weekly_hours_are_told_to_whom_they_leave_outside_and_once(imports):
    outside = book(AWA, datetime(2026, 11, 24, 16, tzinfo=UTC))
    inside = book(MOUSSA, datetime(2026, 11, 24, 9, tzinfo=UTC))
    said = "1 tickets cancelled, 1 people told"
    assert f"would be: {said}" in imports("--dry-run", hours="mon-sun: 08:00-12:00")
    assert (state(outside), hears(AWA)) == ("waiting", [])
    assert said in imports(hours="mon-sun: 08:00-12:00")
    assert imports(hours="mon-sun: 08:00-12:00") == "nothing to change\n"
    assert [state(outside), state(inside)] == ["cancelled", "waiting"]
    assert hears(AWA) == [
        "Mairie : fermé. Votre ticket C001 du 24/11 16:00 est annulé. "
        "Pour une autre date, composez *384*50#"
    ]
    assert hears(MOUSSA) == []


def test_weekly_hours_of_another_day_are_nobody_s_news_today(imports):
    waits, booked = take(AWA), book(MOUSSA, datetime(2026, 11, 24, 16, tzinfo=UTC))
    imports(hours="mon-tue: 00:00-24:00, thu-sun: 00:00-24:00")
    assert (state(waits), state(booked)) == ("waiting", "waiting")
    assert hears(AWA) + hears(MOUSSA) == []


def test_who_waits_today_hears_until_when_by_the_new_weekly_hours(imports):
    take(AWA)
    assert "0 tickets cancelled, 1 people told" in imports(hours="mon-sun: 08:00-12:00")
    assert "aujourd'hui ouvert 08:00-12:00." in hears(AWA)[0]


def test_a_special_day_like_any_other_is_nobody_s_news(imports):
    booked = book(AWA, datetime(2026, 11, 24, 9, tzinfo=UTC))
    more = "  special_days: [{day: 2026-11-24, hours: 08:00-12:00}]\n"
    imports(hours="mon-sun: 08:00-12:00", more=more)
    assert (state(booked), hears(AWA)) == ("waiting", [])
    close("08:00-12:00", TOMORROW)  # told already, as far as there was something to tell
    assert hears(AWA) == []
