"""An administrator edits what citizens dial: no file, no fear, nothing lost."""

import html
import json
import re

import pytest
from sqlmodel import select

from citizens.audit import AuditEntry
from console.menus.editor import sheet
from database import reading, writing
from menus import library, versions
from menus.editing import screens
from menus.grammar import AskNode
from menus.source import read
from tests.console.conversations import FRENCH, sign_in

TREE = "keur-exemple"
EDIT = f"/console/menus/{TREE}/edit"


def shipped():
    [text] = library.shipped().values()
    return read(text)


ASKED = next(name for name, one in shipped().screens.items() if isinstance(one, AskNode))


@pytest.fixture
def client(office):
    found = office.app.test_client()
    sign_in(found, "admin")
    return found


def fields(page: str) -> dict[str, str]:
    """What a browser would send of the screen's form, as it stands."""
    form = re.search(r'<form id="screen".*?</form>', page, re.DOTALL)[0]
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and (not re.search('type="(checkbox|radio)"', tag) or " checked" in tag):
            found[name[1]] = html.unescape(value[1] if value else "")
    for name, text in re.findall(
        r'<textarea[^>]*name="([^"]*)"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL
    ):
        found[name] = html.unescape(text)
    for name, body in re.findall(
        r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL
    ):
        chosen = re.search(r'value="([^"]*)" selected', body) or re.search(r'value="([^"]*)"', body)
        found[name] = html.unescape(chosen[1])
    return found


def opened(client, screen: str) -> dict[str, str]:
    page = client.get(f"{EDIT}/{screen}", headers=FRENCH)
    assert page.status_code == 200, page.text
    return fields(page.text)


def save(client, screen: str, sent: dict[str, str], deed: str = "save", **more):
    return client.post(f"{EDIT}/{screen}", data={**sent, **more, "deed": deed}, headers=FRENCH)


def change(client, screen: str, **more):
    return save(client, screen, opened(client, screen), **more)


def draft():
    with reading() as db:
        return versions.draft(db, TREE)


def tree():
    return read(draft().text)


def said(language: str, screen: str, french: str):
    with reading() as db:
        return versions.drafted(versions.draft(db, TREE)).book[language][screen, french]


def audited() -> list[tuple[str, str, str]]:
    with reading() as db:
        return [(one.who, one.did, one.about) for one in db.exec(select(AuditEntry)).all()]


def test_a_form_that_nobody_touched_changes_nothing(client):
    for name, screen in shipped().screens.items():
        found = sheet.stored(name, screen, {}, ["fr", "en"])
        assert sheet.written(found, screen) == screens.body(screen), name
    for name in ("language", "home", "switch_sms", "my_sms", "help", ASKED):
        assert change(client, name).status_code == 303
        assert draft() is None, name


def test_a_newcomer_s_first_quarter_of_an_hour(client, office):
    home = opened(client, "home")
    # the welcome changes, in French and in two languages
    home |= {"text": "Bienvenue à Keur Exemple", "text.en": "Welcome", "text.wo": "Dalal jamm"}
    # an option more, which leads to a screen that is not there yet
    page = save(client, "home", home, "option").text
    home = fields(page)
    home |= {"option-6-say": "Nos horaires", "option-6-go": "+say", "option-6-say.en": "Hours"}
    answer = save(client, "home", home)
    assert answer.status_code == 303
    page = client.get(answer.location, headers=FRENCH).text
    assert "Nouvel écran" in page
    assert "nos_horaires" in page
    assert "Dalal jamm" in client.get(f"{EDIT}/home?show-language=wo").text
    # the new screen gets its words, in two languages
    hours = opened(client, "nos_horaires")
    hours |= {
        "text": "Ouvert de 9 h à 16 h.",
        "text.en": "Open 9 to 16.",
        "text.wo": "Ubbi 9 ba 16.",
    }
    assert save(client, "nos_horaires", hours).status_code == 303
    page = client.get(f"{EDIT}/nos_horaires?show-language=en", headers=FRENCH).text
    assert "Open 9 to 16." in re.search(r'<div class="lcd".*?</div>', page, re.DOTALL)[0]
    found = tree()
    assert found.screens["home"].options[-1].go == "nos_horaires"
    assert found.screens["nos_horaires"].say == "Ouvert de 9 h à 16 h."
    assert (said("en", "home", "Bienvenue à Keur Exemple").text) == "Welcome"
    assert said("ff", "home", "Bienvenue à Keur Exemple").state == "stale"
    # citizens are none the wiser
    assert "Bienvenue" not in office.speaking().enter("0").text
    assert ("staff:admin", "menus.edited", f"{TREE}/home") in audited()


