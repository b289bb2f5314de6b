"""What is held of a person: seen, corrected, handed over, erased; and let go of in time."""

import json
from datetime import datetime, timedelta

import pytest
from sqlmodel import SQLModel, select, update

import moment
from cases import complaints, names
from cases import privacy as of_cases
from cases.complaints import Made
from cases.events import Sender
from cases.models import Case, CaseEvent, CaseName, CaseReading, Complaint
from cases.reading import TRIES_A_DAY, on_other_phone
from citizens import privacy
from citizens.audit import AuditEntry
from citizens.directory import find, find_or_add
from citizens.models import Mandate
from citizens.privacy import Hindered
from database import reading, writing
from database.sealing import fingerprints
from demo import office as demo_office
from insights import surveys
from operations import rotation
from queues import privacy as of_queues
from queues.models import Office, Ticket
from sms import consent, outbox
from sms.models import Bulk, BulkRow, Consent, Message
from sms.states import SURVEYS, TICKETS
from tests.sms.conversation import Citizen as Writer

HOLDER = "+221770000001"  # of two dossiers
OTHER = "+221770000002"
EMAIL = "awa.exemple@example.org"


def known(phone: str = HOLDER) -> None:
    """Somebody of whom each room holds something."""
    now = moment.now()
    with writing() as db:
        citizen = find_or_add(db, phone)
        citizen.email, citizen.travel_minutes, citizen.birth_year = EMAIL, 30, 1990
        other = find_or_add(db, OTHER)
        db.add(
            Mandate(
                holder_id=citizen.id,
                mediator_id=other.id,
                scope="dossiers",
                expires_on=now.date() + timedelta(days=30),
            )
        )
        case = db.exec(select(Case).where(Case.citizen_id == citizen.id)).first()
        case.holder_name = "Zeynabou Exemple"
        names.index(db, case)
        office = db.exec(select(Office)).first()
        made = Made("other", office.id, citizen, "On m'a mal parlé, à moi, Zeynabou")
        file = complaints.open_complaint(db, made, Sender("citizen"), now)
        complaints.reply(db, file.complaint.case_id, "Pardon, Zeynabou.", Sender("staff:ibou"), now)
        surveys.ask(db, phone, "fr", subject="ticket:1", scale=10, now=now)
        consent.change(db, phone, [TICKETS, SURVEYS], given=False, source="ussd")
        consent.change(db, phone, [TICKETS], given=True, source="ussd")
        db.add(
            BulkRow(
                bulk_id=_bulk(db),
                line=1,
                phone=phone,
                phone_hash=fingerprints(phone)[0],
                language="fr",
            )
        )
        db.add(
            CaseReading(
                reference_hash="x",
                reference=case.reference,
                phone=phone,
                phone_hash=fingerprints(phone)[0],
                own_phone=True,
                outcome="shown",
                at=now - timedelta(days=2),
            )
        )


def _bulk(db) -> int:
    bulk = Bulk(name="avis", texts={}, topic=SURVEYS, by="operator")
    db.add(bulk)
    db.flush()
    return bulk.id


def erase(phone: str = HOLDER, who: str = "citizen", now: datetime | None = None) -> None:
    with writing() as db:
        privacy.erase(db, privacy.person(db, phone), now or moment.now(), who)


def everything_in(what: str) -> list[str]:
    """Where in the database this is found, sealed or not."""
    found = []
    with reading() as db:
        for mapper in SQLModel._sa_registry.mappers:
            for row in db.exec(select(mapper.class_)):
                for name in mapper.column_attrs.keys():  # noqa: SIM118
                    if what in str(getattr(row, name)):
                        found.append(f"{mapper.class_.__tablename__}.{name}")
    return sorted(found)


# -- erased ---------------------------------------------------------------------------------------


def test_nothing_of_a_person_is_left_but_a_stop(office):
    known()
    traces = (HOLDER, EMAIL, "Zeynabou", *fingerprints(HOLDER))
    assert all(everything_in(trace) for trace in traces)
    erase()
    assert {trace: everything_in(trace) for trace in traces} == {
        **{trace: [] for trace in traces},
        fingerprints(HOLDER)[0]: ["sms_consent.phone_hash"],
    }
    with reading() as db:
        assert find(db, HOLDER) is None
        assert db.exec(select(Mandate)).all() == []


def test_a_stop_is_remembered_and_nothing_else_of_consent(office):
    known()
    erase()
    with reading() as db:
        kept = [(row.topic, row.given, row.phone) for row in db.exec(select(Consent))]
        assert kept == [(SURVEYS, False, "")]
        assert consent.unwanted(db, HOLDER) == {SURVEYS}


def test_a_remembered_stop_outlives_a_change_of_keys(office):
    known()
    erase()
    rotation.rotate()
    with reading() as db:
        assert consent.unwanted(db, HOLDER) == {SURVEYS}


