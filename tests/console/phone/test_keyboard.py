"""In a real browser: a ticket is taken and its SMS read by keyboard alone, on one page."""

from tests.console.browsing import NEEDS_CHROMIUM

pytestmark = NEEDS_CHROMIUM


def test_a_ticket_is_taken_and_its_sms_read_by_keyboard_alone(office, address, browser):
    page = browser.new_page(viewport={"width": 360, "height": 740}, locale="fr-FR")
    problems = []
    page.on("console", lambda said: problems.append(said.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(f"{address}/phone")
    page.evaluate("window.same = true")
    until_focus(page, "button[value=dial]")
    page.keyboard.press("Enter")
    page.wait_for_selector("#lcd >> text=Langue / Language")
    until_focus(page, "button[name=key][value='1']")
    page.keyboard.press("Enter")  # a key of the keypad
    assert page.input_value("#entry") == "1"
    page.keyboard.down("Shift")
    until_focus(page, "#entry")
    page.keyboard.up("Shift")
    page.keyboard.press("Enter")
    for entry, shown in (
        ("1", "Prendre un ticket"),
        ("1", "Quel bureau"),
        ("1", "Quel service"),
        ("1", "Pour moi"),
    ):
        page.wait_for_selector(f"#lcd >> text={shown}")
        page.keyboard.type(entry)
        page.keyboard.press("Enter")
    page.wait_for_selector("#lcd >> text=Ticket A001")
    office.work()
    page.evaluate("collect()")  # as it does by itself every few seconds
    page.wait_for_selector(".letter")
    until_focus(page, ".letter")
    page.keyboard.press("Enter")
    page.wait_for_selector("#lcd >> text=Pour suivre")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.evaluate("window.same")
    assert problems == []


def until_focus(page, selector: str) -> None:
    """Tabs, whichever way, to what is wanted."""
    for _ in range(80):
        if page.evaluate("one => document.activeElement.matches(one)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no Tab leads to {selector}")
