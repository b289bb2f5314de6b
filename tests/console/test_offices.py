"""Offices on the console: each part changed by its form, what would break shown before it does."""

from datetime import UTC, datetime, timedelta
from html import unescape
from html.parser import HTMLParser
from io import BytesIO

import pytest
from sqlmodel import select

import moment
from citizens.audit import AuditEntry
from database import reading
from queues.models import SpecialDay
from queues.setup.exporting import export, plain
from sms.models import Message
from staff.models import Staff
from tests.console.conversations import FRENCH, sign_in
from tests.queues.day import MORNING, counters, sit, state, take

OFFICES = "/console/settings/offices"
MAIRIE, PREFECTURE = f"{OFFICES}/mairie", f"{OFFICES}/prefecture"
AWA, MOUSSA = "+221770000061", "+221770000062"
TUESDAY = MORNING.date() + timedelta(days=1)
WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "08:00-13:00 14:00-17:00")


@pytest.fixture
def client(office, monkeypatch):
    """Of the administrator's, on a Monday morning."""
    monkeypatch.setattr(moment, "now", lambda: MORNING)
    client = office.app.test_client()
    sign_in(client, "admin")
    return client


def shown(client, url: str) -> str:
    answer = client.get(url, headers=FRENCH)
    assert answer.status_code == 200, answer.text
    return unescape(answer.text)


