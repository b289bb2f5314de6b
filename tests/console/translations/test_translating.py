"""A translator at work: a menu's text, an SMS, reviews, comments, what is refused at the field."""

import subprocess
import sys

import pytest

import moment
from database import reading, writing
from locales import made_here
from locales.catalogues import Translation, catalogue, look_up
from menus import translating, versions
from settings import ROOT
from sms.texts import compose
from tests.console.conversations import FRENCH, send, sign_in
from tests.console.translations.conversation import (
    PLACE,
    entry,
    errors,
    page_of,
    translator,
    write,
)

NAME = "keur-exemple"
NATIVE = {"do": "reviewed", "native": "1"}


@pytest.fixture
def client(office):
    return translator(office)


def publish() -> None:
    with reading() as db:
        present = versions.draft(db, NAME)
        vetted = versions.vet(db, NAME, "Awa", present.revision, despite_stories=True)
    with writing() as db:
        versions.publish(db, vetted, "Awa", "in Pulaar")


def draft() -> versions.Written:
    with reading() as db:
        return versions.drafted(versions.draft(db, NAME))


# -- a menu ---------------------------------------------------------------------------------------


def test_a_menu_s_text_is_translated_looked_at_published_and_dialled(office, client):
    home = entry("ff", "home", "Prendre un ticket")
    assert home.state == "draft"
    looked = write(client, "ff", home, "Ƴettu ɓataake", do="look")
    assert looked.status_code == 200
    assert "Yettu bataake" in looked.text  # on the phone, in the letters that are sent
    assert "septets" in looked.text
    with reading() as db:
        assert versions.draft(db, NAME) is None  # looking keeps nothing

    assert write(client, "ff", home, "Ƴettu ɓataake", **NATIVE).status_code == 303
    said = draft().book["ff"]["home", "Prendre un ticket"]
    assert said == Translation("Ƴettu ɓataake", "reviewed")
    now = entry("ff", "home", "Prendre un ticket")
    assert (now.state, now.waits, now.row.by, now.row.reviewed_by) == (
        *("reviewed", True, "staff:admin", "staff:admin"),
    )

    phone = office.speaking("+221770000050", "4")
    assert "Yettu bataake" not in phone.dial().text
    publish()
    office.library.refresh()
    assert "Yettu bataake" in office.phone("+221770000050").dial().text
    assert not entry("ff", "home", "Prendre un ticket").waits


def test_two_translators_of_one_menu_lose_nothing_of_one_another(office, client):
    home, offices = entry("ff", "home", "Prendre un ticket"), entry("ff", "offices")
    write(client, "ff", home, "Ƴettu")
    write(client, "ff", offices, "Biro hol?")
    book = draft().book["ff"]
    assert book["home", "Prendre un ticket"].text == "Ƴettu"
    assert book["offices", offices.item.text.source].text == "Biro hol?"
    assert len(book) == len(draft().book["wo"])


def test_who_saves_over_another_s_text_sees_it_first(office, client):
    home = entry("ff", "home", "Prendre un ticket")
    shown = client.get(page_of("ff", home)).text
    write(translator(office), "ff", home, "Ƴettu tikket")
    token = shown.partition('name="csrf_token" value="')[2].partition('"')[0]
    fields = {"csrf_token": token, "seen": home.seen, "text": "Nangu tikket", "do": "draft"}
    said = errors(client.post(page_of("ff", home), data=fields, headers=FRENCH))
    assert "Entre-temps" in said
    assert "Ƴettu tikket" in said
    assert draft().book["ff"]["home", "Prendre un ticket"].text == "Ƴettu tikket"
    assert write(client, "ff", home, "Nangu tikket").status_code == 303


def test_a_platform_s_word_goes_into_every_menu_and_is_said_when_a_call_fails(office, client):
    word = entry("ff", "words", "Service indisponible")
    assert write(client, "ff", word, "Service alaa jooni.", **NATIVE).status_code == 303
    assert look_up("ff", "words", word.item.text.source).text == "Service alaa jooni."
    assert draft().book["ff"]["words", word.item.text.source].text == "Service alaa jooni."


def test_a_text_whose_french_changed_is_stale_and_shows_what_changed(office, client):
    offices = entry("ff", "offices")
    write(client, "ff", offices, "Biro hol?")
    old = offices.item.text.source
    with writing() as db:
        present = versions.draft(db, NAME)
        made = versions.drafted(present)
        new = made.text.replace(f'choose: "{old}"', 'choose: "Quel bureau ce matin ?"', 1)
        assert new != made.text
        versions.save_draft(db, versions.Written(new, made.book), "Fatou", present.revision)
    stale = entry("ff", "offices", "Quel bureau ce matin")
    assert (stale.state, stale.text, stale.old) == ("stale", "Biro hol?", old)
    shown = client.get(page_of("ff", stale), headers=FRENCH).text
    assert "Le français a changé" in shown
    assert "<ins>ce matin </ins>" in shown
    assert "Biro hol?" in shown
    assert write(client, "ff", stale, "Biro hol?").status_code == 303  # it will do as it is
    assert entry("ff", "offices", "Quel bureau ce matin").state == "draft"


