"""One module per provider: its callback read into a Dial, our Reply written as it wants it.

Adding a gateway is adding its module, with a `GATEWAY`; its docstring is the wire contract, its
`contract` the facts. Each also plays its provider's side, for a phone to dial with: `call` makes
the callback that the provider would, `screen` reads what it would show.
"""

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

import msgspec

from menus.layouts import USUAL, Layout
from ussd.dials import Dial, Ended, Reply
from ussd.wire import Request, Response


@dataclass(frozen=True, slots=True)
class Contract:
    """What one has to know of a provider. The words stand in docs/gateways.md.

    `layout` is what its phones show, `networks` where a network shows less. `methods` are what it
    calls with; `starts`, `repeats` and `ends` say in words how it begins a session, how its repeat
    is told from a second entry, and how it tells that a session is over. `unsure` is what only a
    real account can settle. `address` is what ours must end in for a provider that does not tell
    which code was dialled: an example of it.
    """

    name: str  # in the path: /ussd/<name>/<secret>
    title: str
    countries: str
    methods: tuple[str, ...]
    takes: str
    gives: str
    starts: str
    repeats: str
    ends: str
    source: str
    unsure: str = ""
    address: str = ""
    charset: str = "GSM-7, UCS-2"
    layout: Layout = USUAL
    networks: Mapping[str, Layout] = field(default_factory=dict)

    def layout_on(self, network: str) -> Layout:
        return self.networks.get(network, self.layout)

    def layouts(self) -> dict[str, Layout]:
        """All that its phones may show, by provider and network."""
        where = {f"{self.name}/{network}": one for network, one in self.networks.items()}
        return {self.name: self.layout, **where}


class Handset(msgspec.Struct, frozen=True):
    """What a provider knows of a phone's session when it calls: `entries` are all that was typed,
    the last one just now (none: the session begins), `answer` our last response."""

    number: str
    service_code: str
    session_id: str
    network: str = "99999"
    shortcut: str = ""
    entries: tuple[str, ...] = ()
    answer: Response | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """What the phone shows; `goes_on` if the network keeps the session open."""

    text: str
    goes_on: bool


class NotAScreen(Exception):
    """An answer that no network would show: an error page, an empty body."""


class Gateway(Protocol):
    contract: Contract

    def parse(self, request: Request) -> Dial | Ended:
        """Raises BadDial, saying what is wrong."""

    def render(self, reply: Reply, request: Request) -> Response:
        """The answer to a callback, also to one that `parse` refused: it takes what it needs from
        the request if it is there."""

    def acknowledge(self, request: Request) -> Response:
        """The answer to word of an end."""

    def call(self, handset: Handset) -> Request:
        """The provider's callback for what was just dialled or typed."""

    def hang_up(self, handset: Handset) -> Request | None:
        """The provider's callback when the session is cut; None where it makes none."""

    def screen(self, response: Response) -> Shown:
        """What the provider makes of our answer. Raises NotAScreen."""


@lru_cache(maxsize=1)
def all_gateways() -> Mapping[str, Gateway]:
    """Every gateway there is a module for, by name."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    found = [importlib.import_module(f"{__name__}.{name}").GATEWAY for name in names]
    return {gateway.contract.name: gateway for gateway in found}