def test_dossiers_stay_with_the_agency_and_name_nobody(office):
    known()
    with reading() as db:
        before = {case.id: (case.reference, case.stage) for case in db.exec(select(Case))}
        mine = [
            case.id for case in db.exec(select(Case).where(Case.citizen_id == find(db, HOLDER).id))
        ]
    erase()
    with reading() as db:
        after = {case.id: (case.reference, case.stage) for case in db.exec(select(Case))}
        assert after == before
        assert len(mine) == 3
        for case_id in mine:
            case = db.get(Case, case_id)
            whose = (case.citizen_id, case.holder_name, case.birth_year, case.pin_hash)
            assert whose == (None, None, None, None)
            assert case.tell_at is None
            events = db.exec(
                select(CaseEvent.kind)
                .where(CaseEvent.case_id == case_id)
                .order_by(CaseEvent.version)
            ).all()
            assert events[-1] == "erased"
        assert db.exec(select(CaseName)).all() == []
        complaint = db.exec(select(Complaint)).one()
        assert (complaint.words, complaint.reply, complaint.category) == (None, None, "other")


def test_others_keep_all_that_is_theirs(office):
    known(HOLDER)
    with writing() as db:
        find_or_add(db, OTHER).email = "ibou@example.org"
    erase()
    with reading() as db:
        assert find(db, OTHER).email == "ibou@example.org"
        held = privacy.held(db, privacy.person(db, OTHER))
    assert len(held["dossiers"]) == 1


def test_what_has_not_left_yet_never_does(office):
    office.speaking(HOLDER)
    with writing() as db:
        outbox.post(
            db,
            key="later",
            text="language_chosen",
            phone=HOLDER,
            language="fr",
            values={},
            now=moment.now(),
        )
    erase()
    with reading() as db:
        message = db.exec(select(Message).where(Message.key == "later")).one()
    assert (message.state, message.reason, message.address) == ("expired", "erased", None)


def test_the_log_keeps_that_it_was_done_and_of_nobody(office):
    known()
    with reading() as db:
        citizen_id = find(db, HOLDER).id
    erase(who="cli:awa")
    with reading() as db:
        entry = db.exec(select(AuditEntry).where(AuditEntry.did == "citizens.erase")).one()
    assert (entry.who, entry.about) == ("cli:awa", f"citizen:{citizen_id}")


def test_who_holds_a_ticket_is_not_erased_before_it_ends(office):
    office.take_ticket(HOLDER)
    with pytest.raises(Hindered, match="live_ticket"):
        erase()
    with reading() as db:
        assert find(db, HOLDER) is not None
    phone = office.speaking(HOLDER)
    for entry in ("6", "2", "1"):
        phone.enter(entry)
    erase()
    with reading() as db:
        assert db.exec(select(Ticket.citizen_id)).all() == [None]


def test_an_sms_that_is_just_leaving_is_waited_for(office):
    office.take_ticket(HOLDER)
    with writing() as db:
        db.execute(update(Message).values(state="sending"))
        db.execute(update(Ticket).values(state="done"))
    with pytest.raises(Hindered, match="sending"):
        erase()


def test_all_or_nothing(office, monkeypatch):
    known()
    monkeypatch.setattr(privacy, "_erasing", [*privacy._erasing, lambda *_: 1 / 0])
    with pytest.raises(ZeroDivisionError):
        erase()
    with reading() as db:
        held = privacy.held(db, privacy.person(db, HOLDER))
    assert {"dossiers", "complaints", "mandates", "surveys", "consent"} <= held.keys()


def test_guesses_at_pins_are_counted_across_an_erasure(office):
    one = demo_office.facts()["dossiers"][1]
    guesser, now = "+221770000077", moment.now()
    for _ in range(TRIES_A_DAY):
        with writing() as db:
            find_or_add(db, guesser)
            on_other_phone(db, guesser, one["reference"], 1900, "0000", now)
        erase(guesser)
    other = demo_office.facts()["dossiers"][5]
    with writing() as db:
        right = (other["reference"], other["birth_year"], other["pin"])
        assert on_other_phone(db, guesser, *right, now) is None
    erase(guesser, now=now + timedelta(days=2))
    assert everything_in(fingerprints(guesser)[0]) == []


# -- by dial --------------------------------------------------------------------------------------


def to_my_data(office, number: str = HOLDER):
    phone = office.speaking(number)
    for entry in ("5", "4"):
        phone.enter(entry)
    return phone


def bodies() -> list[str]:
    with reading() as db:
        return [body for body in db.exec(select(Message.body).order_by(Message.id)) if body]


