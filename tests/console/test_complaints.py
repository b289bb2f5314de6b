"""Complaints at the console: which wait, the late ones first; read, answered, passed on, closed."""

from datetime import timedelta

import pytest
from sqlmodel import select

import moment
from cases import complaints
from cases.complaints import Made
from cases.events import Sender
from citizens.audit import AuditEntry
from citizens.directory import find_or_add
from database import reading, writing
from queues.models import Office
from sms.models import Message
from tests.console.conversations import FRENCH, send, sign_in

LIST = "/console/complaints"
AWA = "+221770000050"


@pytest.fixture
def agent(office):
    return signed_in(office, "awa")


@pytest.fixture
def manager(office):
    return signed_in(office, "fatou")


def signed_in(office, name: str):
    client = office.app.test_client()
    sign_in(client, name)
    return client


def complain(
    days_ago: int = 0, code: str = "mairie", phone: str | None = AWA, words: str = ""
) -> int:
    now = moment.now() - timedelta(days=days_ago)
    with writing() as db:
        where = db.exec(select(Office.id).where(Office.code == code)).one()
        citizen = find_or_add(db, phone) if phone else None
        if citizen is not None:
            citizen.language = "fr"
        file = complaints.open_complaint(
            db, Made("reception", where, citizen, words), Sender("citizen"), now
        )
        return file.complaint.case_id


def tail(case_id: int) -> str:
    with reading() as db:
        return complaints.find(db, case_id).case.reference[-4:]


def stands(case_id: int) -> tuple[str, str | None]:
    with reading() as db:
        file = complaints.find(db, case_id)
        return file.case.stage, file.complaint.reply


def act(client, case_id: int, what: str, **fields):
    url = f"{LIST}/{case_id}/{what}"
    return send(client, url, fields, page=f"{LIST}/{case_id}", follow_redirects=True)


def test_without_a_complaint_the_page_says_how_they_come(agent):
    assert "Pas de plainte en attente" in agent.get(LIST, headers=FRENCH).text


def test_the_late_ones_come_first_and_are_marked(agent):
    new, old = complain(), complain(days_ago=30)
    page = agent.get(LIST, headers=FRENCH).text
    assert page.index(f"•• {tail(old)}") < page.index(f"•• {tail(new)}")
    assert page.count("en retard") == 1
    assert "1 plainte attend au-delà du jour promis." in page


def test_another_office_s_are_not_there(agent, office):
    case_id = complain(code="prefecture")
    assert f"•• {tail(case_id)}" not in agent.get(LIST, headers=FRENCH).text
    assert agent.get(f"{LIST}/{case_id}").status_code == 404
    assert act(agent, complain(), "reply", words="x").status_code == 200
    url = f"{LIST}/{case_id}/reply"
    assert send(agent, url, {"words": "x"}).status_code == 404
    assert stands(case_id) == ("recue", None)
    everywhere = signed_in(office, "admin").get(LIST, headers=FRENCH).text
    assert f"•• {tail(case_id)}" in everywhere


def test_one_shows_what_it_is_about_and_that_is_in_the_access_log(agent):
    case_id = complain(words="<b>Personne</b> au guichet")
    page = agent.get(f"{LIST}/{case_id}", headers=FRENCH).text
    assert "&lt;b&gt;Personne&lt;/b&gt; au guichet" in page
    assert "+221 77 ••• •• 50" in page
    assert AWA not in page
    with reading() as db:
        entry = db.exec(select(AuditEntry).where(AuditEntry.did == "complaints.read")).one()
    assert (entry.who, entry.about) == ("staff:awa", f"dossier:{case_id}")


def test_an_answer_goes_out_by_sms(agent):
    case_id = complain()
    shown = act(agent, case_id, "reply", words="Un agent de plus dès lundi.").text
    assert "La réponse part par SMS." in shown
    assert "La personne peut la rouvrir pendant dix jours." in shown
    assert stands(case_id) == ("repondue", "Un agent de plus dès lundi.")
    with reading() as db:
        bodies = db.exec(select(Message.body)).all()
    assert any("Un agent de plus dès lundi." in body for body in bodies)
    assert f"•• {tail(case_id)}" in agent.get(f"{LIST}?answered=1", headers=FRENCH).text


@pytest.mark.parametrize(
    ("words", "said"),
    [("", "Écrivez la réponse"), ("m" * 321, "320 caractères au plus : elle doit tenir")],
)
def test_what_can_t_be_sent_comes_back_with_why(agent, words, said):
    case_id = complain()
    answer = act(agent, case_id, "reply", words=words)
    assert answer.status_code == 422
    assert said in answer.text
    assert words in answer.text
    assert stands(case_id) == ("recue", None)


def test_an_agent_takes_it_up_passes_it_on_and_sees_where_it_is(agent):
    case_id = complain()
    assert "étude." in act(agent, case_id, "take-up").text
    assert stands(case_id)[0] == "etude"
    act(agent, case_id, "pass-on")
    assert stands(case_id)[0] == "responsable"
    assert ">responsable</span>" in agent.get(LIST, headers=FRENCH).text
    assert "Passer au responsable" not in agent.get(f"{LIST}/{case_id}", headers=FRENCH).text


def test_only_a_manager_turns_one_down(agent, manager):
    case_id = complain()
    assert "Rejeter" not in agent.get(f"{LIST}/{case_id}", headers=FRENCH).text
    assert act(agent, case_id, "reject", words="Non.").status_code == 403
    assert "rejetée" in act(manager, case_id, "reject", words="Ce n'est pas ici.").text
    assert stands(case_id)[0] == "rejetee"


def test_a_second_answer_changes_nothing(agent, manager):
    case_id = complain()
    act(agent, case_id, "reply", words="La première.")
    assert "a changé entre-temps" in act(manager, case_id, "reply", words="La seconde.").text
    assert stands(case_id) == ("repondue", "La première.")


def test_one_whose_citizen_agrees_is_closed(agent):
    case_id = complain()
    assert "a changé entre-temps" in act(agent, case_id, "close").text
    act(agent, case_id, "reply", words="Voilà.")
    assert "La plainte est close." in act(agent, case_id, "close").text
    assert stands(case_id)[0] == "close"


def test_who_left_no_phone_is_told_at_the_counter(agent):
    case_id = complain(phone=None)
    assert "la réponse se dit au guichet" in agent.get(f"{LIST}/{case_id}", headers=FRENCH).text