def test_who_speaks_two_languages_publishes_in_all_of_them(client, office):
    """What nobody has translated says the French, as a draft, and can be read meanwhile."""
    home = opened(client, "home")
    home |= {"text": "Bienvenue", "text.en": "Welcome", "text.wo": "Dalal jamm"}
    home = fields(save(client, "home", home, "french").text)
    assert (home["text.wo"], home["text.sw"]) == ("Dalal jamm", "Bienvenue")
    assert home["option-0-say.sw"] != home["option-0-say"]  # what is translated stays
    assert draft() is None
    assert save(client, "home", home).status_code == 303
    assert said("sw", "home", "Bienvenue").state == "draft"
    review = f"/console/menus/{TREE}/draft"
    page = client.get(review, headers=FRENCH).text
    sent = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    revision = re.search(r'name="revision"[^>]*value="(\d+)"', page)[1]
    form = {"csrf_token": sent, "revision": revision, "note": "Un mot d'accueil"}
    published = client.post(f"{review}/publish", data=form, headers=FRENCH)
    assert published.status_code == 303, published.text
    assert draft() is None
    office.library.refresh()
    assert "Bienvenue" in office.speaking().enter("0").text


def test_options_move_without_a_script_and_nothing_typed_is_lost(client):
    home = opened(client, "home") | {"option-0-say": "Un ticket"}
    moved = fields(save(client, "home", home, "down-0").text)
    assert [moved[f"option-{at}-say"] for at in (0, 1)] == ["Suivre un dossier", "Un ticket"]
    assert draft() is None
    assert save(client, "home", moved).status_code == 303
    assert [one.say for one in tree().screens["home"].options][:2] == [
        "Suivre un dossier",
        "Un ticket",
    ]
    assert said("en", "home", "Un ticket").state == "stale"
    assert said("en", "home", "Suivre un dossier").state in ("draft", "reviewed")


def test_an_option_is_taken_out(client):
    home = fields(change(client, "home", deed="remove-3").text)
    save(client, "home", home)
    assert len(tree().screens["home"].options) == 5


def test_what_can_t_be_read_is_told_at_its_field_and_not_saved(client):
    answer = change(client, "home", text="", **{"option-1-say": ""})
    assert answer.status_code == 422
    assert "Écrivez un texte." in re.search(r'id="text-told".*?</div>', answer.text, re.DOTALL)[0]
    assert (
        "Écrivez un texte."
        in re.search(r'id="option-1-say-told".*?</div>', answer.text, re.DOTALL)[0]
    )
    assert draft() is None


def test_a_draft_with_defects_is_saved_and_can_t_be_published(client):
    answer = change(client, "home", text="Une phrase nouvelle")
    assert "à corriger avant de publier" in client.get(answer.location, headers=FRENCH).text
    with pytest.raises(versions.BrokenTree), reading() as db:
        versions.vet(db, TREE, "staff:admin")


def check(client, screen: str, **more):
    sent = opened(client, screen) | more
    return client.post(f"/console/menus/{TREE}/check/{screen}", data=sent, headers=FRENCH).json


def test_defects_are_told_while_one_types(client):
    found = check(client, "my_data", **{"text": "x" * 400})
    assert any(
        "Trop long" in one["said"]
        for one in found["fields"]["text.en"] + found["fields"].get("text", [])
    )
    found = check(client, "home", **{"option-0-go": "nowhere"})
    assert "n'existe pas" in html.unescape(
        json.dumps(found["fields"]["option-0-go"], ensure_ascii=False)
    )
    found = check(client, "home", **{"option-1-say": "Prendre un ticket"})
    assert found["fields"]["option-1-say"][0]["severity"] == "error"
    assert found["meter"]["encoding"] == "GSM-7"
    assert found["pages"]
    assert draft() is None


