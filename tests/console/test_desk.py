"""The desk: every move as a conversation between an agent's browser and the queue."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from sqlmodel import select

import moment
import queues
from citizens.directory import find
from console.desk import words
from database import reading, writing
from locales.console import translations
from queues import calling, events, tickets
from queues.models import Counter, Office, Ticket, TicketEvent
from sms.models import Message
from staff.models import Staff
from tests.console.conversations import FRENCH, send, sign_in
from tests.queues.day import at, counters, kinds, service_id, sit, state, take

QUEUE = "/console/queue"


@pytest.fixture
def clock(monkeypatch):
    """The day's time, in minutes after nine."""
    shown = {"minutes": 0.0}
    monkeypatch.setattr(moment, "now", lambda: at(shown["minutes"]))
    return lambda minutes: shown.update(minutes=minutes)


@pytest.fixture
def desk(office, clock):
    """Awa at counter 1 of two."""
    one, two = counters(2)
    client = office.app.test_client()
    sign_in(client, "awa")
    return Desk(client, one, two)


class Desk:
    """What somebody at a desk sees and presses."""

    def __init__(self, client, one, two=None):
        self.client, self.one, self.two = client, one, two
        self.sit(one)

    def sit(self, counter):
        return self.post(f"{QUEUE}/sit", counter=counter)

    def post(self, url, **fields):
        answer = send(self.client, url, fields)
        assert answer.status_code == 303, answer.text
        return self.page()

    def page(self):
        return unescape(self.client.get(QUEUE, headers=FRENCH).text)

    def drawn(self):
        found = re.search(r'name="drawn" value="(\d+)"', self.page())
        return found[1] if found else "0"

    def next(self, drawn=None):
        return self.post(f"{QUEUE}/next", drawn=drawn or self.drawn())

    def step(self, ticket):
        with reading() as db:
            return db.get(Ticket, ticket.id).steps

    def move(self, ticket, name, step=None, **fields):
        url = f"{QUEUE}/tickets/{ticket.id}/{name}"
        return self.post(url, step=step or self.step(ticket), **fields)

    def serve(self, ticket):
        self.next()
        return self.move(ticket, "start")


def person(name):
    with reading() as db:
        return db.exec(select(Staff).where(Staff.name == name)).one()


def notice(page):
    return re.findall(r'class="notice (\w+)" role="status">.*?<span>(.*?)</span>', page, re.S)


def who_did(ticket):
    with reading() as db:
        return [(one.kind, one.who) for one in events.history(db, ticket.id)]


def test_one_takes_a_counter_and_leaves_it(desk, office):
    page = desk.page()
    assert "Guichet 1" in page
    assert "Personne au guichet." in page
    left = desk.post(f"{QUEUE}/leave")
    assert "À quel guichet êtes-vous" in left
    assert ("done", "Vous avez quitté le guichet.") in notice(left)
    with reading() as db:
        assert db.get(Counter, desk.one).staff_id is None


def test_two_are_not_at_one_counter(desk, office):
    other = office.app.test_client()
    sign_in(other, "ibou")
    page = Desk(other, desk.one).page()
    assert "Quelqu'un d'autre est à ce guichet." in Desk(other, desk.one).sit(desk.one)
    assert "Awa Exemple" in page
    assert f'name="counter" value="{desk.one}"' not in page
    assert f'name="counter" value="{desk.two}"' in page


def test_a_manager_frees_a_counter_that_was_forgotten_and_an_agent_can_t(desk, office):
    assert "Libérer" not in desk.page()
    assert send(desk.client, f"{QUEUE}/free", {"counter": desk.one}).status_code == 403
    manager = office.app.test_client()
    sign_in(manager, "fatou")
    assert "Libérer" in manager.get(QUEUE, headers=FRENCH).text
    assert send(manager, f"{QUEUE}/free", {"counter": desk.one}).status_code == 303
    assert "À quel guichet" in desk.page()
    lost = desk.next(drawn=0)
    assert "Vous n'êtes plus à un guichet" in lost


