"""Menus on the console: a draft is brought, mended, published, dialled, gone back from."""

import io
import re
import zipfile
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from sqlmodel import select

import moment
from citizens.audit import AuditEntry
from console.menus import due
from database import reading, writing
from menus import library, versions
from menus.models import FAILED, TreeSchedule
from staff import directory
from staff.models import ADMINISTRATOR
from tests.console.conversations import FRENCH, send, sign_in

NAME = "keur-exemple"
MENUS = "/console/menus"
TREE = f"{MENUS}/{NAME}"
DRAFT, HISTORY, YAML = f"{TREE}/draft", f"{TREE}/history", f"{TREE}/yaml"
[FILE] = library.shipped().values()
LANGUAGES = ("en", "wo", "ff", "bm", "ha", "sw", "pt")
SIMPLE = """\
tree: piscine
service_codes: ["*384*60#"]
languages: [fr]
start:
  - {go: home}
home: home
screens:
  home:
    choose: "Piscine municipale"
    options:
      - {say: "Horaires", go: hours}
  hours:
    say: "De 9 h à 18 h."
    end: true
"""


@pytest.fixture
def client(office):
    """The administrator's."""
    client = office.app.test_client()
    sign_in(client, "admin")
    return client


@pytest.fixture
def second(office):
    """Another administrator's."""
    return second_of(office)


def second_of(office):
    with writing() as db:
        who = {"role": ADMINISTRATOR, "office_id": None, "display_name": "Binta Exemple"}
        directory.add(db, "binta", "a long password", by="test", **who)
    client = office.app.test_client()
    sign_in(client, "binta", "a long password")
    return client


def shown(client, url: str) -> str:
    answer = client.get(url, headers=FRENCH)
    assert answer.status_code == 200, answer.text
    return unescape(answer.text)


def bring(client, text: str, books: dict[str, str] | None = None, expect: int = 303, **fields):
    """Imports a tree, with PO files beside it, in one ZIP."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("menu/tree.yaml", text)
        for language, book in (books or {}).items():
            archive.writestr(f"menu/{language}.po", book)
    packed.seek(0)
    fields = {"files": (packed, "menu.zip"), **fields}
    answer = send(
        client, f"{MENUS}/bring", fields, f"{MENUS}/new", content_type="multipart/form-data"
    )
    assert answer.status_code == expect, unescape(answer.text)
    return unescape(answer.text)


def book(french: str, context: str = "offices") -> dict[str, str]:
    """The French in every language, as its own translation."""
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    said = f'msgctxt "{context}"\nmsgid "{french}"\nmsgstr "{french}"\n'
    return dict.fromkeys(LANGUAGES, head + said)


def asking(question: str) -> str:
    """The shipped tree with another question at the offices."""
    return FILE.replace('choose: "Quel bureau ?"', f'choose: "{question}"', 1)


def bring_question(client, question: str = "Quel guichet ?", **fields) -> None:
    bring(client, asking(question), book(question), **fields)


def act(client, url: str, expect: int = 303, page: str = DRAFT, **fields) -> str:
    """Presses a button of the draft's page, as it stands now."""
    revision = re.search(r'name="revision" value="(\d+)"', client.get(page).text)
    sent = {"revision": revision[1] if revision else "", **fields}
    answer = send(client, url, sent, page)
    assert answer.status_code == expect, unescape(answer.text)
    return unescape(answer.text)


def publish(client, expect: int = 303, **fields) -> str:
    return act(client, f"{DRAFT}/publish", expect, **{"note": "Plus clair", **fields})


def live() -> str:
    with reading() as db:
        return versions.live(db)[NAME].version


def offices(office) -> str:
    office.library.refresh()
    phone = office.speaking()
    return phone.enter("1").text


def audited() -> list[str]:
    with reading() as db:
        return [one.did for one in db.exec(select(AuditEntry).order_by(AuditEntry.id))]


def test_a_draft_with_a_defect_is_refused_mended_published_dialled_and_gone_back_from(
    office, client
):
    before = live()
    bring(client, asking("Quel guichet ?").replace("go: services,", "go: servces,"))
    page = shown(client, DRAFT)
    assert "erreurs empêchent de publier" in page
    assert "servces" in page
    assert "Publier maintenant" not in page
    assert "Il reste des erreurs" in publish(client, expect=409)
    assert "Quel bureau ?" in offices(office)

    bring_question(client, replace="1")
    page = shown(client, DRAFT)
    assert "<del>bureau</del><ins>guichet</ins>" in page
    assert "Aucune erreur" in page
    publish(client)
    assert "Quel guichet ?" in offices(office)
    history = shown(client, HISTORY)
    assert "Plus clair" in history
    assert "Brouillon de Coumba Exemple" in history

    back = f"{TREE}/back/{before}"
    assert "<del>guichet</del><ins>bureau</ins>" in shown(client, back)
    act(client, back, page=back, note="Les gens ne comprennent pas")
    assert live() == before
    assert "Quel bureau ?" in offices(office)
    assert {"menus.import", "menus.publish", "menus.roll_back"} <= set(audited())


