"""Complaints: made on a phone, answered in words, opened again or closed, rated."""

import re
import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

import moment
from cases import complaint_closing, complaints, events
from cases.complaining import complain_of_case
from cases.complaints import File, Made, NotHere, TooMany
from cases.events import Sender
from cases.history import BREACHED, Change, NotPossible
from cases.kinds.shape import CaseType, Stage
from cases.models import Case, CaseTypeRow, Complaint
from citizens.directory import find_or_add
from database import reading, writing
from demo import office as demo_office
from insights.models import Survey
from menus.actions import Context
from queues.models import Office, Ticket
from sms.models import Message
from tests.sms.conversation import Citizen

AWA = "+221770000050"
STAFF = Sender("staff:awa", "console")
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)  # a Tuesday
DAY = timedelta(days=1)


def office_id(code: str) -> int:
    with reading() as db:
        return db.exec(select(Office.id).where(Office.code == code)).one()


def complain(
    code: str = "prefecture", phone: str | None = AWA, now: datetime = NOW, words: str = ""
) -> int:
    """The id of a complaint of that office."""
    where = office_id(code)
    with writing() as db:
        citizen = find_or_add(db, phone) if phone else None
        if citizen is not None:
            citizen.language = "fr"
        made = Made("wait", where, citizen, words)
        return complaints.open_complaint(db, made, STAFF, now).complaint.case_id


def the(case_id: int) -> File:
    with reading() as db:
        file = complaints.find(db, case_id)
        db.expunge_all()
        return file


def do(deed, *given, now: datetime = NOW) -> None:
    with writing() as db:
        deed(db, *given, STAFF, now)


def only() -> File:
    with reading() as db:
        case_id = db.exec(select(Complaint.case_id)).one()
    return the(case_id)


def sms(case_id: int) -> list[str]:
    """What was written to its citizen, in order."""
    with reading() as db:
        found = db.exec(select(Message).order_by(Message.id)).all()
        return [one.body for one in found if one.key.startswith(f"complaint:{case_id}:")]


# -- made -----------------------------------------------------------------------------------------


def test_four_entries_make_a_complaint_and_it_has_a_number_and_a_day(office):
    phone = office.speaking(AWA)
    for entry in ("4", "1", "2"):
        phone.enter(entry)
    screen = phone.enter("1")
    file = only()
    assert not screen.goes_on
    shown = f"{file.case.reference[:3]} {file.case.reference[3:6]} {file.case.reference[6:]}"
    assert f"Plainte {shown}" in screen.text
    assert f"avant le {file.complaint.promised:%d/%m/%Y}" in screen.text
    assert (file.complaint.category, file.complaint.words) == ("wait", None)
    assert sms(file.complaint.case_id)[0].startswith(f"Message recu, Préfecture, numéro {shown}.")


def test_the_sms_says_neither_that_it_is_a_complaint_nor_of_what(office):
    case_id = complain(words="On m'a demandé 500 francs de plus")
    do(complaints.reply, case_id, "Pardon. Le prix est de 150.")
    for said in sms(case_id):
        assert not re.search("plainte|plaindre|attente|500", said, re.IGNORECASE)


def test_words_are_kept_sealed_and_nowhere_in_the_session(office):
    phone = office.speaking(AWA)
    for entry in ("4", "2", "2"):
        phone.enter(entry)
    phone.enter("On  m'a demandé 500 francs")
    assert only().complaint.words == "On m'a demandé 500 francs"
    with reading() as db:
        stored = db.connection().exec_driver_sql("SELECT words FROM complaint").scalar_one()
    assert "francs" not in stored
    for key in office.redis.keys("*ussd*"):
        assert b"francs" not in (office.redis.dump(key) or b"")


def test_it_goes_with_the_last_ticket_at_that_office(office):
    office.take_ticket(AWA)
    with reading() as db:
        ticket_id = db.exec(select(Ticket.id)).one()
    now = moment.now()
    of_it = the(complain("mairie", now=now)).complaint
    elsewhere = the(complain("prefecture", now=now)).complaint
    later = the(complain("mairie", now=now + 8 * DAY)).complaint
    assert [of_it.about_ticket_id, elsewhere.about_ticket_id, later.about_ticket_id] == [
        ticket_id,
        None,
        None,
    ]