# -- an SMS ---------------------------------------------------------------------------------------

VALUES = {"ticket": "A001", "counter": 3, "office": "Mairie"}


def said(language: str = "ff") -> str:
    return compose("ticket_called", language, VALUES).body


def test_a_reviewed_sms_is_said_by_the_next_one(office, client):
    called = entry("ff", "sms.ticket_called")
    text = "Tikket {ticket}: ar jooni. Guichet {counter}, {office}."
    assert write(client, "ff", called, text, **NATIVE).status_code == 303
    assert said() == "Tikket A001: ar jooni. Guichet 3, Mairie."
    now = entry("ff", "sms.ticket_called")
    assert (now.state, now.row.reviewed_by, now.waits) == ("reviewed", "staff:admin", False)
    assert "Relu par Coumba" in client.get(page_of("ff", now), headers=FRENCH).text


def test_a_draft_waits_unless_it_is_to_be_said_at_once(office, client):
    called, before = entry("ff", "sms.ticket_called"), said()
    write(client, "ff", called, "Tikket {ticket}: ar. {counter}, {office}.")
    assert said() == before
    assert entry("ff", "sms.ticket_called").waits
    write(client, "ff", called, "Tikket {ticket}: ar. {counter}, {office}.", in_use="1")
    assert said() == "Tikket A001: ar. 3, Mairie."
    assert not entry("ff", "sms.ticket_called").waits


LISTENER = """
import sys, app
from sms.texts import compose
from locales import made_here
app.create_app()
for line in sys.stdin:
    made_here.refresh()
    values = {"ticket": "A001", "counter": 3, "office": "M"}
    print(compose("ticket_called", "ff", values).body, flush=True)
"""


def test_another_process_says_it_too(office, client):
    """As a worker does, which asks before each job."""
    with subprocess.Popen(
        [sys.executable, "-c", LISTENER],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as listener:

        def heard() -> str:
            listener.stdin.write("\n")
            listener.stdin.flush()
            return listener.stdout.readline()

        assert "ar jooni" not in heard()
        text = "Tikket {ticket}: ar jooni. {counter}, {office}."
        write(client, "ff", entry("ff", "sms.ticket_called"), text, **NATIVE)
        assert heard() == "Tikket A001: ar jooni. 3, M.\n"
        listener.stdin.close()


def test_an_sms_s_translation_is_stale_once_its_french_changes(office, client):
    """As after an update of ours: the translation was made for another text under the same name."""
    called = entry("ff", "sms.ticket_called")
    old = made_here.Text("", "sms.ticket_called", "Ticket {ticket} : venez. Guichet {counter}.")
    gone = Translation("Tikket {ticket}: ar. {counter}.", "reviewed")
    with writing() as db:
        made_here.save(db, "ff", {old: gone}, "x", "x", moment.now(), in_use=True)
    with pytest.MonkeyPatch.context() as patch:
        rest = dict(catalogue("ff"))
        del rest["sms.ticket_called", called.item.text.source]
        patch.setattr("console.translations.shelf.catalogue", lambda _language: rest)
        stale = entry("ff", "sms.ticket_called")
        assert (stale.state, stale.old, stale.text) == ("stale", old.source, gone.text)
        assert "c'est à vous" in client.get(page_of("ff", stale)).text.replace("&#39;", "'")


# -- who stands for a text ------------------------------------------------------------------------


def test_one_does_not_review_one_s_own_words_unless_one_is_a_native_speaker(office, client):
    called = entry("ff", "sms.ticket_called")
    text = "Tikket {ticket}: ar jooni. {counter}, {office}."
    answer = write(client, "ff", called, text, do="reviewed")
    assert answer.status_code == 422
    assert "une autre personne le relit" in answer.text
    assert text in answer.text  # nothing typed is lost
    assert write(client, "ff", called, text, **NATIVE).status_code == 303


def test_another_s_words_are_reviewed_by_who_reads_them(office, client):
    called = entry("ff", "sms.ticket_called")  # a draft of ours
    assert write(client, "ff", called, called.text, do="reviewed").status_code == 303
    now = entry("ff", "sms.ticket_called")
    assert (now.state, now.row.by, now.row.reviewed_by) == ("reviewed", "", "staff:admin")


def test_that_one_speaks_the_language_is_remembered_while_one_is_signed_in(client):
    called = entry("ff", "sms.ticket_called")
    write(client, "ff", called, called.text, **NATIVE)
    shown = client.get(page_of("ff", entry("ff", "sms.ticket_near"))).text
    assert 'name="native" checked' in shown or "checked" in shown.partition('id="native"')[2][:80]


def test_saving_leads_to_the_next_text_that_needs_work_in_the_same_list(client):
    first = entry("ff", "sms.ticket_taken")
    url = f"{page_of('ff', first)}?group=sms&state=draft"
    fields = {"seen": first.seen, "text": first.text, "do": "reviewed"}
    answer = send(client, url, fields, page=url)
    following = entry("ff", "sms.ticket_taken_wait")
    assert answer.location.startswith(page_of("ff", following))
    assert "group=sms" in answer.location


# -- what is refused at the field -----------------------------------------------------------------

WRONG = {
    "Ticket: ar jooni. {counter}, {office}": "Il manque {ticket}",
    "{ticket} {nombre} {counter} {office}": "{nombre} n&#39;est pas dans le français",
    "{ticket} {counter} {office} www.exemple.sn": "pas de lien",
    "{ticket} {counter} {office} " + "ar jooni " * 30: "2 SMS au plus long",
    "{ticket} {counter|a|b|c} {office}": "il faut 2 formes",
    "{ticket} {counter} {office|a|b}": "pas un nombre",
    "": "Écrivez la traduction",
}


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_is_said_at_the_field_and_not_kept(client, text):
    called = entry("ff", "sms.ticket_called")
    assert WRONG[text] in errors(write(client, "ff", called, text))
    assert entry("ff", "sms.ticket_called").text == called.text


def test_a_question_that_runs_over_its_page_is_refused(client):
    asked = entry("ff", "birth_year")
    said = errors(write(client, "ff", asked, "Hitaande jibineede " * 20))
    assert "Une question tient sur une page" in said


def test_an_option_s_label_is_short(client):
    label = entry("ff", "home", "Prendre un ticket")
    said = errors(write(client, "ff", label, "Ƴettu tikket maa jooni jooni"))
    assert "22 permis" in said


# -- comments, lists, attacks ---------------------------------------------------------------------

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7*7 }}"