def test_the_difference_is_told_in_each_language_and_on_the_phone(client):
    bring_question(client)
    page = shown(client, f"{DRAFT}?language=wo")
    assert 'aria-current="true">Wolof' in page
    assert "Quel guichet ?\n1 Exemple 1\n2 Exemple 2\n0 " in page
    assert "Change aussi en" in page


def test_a_note_is_asked_for_and_a_failed_form_loses_nothing(client):
    bring_question(client)
    assert "Écrivez ce qui change" in publish(client, expect=422, note="")
    page = publish(client, expect=422, note="x" * 401)
    assert "Au plus 400" in page
    assert "x" * 401 in page


def test_a_story_that_fails_is_shown_where_it_fails_and_is_meant_or_mended(office, client):
    bring(client, FILE.replace('banner: "Exemple, à vérifier"\n', ""))
    page = shown(client, DRAFT)
    assert "ne tient plus" in page or "ne tiennent plus" in page
    assert "L'écran devrait montrer" in page
    assert "Une conversation ne tient plus" in publish(client, expect=409)
    publish(client, despite="1")
    with reading() as db:
        assert "despite its stories" in versions.live(db)[NAME].note


def test_two_administrators_at_once_lose_nothing(client, second):
    bring_question(client)
    old = re.search(r'name="revision" value="(\d+)"', client.get(DRAFT).text)[1]
    first = {"text": asking("Quel comptoir ?"), "revision": old, "do": "save"}
    mine = {"text": asking("Quel lieu ?"), "revision": old, "do": "save"}
    assert send(second, YAML, first, YAML).status_code == 303
    answer = send(client, YAML, mine, YAML)
    page = unescape(answer.text)
    assert answer.status_code == 409
    assert "Binta Exemple a enregistré ce brouillon" in page
    assert "Quel lieu ?" in page  # what was typed
    assert '<del>-    choose: "Quel comptoir ?"</del>' in page
    assert "Binta Exemple a enregistré" in act(
        client, f"{DRAFT}/publish", 409, note="x", revision=old
    )
    assert "Binta Exemple a enregistré" in act(client, f"{DRAFT}/drop", 409, revision=old)
    again = {**mine, "revision": re.search(r'name="revision" value="(\d+)"', page)[1]}
    assert send(client, YAML, again, YAML).status_code == 303
    assert "Quel lieu ?" in shown(client, YAML)


def test_who_else_has_the_menu_open_is_said(client, second):
    bring_question(client)
    assert "Ont ce menu ouvert" not in shown(client, DRAFT)
    second.get(YAML)
    assert "Ont ce menu ouvert en ce moment : Binta Exemple" in shown(client, DRAFT)


def test_open_sessions_are_counted(office, client):
    bring_question(client)
    assert "Personne n'est dans ce menu" in shown(client, DRAFT)
    phone = office.speaking()
    assert "1 session est ouverte sur la version d'aujourd'hui" in shown(client, DRAFT)
    publish(client)
    office.library.refresh()
    assert "Quel bureau ?" in phone.enter("1").text  # it ends on the version it began with


def test_a_dropped_draft_can_be_taken_up_again(client):
    bring_question(client)
    act(client, f"{DRAFT}/drop")
    page = shown(client, DRAFT)
    assert "Pas de brouillon" in page
    assert "Mis de côté" in page
    [address] = re.findall(r'action="([^"]+/dropped/\d+)"', page)
    act(client, address)
    assert "<ins>guichet</ins>" in shown(client, DRAFT)
    assert act(client, address, 409)


def test_a_draft_that_is_replaced_by_a_file_is_put_aside(client):
    bring_question(client)
    said = bring(client, FILE, expect=409)
    assert "Coumba Exemple a enregistré un brouillon de ce menu" in said
    assert "Mettre de côté" in said
    bring(client, FILE, replace="1")
    assert "Mis de côté" in shown(client, DRAFT)


# -- at a time ------------------------------------------------------------------------------------


def schedule(client, expect: int = 303, **fields) -> str:
    at = f"{datetime.now(UTC) + timedelta(hours=2):%Y-%m-%dT%H:%M}"  # the office's zone is UTC
    fields = {"later-at": at, "later-note": "Au marché de lundi", **fields}
    return act(client, f"{DRAFT}/schedule", expect, **fields)


def later(monkeypatch) -> None:
    now = datetime.now(UTC) + timedelta(hours=3)
    monkeypatch.setattr(moment, "now", lambda: now)