def test_the_next_one_is_called_served_and_done(desk, clock):
    ticket = take("+221770000061")
    clock(5)
    called = desk.next()
    assert ("done", "A001 est appelé.") in notice(called)
    assert "La personne est là" in called
    clock(6)
    assert "Terminer" in desk.move(ticket, "start")
    clock(12)
    done = desk.move(ticket, "done", outcome="to_return", note="il manque l'acte")
    assert ("done", "A001 est terminé.") in notice(done)
    assert kinds(ticket) == ["joined", "called", "started", "done"]
    assert {who for _, who in who_did(ticket)[1:]} == {f"staff:{person('awa').id}"}
    with reading() as db:
        found = db.get(Ticket, ticket.id)
        assert (found.outcome, found.counter_id) == ("to_return", desk.one)
        assert events.history(db, ticket.id)[-1].note == "il manque l'acte"


def test_nobody_waits_and_that_is_said(desk):
    assert ("attention", "Personne n'attend pour ce guichet.") in notice(desk.next())


def test_a_second_click_on_call_does_not_call_a_second_person(desk):
    first, second = take(None), take(None)
    drawn = desk.drawn()
    desk.next(drawn)
    again = desk.next(drawn)
    assert ("done", "A001 est appelé.") in notice(again)
    desk.move(first, "start")
    desk.move(first, "done", outcome="served")
    old = desk.next(drawn)
    assert "L'écran avait vieilli : personne n'a été appelé." in old
    assert state(second) == "waiting"


def test_one_is_called_again_twice_and_no_more(desk):
    ticket = take(None)
    desk.next()
    assert "Rappeler (1 sur 2)" in desk.page()
    old = desk.step(ticket)
    assert ("done", "A001 est rappelé.") in notice(desk.move(ticket, "recall"))
    assert ("done", "A001 est rappelé.") in notice(desk.move(ticket, "recall", step=old))
    assert kinds(ticket).count("recalled") == 1  # the second click was told, and did nothing
    last = desk.move(ticket, "recall")
    assert "Rappeler" not in last
    assert "Deux rappels suffisent" in desk.move(ticket, "recall")


def test_who_does_not_come_is_absent_and_may_come_back(desk, clock):
    ticket, other = take(None), take(None, 1)
    clock(2)
    desk.next()
    page = desk.move(ticket, "absent")
    assert "Absents qui peuvent revenir" in page
    clock(8)
    assert ("done", "A001 est de retour dans la file.") in notice(desk.move(ticket, "back"))
    desk.next()
    assert (state(ticket), state(other)) == ("called", "waiting")


def test_who_comes_back_too_late_is_told_to_take_another_ticket(desk, clock):
    ticket = take(None)
    desk.next()
    desk.move(ticket, "absent")
    clock(120)
    assert "Absents qui peuvent revenir" not in desk.page()
    assert "Le délai pour revenir est passé" in desk.move(ticket, "back")


def test_one_steps_aside_and_goes_on_after_another(desk):
    ticket, other = take(None), take(None)
    desk.serve(ticket)
    page = desk.move(ticket, "hold")
    assert "Mis de côté" in page
    assert "Appeler le suivant" in page
    desk.next()
    busy = desk.move(ticket, "resume")
    assert "Une personne est à ce guichet" in busy
    desk.move(other, "absent")
    assert ("done", "A001 reprend au guichet.") in notice(desk.move(ticket, "resume"))
    assert state(ticket) == "serving"


def test_one_is_handed_over_to_a_service_with_a_note(desk):
    ticket = take(None)
    desk.serve(ticket)
    to = f"service:{service_id('C')}"
    page = desk.move(ticket, "transfer", to=to, note="veut se marier")
    assert ("done", "A001 est transféré.") in notice(page)
    shown = desk.next()  # this counter has that service, too
    assert "Mariage" in shown
    assert "veut se marier" in shown


def test_one_is_handed_over_to_a_counter_which_alone_may_call(desk):
    ticket = take(None)
    desk.serve(ticket)
    desk.move(ticket, "transfer", to=f"counter:{desk.two}")
    assert "1 personne attend pour d'autres guichets." in desk.page()
    assert "Personne n'attend" in desk.next()


@pytest.mark.parametrize("to", ["", "service:", "service:x", "counter"])
def test_a_transfer_to_nowhere_is_asked_again(desk, to):
    ticket = take(None)
    desk.serve(ticket)
    assert "Choisissez à quel service" in desk.move(ticket, "transfer", to=to)
    assert state(ticket) == "serving"