class Drawn(HTMLParser):
    """The fields of the forms in a page's work, as a browser would send them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self.choice = ""
        self.feed(page.partition("<main")[2])

    def handle_starttag(self, tag, attrs):
        marks = dict(attrs)
        name, value = marks.get("name", ""), marks.get("value", "")
        if tag == "select":
            self.choice = name
        elif tag == "option" and "selected" in marks:
            self.fields[self.choice] = [value]
        elif tag == "input" and (marks["type"] != "checkbox" or "checked" in marks):
            self.fields.setdefault(name, []).append(value)


def typed(client, url: str) -> dict[str, list[str]]:
    """What a form sends if nothing is changed in it."""
    return Drawn(client.get(url, headers=FRENCH).text).fields


def change(client, url: str, expect: int = 303, **fields: object) -> str:
    """Opens a form, changes these fields, and sends it."""
    sent = {**typed(client, url), **fields}
    return again(client, url, sent, expect)


def again(client, url: str, fields: dict, expect: int = 303) -> str:
    answer = client.post(url, data=fields, headers=FRENCH)
    assert answer.status_code == expect, unescape(answer.text)
    return unescape(answer.text)


def office(code: str = "prefecture") -> dict:
    with reading() as db:
        return plain(db, code)["offices"][0]


def audited() -> list[tuple[str, str, str]]:
    with reading() as db:
        rows = db.exec(select(AuditEntry).order_by(AuditEntry.id))
        return [(one.who, one.did, one.about) for one in rows if one.did.startswith("offices.")]


def hears(number: str) -> list[str]:
    with reading() as db:
        found = db.exec(select(Message).where(Message.key.startswith("office:"))).all()
    return [one.body for one in found if one.address == number]


# -- seeing ---------------------------------------------------------------------------------------


def test_an_administrator_sees_every_office_and_one_with_all_that_belongs_to_it(client):
    assert "Tribunal d'instance" in shown(client, OFFICES)
    page = shown(client, PREFECTURE)
    for said in ("Avenue de l'Exemple", "08:00‑13:00 · 14:00‑17:00", "A · Carte d'identité"):
        assert said in page
    for said in ("Guichet 3", "lun.‑jeu. 08:00‑13:00", "Noël"):
        assert said in page


def test_a_manager_sees_their_own_office_and_no_other(client, office):
    manager = office.app.test_client()
    sign_in(manager, "fatou")
    assert manager.get(OFFICES).headers["Location"] == MAIRIE
    assert "Ajouter un bureau" not in shown(manager, MAIRIE)
    for url in ("", "/facts", "/services/A", "/services/B/remove", "/planning", "/file"):
        assert manager.get(f"{PREFECTURE}{url}").status_code == 404, url
    assert manager.get(f"{PREFECTURE}/file.yaml").status_code == 404


def test_the_planning_shows_who_is_there_at_which_hour(client):
    page = shown(client, f"{PREFECTURE}/planning")
    assert ">1 2 3<" in page
    assert "personne" not in page.partition("<tbody>")[2]
    change(client, f"{PREFECTURE}/counters/1", services="A", roster_mon="14:00-17:00")
    assert ">2 3<" in shown(client, f"{PREFECTURE}/planning")


# -- changing -------------------------------------------------------------------------------------


def test_facts_are_changed_and_noted(client):
    change(client, f"{PREFECTURE}/facts", address="Rue Neuve", phone="33 800 00 00")
    assert (office()["address"], office()["phone"]) == ("Rue Neuve", "+221338000000")
    assert audited() == [
        ("staff:admin", "offices.edit", about)
        for about in (
            "prefecture: address Avenue de l'Exemple -> Rue Neuve",
            "prefecture: phone none -> +221338000000",
        )
    ]


@pytest.mark.parametrize("code", ["mairie", "prefecture", "fiscal"])
def test_a_form_that_is_sent_as_it_was_drawn_changes_nothing(client, code):
    before = office(code)
    for part in ("facts", "hours", "services/A", "services/B", "counters/1", "counters/2"):
        change(client, f"{OFFICES}/{code}/{part}")
    assert office(code) == before
    assert audited() == []


def test_a_service_is_added_changed_and_removed(client):
    new = {"prefix": "C", "name": "Passeport", "minutes": "15", "documents": "CNI"}
    slots = {"slots_places": "2", "slots_every": "20", "slots_days": "7"}
    change(client, f"{PREFECTURE}/services/new", **new, **slots)
    assert office()["services"][-1] == {
        **{"prefix": "C", "name": "Passeport", "minutes": 15, "documents": "CNI"},
        "slots": {"places": 2, "every": 20, "days": 7},
    }
    change(client, f"{PREFECTURE}/services/C", name="Passeports", quota="40", slots_places="0")
    assert "slots" not in office()["services"][-1]
    assert office()["services"][-1]["quota"] == 40
    change(client, f"{PREFECTURE}/counters/1", services=["A", "C"])
    page = shown(client, f"{PREFECTURE}/services/C/remove")
    assert "Les guichets 1, 2 ne le serviront plus." in page
    change(client, f"{PREFECTURE}/services/C/remove")
    assert [one["prefix"] for one in office()["services"]] == ["A", "B"]
    assert office()["counters"][0]["services"] == ["A"]


def test_a_counter_is_added_and_removed(client):
    change(client, f"{PREFECTURE}/counters/new", number="4", services="B", roster_mon="9h00-12h00")
    added = {"number": 4, "services": ["B"], "roster": {"mon": "09:00-12:00"}}
    assert office()["counters"][-1] == added
    change(client, f"{PREFECTURE}/counters/4/remove")
    assert len(office()["counters"]) == 3


def test_an_administrator_adds_an_office_and_a_manager_cannot(client, office):
    new = "/console/settings/new-office"
    said = change(client, new, 422, code="mairie", name="Poste", address="Rue")
    assert "mairie existe déjà" in said
    said = change(client, new, 422, code="La Poste", name="Poste", address="")
    assert "petites lettres, chiffres et -" in said
    assert "Il faut l'écrire." in said
    change(client, new, code="poste", name="Poste", address="Rue", languages="fr")
    assert "Aucun. Un service est ce pour quoi" in shown(client, f"{OFFICES}/poste")
    manager = office.app.test_client()
    sign_in(manager, "fatou")
    assert manager.get(new).status_code == 403


@pytest.mark.parametrize(
    ("url", "fields", "said"),
    [
        ("services/new", {"prefix": "A", "name": "X"}, "A existe déjà"),
        ("services/new", {"prefix": "AB", "name": "X"}, "Une lettre, de A à Z."),
        ("services/B", {"name": "x" * 23}, "Au plus 22 caractères"),
        ("services/B", {"name": "X", "minutes": "dix"}, "Écrivez un nombre entier."),
        ("services/B", {"name": "X", "minutes": "0"}, "Écrivez 1 ou plus."),
        ("services/B", {"name": "X", "slots_places": "100"}, "Écrivez 99 ou moins."),
        ("counters/new", {"number": "1"}, "1 existe déjà"),
        ("counters/new", {"number": ""}, "Il faut l'écrire."),
        ("counters/1", {"services": "A", "roster_tue": "8-12"}, "8-12 : écrivez des heures comme"),
        ("hours", {"wed": "08:00-07:00"}, "la seconde heure vient après"),
        ("hours", {"wed": "08:00-13:00 12:00-17:00"}, "une plage commence avant"),
        ("facts", {"name": "", "address": "Rue"}, "Il faut l'écrire."),
        ("facts", {"name": "X", "address": "Y", "zone": "Mars"}, "Mars n'est pas un fuseau"),
        ("facts", {"name": "X", "address": "Y", "country": "ZZ"}, "pas de jours fériés connus"),
        ("facts", {"name": "X", "address": "Y", "phone": "12"}, "Écrivez le numéro comme"),
        ("special_days/new", {"day": ""}, "Il faut l'écrire."),
        ("special_days/new", {"day": "demain"}, "Écrivez un jour comme"),
        ("special_days/new", {"day": "2026-11-20"}, "à partir d'aujourd'hui"),
        ("special_days/new", {"day": "2026-11-28", "hours": ""}, "Ce sont déjà les heures"),
        ("special_days/new", {"day": "2026-12-02", "hours": "8-9"}, "8-9 : écrivez des heures"),
        ("special_days/new", {"day": "2026-12-02", "reason": "x" * 41}, "Au plus 40"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(client, url, fields, said):
    before = office()
    page = change(client, f"{PREFECTURE}/{url}", 422, **fields)
    error = page.index(said)
    wrong = page.rindex('class="field wrong"', 0, error)
    name = next(name for name, value in fields.items() if f'name="{name}"' in page[wrong:error])
    assert f'value="{fields[name]}"' in page[wrong:error]
    assert office() == before


def test_each_day_that_is_wrong_is_told_at_once(client):
    page = change(client, f"{PREFECTURE}/hours", 422, tue="8-12", wed="13:00-12:00")
    assert page.count('class="field wrong"') == 2


# -- what would break -----------------------------------------------------------------------------


def test_a_service_with_tickets_is_not_removed_and_it_is_said_what_to_do(client):
    take(AWA)
    page = unescape(client.get(f"{MAIRIE}/services/A/remove", headers=FRENCH).text)
    assert "écrivez 0 à « Tickets par jour »" in page
    assert "1 personne attend encore" in page
    assert "danger" not in page
    fields = {**typed(client, f"{MAIRIE}/services/B/remove"), "drawn": drawn(client, "A")}
    again(client, f"{MAIRIE}/services/A/remove", fields, 409)
    assert office("mairie")["services"][0]["prefix"] == "A"
    change(client, f"{MAIRIE}/services/A", name="Etat civil", quota="0")
    assert "plus aucun" in shown(client, MAIRIE)


def drawn(client, prefix: str) -> list[str]:
    return typed(client, f"{MAIRIE}/services/{prefix}")["drawn"]


def test_a_counter_where_somebody_is_stays(client):
    [counter] = counters(1)
    sit(counter, 7)
    page = unescape(client.get(f"{MAIRIE}/counters/1/remove", headers=FRENCH).text)
    assert "Quelqu'un est à ce guichet." in page


def book(number: str, hour: int):
    return take(number, 0, "C", slot=datetime(2026, 11, 24, hour, tzinfo=UTC))


def test_other_hours_are_shown_with_whom_they_touch_before_they_are_kept(client):
    early, late = book(AWA, 9), book(MOUSSA, 16)
    url, fields = f"{MAIRIE}/hours", dict.fromkeys(WEEK, "08:00-12:00")
    page = change(client, url, 409, **fields)
    assert "1 ticket ou rendez-vous tombe hors des heures" in page
    assert "1 personne recevra un SMS" in page
    assert (state(late), hears(MOUSSA)) == ("waiting", [])
    assert office("mairie")["hours"] == {"mon-sun": "00:00-24:00"}
    sent = confirmation(page)
    assert again(client, url, {**sent, "again": "1"}, 200).count('value="08:00-12:00"') == 5
    again(client, url, sent)
    assert (state(early), state(late)) == ("waiting", "cancelled")
    assert "annulé. Pour une autre date, composez *384*50#" in hears(MOUSSA)[0]
    assert audited()[-1] == (
        *("staff:admin", "offices.edit"),
        "mairie hours: mon-fri 08:00-12:00, sat-sun 00:00-24:00",
    )


def confirmation(page: str) -> dict[str, list[str]]:
    """The same once more, now that it was shown what follows."""
    return Drawn(page).fields


def test_who_books_after_the_preview_is_shown_too_before_it_is_done(client):
    book(AWA, 16)
    url = f"{MAIRIE}/special_days/new"
    fields = {"day": "2026-11-24", "hours": "", "reason": "deuil"}
    sent = confirmation(change(client, url, 409, **fields))
    book(MOUSSA, 17)
    page = again(client, url, sent, 409)
    assert "2 personnes recevront un SMS" in page
    assert hears(AWA) == []
    again(client, url, confirmation(page))
    assert (len(hears(AWA)), len(hears(MOUSSA))) == (1, 1)


def test_a_day_is_closed_changed_and_given_back(client):
    ticket = book(AWA, 16)
    url = f"{MAIRIE}/special_days/{TUESDAY}"
    fields = {"day": str(TUESDAY), "hours": "8h00-17h00", "reason": "visite"}
    change(client, f"{MAIRIE}/special_days/new", **fields)  # touches nobody: done at once
    assert "mardi 24 nov." in shown(client, MAIRIE)
    page = change(client, url, 409, hours="", reason="deuil")
    again(client, url, confirmation(page))
    assert state(ticket) == "cancelled"
    assert "Les tickets déjà annulés le restent." in shown(client, f"{url}/remove")
    change(client, f"{url}/remove")
    with reading() as db:
        assert db.exec(select(SpecialDay).where(SpecialDay.day == TUESDAY)).all() == []
    assert [one[1:] for one in audited()] == [
        ("offices.close", "mairie on 2026-11-24: 08:00-17:00 (visite)"),
        ("offices.close", "mairie on 2026-11-24: closed (deuil)"),
        ("offices.reopen", "mairie on 2026-11-24"),
    ]


def test_a_holiday_is_opened_and_says_why_it_can_t_be_given_back(client):
    page = shown(client, f"{PREFECTURE}/special_days/new?day=2026-12-25")
    assert 'value="2026-12-25"' in page
    change(client, f"{PREFECTURE}/special_days/new", day="2026-12-25", hours="09:00-12:00")
    url = f"{PREFECTURE}/special_days/2026-12-25/remove"
    assert "C'est un jour férié (Noël)" in unescape(client.get(url, headers=FRENCH).text)


# -- two at once ----------------------------------------------------------------------------------


def test_what_another_changed_meanwhile_is_not_overwritten_unseen(client, office):
    url = f"{MAIRIE}/services/A"
    old = {**typed(client, url), "name": "Mien", "minutes": "7"}
    manager = office.app.test_client()
    sign_in(manager, "fatou")
    change(manager, url, name="Sien")
    page = again(client, url, old, 409)
    assert f"{name_of('fatou')} a changé cela depuis que vous avez ouvert la page." in page
    assert 'value="Mien"' in page
    assert service("A")["name"] == "Sien"
    again(client, url, {**old, "drawn": drawn(client, "A")})
    assert service("A")["name"] == "Mien"


def service(prefix: str) -> dict:
    return next(one for one in office("mairie")["services"] if one["prefix"] == prefix)


def name_of(user: str) -> str:
    with reading() as db:
        return db.exec(select(Staff.display_name).where(Staff.name == user)).one()


def test_two_who_change_different_parts_are_in_nobody_s_way(client):
    old = {**typed(client, f"{MAIRIE}/services/A"), "name": "Mien"}
    change(client, f"{MAIRIE}/services/B", name="Autre")
    again(client, f"{MAIRIE}/services/A", old)
    assert (service("A")["name"], service("B")["name"]) == ("Mien", "Autre")


def test_what_another_removed_is_not_there_any_more(client):
    change(client, f"{PREFECTURE}/counters/new", number="4", services="B")
    url = f"{PREFECTURE}/counters/4"
    old = typed(client, url)
    change(client, f"{url}/remove")
    again(client, url, old)
    assert "quelqu'un l'a retiré" in shown(client, PREFECTURE)
    assert len(office()["counters"]) == 3


# -- a file ---------------------------------------------------------------------------------------


def upload(client, text: str, expect: int, **more: str) -> str:
    url = f"{MAIRIE}/file"
    fields = {**typed(client, url), **more, "file": (BytesIO(text.encode()), "mairie.yaml")}
    answer = client.post(url, data=fields, headers=FRENCH, content_type="multipart/form-data")
    assert answer.status_code == expect, unescape(answer.text)
    return unescape(answer.text)


def test_an_office_goes_home_as_a_file_and_comes_back_changed(client):
    got = client.get(f"{MAIRIE}/file.yaml")
    assert got.headers["Content-Disposition"] == 'attachment; filename="mairie.yaml"'
    with reading() as db:
        assert got.text == export(db, "mairie")
    page = upload(client, got.text.replace("Urbanisme", "Permis"), 200)
    assert "mairie service D: name Urbanisme -> Permis" in page
    assert service("D")["name"] == "Urbanisme"
    sent = confirmation(page)
    again(client, f"{MAIRIE}/file", {**sent, "text": got.text.replace("Urbanisme", "Permis")})
    assert service("D")["name"] == "Permis"
    assert audited() == [
        ("staff:admin", "offices.import", "mairie service D: name Urbanisme -> Permis")
    ]
    assert "Rien à changer." not in upload(client, client.get(f"{MAIRIE}/file.yaml").text, 303)


def test_what_is_wrong_in_a_file_is_said_with_its_line(client):
    text = client.get(f"{MAIRIE}/file.yaml").text
    page = upload(client, text.replace("Place de l'Exemple", "''"), 422)
    assert "Ligne 8</strong> address : Il faut l'écrire." in page
    page = upload(client, client.get(f"{PREFECTURE}/file.yaml").text, 422)
    assert "Ce fichier doit nommer ce bureau seul : mairie." in page
    assert "Ce n'est pas du YAML" in upload(client, "offices: [", 422)


def test_a_manager_s_file_leaves_agencies_alone(client, office):
    manager = office.app.test_client()
    sign_in(manager, "fatou")
    text = manager.get(f"{MAIRIE}/file.yaml").text.replace("Commune de Keur Exemple", "Mienne")
    assert "Seul un administrateur" in upload(manager, text, 422)


def test_a_file_of_yesterday_does_not_undo_what_changed_since(client):
    url = f"{MAIRIE}/file"
    old = {**typed(client, url), "text": client.get(f"{MAIRIE}/file.yaml").text}
    change(client, f"{MAIRIE}/services/B", name="Autre")
    assert "a changé cela" in again(client, url, old, 409)
    assert service("B")["name"] == "Autre"