def test_a_late_dossier_is_named_and_its_office_is_not_asked_for(office):
    one = next(one for one in demo_office.facts()["dossiers"] if one["status"] == "received")
    phone = office.speaking(one["phone"])
    for entry in ("4", "4"):
        screen = phone.enter(entry)
    assert "Quel dossier ?" in screen.text
    phone.enter("1")
    assert "vous répond avant le" in phone.enter("1").text
    with reading() as db:
        about = db.get(Case, only().complaint.about_case_id)
        assert about.reference == one["reference"]
        assert only().case.office_id == about.office_id


def test_a_dossier_that_this_phone_was_never_shown_is_not_complained_of(office):
    one = next(one for one in demo_office.facts()["dossiers"] if one["status"] == "received")
    with writing() as db:
        context = Context(db, "+221770000099", "fr", "*384*50#", moment.now())
        outcome = complain_of_case(context, "delay", one["reference"], "1")
    assert outcome.name == "not_yours"


def test_a_phone_has_three_open_at_most(office):
    for _ in range(complaints.MOST_OPEN):
        last = complain()
    with pytest.raises(TooMany):
        complain()
    phone = office.speaking(AWA)
    assert "4 Nouvelle plainte" in phone.enter("4").text
    for entry in ("4", "5", "1"):
        phone.enter(entry)
    assert "déjà 3 plaintes" in phone.enter("1").text
    do(complaints.reply, last, "Voilà.")
    assert complain()


