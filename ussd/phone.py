"""A phone that dials: behind `flask dial` and the tests. It speaks the gateway's own callback.

    phone = Phone("+221770000001", "*384*50#", post)
    phone.dial()
    phone.enter("1")

`post(fields)` carries the form to a server and returns the body: over HTTP, or in process.
"""

import secrets
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gsm.alphabet import Measure, measure

Post = Callable[[Mapping[str, str]], str]


@dataclass(frozen=True, slots=True)
class Screen:
    """What the phone shows; `goes_on` if the network keeps the session open."""

    text: str
    goes_on: bool

    @property
    def measure(self) -> Measure:
        return measure(self.text)


class NotAScreen(Exception):
    """The server's answer is none that a network would show: an error page, an empty body."""


class Phone:
    """One phone on Africa's Talking: `text` grows with every entry."""

    def __init__(self, number: str, service_code: str, post: Post) -> None:
        self.number, self.service_code = number, service_code
        self._post = post
        self.text = ""
        self.session_id = ""
        self.screen: Screen | None = None

    def dial(self, shortcut: str = "") -> Screen:
        """Starts a session; `shortcut` is what a long dial adds: `2*1` for `*384*50*2*1#`."""
        self.session_id = f"ATUid_{secrets.token_hex(16)}"
        self.text = shortcut
        return self.repeat()

    def enter(self, entry: str) -> Screen:
        self.text = f"{self.text}*{entry}" if self.text else entry
        return self.repeat()

    def repeat(self) -> Screen:
        """Sends the last callback again, as gateways do."""
        self.screen = read(self._post(self.fields()))
        return self.screen

    def fields(self) -> dict[str, str]:
        return {
            "sessionId": self.session_id,
            "phoneNumber": self.number,
            "networkCode": "99999",
            "serviceCode": self.service_code,
            "text": self.text,
        }


def read(body: str) -> Screen:
    """`CON …` or `END …` as a screen. Raises NotAScreen."""
    if body[:4] not in ("CON ", "END "):
        raise NotAScreen(body[:200])
    return Screen(body[4:], goes_on=body.startswith("CON "))


def drawn(screen: Screen, width: int = 34) -> str:
    """The screen in a frame, with its length and encoding below."""
    lines = [
        piece for line in screen.text.split("\n") for piece in textwrap.wrap(line, width) or [""]
    ]
    frame = "+" + "-" * (width + 2) + "+"
    body = "\n".join(f"| {line:<{width}} |" for line in lines)
    size = screen.measure
    unit = "septets" if size.encoding == "GSM-7" else "UCS-2 units"
    state = "goes on" if screen.goes_on else "ends"
    return f"{frame}\n{body}\n{frame}\n  {size.units} {unit}, {size.encoding}, {state}"