def test_one_sees_it_on_three_screens_and_in_an_sms(office):
    known()
    phone = to_my_data(office)
    first = phone.enter("1").text
    assert "Trajet : 30 min" in first
    assert "en : 1990" in first
    channels = phone.enter("1").text
    assert "E-mail : a---@example.org" in channels
    assert "SMS refusés : avis" in channels
    second = phone.enter("1").text
    assert "Dossiers : 3. Tickets : 0. Accords avec d'autres : 1." in second
    assert "dossiers 3, tickets 0, accords 1" in bodies()[-1]
    assert HOLDER not in first + second + bodies()[-1]


def test_the_sms_comes_once_a_day(office):
    for _ in range(2):
        to_my_data(office).enter("1")
    assert sum("accords" in body for body in bodies()) == 1


def test_who_holds_it_why_how_long_and_what_one_may_ask(open_office):
    office = open_office(DATA_CONTROLLER="Commune de Keur Exemple", DATA_AUTHORITY="APDP")
    phone = to_my_data(office)
    assert "Qui : Commune de Keur Exemple." in phone.enter("5").text
    said = phone.enter("1").text + phone.enter("1").text
    for part in ("SMS : 90 jours", "Ticket : 90", "Dossier clos : 365", "Plainte : APDP"):
        assert part in said
    assert "Commune de Keur Exemple les garde" in bodies()[-1]


def test_an_address_is_taken_away(office):
    known()
    phone = to_my_data(office)
    phone.enter("2")
    phone.enter("3")
    with reading() as db:
        assert find(db, HOLDER).email is None


def test_erased_by_dial_the_next_dial_is_the_first(office):
    known()
    phone = to_my_data(office)
    for entry in ("4", "1"):
        phone.enter(entry)
    assert "C'est effacé." in phone.enter("1").text
    assert "Langue / Language" in office.phone(HOLDER).dial().text
    assert "Numéro du dossier" in office.speaking(HOLDER).enter("2").text


def test_a_callback_that_comes_twice_erases_once(office):
    phone = to_my_data(office)
    for entry in ("4", "1", "1"):
        last = phone.enter(entry)
    assert phone.repeat().text == last.text
    with reading() as db:
        assert len(db.exec(select(AuditEntry).where(AuditEntry.did == "citizens.erase")).all()) == 1


def test_with_a_ticket_the_menu_says_what_to_do_first(office):
    office.take_ticket(HOLDER)
    phone = to_my_data(office)
    for entry in ("4", "1"):
        phone.enter(entry)
    assert "Vous avez un ticket." in phone.enter("1").text
    assert "1 Je suis en retard" in phone.enter("1").text


# -- a copy ---------------------------------------------------------------------------------------


def test_a_copy_is_asked_for_by_dial_and_handed_over_at_the_counter(office):
    known()
    cli = office.app.test_cli_runner()
    phone = to_my_data(office)
    assert "Venez au guichet avec votre CNI" in phone.enter("3").text
    assert "on vous donne une copie" in bodies()[-1]
    assert HOLDER in cli.invoke(args=["citizens", "asked"]).output
    copy = json.loads(cli.invoke(args=["citizens", "export", HOLDER]).output)
    assert copy["phone"] == HOLDER
    assert copy["citizen"]["email"] == EMAIL
    assert {one["reference"] for one in copy["dossiers"]} >= {
        one["reference"] for one in demo_office.facts()["dossiers"] if one["phone"] == HOLDER
    }
    assert copy["complaints"][0]["words"].startswith("On m'a mal parlé")
    assert copy["mandates"][0]["as"] == "holder"
    assert "Nobody waits" in cli.invoke(args=["citizens", "asked"]).output


def test_no_copy_holds_a_pin_or_another_s_number(office):
    known()
    with reading() as db:
        copy = json.dumps(privacy.held(db, privacy.person(db, HOLDER)))
        pins = [case.pin_hash for case in db.exec(select(Case)) if case.pin_hash]
    assert OTHER not in copy
    assert not any(pin in copy for pin in pins)


def test_who_gave_an_address_gets_a_summary_there(open_office):
    office = open_office(SMTP_URL="smtp://127.0.0.1:1/?from=guichet@mairie.example")
    known()
    assert "Un résumé part" in to_my_data(office).enter("3").text
    with reading() as db:
        mail = db.exec(select(Message).where(Message.channel == "email")).one()
    assert mail.address == EMAIL
    assert "dossiers 3" in mail.body
    assert "Zeynabou" not in mail.body


def test_one_who_is_erased_waits_for_no_copy(office):
    known()
    with writing() as db:
        privacy.ask_for_copy(db, privacy.person(db, HOLDER))
    erase()
    with reading() as db:
        assert privacy.copies_to_make(db) == []


# -- on the command line --------------------------------------------------------------------------


def test_show_says_how_much_and_no_words(office):
    known()
    shown = office.app.test_cli_runner().invoke(args=["citizens", "show", HOLDER]).output
    assert "  dossiers: 3\n" in shown
    assert "email: a•••@example.org" in shown
    assert HOLDER not in shown
    assert "mal parlé" not in shown
    with reading() as db:
        assert db.exec(select(AuditEntry.did)).all()[-1] == "citizens.show"