def test_what_is_scheduled_is_published_by_the_clock(office, client, monkeypatch):
    bring_question(client)
    schedule(client)
    assert "Publication programmée" in shown(client, DRAFT)
    due.publish_due()
    assert "Quel bureau ?" in offices(office)
    later(monkeypatch)
    due.publish_due()
    due.publish_due()
    assert "Quel guichet ?" in offices(office)
    with reading() as db:
        publication = versions.live(db)[NAME]
    assert (publication.published_by, publication.note) == ("staff:admin", "Au marché de lundi")
    assert audited().count("menus.publish") == 1


def test_what_is_cancelled_is_not_published(client, monkeypatch):
    before = live()
    bring_question(client)
    schedule(client)
    act(client, f"{TREE}/schedule/cancel")
    later(monkeypatch)
    due.publish_due()
    assert live() == before
    assert "annulée" in shown(client, HISTORY)


def test_a_draft_that_has_changed_is_not_published_and_who_scheduled_is_told(
    client, second, monkeypatch
):
    before = live()
    bring_question(client)
    schedule(client)
    changed = {"text": asking("Quel lieu ?"), "revision": 1, "do": "save"}
    assert send(second, YAML, changed, YAML).status_code == 303
    assert "il ne sera pas publié" in shown(client, DRAFT)
    later(monkeypatch)
    due.publish_due()
    assert live() == before
    monkeypatch.undo()
    assert "devait être publié, et ne l'est pas" in shown(client, "/console/")
    assert "devait être publié" not in shown(second, "/console/")
    assert "il faut programmer la publication à nouveau" in shown(client, HISTORY)
    act(client, f"{TREE}/schedule/seen", page=HISTORY)
    assert "devait être publié" not in shown(client, "/console/")
    with reading() as db:
        assert db.exec(select(TreeSchedule.state)).one() == FAILED


@pytest.mark.parametrize("at", ["", "lundi", "2020-01-01T08:00", "2999-01-01T08:00"])
def test_a_moment_that_can_t_be_is_refused(client, at):
    bring_question(client)
    assert "Choisissez un" in schedule(client, 422, **{"later-at": at})


# -- a second person ------------------------------------------------------------------------------


def test_a_second_person_approves_what_is_published(open_office):
    office = open_office(MENU_APPROVAL="1")
    client, second = office.app.test_client(), second_of(office)
    sign_in(client, "admin")
    bring_question(client)
    assert "Une autre personne doit d'abord approuver" in publish(client, expect=409)
    assert "Vous avez travaillé" in act(client, f"{DRAFT}/approve", 409)
    act(second, f"{DRAFT}/approve")
    edited = {"text": asking("Quel lieu ?"), "revision": 1, "do": "save"}
    assert send(client, YAML, edited, YAML).status_code == 303
    bring_question(client, replace="1")  # another one: to be approved anew
    publish(client, expect=409)
    act(second, f"{DRAFT}/approve")
    publish(client)
    assert "Quel guichet ?" in offices(office)
    assert "approuvé par Binta Exemple" in shown(client, HISTORY)


def test_who_has_saved_any_of_it_may_not_approve_it(open_office):
    office = open_office(MENU_APPROVAL="1")
    client, second = office.app.test_client(), second_of(office)
    sign_in(client, "admin")
    bring_question(client)
    theirs = {"text": asking("Quel lieu ?"), "revision": 1, "do": "save"}
    assert send(second, YAML, theirs, YAML).status_code == 303
    for one in (client, second):
        assert "Vous avez travaillé" in act(one, f"{DRAFT}/approve", 409)


# -- the file, new menus --------------------------------------------------------------------------


def test_the_yaml_is_checked_line_by_line_and_nothing_typed_is_lost(client):
    wrong = FILE.replace("go: services,", "go: servces,")
    page = unescape(send(client, YAML, {"text": wrong, "do": "check"}, YAML).text)
    number = wrong[: wrong.index("servces")].count("\n") + 1
    assert f"Ligne {number}" in page
    assert "go: servces," in page
    broken = send(client, YAML, {"text": "screens: [\n  é", "do": "save"}, YAML)
    assert broken.status_code == 422
    assert "screens: [\n  é" in unescape(broken.text)
    with reading() as db:
        assert versions.draft(db, NAME) is None
    other = send(client, YAML, {"text": SIMPLE, "do": "save"}, YAML)
    assert "gardez son nom" in unescape(other.text)


