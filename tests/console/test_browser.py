"""In a real browser: an agent serves somebody by keyboard alone, and the list moves by itself."""

from settings import DEMO_PASSWORD
from sms import gate
from sms.bulk import sending
from tests.console.browsing import NEEDS_CHROMIUM
from tests.queues.day import counters, kinds, state, take

pytestmark = NEEDS_CHROMIUM


def open_desk(browser, address):
    shown = browser.new_page(viewport={"width": 360, "height": 740}, locale="fr-FR")
    problems = []
    shown.on("console", lambda said: problems.append(said.text))
    shown.on("pageerror", lambda error: problems.append(str(error)))
    shown.goto(f"{address}/console/queue")
    shown.keyboard.type("awa")
    shown.keyboard.press("Tab")
    shown.keyboard.type(DEMO_PASSWORD)
    shown.keyboard.press("Enter")
    shown.wait_for_selector("text=À quel guichet")
    seat = shown.locator("text=Prendre ce guichet").first
    seat.focus()
    shown.keyboard.press("Enter")
    shown.wait_for_selector("text=Appeler le suivant")
    return shown, problems


def test_an_agent_serves_somebody_by_keyboard_alone(office, address, browser):
    counters(1)
    ticket = take(None)
    shown, problems = open_desk(browser, address)
    shown.keyboard.press("n")
    shown.wait_for_selector("text=La personne est là")
    shown.keyboard.press("s")
    shown.wait_for_selector("text=Terminer")
    shown.keyboard.press("t")  # opens what is about transferring, and takes the focus there
    assert shown.evaluate("document.activeElement.id") == "to"
    shown.evaluate("document.activeElement.blur()")
    shown.keyboard.press("d")
    shown.wait_for_selector("text=Personne au guichet.")
    assert kinds(ticket) == ["joined", "called", "started", "done"]
    shown.keyboard.press("u")
    shown.wait_for_selector("text=Terminer")
    assert state(ticket) == "serving"
    assert shown.evaluate("document.documentElement.scrollWidth") <= 360
    assert problems == []


def test_who_joins_appears_by_itself_and_what_is_typed_stays(office, address, browser):
    counters(1)
    take(None)
    shown, problems = open_desk(browser, address)
    shown.keyboard.press("n")
    shown.wait_for_selector("text=La personne est là")
    shown.keyboard.press("s")
    shown.wait_for_selector("#note")
    shown.fill("#note", "il manque")
    shown.keyboard.press("n")  # a letter like any other, in a field
    take(None)
    shown.evaluate("look()")
    shown.wait_for_selector("#live >> text=A002")
    assert shown.input_value("#note") == "il manquen"
    assert problems == []


def test_one_text_to_many_shows_how_far_it_is(office, address, browser, monkeypatch, tmp_path):
    monkeypatch.setattr(gate, "rests_until", lambda *_: None)
    shown = browser.new_page(viewport={"width": 360, "height": 740}, locale="fr-FR")
    problems = []
    shown.on("console", lambda said: problems.append(said.text))
    shown.on("pageerror", lambda error: problems.append(str(error)))
    shown.goto(f"{address}/console/messages/bulk/new")
    shown.fill("#name", "admin")
    shown.fill("#password", DEMO_PASSWORD)
    shown.keyboard.press("Enter")
    shown.wait_for_selector("text=Nom de l'envoi")
    shown.fill("#name", "Essai")
    shown.select_option("#to", "cases")
    shown.fill("#text-fr", "{office} : venez demain <b>matin</b>")
    shown.click("text=Voir ce qui partirait")
    shown.wait_for_selector("text=demain <b>matin</b>")
    shown.click("text=/^Envoyer à/")
    shown.wait_for_selector("progress")
    assert shown.evaluate("document.querySelector('progress').value") == 0
    office.work()
    sending.post_rows()
    shown.evaluate("look()")
    shown.wait_for_selector("text=terminé")
    assert shown.evaluate("document.querySelector('progress').value") == 100
    assert shown.evaluate("document.documentElement.scrollWidth") <= 360
    assert problems == []
