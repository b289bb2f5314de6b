"""Providers paused and tried again; one text to many, from draft to report; consent told at the
counter; keywords."""

import re
from html import unescape
from io import BytesIO
from urllib.parse import unquote

import pytest
from sqlmodel import select

from citizens.audit import AuditEntry
from database import reading
from sms import breakers, consent, delivery, gate
from sms.bulk import sending
from sms.models import Bulk, Consent
from tests.console.conversations import FRENCH, send, sign_in
from tests.sms.conversations import PHONE, later, messages, post

ROOM = "/console/messages"
LIST = (
    "phone;language;lieu\n770000050;wo;Salle 1\n770000051;;<b>Salle</b> 2\n77;;x\n"
    "+221770000050;;y\n"
)


@pytest.fixture(autouse=True)
def _by_day(monkeypatch):
    """Nobody rests, at whatever hour this is run."""
    monkeypatch.setattr(gate, "rests_until", lambda *_: None)


def signed_in(office, name: str):
    client = office.app.test_client()
    sign_in(client, name)
    return client


@pytest.fixture
def admin(connected):
    return signed_in(connected, "admin")


@pytest.fixture
def manager(connected):
    return signed_in(connected, "fatou")


def shown(client, url: str) -> str:
    answer = client.get(url, headers=FRENCH)
    assert answer.status_code == 200, answer.text
    return unescape(answer.text)


def act(client, url: str, page: str, **fields: object) -> str:
    return unescape(send(client, url, fields, page=page, follow_redirects=True).text)


def deeds(prefix: str) -> list[tuple[str, str, str]]:
    with reading() as db:
        query = select(AuditEntry.who, AuditEntry.did, AuditEntry.about).order_by(AuditEntry.id)
        return list(db.exec(query.where(AuditEntry.did.startswith(prefix))).all())


# -- providers -------------------------------------------------------------------------------------


def test_a_paused_provider_sends_nothing_until_it_is_started_again(
    connected, admin, manager, africastalking
):
    page = f"{ROOM}/providers"
    assert "en marche" in shown(admin, page)
    assert send(manager, f"{page}/africastalking/pause").status_code == 403
    assert "africastalking est en pause." in act(admin, f"{page}/africastalking/pause", page)
    post()
    connected.work()
    assert africastalking.sent == []
    assert messages()[0].reason == "breaker_open"
    assert "en pause" in shown(admin, page)
    act(admin, f"{page}/africastalking/resume", page)
    later(60)

    delivery.sweep()
    assert len(africastalking.sent) == 1
    assert breakers.states() == []
    page = shown(admin, page)
    assert "1 pris, 0 refusés, 0 sans réponse" in page
    assert "0,8 KES" in page
    assert deeds("sms.provider") == [
        ("staff:admin", "sms.provider.pause", "africastalking"),
        ("staff:admin", "sms.provider.resume", "africastalking"),
    ]
    assert send(admin, f"{ROOM}/providers/nobody/pause").status_code == 404


def test_one_that_fails_says_why_and_since_when(connected, admin, africastalking):
    africastalking.faults.append(405)
    post()
    connected.work()
    page = shown(admin, f"{ROOM}/providers")
    assert "laissé en paix, le crédit est épuisé" in page
    assert "Essayer maintenant" in page


# -- one text to many ------------------------------------------------------------------------------


def draft(client, **fields: object):
    said = {
        "name": "Essai",
        "to": "file",
        "topic": "dossiers",
        "status": "",
        "office": "",
        "file": (LIST.encode(), "liste.csv"),
        "text-fr": "Distribution a {lieu} <i>demain</i>",
        "text-wo": "Suba ci {lieu}",
        **fields,
    }
    data, name = said["file"]
    said["file"] = BytesIO(data), name  # a browser reads it anew each time
    return send(
        client,
        f"{ROOM}/bulk/new",
        said,
        page=f"{ROOM}/bulk/new",
        content_type="multipart/form-data",
    )


def test_from_draft_to_report(connected, admin, africastalking):
    answer = draft(admin)
    assert answer.status_code == 303, answer.text
    one = answer.location
    raw = admin.get(one, headers=FRENCH).text
    assert "Distribution a &lt;b&gt;Salle&lt;/b&gt; 2 &lt;i&gt;demain&lt;/i&gt;" in raw
    assert "<b>Salle" not in raw
    page = unescape(raw)
    assert "2 personnes, 2 segments, prix pas encore connu." in page
    assert "Suba ci Salle 1" in page
    assert "Envoyer à 2 personnes" in page
    assert "1 ligne répète un numéro" in page
    assert "ce n'est pas un numéro" in page
    connected.work()
    assert africastalking.sent == []
    assert "L'envoi commence." in act(admin, f"{one}/start", one)
    progress = admin.get(f"{one}/progress", headers=FRENCH)
    assert progress.headers["X-Mark"] == "running"
    assert "0 sur 2" in progress.text
    connected.work()
    sending.post_rows()
    assert len(africastalking.sent) == 2
    page = shown(admin, one)
    assert "2 sur 2" in page
    assert "terminé" in page
    report = admin.get(f"{one}/report.csv").text
    assert "2,pris par le fournisseur," in report
    assert "4,ligne fausse,ce n'est pas un numéro" in report
    assert "5,numéro déjà plus haut," in report
    assert "77000" not in report
    assert [did for _, did, _ in deeds("sms.bulk")] == ["sms.bulk.draft", "sms.bulk.start"]
    assert "Ce n'est plus possible" in act(admin, f"{one}/start", one)


