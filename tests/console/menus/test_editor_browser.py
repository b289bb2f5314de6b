"""In a real browser: a newcomer changes the welcome, adds an option to a new screen, says it in two
languages, and sees it on the phone meanwhile."""

import pytest

from database import reading
from menus import versions
from menus.source import read
from tests.console.browsing import NEEDS_CHROMIUM, sign_in

pytestmark = NEEDS_CHROMIUM


@pytest.fixture
def shown(browser, address):
    page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="fr-FR")
    page.problems = []
    page.on("console", lambda said: page.problems.append(said.text))
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    sign_in(page, address, "admin")
    return page


def test_a_newcomer_changes_the_welcome_adds_a_screen_and_dials_it(shown, address, office):
    shown.goto(f"{address}/console/menus/keur-exemple/edit")
    shown.click("#outline a:has-text('home')")
    shown.fill("#text", "Bienvenue")
    shown.wait_for_selector("#phone .lcd >> text=Bienvenue")  # while one types, nothing is saved
    shown.fill("#text", "Une phrase " * 30)
    shown.wait_for_selector("[data-told='text'] >> text=Trop long")
    shown.fill("#text", "Bienvenue")
    shown.fill("[name='text.en']", "Welcome")
    shown.fill("[name='text.wo']", "Dalal jamm")
    shown.click("button:has-text('Ajouter un choix')")
    shown.fill("#option-6-say", "Nos horaires")
    shown.select_option("#option-6-go", "+say")
    shown.click("button:has-text('Enregistrer')")
    shown.click("a:text-is('nos_horaires') >> nth=0")
    shown.fill("#text", "Ouvert de 9 h à 16 h.")
    shown.fill("[name='text.en']", "Open 9 to 16.")
    shown.fill("[name='text.wo']", "Ubbi 9 ba 16.")
    shown.select_option("#show-language", "wo")
    shown.wait_for_selector("#phone .lcd >> text=Ubbi 9 ba 16.")
    shown.click("button:has-text('Enregistrer')")
    shown.wait_for_selector("text=C'est enregistré dans le brouillon")
    with reading() as db:
        found = read(versions.draft(db, "keur-exemple").text)
    assert found.screens["nos_horaires"].say == "Ouvert de 9 h à 16 h."
    assert found.screens["home"].choose == "Bienvenue"
    assert found.screens["home"].options[6].go == "nos_horaires"
    # in the languages that nobody spoke here there is nothing yet: that can't be published
    shown.click("a:has-text('Relire et publier')")
    assert "empêchent de publier" in shown.inner_text("main")
    for screen in ("home", "nos_horaires"):
        shown.goto(f"{address}/console/menus/keur-exemple/edit/{screen}")
        shown.click("button:has-text('Français où rien')")
        shown.click("button:has-text('Enregistrer') >> nth=0")
    shown.click("a:has-text('Relire et publier')")
    shown.fill("[name=note]", "Nos horaires")
    shown.click("button:has-text('Publier') >> nth=0")
    shown.wait_for_selector("text=C'est en service")
    assert shown.problems == []
    office.library.refresh()
    phone = office.speaking()
    assert "Bienvenue" in phone.enter("0").text
    assert "Ouvert de 9 h" in phone.enter("6").text


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_no_page_is_wider_than_its_screen(shown, address, width):
    shown.set_viewport_size({"width": width, "height": 740})
    where = f"{address}/console/menus/keur-exemple"
    for path in ("edit", "edit/home", "edit?view=graph", "delete/help"):
        shown.goto(f"{where}/{path}")
        assert shown.evaluate("document.documentElement.scrollWidth") <= width, path
    assert shown.problems == []