def test_a_translation_can_be_said_to_stand(client):
    found = check(client, "home", text="Commune de Keur-Exemple")
    assert "text.en" in found["stale"]
    change(client, "home", text="Commune de Keur-Exemple", **{"text.en.stands": "1"})
    assert said("en", "home", "Commune de Keur-Exemple").state == "draft"
    assert said("wo", "home", "Commune de Keur-Exemple").state == "stale"


def test_two_people_on_one_screen_lose_nothing(client, office):
    mine = opened(client, "home") | {"text": "Ma phrase"}
    other = office.app.test_client()
    sign_in(other, "admin")
    change(other, "home", text="Sa phrase")
    answer = save(client, "home", mine)
    assert answer.status_code == 409
    assert "Ma phrase" in answer.text
    assert "Sa phrase" in answer.text
    assert tree().screens["home"].choose == "Sa phrase"
    assert save(client, "home", fields(answer.text)).status_code == 303
    assert tree().screens["home"].choose == "Ma phrase"
    assert said("en", "home", "Ma phrase").state == "stale"


def test_two_people_on_two_screens_don_t_meet(client, office):
    mine = opened(client, "home") | {"text": "Ma phrase"}
    other = office.app.test_client()
    sign_in(other, "admin")
    change(other, "help", text="Autre chose")
    assert save(client, "home", mine).status_code == 303
    assert (tree().screens["home"].choose, tree().screens["help"].say) == (
        "Ma phrase",
        "Autre chose",
    )


def test_a_screen_that_went_meanwhile_comes_back_when_it_is_saved_again(client):
    mine = opened(client, "help") | {"text": "Mon aide"}
    change(client, "help", deed="rename", **{"new-name": "aide"})
    answer = save(client, "help", mine)
    assert answer.status_code == 409
    assert save(client, "help", fields(answer.text)).status_code == 303
    assert tree().screens["help"].say == "Mon aide"


def test_a_screen_is_renamed_with_all_that_leads_there(client):
    answer = change(client, "help", deed="rename", text="Une aide", **{"new-name": "aide"})
    assert answer.location.endswith("/edit/aide")
    found = tree()
    assert "help" not in found.screens
    assert found.screens["aide"].say == "Une aide"
    assert any(one.go == "aide" for one in found.screens["language_and_sms"].options)
    assert said("en", "aide", "Une aide").state == "stale"


@pytest.mark.parametrize("name", ["home", "Mon écran", "", "a" * 40])
def test_a_name_that_will_not_do_is_told(client, name):
    answer = change(client, "help", deed="rename", **{"new-name": name})
    assert answer.status_code == 422
    assert "new-name-told" in answer.text
    assert draft() is None


def test_a_screen_is_doubled_with_its_translations(client):
    assert change(client, "help", deed="duplicate", **{"new-name": "help_2"}).status_code == 303
    found = tree()
    french = found.screens["help"].say
    assert found.screens["help_2"].say == french
    assert said("en", "help_2", french) == said("en", "help", french)


def token(client, page: str) -> str:
    return re.findall(r'name="csrf_token" value="([^"]+)"', client.get(page).text)[-1]


def test_a_screen_goes_when_it_is_said_where_its_ways_lead(client):
    shown = client.get(f"/console/menus/{TREE}/delete/help", headers=FRENCH).text
    assert "language_and_sms" in shown
    where = f"/console/menus/{TREE}/delete/help"
    sent = {"csrf_token": token(client, where)}
    assert client.post(where, data=sent, headers=FRENCH).status_code == 422
    assert client.post(where, data=sent | {"instead": "home"}, headers=FRENCH).status_code == 303
    assert "help" not in tree().screens


def step(client, way: str):
    sent = {"csrf_token": token(client, EDIT), "revision": draft().revision, "here": "home"}
    return client.post(f"/console/menus/{TREE}/{way}", data=sent, headers=FRENCH)