def test_a_transfer_to_another_office_does_nothing(desk):
    ticket = take(None)
    desk.serve(ticket)
    for to in (f"service:{service_id('A', 'prefecture')}", "service:99999", "counter:99999"):
        url = f"{QUEUE}/tickets/{ticket.id}/transfer"
        answer = send(desk.client, url, {"step": desk.step(ticket), "to": to})
        assert answer.status_code == 404
    assert state(ticket) == "serving"


@pytest.mark.parametrize(
    ("deeds", "before"),
    [
        (["absent"], "called"),
        (["start"], "called"),
        (["start", "hold"], "serving"),
        (["start", "done"], "serving"),
        (["start", "transfer"], "serving"),
        ([], "waiting"),
    ],
)
def test_the_last_step_is_taken_back(desk, deeds, before):
    ticket = take(None)
    desk.next()
    more = {"done": {"outcome": "served"}, "transfer": {"to": f"service:{service_id('B')}"}}
    for deed in deeds:
        page = desk.move(ticket, deed, **more.get(deed, {}))
    page = desk.page()
    assert f"/tickets/{ticket.id}/undo" in page
    assert "possible jusqu'à 9 h 15" in page
    assert "de nouveau comme avant" in desk.move(ticket, "undo")
    assert state(ticket) == before
    assert "/undo" not in desk.page()


def test_after_a_quarter_of_an_hour_a_step_stays(desk, clock):
    ticket = take(None)
    desk.next()
    desk.move(ticket, "absent")
    clock(16)
    assert "/undo" not in desk.page()
    assert "On n'annule que sa propre dernière étape" in desk.move(ticket, "undo")
    assert state(ticket) == "no_show"


def test_a_colleague_s_step_is_not_mine_to_take_back(desk, office):
    ticket = take(None)
    desk.next()
    other = office.app.test_client()
    sign_in(other, "ibou")
    second = Desk(other, desk.two)
    assert "/undo" not in second.page()
    assert "sa propre dernière étape" in second.move(ticket, "undo")
    assert state(ticket) == "called"


def test_one_is_called_out_of_turn(desk):
    first, second = take(None), take(None)
    assert ("done", "A002 est appelé.") in notice(desk.move(second, "call"))
    assert (state(first), state(second)) == ("waiting", "called")
    with reading() as db:
        assert events.history(db, second.id)[-1].note == "out of turn"


def test_who_gave_up_meanwhile_is_not_called_and_that_is_said(desk, clock):
    ticket = take("+221770000061")
    step = desk.step(ticket)
    clock(3)
    with writing() as db:
        tickets.cancel(db, db.get(Ticket, ticket.id), at(3))
    said = desk.move(ticket, "call", step=step)
    assert "rien n'a été fait" in said
    assert "A001 est annulé (9 h 03)" in said


def test_what_a_colleague_did_is_not_done_again(desk, office):
    ticket = take(None)
    step = desk.step(ticket)
    sit(desk.two, 99)
    with writing() as db:
        calling.call_next(db, desk.two, "staff:99", at(1))
    assert "A001 est appelé (9 h 01)" in desk.move(ticket, "call", step=step)
    assert kinds(ticket) == ["joined", "called"]


def test_a_ticket_at_another_counter_is_left_alone(desk):
    ticket = take(None)
    sit(desk.two, 99)
    with writing() as db:
        calling.call_next(db, desk.two, "staff:99", at(1))
    for name in ("start", "recall", "absent", "done"):
        desk.move(ticket, name, outcome="served")
    assert kinds(ticket) == ["joined", "called"]


def test_an_outcome_that_there_is_not_is_refused(desk):
    ticket = take(None)
    desk.serve(ticket)
    fields = {"step": desk.step(ticket), "outcome": "whatever"}
    answer = send(desk.client, f"{QUEUE}/tickets/{ticket.id}/done", fields)
    assert answer.status_code == 400
    assert state(ticket) == "serving"