def test_a_pause_holds_it_and_going_on_loses_none(connected, admin, africastalking):
    one = draft(admin).location
    act(admin, f"{one}/start", one)
    act(admin, f"{one}/pause", one)
    connected.work()
    sending.post_rows()
    assert africastalking.sent == []
    act(admin, f"{one}/resume", one)
    connected.work()
    assert len(africastalking.sent) == 2
    assert send(admin, f"{one}/burn").status_code == 404


def test_a_cancelled_draft_sends_nothing(connected, admin, africastalking):
    one = draft(admin).location
    assert "arrêté" in act(admin, f"{one}/cancel", one)
    connected.work()
    sending.post_rows()
    assert africastalking.sent == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"text-fr": ""}, "Il faut un texte français"),
        ({"text-fr": "Voir www.exemple.sn"}, "Français : pas de lien dans un SMS"),
        ({"text-wo": "x" * 470 + "ŋ"}, "Wolof : plus de 3 segments"),
        ({"name": ""}, "Donnez un nom"),
        ({"file": (b"", "")}, "Choisissez un fichier CSV."),
        ({"file": (b"nom\nx\n", "l.csv")}, "l'une s'appelle « phone »"),
    ],
)
def test_what_can_t_be_sent_says_why_and_loses_no_text(admin, fields, said):
    answer = draft(admin, **fields)
    assert answer.status_code == 422
    page = unescape(answer.text)
    assert said in page
    assert fields.get("text-wo", "Suba ci {lieu}") in page


def test_a_manager_writes_to_holders_of_their_own_office_only(connected, admin, manager):
    assert draft(manager).status_code == 422  # no list of their own
    assert draft(manager, to="cases", office="Préfecture").status_code == 422
    texts = {"text-fr": "{office} {tail}", "text-wo": ""}
    told = draft(manager, to="cases", office="Mairie", **texts)
    assert told.status_code == 303, told.text
    with reading() as db:
        bulk = db.exec(select(Bulk)).one()
    assert bulk.office_id is not None
    page = shown(manager, told.location)
    assert "Mairie " in page
    assert "Préfecture" not in page
    theirs = draft(admin).location
    assert manager.get(theirs).status_code == 404
    assert send(manager, f"{theirs}/start").status_code == 404
    assert "Essai" in shown(manager, f"{ROOM}/bulk")
    agent = signed_in(connected, "awa")
    assert agent.get(f"{ROOM}/bulk/new").status_code == 403


# -- consent and keywords --------------------------------------------------------------------------


def look_up(client, number: str = "77 000 00 50") -> str:
    answer = send(client, f"{ROOM}/consent", {"number": number}, page=f"{ROOM}/consent")
    assert answer.status_code == 303, answer.text
    assert "770000050" not in answer.location
    return answer.location


def change(client, url: str, topic: str, what: str) -> str:
    of = re.search(r'name="of" value="([^"]+)"', client.get(url).text)
    assert of
    fields = {"of": of[1], "topic": topic, "what": what}
    return act(client, f"{ROOM}/consent/change", url, **fields)


def test_a_stop_told_at_the_counter_stops_the_next_sms(connected, africastalking):
    agent = signed_in(connected, "awa")
    url = look_up(agent)
    assert "tant qu'elle n'a pas dit STOP" in shown(agent, url)
    assert "plus de ces SMS, dès maintenant" in change(agent, url, "tickets", "stop")
    post()
    connected.work()
    assert africastalking.sent == []
    assert messages()[0].state == "opted_out"
    page = shown(agent, url)
    assert "tickets : non" in page
    assert "au guichet · Awa Exemple" in page
    assert PHONE not in page
    assert "Il en était déjà ainsi" in change(agent, url, "tickets", "stop")
    assert "partiront de nouveau" in change(agent, url, "tickets", "give")
    post("another")
    connected.work()
    assert len(africastalking.sent) == 1
    with reading() as db:
        assert [(one.topic, one.given) for one in db.exec(select(Consent))] == [
            ("tickets", False),
            ("tickets", True),
        ]
    assert [did for _, did, _ in deeds("sms.consent")] == [
        *("sms.consent.read", "sms.consent.stop", "sms.consent.give")
    ]


def test_all_is_stopped_and_taken_up_again_at_once(connected):
    agent = signed_in(connected, "awa")
    url = look_up(agent)
    change(agent, url, "everything", "stop")
    with reading() as db:
        assert consent.unwanted(db, PHONE) == {"tickets", "dossiers", "surveys"}
    change(agent, url, "everything", "give")
    with reading() as db:
        assert consent.unwanted(db, PHONE) == set()


def test_what_is_no_number_or_no_topic_changes_nothing(connected):
    agent = signed_in(connected, "awa")
    answer = send(agent, f"{ROOM}/consent", {"number": "abc"}, page=f"{ROOM}/consent")
    assert answer.status_code == 422
    url = look_up(agent)
    of = unquote(url.partition("of=")[2])
    for fields in ({"of": "", "topic": "tickets"}, {"of": of, "topic": "nonsense"}):
        assert send(agent, f"{ROOM}/consent/change", fields).status_code == 400


def test_keywords_are_listed_and_one_can_be_tried(connected):
    agent = signed_in(connected, "awa")
    page = shown(agent, f"{ROOM}/keywords?words=je+suis+en+retard")
    assert "<strong>RETARD</strong>" in page
    assert "ndimbal" in page
    assert "Pas compris" in shown(agent, f"{ROOM}/keywords?words=<script>alert(1)</script>")
    assert "<script>alert" not in agent.get(f"{ROOM}/keywords?words=<script>alert(1)").text