def test_export_writes_a_file_for_its_owner_alone_and_over_none(office, tmp_path):
    known()
    cli, file = office.app.test_cli_runner(), tmp_path / "awa.json"
    args = ["citizens", "export", HOLDER, "--to", str(file)]
    assert cli.invoke(args=args).exit_code == 0
    assert file.stat().st_mode & 0o777 == 0o600
    assert json.loads(file.read_text(encoding="utf-8"))["phone"] == HOLDER
    assert "is there already" in cli.invoke(args=args).output


def test_erase_asks_and_says_why_not(office):
    office.take_ticket(HOLDER)
    cli = office.app.test_cli_runner()
    assert cli.invoke(args=["citizens", "erase", HOLDER], input="n\n").exit_code == 1
    assert "it holds a ticket" in cli.invoke(args=["citizens", "erase", HOLDER, "--yes"]).output
    assert "erased" in cli.invoke(args=["citizens", "erase", OTHER, "--yes"]).output
    assert "not an international" in cli.invoke(args=["citizens", "erase", "12", "--yes"]).output


# -- in time --------------------------------------------------------------------------------------


def closed(days: int) -> int:
    """The id of a dossier of somebody's that closed so many days ago."""
    with writing() as db:
        case = db.exec(select(Case).where(Case.status == "handed_over")).one()
        case.since = moment.now().date() - timedelta(days=days)
        return case.id


@pytest.mark.parametrize(("days", "whose"), [(366, False), (365, True)])
def test_a_year_after_it_closed_nobody_knows_whose_a_dossier_was(office, days, whose):
    case_id = closed(days)
    of_cases.forget()
    with reading() as db:
        case = db.get(Case, case_id)
        assert (case.citizen_id is not None, case.pin_hash is not None) == (whose, whose)
        open_ones = select(Case).where(Case.status != "handed_over", Case.status != "refused")
        assert all(one.citizen_id for one in db.exec(open_ones))
        event = db.exec(
            select(CaseEvent).where(CaseEvent.case_id == case_id).order_by(CaseEvent.version.desc())
        ).first()
    assert (event.kind == "erased", event.who == "clock") == (not whose, not whose)


def test_what_is_forgotten_once_is_not_forgotten_again(office):
    case_id = closed(400)
    of_cases.forget()
    of_cases.forget()
    with reading() as db:
        kinds = db.exec(select(CaseEvent.kind).where(CaseEvent.case_id == case_id)).all()
    assert kinds.count("erased") == 1


def test_readings_are_kept_for_a_year(office):
    now = moment.now()
    with writing() as db:
        for days in (364, 366):
            db.add(
                CaseReading(
                    reference_hash="x",
                    phone_hash="y",
                    own_phone=True,
                    outcome="shown",
                    at=now - timedelta(days=days),
                )
            )
    of_cases.forget()
    with reading() as db:
        assert [(now - one.at).days for one in db.exec(select(CaseReading))] == [364]


def test_whose_a_ticket_was_is_forgotten_once_it_has_ended(office):
    office.take_ticket(HOLDER)
    office.take_ticket(OTHER)
    with writing() as db:
        ended, live = db.exec(select(Ticket).order_by(Ticket.id)).all()
        for ticket in (ended, live):
            ticket.day -= timedelta(days=91)
        ended.state = "done"
    of_queues.forget()
    with reading() as db:
        assert [one is None for one in db.exec(select(Ticket.citizen_id).order_by(Ticket.id))] == [
            True,
            False,
        ]


# -- by SMS ---------------------------------------------------------------------------------------


def test_after_an_erasure_one_writes_as_a_stranger(connected, africastalking):
    awa = Writer(connected, africastalking)
    awa.writes("LANGUE EN")
    awa.writes("STOP")
    erase(awa.number)
    assert awa.writes("AIDE")[0].startswith("Ecrivez TICKET")
    with reading() as db:
        assert len(consent.unwanted(db, awa.number)) == 3


def test_every_room_that_seals_something_of_a_person_erases_it(office):
    """A new table with something sealed in it has to be thought of: `nothing of a person is left`
    has to fill it, or it stands here."""
    sealed = {mapper.class_.__tablename__ for mapper, _ in rotation.sealed_columns()}
    assert sealed == {
        *("citizen", "dossier", "dossier_event", "dossier_reading", "complaint"),
        *("message", "sms_receipt", "sms_inbound", "sms_consent", "sms_bulk_row", "survey"),
        "webhook",  # an agency's own secret
        "staff",  # who work here: their address, and what their phone's codes are made from
        "dossier_import",  # a file on its way in: gone once it is in, or after a week
    }