def test_two_agents_never_get_the_same_person(desk, office):
    for _ in range(6):
        take(None)
    other = office.app.test_client()
    sign_in(other, "ibou")
    both = [desk, Desk(other, desk.two)]
    for _ in range(3):
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda one: one.next(), both))
        with reading() as db:
            here = db.exec(select(Ticket).where(Ticket.state == "called")).all()
        assert {one.counter_id for one in here} == {desk.one, desk.two}
        for one in here:
            (desk if one.counter_id == desk.one else both[1]).move(one, "absent")
    with reading() as db:
        calls = db.exec(select(TicketEvent.ticket_id).where(TicketEvent.kind == "called")).all()
    assert len(calls) == len(set(calls)) == 6


def test_one_who_presses_ten_times_at_once_calls_one(desk):
    for _ in range(4):
        take(None)
    drawn = desk.drawn()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: desk.next(drawn), range(4)))
    with reading() as db:
        calls = db.exec(select(TicketEvent).where(TicketEvent.kind == "called")).all()
    assert len(calls) == 1


def test_other_offices_are_not_there(desk, office):
    [foreign] = counters(1, "AB", "prefecture")
    assert send(desk.client, f"{QUEUE}/sit", {"counter": foreign}).status_code == 404
    with reading() as db:
        prefecture = db.exec(select(Office.id).where(Office.code == "prefecture")).one()
    assert desk.client.get(f"/console/queue/walk-in?office={prefecture}").status_code == 200
    desk.post(f"{QUEUE}/leave")
    assert desk.client.get(f"/console/queue/walk-in?office={prefecture}").status_code == 404
    assert desk.client.get(f"{QUEUE}?office={prefecture}").status_code == 404
    ticket = take(None, service=service_id("A", "prefecture"))
    url = f"{QUEUE}/tickets/{ticket.id}/call"
    desk.sit(desk.one)
    assert send(desk.client, url, {"step": 1}).status_code == 404
    assert state(ticket) == "waiting"


def test_an_administrator_chooses_the_office_first(desk, office):
    client = office.app.test_client()
    sign_in(client, "admin")
    page = client.get(QUEUE, headers=FRENCH).text
    assert "quel bureau" in page
    url = re.search(r'href="(/console/queue\?office=\d+)"', page)[1]
    assert "À quel guichet" in client.get(url, headers=FRENCH).text
    assert "Guichet 2" in Desk(client, desk.two).page()


def test_those_who_wait_are_shown_in_order_with_what_they_were_told(desk, clock):
    take("+221770000061")
    take(None, 1, prefix="B")
    take("+221770000062", 2, priority="elderly", who="staff:1", note="carte")
    clock(10)
    page = desk.page()
    labels = re.findall(r"<li><strong>(\w+)</strong>", page)
    assert labels == ["A002", "A001", "B001"]
    assert "Personne âgée" in page
    assert "il y a 10\xa0minutes" in page or "il y a 10 minutes" in page
    assert "•• 61" in page
    assert "7700000" not in page  # never more of a number than its end


def test_an_appointment_is_shown_but_not_called_before_its_time(desk, clock):
    ticket = take(None)
    with writing() as db:
        found = db.get(Ticket, ticket.id)
        found.appointment, found.callable_from = True, at(90)
    page = desk.page()
    assert "Rendez-vous à venir" in page
    assert "10 h 30" in page
    assert "Personne n'attend" in desk.next()
    clock(90)
    assert "rendez-vous à 10 h 30" in desk.page()


def test_the_list_is_sent_again_only_when_it_has_changed(desk, clock):
    take(None)
    first = desk.client.get(f"{QUEUE}/live", headers=FRENCH)
    assert "A001" in first.text
    assert "csrf_token" not in first.text
    version = first.headers["X-Version"]
    same = desk.client.get(f"{QUEUE}/live?seen={version}", headers=FRENCH)
    assert (same.status_code, same.data) == (204, b"")
    take(None)
    changed = desk.client.get(f"{QUEUE}/live?seen={version}", headers=FRENCH)
    assert "A002" in changed.text
    mark = changed.headers["X-Mark"]
    assert f'data-mark="{mark}"' in desk.page()
    desk.next()
    assert desk.client.get(f"{QUEUE}/live").headers["X-Mark"] != mark
    with desk.client.session_transaction(path="/console") as session:
        session["seen"] -= 600
        before = session["seen"]
    desk.client.get(f"{QUEUE}/live")
    with desk.client.session_transaction(path="/console") as session:
        assert session["seen"] == before  # a page that looks by itself keeps nobody signed in