def test_comments_stand_under_the_text_in_their_order(client):
    called = entry("ff", "sms.ticket_called")
    for words in ("Ar jooni walla aree?", "Aree."):
        url = page_of("ff", called)
        assert send(client, f"{url}/comment", {"words": words}, page=url).status_code == 303
    shown = client.get(page_of("ff", called)).text
    assert shown.index("Ar jooni walla aree?") < shown.index("Aree.</p>")
    assert "Aree.</p>" not in client.get(page_of("wo", called)).text


def test_nothing_that_is_typed_becomes_a_page_s_own(client):
    called, url = entry("ff", "sms.ticket_called"), page_of("ff", entry("ff", "sms.ticket_called"))
    send(client, f"{url}/comment", {"words": EVIL}, page=url)
    write(client, "ff", called, "{ticket} {counter} {office} " + EVIL[:25], **NATIVE)
    for shown in (
        client.get(url).text,
        client.get(f"{PLACE}/ff?q=script").text,
        client.get(f"{PLACE}/ff?q={EVIL}&group={EVIL}").text,
        write(client, "ff", called, EVIL).text,
        send(client, f"{url}/look", {"text": EVIL}, page=url).text,
    ):
        assert "<script>alert" not in shown
        assert "<img" not in shown
        assert "{{ 7*7 }}" in shown or "49" not in shown


def test_lists_are_filtered_by_state_place_and_words_without_accents(client):
    everything = client.get(f"{PLACE}/ff", headers=FRENCH).text
    assert "1 à 40 sur" in everything
    found = client.get(f"{PLACE}/ff?group=sms&q=ouvert+hours", headers=FRENCH).text
    assert "Aucun texte ainsi" in found
    found = client.get(f"{PLACE}/ff?group=sms&q=heɓaama", headers=FRENCH).text
    assert "Dossier {tail} reçu" in found
    assert "Brouillon" in found
    assert "Aucun texte" in client.get(f"{PLACE}/ff?state=stale", headers=FRENCH).text
    assert client.get(f"{PLACE}/xx").status_code == 404
    assert client.get(f"{PLACE}/fr").status_code == 404
    assert client.get(f"{PLACE}/ff/000000000000").status_code == 404


def test_how_far_each_language_is_stands_on_one_page(client):
    shown = client.get(PLACE, headers=FRENCH).text
    for name in ("Wolof", "Pulaar", "Bamanankan", "Hausa"):
        assert name in shown
    write(client, "ff", entry("ff", "sms.ticket_called"), "", do="reviewed")
    called = entry("ff", "sms.ticket_called")
    write(client, "ff", called, called.text, do="reviewed")
    assert "<strong>1</strong> relu" in client.get(PLACE, headers=FRENCH).text


def test_who_may_not_translate_reaches_none_of_it(office):
    client = office.app.test_client()
    sign_in(client, "awa")
    one = entry("ff", "sms.ticket_called")
    for url in (
        PLACE,
        f"{PLACE}/ff",
        page_of("ff", one),
        f"{PLACE}/ff/letters",
        f"{PLACE}/ff/files",
    ):
        assert client.get(url).status_code == 403
    assert "Traductions" not in client.get("/console/settings", headers=FRENCH).text


def test_the_names_of_offices_and_papers_are_translated_too(client):
    name = entry("ff", "offices")
    assert name.item.group in ("names", NAME)
    with reading() as db:
        groups = {one.item.group for one in translating_entries(db)}
    assert {"names", "lists", "board", "sms", "words", NAME} <= groups


def translating_entries(db):
    from console.translations.shelf import load

    assert translating.standing(db)
    return load(db).entries(db, "ff")