def test_of_two_at_once_one_is_too_many(office):
    for _ in range(complaints.MOST_OPEN - 1):
        complain()
    refused, begin = [], threading.Barrier(4)

    def one_more() -> None:
        begin.wait()
        try:
            complain()
        except TooMany:
            refused.append(1)

    threads = [threading.Thread(target=one_more) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 3


def test_who_has_no_phone_complains_at_the_counter(office):
    case_id = complain(phone=None, words="trop long")
    do(complaints.reply, case_id, "Pardon.")
    assert the(case_id).case.citizen_id is None
    assert sms(case_id) == []


def test_where_no_agency_takes_complaints_that_is_said(office):
    with writing() as db:
        row = db.exec(select(CaseTypeRow).where(CaseTypeRow.code == "plainte")).one()
        row.code, row.revision = "autre", row.revision + 1
        row.definition = row.definition.replace('"plainte"', '"autre"')
    with pytest.raises(NotHere):
        complain()
    phone = office.speaking(AWA)
    for entry in ("4", "1", "1"):
        phone.enter(entry)
    assert "Pas de plainte par téléphone ici." in phone.enter("1").text


# -- the day --------------------------------------------------------------------------------------


def test_seven_working_days_are_promised_weekends_and_holidays_apart(office):
    # 8 December is no holiday in Senegal; 25 December is one.
    assert the(complain()).complaint.promised == date(2026, 12, 3)
    christmas = the(complain(now=datetime(2026, 12, 22, 9, tzinfo=UTC)))
    assert christmas.complaint.promised == date(2027, 1, 4)


@given(st.lists(st.integers(0, 30), min_size=1, max_size=5))
def test_what_is_promised_is_what_the_stages_take(days):
    stages = [Stage(code="recue", status="received", name="-", days=days[0], escalate="haut")]
    stages += [
        Stage(code=f"e{at}", status="in_progress", name="-", days=count)
        for at, count in enumerate(days[1:])
    ]
    stages += [
        Stage(code="haut", status="in_progress", name="-", days=99),
        Stage(code="fin", status="decided", name="-", days=50),
    ]
    kind = CaseType(code="plainte", name="-", stages=tuple(stages))
    assert complaints.answer_days(kind) == (sum(days) or complaints.USUAL_DAYS)


def test_a_complaint_that_nobody_reads_goes_to_the_manager_and_is_late_after_its_day(office):
    case_id = complain()
    with writing() as db:
        events.add(db, case_id, Change(BREACHED), Sender("clock"), NOW + 3 * DAY)
    assert the(case_id).case.stage == "responsable"
    assert not the(case_id).is_late(date(2026, 12, 3))
    assert the(case_id).is_late(date(2026, 12, 4))
    do(complaints.reply, case_id, "Voilà.", now=NOW + 10 * DAY)
    assert not the(case_id).is_late(date(2026, 12, 31))


# -- answered -------------------------------------------------------------------------------------


def test_an_answer_is_kept_sealed_and_sent_with_how_to_disagree(office):
    case_id = complain()
    do(complaints.take_up, case_id)
    do(complaints.reply, case_id, "Un guichet de plus\nouvre lundi.", now=NOW + DAY)
    file = the(case_id)
    assert (file.case.status, file.complaint.reply) == (
        "decided",
        "Un guichet de plus ouvre lundi.",
    )
    tail = file.case.reference[-4:]
    assert sms(case_id)[-1] == (
        f"Préfecture, réponse au numéro {tail} : Un guichet de plus ouvre lundi.\n"
        "Pas d'accord ? Composez *384*50# avant le 05/12/2026"
    )
    with reading() as db:
        stored = db.connection().exec_driver_sql("SELECT reply FROM complaint").scalar_one()
    assert "guichet" not in stored


def test_no_ordinary_notice_is_due_for_what_a_complaint_s_own_sms_says(office):
    case_id = complain()
    do(complaints.reply, case_id, "Voilà.")
    case = the(case_id).case
    assert (case.told, case.tell_at) == (case.version, None)


def test_an_answer_is_given_once_and_says_something(office):
    case_id = complain()
    for words in ("", "  \n", "m" * 321):
        with pytest.raises(ValueError, match="1 to 320"):
            do(complaints.reply, case_id, words)
    do(complaints.reply, case_id, "m" * 320)
    with pytest.raises(NotPossible):
        do(complaints.reply, case_id, "Encore.")
    with pytest.raises(NotPossible):
        do(complaints.reject, case_id, "Non.")


def test_one_that_is_turned_down_says_why_in_the_sms_alone(office):
    case_id = complain()
    do(complaints.reject, case_id, "Ce bureau n'est pas le nôtre.")
    file = the(case_id)
    assert (file.case.status, file.case.reason) == ("refused", complaints.WHY)
    assert "Ce bureau n'est pas le nôtre." in sms(case_id)[-1].replace("notre", "nôtre")
    assert file.can_reopen(NOW + DAY)


@pytest.mark.parametrize("change", [Change("decided"), Change("moved", "repondue")])
def test_one_that_a_program_answers_can_be_opened_again_and_is_closed_in_time(office, change):
    case_id = complain()
    with writing() as db:
        events.add(db, case_id, change, Sender("token:1", "api"), NOW)
    assert the(case_id).can_reopen(NOW + 9 * DAY)
    with reading() as db:
        assert complaints.to_close(db, NOW + 10 * DAY) == [case_id]


def test_passing_on_ends_with_the_manager(office):
    case_id = complain()
    do(complaints.escalate, case_id)
    assert the(case_id).case.stage == "responsable"
    with pytest.raises(NotPossible):
        do(complaints.escalate, case_id)


# -- opened again, closed, rated ------------------------------------------------------------------


def answered(now: datetime = NOW) -> int:
    case_id = complain(now=now)
    do(complaints.reply, case_id, "Voilà.", now=now)
    return case_id


@pytest.mark.parametrize("answer", [complaints.reply, complaints.reject])
def test_within_ten_days_it_goes_to_the_manager_with_a_new_day(office, answer):
    case_id = complain()
    do(answer, case_id, "Voilà.")
    with writing() as db:
        complaints.reopen(db, complaints.find(db, case_id), STAFF, NOW + 9 * DAY)
    file = the(case_id)
    assert (file.case.stage, file.complaint.promised) == ("responsable", date(2026, 12, 10))
    do(complaints.reply, case_id, "Encore une fois.", now=NOW + 11 * DAY)
    assert "Encore une fois." in sms(case_id)[-1]


def test_after_ten_days_it_is_too_late(office):
    case_id = answered()
    with writing() as db, pytest.raises(NotPossible):
        complaints.reopen(db, complaints.find(db, case_id), STAFF, NOW + 10 * DAY)


def test_the_clock_closes_what_nobody_opened_again_and_how_it_was_is_asked(office, monkeypatch):
    old, new, waits = answered(NOW - 11 * DAY), answered(NOW - 9 * DAY), complain()
    monkeypatch.setattr(moment, "now", lambda: NOW)
    complaint_closing.close_answered()
    assert [the(one).case.status for one in (old, new, waits)] == [
        "handed_over",
        "decided",
        "received",
    ]
    with reading() as db:
        assert db.exec(select(Survey.subject)).all() == [f"complaint:{old}"]


def test_it_is_asked_about_at_the_next_dial_and_the_complaint_keeps_it(office, monkeypatch):
    now = moment.now()
    office.speaking(AWA)
    case_id = answered(now - 11 * DAY)
    complaint_closing.close_answered()
    phone = office.phone(AWA)
    screen = phone.dial()
    assert (
        "La réponse à votre plainte"
        in (phone.enter("2") if "2 Recommencer" in screen.text else screen).text
    )
    phone.enter("2")
    assert the(case_id).complaint.rating == 4


def test_who_agrees_closes_it_and_is_not_asked_again(office):
    case_id = answered(moment.now())
    phone = office.speaking(AWA)
    assert "répondue" in phone.enter("4").text
    assert "réponse par SMS le" in phone.enter("1").text
    phone.enter("1")
    assert "La plainte est close." in phone.enter("3").text
    file = the(case_id)
    assert (file.case.status, file.complaint.rating) == ("handed_over", 3)
    with reading() as db:
        survey = db.exec(select(Survey)).one()
    assert (survey.subject, survey.scale, survey.answer) == (f"complaint:{case_id}", 5, 3)
    assert "Vous plaindre de quoi ?" in office.speaking(AWA).enter("4").text


def test_who_does_not_agree_has_it_opened_again_by_dial(office):
    case_id = answered(moment.now())
    phone = office.speaking(AWA)
    for entry in ("4", "1"):
        phone.enter(entry)
    assert "le responsable, Préfecture" in phone.enter("2").text
    assert the(case_id).case.stage == "responsable"


def test_the_answer_is_sent_again_once_a_day(office):
    case_id = answered(moment.now())
    for _ in range(2):
        phone = office.speaking(AWA)
        for entry in ("4", "1"):
            phone.enter(entry)
        assert "renvoyé" in phone.enter("3").text
    assert len(sms(case_id)) == 3  # opened, answered, again


def test_another_s_complaint_is_not_there(office):
    answered(moment.now())
    assert "Vous plaindre de quoi ?" in office.speaking("+221770000051").enter("4").text


# -- by SMS ---------------------------------------------------------------------------------------


@pytest.fixture
def awa(connected, africastalking) -> Citizen:
    return Citizen(connected, africastalking)


def test_a_complaint_by_sms_names_the_office_and_says_what(awa):
    said = awa.writes("Plainte préfecture, deux heures debout")
    assert said[0].startswith("Message recu, Préfecture, numéro ")
    file = only()
    assert file.complaint.category == "other"
    assert file.complaint.words == "préfecture, deux heures debout"


def test_without_an_office_it_is_that_of_the_last_ticket(awa):
    awa.takes_ticket()
    assert awa.writes("PLAINTE")[0].startswith("Message recu, Mairie, numéro ")
    assert (only().complaint.words, only().complaint.about_ticket_id is not None) == (None, True)


def test_without_either_one_hears_how_to_write(awa):
    assert "Ecrivez par exemple PLAINTE MAIRIE" in awa.writes("plainte")[0]
    assert "Ecrivez par exemple PLAINTE MAIRIE" in awa.writes("Reclamation attente")[0]


def test_the_number_of_an_answer_opens_it_again(awa):
    awa.writes("PLAINTE mairie trop long")
    case_id = only().complaint.case_id
    do(complaints.reply, case_id, "C'est ainsi.", now=moment.now())
    awa.hears()
    tail = only().case.reference[-4:]
    assert awa.writes(f"PLAINTE {tail}")[0].startswith(
        f"C'est noté : le numéro {tail} va au respons"
    )
    assert only().case.stage == "responsable"


def test_the_fourth_open_one_is_refused_by_sms_too(awa):
    for _ in range(3):
        complain(phone=awa.number, now=moment.now())
    awa.hears()
    assert awa.writes("PLAINTE mairie encore")[0].startswith("Vous avez déjà 3 messages")


def test_a_rating_by_sms_is_kept_with_the_complaint(awa):
    now = moment.now()
    awa.writes("AIDE")
    complain(phone=awa.number, now=now - 11 * DAY)
    case_id = only().complaint.case_id
    do(complaints.reply, case_id, "Voilà.", now=now - 11 * DAY)
    complaint_closing.close_answered()
    awa.writes("5")
    assert the(case_id).complaint.rating == 5