def test_a_desk_with_a_long_queue_comes_light(desk):
    for number in range(60):
        take(f"+2217700001{number:02d}")
    first = desk.client.get(QUEUE, headers=FRENCH)
    assert "et 35 autres" in first.text
    weight = len(first.data)
    for part in re.findall(r'"(/console/static/[^"]+)"', first.text):
        weight += len(desk.client.get(part).data)
    assert weight < 60_000, weight


def test_each_key_on_the_page_has_a_button(desk):
    ticket = take(None)
    pages = [desk.page(), desk.next(), desk.move(ticket, "start")]
    drawn = {key for page in pages for key in re.findall(r'data-key="(\w)"', page)}
    assert drawn == {key for key, _ in words.KEYS}
    for page in pages:
        keys = re.findall(r'accesskey="(\w)"', page)
        assert len(keys) == len(set(keys))


def test_each_reason_of_the_queue_s_has_words_for_people():
    folder = Path(queues.__file__).parent
    source = "".join(path.read_text() for path in folder.glob("*.py"))
    reasons = set(re.findall(r'NotPossible\("([^"]+)"\)', source)) - {"no event at all"}
    spoken = {one for one in reasons if not one.endswith("not possible any more")}
    assert spoken <= set(words.NOT_POSSIBLE)
    english = translations("en")
    for said in words.NOT_POSSIBLE.values():
        assert english.gettext(said) != said


def test_without_sitting_down_nothing_can_be_called(office, clock):
    counters(1)
    take(None)
    client = office.app.test_client()
    sign_in(client, "awa")
    assert send(client, f"{QUEUE}/next", {"drawn": 0}).status_code == 303
    assert "Vous n'êtes plus à un guichet" in unescape(client.get(QUEUE, headers=FRENCH).text)
    assert client.get(f"{QUEUE}/live").status_code == 302


def test_a_slip_is_printed_for_one_s_own_office_only(desk, office):
    ticket = take(None)
    foreign = take(None, service=service_id("A", "prefecture"))
    assert "A001" in desk.client.get(f"/console/slip/{ticket.id}").text
    assert desk.client.get(f"/console/slip/{foreign.id}").status_code == 404
    assert desk.client.get("/console/slip/99999").status_code == 404


