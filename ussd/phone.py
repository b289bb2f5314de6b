"""A phone that dials: behind `flask dial`, the tests and the web phone. It speaks through any
gateway, as that provider's network would.

    phone = Phone("+221770000001", "*384*50#", send)
    phone.dial()
    phone.enter("1")

`send(request)` carries a callback to a server and returns its answer: over HTTP, or in process.
"""

import secrets
import textwrap
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from gsm.alphabet import Measure, measure
from ussd.gateways import Gateway, Handset, NotAScreen, Shown, all_gateways
from ussd.wire import Request, Response

__all__ = ["PROFILES", "NotAScreen", "Phone", "Profile", "Screen", "Send", "Standing", "drawn"]

Send = Callable[[Request], Response]


@dataclass(frozen=True, slots=True)
class Screen:
    """What the phone shows; `goes_on` if the network keeps the session open."""

    text: str
    goes_on: bool

    @property
    def measure(self) -> Measure:
        return measure(self.text)


@dataclass(frozen=True, slots=True)
class Profile:
    """A network's ways: it sends every callback `times`, loses the answer to each `drops`th and
    asks again, writes `@` as `¡`, and cuts a screen of more than so many septets or units."""

    times: int = 1
    drops: int = 0
    spoils: bool = False
    septets: int = 182
    units: int = 80

    def shows(self, shown: Shown) -> Screen:
        text = shown.text.replace("@", "¡") if self.spoils else shown.text
        size = measure(text)
        most = self.septets if size.encoding == "GSM-7" else self.units
        while measure(text).units > most:
            text = text[:-1]
        return Screen(text, shown.goes_on)


class Standing(msgspec.Struct, frozen=True):
    """Where a phone's session stands, for one that is put away between two entries: `before` and
    `answer` are the last two responses, `calls` how many there were."""

    session_id: str = ""
    entries: tuple[str, ...] = ()
    before: Response | None = None
    answer: Response | None = None
    calls: int = 0


PROFILES = {
    "good": Profile(),
    "twice": Profile(times=2),  # sends every callback two times
    "lossy": Profile(drops=3),  # loses every third answer, and asks again
    "spoiling": Profile(spoils=True),  # @ comes out as ¡
    "short": Profile(septets=120, units=60),
}


class Phone:
    """One phone, with one session at a time."""

    def __init__(
        self,
        number: str,
        service_code: str,
        send: Send,
        gateway: Gateway | None = None,
        profile: Profile | None = None,
        standing: Standing | None = None,
    ) -> None:
        self.number, self.service_code = number, service_code
        self.gateway = gateway or all_gateways()["africastalking"]
        self.profile = profile or Profile()
        self._send = send
        stood = standing or Standing()
        self._calls = stood.calls
        self._before = stood.before  # what stood when the last entry was typed
        self._answer = stood.answer
        self.session_id = stood.session_id
        self.shortcut = ""
        self.entries = stood.entries
        self.screen: Screen | None = None

    def dial(self, shortcut: str = "") -> Screen:
        """Starts a session; `shortcut` is what a long dial adds: `2*1` for `*384*50*2*1#`."""
        self.session_id = f"ATUid_{secrets.token_hex(16)}"
        self.shortcut, self.entries, self._before = shortcut, (), None
        return self.repeat()

    def enter(self, entry: str) -> Screen:
        self.entries, self._before = (*self.entries, entry), self._answer
        return self.repeat()

    def repeat(self) -> Screen:
        """Sends the last callback again, as gateways do."""
        self._answer = self._called(self.request())
        self.screen = self.profile.shows(self.gateway.screen(self._answer))
        return self.screen

    @property
    def standing(self) -> Standing:
        return Standing(self.session_id, self.entries, self._before, self._answer, self._calls)

    def hang_up(self) -> None:
        """The session is cut; the provider tells, if it does such a thing."""
        request = self.gateway.hang_up(self._handset(self._answer))
        if request is not None:
            self._send(request)

    def request(self) -> Request:
        """The callback for what was dialled or typed last."""
        return self.gateway.call(self._handset(self._before))

    def _handset(self, answer: Response | None) -> Handset:
        return Handset(
            number=self.number,
            service_code=self.service_code,
            session_id=self.session_id,
            shortcut=self.shortcut,
            entries=self.entries,
            answer=answer,
        )

    def _called(self, request: Request) -> Response:
        self._calls += 1
        for _ in range(self.profile.times - 1):
            self._send(request)
        if self.profile.drops and self._calls % self.profile.drops == 0:
            self._send(request)  # its answer gets lost, and the gateway asks again
        return self._send(request)


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
