"""In a real browser: a newcomer changes the welcome, adds an option to a new screen, says it in two
languages, and sees it on the phone meanwhile."""

import os
import shutil
import threading

import pytest
from werkzeug.serving import make_server

from database import reading
from menus import versions
from menus.source import read
from settings import DEMO_PASSWORD

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
playwright = pytest.importorskip("playwright.sync_api", reason="no playwright: `make test` has it")

pytestmark = [
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium here: apt-get install chromium"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]


@pytest.fixture
def address(office):
    server = make_server("127.0.0.1", 0, office.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def shown(address):
    with playwright.sync_playwright() as started:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        chromium = started.chromium.launch(executable_path=CHROMIUM, args=arguments)
        page = chromium.new_page(viewport={"width": 1280, "height": 900}, locale="fr-FR")
        page.problems = []
        page.on("console", lambda said: page.problems.append(said.text))
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.goto(f"{address}/console/sign-in")
        page.fill("#name", "admin")
        page.fill("#password", DEMO_PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_selector("text=Aujourd'hui")
        yield page
        chromium.close()


def test_a_newcomer_changes_the_welcome_and_adds_a_screen(shown, address):
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
    assert shown.problems == []


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_no_page_is_wider_than_its_screen(shown, address, width):
    shown.set_viewport_size({"width": width, "height": 740})
    where = f"{address}/console/menus/keur-exemple"
    for path in ("edit", "edit/home", "edit?view=graph", "delete/help"):
        shown.goto(f"{where}/{path}")
        assert shown.evaluate("document.documentElement.scrollWidth") <= width, path
    assert shown.problems == []
