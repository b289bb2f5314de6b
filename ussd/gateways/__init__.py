"""One module per provider: its callback read into a Dial, our Reply written as it wants it.

Adding a gateway is adding its module, with a `GATEWAY`; its docstring is the wire contract.
"""

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from menus.layouts import Layout
from ussd.dials import Dial, Reply


class Gateway(Protocol):
    name: str
    method: str
    layout: Layout

    def parse(self, fields: Mapping[str, str]) -> Dial:
        """Raises BadDial, saying what is wrong."""

    def render(self, reply: Reply) -> "Response": ...


@dataclass(frozen=True, slots=True)
class Response:
    body: str
    content_type: str


def all_gateways() -> list[Gateway]:
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return [importlib.import_module(f"{__name__}.{name}").GATEWAY for name in names]
