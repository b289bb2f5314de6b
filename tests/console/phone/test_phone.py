"""The web phone: the demo is dialled to a ticket, whatever the line; a draft before it is
published; and as nobody but an invented number."""

import re
from html import unescape

import pytest
from sqlmodel import select

from citizens.made_up import is_made_up
from console.phone import pages
from database import reading
from menus import versions
from queues.models import Ticket
from tests.console.conversations import FRENCH, send, sign_in
from tests.console.test_sign_in import production
from tests.menus.test_versions import changed, save

REAL = "+221771234567"


class Web:
    """Somebody with a browser that runs no scripts."""

    def __init__(self, office, https=False) -> None:
        self.client = office.app.test_client()
        self.base = {"base_url": "https://localhost"} if https else {}
        self.html, self.status = "", 0

    def open(self, path="/phone"):
        return self._took(self.client.get(path, headers=FRENCH, **self.base))

    def post(self, path="/phone", token=True, **fields):
        if token:
            fields["csrf_token"] = re.search(r'name="csrf_token" value="([^"]+)', self.html)[1]
        kept = re.search(r'name="call" value="([^"]+)', self.html)
        fields = {"call": kept[1] if kept else "", **fields}
        return self._took(self.client.post(path, data=fields, headers=FRENCH, **self.base))

    def _took(self, answer):
        self.html, self.status, self.answer = answer.text, answer.status_code, answer
        return self

    def call(self, **settings):
        return self.open().post(do="settings", **settings)

    def type(self, *entries):
        for entry in entries:
            self.post(do="send", entry=entry)
        return self

    @property
    def screen(self):
        lcd = re.search(r'<div class="lcd".*?</div>', self.html, re.S)[0]
        return "\n".join(unescape(line) for line in re.findall("<p>(.*?)</p>", lcd))


@pytest.fixture
def web(office):
    return Web(office)


def tickets() -> int:
    with reading() as db:
        return len(db.exec(select(Ticket)).all())


def test_the_demo_is_dialled_to_a_ticket_and_its_sms_is_opened_on_the_screen(office, web):
    assert "Langue / Language" in web.open().post(do="dial").screen
    web.type("1", "1", "1", "1", "1")
    assert "Ticket A001" in web.screen
    assert tickets() == 1
    assert 'class="letter"' not in web.html
    office.work()
    letter = re.search(r'value="(open \d+)"', web.post(do="sms").html)[1]
    assert web.post(do=letter).screen.startswith("SMS ")
    assert "Ticket A001, Mairie" in web.screen
    assert "Ticket A001" in web.post(do="close").screen
    assert "page 1 sur 1" in web.html


@pytest.mark.parametrize("network", ["twice", "lossy"])
@pytest.mark.parametrize("provider", ["africastalking", "hubtel", "orange"])
def test_on_a_bad_line_of_a_provider_that_marks_its_repeats_it_is_one_ticket(
    web, network, provider
):
    web.call(network=network, provider=provider)
    web.type("1", "1", "1", "1", "1")
    assert "Ticket A001" in web.screen
    assert tickets() == 1
    assert web.post(do="answers").status == 200  # what is only for memory does nothing here


def test_keys_write_and_a_line_that_was_cut_is_taken_up(web):
    web.open().post(do="dial")
    web.type("1", "1")
    assert 'name="entry" value="98"' in web.post(key="9").post(key="8", entry="9").html
    assert "Quel bureau" in web.screen
    web.post(do="hang_up")
    assert "Continuer" in web.post(do="dial").screen
    assert "Quel bureau" in web.type("1").screen


def test_a_number_speaks_the_language_that_is_chosen_for_it(web):
    assert "Take a ticket" in web.call(language="en").screen


def test_a_long_call_has_an_end(web, monkeypatch):
    monkeypatch.setattr(pages.calls, "MOST_ENTRIES", 2)
    assert "trop long" in web.open().post(do="dial").type("1", "1", "0").html