def test_a_saving_is_undone_and_redone(client):
    change(client, "home", text="Ma phrase")
    assert "écran home changé" in client.get(EDIT, headers=FRENCH).text
    assert step(client, "undo").status_code == 303
    assert tree().screens["home"].choose == "Commune de Keur Exemple"
    step(client, "redo")
    assert tree().screens["home"].choose == "Ma phrase"
    assert {"menus.undone", "menus.redone"} <= {did for _, did, _ in audited()}


@pytest.mark.parametrize("kind", ["say", "choose", "ask", "do"])
def test_a_screen_of_each_kind_is_added_and_sound(client, kind):
    sent = {"csrf_token": token(client, EDIT), "kind": kind, "words": "Un écran d'été"}
    sent["action"] = "citizens.choose_language" if kind == "do" else ""
    answer = client.post(f"/console/menus/{TREE}/screens", data=sent, headers=FRENCH)
    assert answer.location.endswith("/edit/un_ecran_d_ete")
    assert change(client, "un_ecran_d_ete").status_code == 303
    apart = client.get(EDIT, headers=FRENCH).text.partition("Aucun chemin n'y mène")[2]
    assert f"{EDIT}/un_ecran_d_ete" in apart


def test_rules_of_an_entry_and_outcomes_of_an_action_are_changed(client):
    change(
        client,
        ASKED,
        tries="5",
        otherwise="home",
        check="number",
        least="1",
        most="9",
        **{"as": "kept"},
    )
    found = tree().screens[ASKED]
    assert (found.tries, found.otherwise, found.least, found.most, found.kept) == (
        5,
        "home",
        1,
        9,
        "kept",
    )
    change(client, "switch_sms", **{"outcome-wanted": "home"})
    assert tree().screens["switch_sms"].outcomes == {"wanted": "home", "unwanted": "my_sms"}


def test_the_outline_finds_and_the_drawing_leads_to_screens(client):
    found = client.get(f"{EDIT}?q=données", headers=FRENCH).text
    assert f"{EDIT}/my_data" in found
    assert f'{EDIT}/home"' not in found
    drawn = client.get(f"{EDIT}?view=graph", headers=FRENCH).text
    assert f'<a href="{EDIT}/home"><g data-screen="home">' in drawn
    assert "Aucun écran" in client.get(f"{EDIT}?q=zzzz", headers=FRENCH).text


def test_what_is_not_there_is_not_found(client):
    for url in (f"{EDIT}/none", "/console/menus/none/edit", f"/console/menus/{TREE}/delete/none"):
        assert client.get(url).status_code == 404


EVIL = "\"><script>alert(1)</script>'{{7*7}}"


OURS = ("csrf_token", "seen", "kind")
TEXT = re.compile(r"text(\.|$)|wrong|option-\d+-say|option-\d+-kept-\d+$|among")


def test_no_field_can_carry_a_script(client):
    for screen in ("home", "language", "my_sms", "switch_sms", "help", ASKED):
        sent = opened(client, screen)
        everywhere = {name: value if name in OURS else EVIL for name, value in sent.items()}
        words = {name: EVIL if TEXT.match(name) else value for name, value in sent.items()}
        pages = []
        for typed in (everywhere, words):
            checked = client.post(f"/console/menus/{TREE}/check/{screen}", data=typed)
            pages += [checked.json["phone"] if checked.is_json else checked.text]
            pages += [save(client, screen, typed).text]
        pages += [client.get(f"{EDIT}/{screen}?show-language=en").text]
        assert screen == "switch_sms" or "&lt;script&gt;alert" in pages[-1]
        for page in pages:
            assert "<script>alert" not in page, screen
            assert "7777777" not in page, screen
    for url in (
        EDIT,
        f"{EDIT}?view=graph",
        f"{EDIT}?q={EVIL}",
        f"/console/menus/{TREE}/delete/home",
    ):
        assert "<script>alert" not in client.get(url).text


def test_someone_else_saves_by_a_command_and_the_editor_goes_on(client):
    mine = opened(client, "home") | {"text": "Ma phrase"}
    [text] = library.shipped().values()
    with writing() as db:
        versions.save_draft(db, versions.written(text.replace("Ouvert", "Fermé")), "cli")
    assert save(client, "home", mine).status_code == 303
    assert draft().revision == 2