class TestAWalkIn:
    def give(self, desk, **fields):
        page = desk.client.get(f"{QUEUE}/walk-in", headers=FRENCH).text
        drawn = re.search(r'name="drawn" value="(\d+)"', page)[1]
        fields = {
            "service": service_id("A"),
            "language": "wo",
            "priority": "",
            "drawn": drawn,
            **fields,
        }
        return send(desk.client, f"{QUEUE}/walk-in", fields)

    def test_without_a_phone_gets_a_ticket(self, desk):
        answer = self.give(desk)
        shown = desk.client.get(answer.location, headers=FRENCH).text
        assert "A001" in shown
        assert "/console/slip/" in shown
        with reading() as db:
            ticket = db.exec(select(Ticket)).one()
            assert (ticket.citizen_id, ticket.priority) == (None, "")
            assert events.history(db, ticket.id)[0].who == f"staff:{person('awa').id}"

    def test_with_a_phone_is_known_from_then_on_and_in_which_language(self, desk):
        assert self.give(desk, phone="77 000 00 63").status_code == 303
        with reading() as db:
            citizen = find(db, "+221770000063")
            assert citizen.language == "wo"
            assert db.exec(select(Ticket)).one().citizen_id == citizen.id
        again = self.give(desk, phone="+221 77 000 00 63")
        assert again.status_code == 409
        assert "a déjà le ticket A001" in again.text

    def test_with_a_phone_gets_the_ticket_by_sms_once_and_in_their_language(self, desk):
        self.give(desk, phone="77 000 00 63", language="en")
        self.give(desk, phone="77 000 00 63")  # has it already
        self.give(desk)  # a slip of paper
        with reading() as db:
            message = db.exec(select(Message)).one()
        assert (message.kind, message.address) == ("ticket_taken", "+221770000063")
        assert message.body.startswith("Ticket A001, Town hall, Civil registry. 0 ahead of you.")

    def test_of_a_second_click_nothing_is_told(self, desk):
        self.give(desk, drawn=0, phone="77 000 00 63")
        assert self.give(desk, drawn=0, phone="77 000 00 64").status_code == 409
        with reading() as db:
            assert db.exec(select(Message.address)).all() == ["+221770000063"]

    def test_who_has_chosen_a_language_keeps_it(self, desk):
        take("+221770000064", prefix="B")
        with writing() as db:
            find(db, "+221770000064").language = "ff"
        self.give(desk, phone="770000064")
        with reading() as db:
            assert find(db, "+221770000064").language == "ff"

    def test_a_priority_needs_its_reason_and_nothing_typed_is_lost(self, desk):
        asked = self.give(desk, priority="elderly", phone="77 000 00 65")
        assert asked.status_code == 422
        assert "Dites pourquoi en un mot" in asked.text
        assert 'value="77 000 00 65"' in asked.text
        assert self.give(desk, priority="elderly", reason="carte").status_code == 303
        with reading() as db:
            ticket = db.exec(select(Ticket)).one()
            assert ticket.priority == "elderly"
            assert events.history(db, ticket.id)[0].note == "carte"

    @pytest.mark.parametrize("phone", ["12", "abc", "+000000000"])
    def test_a_number_that_is_none_is_said_beside_its_field(self, desk, phone):
        asked = self.give(desk, phone=phone)
        assert asked.status_code == 422
        assert "Écrivez le numéro comme 77 000 00 01" in asked.text

    def test_a_second_click_gives_no_second_ticket(self, desk):
        assert self.give(desk, drawn=0).status_code == 303
        again = self.give(desk, drawn=0)
        assert again.status_code == 409
        assert "A001 vient d'être pris" in unescape(again.text)
        with reading() as db:
            assert len(db.exec(select(Ticket)).all()) == 1
        drawn = re.search(r'name="drawn" value="(\d+)"', again.text)[1]
        assert self.give(desk, drawn=drawn).status_code == 303

    def test_four_clicks_at_once_give_one_ticket(self, desk):
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _: self.give(desk, drawn=0), range(4)))
        with reading() as db:
            assert len(db.exec(select(Ticket)).all()) == 1

    def test_a_closed_office_gives_none_and_says_when_to_come(self, office, clock):
        clock(-180)  # six o'clock
        client = office.app.test_client()
        sign_in(client, "admin")
        with reading() as db:
            prefecture = db.exec(select(Office.id).where(Office.code == "prefecture")).one()
        url = f"{QUEUE}/walk-in?office={prefecture}"
        fields = {
            "service": service_id("A", "prefecture"),
            "language": "fr",
            "priority": "",
            "drawn": 0,
        }
        answer = send(client, url, fields)
        assert answer.status_code == 409
        assert "Le bureau est fermé." in answer.text
        assert "La prochaine fois : lundi 23 nov., 8 h 00." in answer.text

    def test_another_office_s_service_can_t_be_chosen(self, desk):
        assert self.give(desk, service=service_id("A", "prefecture")).status_code == 422


def test_today_tells_how_each_service_stands(desk, clock, office):
    done, waits = take(None), take(None, 4)
    take(None, 5, prefix="B")
    desk.serve(done)
    desk.move(done, "done", outcome="served")
    clock(24)
    page = desk.client.get("/console/", headers=FRENCH).text
    rows = re.findall(r"<tr><td>(.*?)</tr>", page, re.S)
    cells = [re.sub(r"<[^>]+>", " ", row).split() for row in rows]
    assert len(rows) == 4  # of one's own office, and no other
    assert cells[0][:2] == ["Etat", "civil"]
    assert cells[0][2] == "1"
    assert "20" in cells[0]
    ones = re.findall(r'class="figure">(?:<a [^>]*>)?1<', rows[0])
    assert len(ones) == 3  # one waits, one counter, one served
    assert state(waits) == "waiting"
    admin = office.app.test_client()
    sign_in(admin, "admin")
    with reading() as db:
        every = len(db.exec(select(Office)).all())
    assert every > 1
    assert admin.get("/console/", headers=FRENCH).text.count("<h2>") == every


def test_times_are_those_of_the_office(desk, clock):
    clock(timedelta(hours=1).total_seconds() / 60)
    assert "lundi 23 nov., 10 h 00" in desk.client.get("/console/", headers=FRENCH).text