def test_a_draft_is_dialled_before_it_is_published_and_nothing_is_done(web):
    save(changed())
    web.call(what="draft:keur-exemple", language="fr")
    assert "En mémoire" in web.html
    assert "Quel guichet ?" in web.type("1").screen
    web.type("1", "1", "1")
    assert tickets() == 0
    wanted = {"outcome.queues.take_ticket": "closed"}
    assert "queues.take_ticket" in web.html
    assert web.post(do="answers", **wanted).screen != ""


def test_a_link_opens_the_same_and_does_nothing_by_itself(web):
    save(changed())
    draft = web.open("/phone?tree=keur-exemple&draft=1&language=fr&steps=1")
    assert "Quel guichet ?" in draft.screen
    live = web.open("/phone?tree=keur-exemple&steps=1*1*1*1*1")
    assert "Ce lien rejoue" in live.html
    assert tickets() == 0
    assert "Ticket A001" in live.post(do="settings", call="", steps="1*1*1*1*1").screen


def test_a_link_tells_neither_number_nor_secret(web):
    from demo.office import facts

    dossier = facts()["dossiers"][0]
    web.call(number="+221770000012", language="fr").type("2")
    for _ in range(6):
        if "PIN" in web.screen or "secret" in web.screen:
            break
        asks_number = "éro" in web.screen
        web.type(dossier["reference"] if asks_number else str(dossier["birth_year"]))
    web.type(dossier["pin"])
    link = unescape(re.search(r'id="link" readonly value="([^"]+)', web.html)[1])
    assert dossier["pin"] not in link
    assert "770000012" not in link


def test_it_stands_in_a_frame_of_our_own_pages_only(web):
    bare = web.open("/phone?embed=1&tree=keur-exemple").answer
    assert "frame-ancestors 'self'" in bare.headers["Content-Security-Policy"]
    whole = web.open().answer
    assert "frame-ancestors 'none'" in whole.headers["Content-Security-Policy"]


# -- whom it must not reach -----------------------------------------------------------------------


@pytest.mark.parametrize("typed", [REAL, "771234567", "00221771234567", "+22177000000", "abc"])
def test_a_number_that_may_be_a_person_s_is_refused(web, typed):
    web.call(number=typed)
    assert web.status == 422
    assert "Ce numéro peut être celui de quelqu&#39;un" in web.html
    assert 'class="letter"' not in web.html
    assert tickets() == 0


def test_what_is_invented_can_be_nobody_s():
    assert is_made_up("+999123456789", demo=False)
    assert is_made_up("+221770000001", demo=True)
    assert not is_made_up("+221770000001", demo=False)
    assert not is_made_up("+221770001000", demo=True)
    assert not is_made_up("+999123456789x", demo=True)


def test_a_call_that_is_written_by_hand_or_was_changed_is_none(office, web):
    from console.phone.calls import Call, Setup, put_away

    web.open()
    sealed = put_away(Call(Setup(REAL, "keur-exemple", "*384*50#", real=True)))
    for forged in ("", "x", sealed, sealed[:-4] + "AAAA"):
        assert REAL not in web.open().post(do="sms", call=forged).html
        answer = web.open().post("/phone/messages", call=forged)
        assert answer.status == 204


def test_a_form_that_is_not_our_own_does_nothing(web):
    assert web.open().post(token=False, do="dial").status == 400


def test_in_production_it_is_for_staff_and_touches_nothing(open_office):
    office = open_office(**production())
    web = Web(office, https=True)
    assert "/console/sign-in" in web.open().answer.headers["Location"]
    assert web.client.post("/phone", **web.base).status_code == 401


def test_in_production_where_it_is_open_nothing_is_done_and_no_draft_shown(open_office):
    office = open_office(**production(), WEB_PHONE="anyone")
    save(changed())
    web = Web(office, https=True)
    assert "En mémoire" in web.open().html
    assert "draft:" not in web.html
    assert web.post(do="settings", number="+221770000001").status == 422
    web.open().post(do="settings", what="draft:keur-exemple", language="fr").type("1")
    assert "Quel guichet ?" not in web.screen
    web.type("1", "1", "1", "1")
    assert tickets() == 0