def test_a_new_menu_is_begun_mended_published_and_dialled(office, client):
    fields = {"name": "piscine", "code": "*384*60#"}
    assert send(client, f"{MENUS}/new", fields, f"{MENUS}/new").status_code == 303
    assert "Pas encore" in shown(client, MENUS)
    page = f"{MENUS}/piscine/draft"
    assert "Aucune erreur" in shown(client, page)
    act(client, f"{page}/publish", page=page, note="Ouverture")
    office.library.refresh()
    assert "Bienvenue" in office.phone(code="*384*60#").dial().text


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("Ma Piscine", "*384*60#", "Petites lettres"),
        ("piscine", "384", "Écrivez un code"),
        (NAME, "*384*60#", "porte déjà ce nom"),
        ("", "", "Il faut l'écrire"),
    ],
)
def test_a_new_menu_that_can_t_be_is_told_why(client, name, code, said):
    answer = send(client, f"{MENUS}/new", {"name": name, "code": code}, f"{MENUS}/new")
    assert answer.status_code == 422
    assert said in unescape(answer.text)


def test_a_menu_with_another_s_code_is_refused(client):
    bring(client, SIMPLE.replace("*384*60#", "*384*50#"))
    page = f"{MENUS}/piscine/draft"
    said = act(client, f"{page}/publish", 409, page=page, note="x")
    assert "Le menu keur-exemple se compose déjà avec ce code" in said


def test_what_is_exported_can_be_brought_back(client):
    data = client.get(f"{TREE}/export.zip").data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert sorted(archive.namelist()) == sorted(
            [f"{NAME}.yaml", *(f"{o}.po" for o in LANGUAGES)]
        )
        text = archive.read(f"{NAME}.yaml").decode()
    assert text.startswith(f"# from version {live()}\n")
    bring(client, text)
    assert "Rien ne change pour les citoyens" in shown(client, DRAFT)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 no zip", b"x: ["])
def test_files_that_are_no_menu_are_refused(client, data):
    for name in ("menu.zip", "menu.yaml", "menu.po"):
        fields = {"files": (io.BytesIO(data), name)}
        answer = send(
            client, f"{MENUS}/bring", fields, f"{MENUS}/new", content_type="multipart/form-data"
        )
        assert answer.status_code == 422, name


def test_a_draft_begun_before_another_s_publication_goes_on_from_there_once_compared(client):
    bring_question(client)
    with writing() as db:
        made = versions.written(asking("Quel lieu ?"))
        draft = versions.draft(db, NAME)
        versions.save_draft(db, made, "Moussa", draft.revision)
    with reading() as db:
        first = versions.draft(db, NAME).base
    # somebody publishes by the command, from another draft
    with writing() as db:
        kept = versions.drop_draft(db, NAME, "Moussa")
        bring_question_by(db)
    with reading() as db:
        vetted = versions.vet(db, NAME, "Moussa", despite_stories=True)
    with writing() as db:
        versions.publish(db, vetted, "Moussa", "x")
    with writing() as db:
        versions.take_up(db, db.merge(kept))
    assert live() != first
    page = shown(client, DRAFT)
    assert "Moussa a publié une autre version" in page
    assert "Publier maintenant" not in page
    act(client, f"{DRAFT}/rebase")
    assert "a publié une autre version" not in shown(client, DRAFT)


def bring_question_by(db) -> None:
    question = "Quelle porte ?"
    said = {
        language: {("offices", question): versions.Translation(question, "draft")}
        for language in LANGUAGES
    }
    versions.save_draft(db, versions.written(asking(question), said), "Moussa")


# -- who may, and what is typed -------------------------------------------------------------------


def test_a_manager_looks_and_does_nothing(office, client):
    bring_question(client)
    manager = office.app.test_client()
    sign_in(manager, "fatou")
    for url in (MENUS, HISTORY):
        page = shown(manager, url)
        for button in ("Modifier", "Nouveau menu", "Y revenir", "Relire et publier"):
            assert button not in page
    for url in (DRAFT, YAML, f"{TREE}/back/{live()}"):
        assert manager.get(url).status_code == 403


EVIL = "<script>x"


def test_what_is_typed_never_becomes_markup(office, client, second):
    bring(client, asking(f"Quel {EVIL} ?"), book(f"Quel {EVIL} ?"))
    pages = [client.get(url).text for url in (DRAFT, YAML, MENUS)]
    pages.append(send(client, YAML, {"text": f"{EVIL}: [", "do": "check"}, YAML).text)
    wrong = {"text": asking(EVIL).replace("go: services,", f'go: "{EVIL}",'), "do": "check"}
    pages.append(send(client, YAML, wrong, YAML).text)
    too_long = {"revision": 1, "note": EVIL * 60}
    pages.append(send(client, f"{DRAFT}/publish", too_long, DRAFT).text)
    publish(client, note=f"{EVIL}", despite="1")
    pages += [client.get(url).text for url in (HISTORY, MENUS)]
    assert [at for at, page in enumerate(pages) if EVIL in page] == []
    assert all("&lt;script&gt;" in page for page in pages[:2])
