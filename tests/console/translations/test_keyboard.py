"""In a real browser: a translator goes from text to text by keyboard, and the phone follows."""

from settings import DEMO_PASSWORD
from tests.console.browsing import NEEDS_CHROMIUM
from tests.console.translations.conversation import PLACE, entry

pytestmark = NEEDS_CHROMIUM


def test_a_translator_goes_from_text_to_text_by_keyboard_alone(office, address, browser):
    shown = browser.new_page(viewport={"width": 360, "height": 740}, locale="fr-FR")
    problems: list[str] = []
    shown.on("console", lambda said: problems.append(said.text))
    shown.on("pageerror", lambda error: problems.append(str(error)))
    first = entry("ff", "sms.ticket_called")
    shown.goto(f"{address}{PLACE}/ff/{first.item.id}?group=sms")
    shown.keyboard.type("admin")
    shown.keyboard.press("Tab")
    shown.keyboard.type(DEMO_PASSWORD)
    shown.keyboard.press("Enter")
    shown.wait_for_selector("#text:focus")
    shown.keyboard.press("Control+A")
    shown.keyboard.type("Tikket {ticket}: ar jooni. {counter}, {office}. Alaa sabbo")
    shown.wait_for_selector("#measured >> text=Alaa sabbo")
    shown.keyboard.press("Control+A")
    shown.keyboard.type("Ar {ticket}")
    shown.wait_for_selector("#text-error >> text=Il manque {counter}")
    with shown.expect_navigation():
        shown.keyboard.press("Control+Enter")  # refused, at the field
    shown.wait_for_selector("#text-error >> text=Il manque {counter}")
    assert shown.locator("text=Il manque {counter}").count() == 1
    assert shown.input_value("#text") == "Ar {ticket}"
    shown.keyboard.press("Control+A")
    shown.keyboard.type("Tikket {ticket}: ar jooni. {counter}, {office}.")
    shown.keyboard.press("Control+Enter")
    following = entry("ff", "sms.ticket_missed")
    shown.wait_for_url(f"**/{following.item.id}?group=sms")
    assert (
        entry("ff", "sms.ticket_called").text == "Tikket {ticket}: ar jooni. {counter}, {office}."
    )
    shown.wait_for_selector("#text:focus")
    shown.keyboard.press("Control+Shift+Enter")  # read, and good
    shown.wait_for_url(lambda url: following.item.id not in url)
    assert entry("ff", "sms.ticket_missed").state == "reviewed"
    assert shown.evaluate("document.documentElement.scrollWidth") <= 360
    assert [one for one in problems if "422" not in one] == []