def test_where_sms_may_reach_people_it_does_nothing(open_office):
    office = open_office(AT_API_KEY="atsk_x", AT_USERNAME="mairie")
    assert "En mémoire" in Web(office).open().html


def test_a_stranger_who_asks_too_often_is_held_up(web, monkeypatch):
    monkeypatch.setattr(pages, "PER_MINUTE", 3)
    assert [web.open().status for _ in range(5)][-1] == 429


# -- stories --------------------------------------------------------------------------------------

STORIES = "/console/menus/keur-exemple/stories"


def dialled(office) -> Web:
    web = Web(office)
    sign_in(web.client, "admin")
    save(changed("Où ?"), by="staff:admin")
    return web.call(what="draft:keur-exemple", language="fr").type("1", "1")


def keep(web: Web, name: str, shows: str):
    web.post(f"{STORIES}/new")
    assert web.status == 200
    return web.post(f"{STORIES}/add", name=name, **{"shows.1": shows})


def test_a_call_becomes_a_story_and_a_change_that_breaks_it_is_not_published(office):
    from menus.stories import StoryFailed

    web = dialled(office)
    assert keep(web, "On demande où", "Où ?").status == 303
    assert "On demande où" in web.open(f"{STORIES}?told=draft").html
    assert "Toutes les histoires tiennent" in web.html
    assert "1 histoire ne tient plus" in web.open(f"{STORIES}?told=live").html
    with reading() as db:
        revision = versions.draft(db, "keur-exemple").revision
        assert versions.vet(db, "keur-exemple", "staff:admin", revision)
    revision = save(changed("Quel guichet ?"), "staff:admin", revision)
    with reading() as db, pytest.raises(StoryFailed, match="On demande où"):
        versions.vet(db, "keur-exemple", "staff:admin", revision)
    text = web.open(re.search(rf"{STORIES}/\d+\.yaml", web.open(STORIES).html)[0]).html
    assert "story: On demande où" in text
    assert web.open(f"{STORIES}.yaml").html == text
    key = re.search(rf"{STORIES}/(\d+)/delete", web.open(STORIES).html)[1]
    assert web.post(f"{STORIES}/{key}/delete").status == 303
    with reading() as db:
        assert versions.vet(db, "keur-exemple", "staff:admin", revision)


def test_a_story_needs_a_name_of_its_own_and_keeps_what_was_ticked(office):
    web = dialled(office)
    assert "Dites en une phrase" in keep(web, "  ", "Où ?").html
    assert 'value="Où ?" checked' in web.html
    assert web.post(f"{STORIES}/add", name="Une", **{"shows.1": "Où ?"}).status == 303
    web = Web(office)
    sign_in(web.client, "admin")
    web.call(what="draft:keur-exemple", language="fr").type("1")
    assert "porte déjà ce nom" in keep(web, "Une", "Où ?").html


def test_what_was_dialled_for_real_is_told_in_memory_with_what_actions_answered(office):
    web = Web(office)
    sign_in(web.client, "admin")
    web.call(language="fr").type("1", "1", "1", "1")
    assert "Ticket A001" in web.screen
    assert keep(web, "Un ticket", "Quel bureau ?").status == 303
    told = web.open(f"{STORIES}?told=live")
    assert "Toutes les histoires tiennent" in told.html
    assert "ticket: A001" in web.open(f"{STORIES}.yaml").html


def test_an_agent_keeps_no_stories(office):
    web = Web(office)
    sign_in(web.client, "awa")
    web.call(language="fr").type("1")
    assert "Enregistrer comme histoire" not in web.html
    answer = send(web.client, f"{STORIES}/new", {"call": "x"})
    assert answer.status_code == 403
