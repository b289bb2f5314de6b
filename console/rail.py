"""The places of the console, in their order, each with the least role that sees it."""

from dataclasses import dataclass

from flask import request, url_for

from console.sessions import who
from console.speaking import N_
from staff.models import AGENT, MANAGER


@dataclass(frozen=True, slots=True)
class Stop:
    """`icon` is one of `templates/icons.html`."""

    name: str
    endpoint: str
    icon: str
    may: str = AGENT

    @property
    def url(self) -> str:
        return url_for(self.endpoint)

    @property
    def is_here(self) -> bool:
        """Whether the page that is shown is this one, or one below it."""
        return request.path == self.url or (
            not self.url.endswith("/") and request.path.startswith(f"{self.url}/")
        )


RAIL = (
    Stop(N_("Aujourd'hui"), "console.today", "sun"),
    Stop(N_("File d'attente"), "console.queue", "people"),
    Stop(N_("Réglages"), "console.settings", "sliders"),
)

# What is within Settings: name, what it is for, where it leads.
SETTINGS: tuple[tuple[str, str, Stop], ...] = (
    (
        N_("Mon compte"),
        N_("Langue, mot de passe, appareils connectés"),
        Stop(N_("Mon compte"), "console.account", "person"),
    ),
    (
        N_("Importer des dossiers"),
        N_("Des fichiers CSV ou XLSX : où en est chaque dossier"),
        Stop(N_("Importer des dossiers"), "console.imports", "folder", MANAGER),
    ),
)


def stops() -> list[Stop]:
    staff = who()
    return [stop for stop in RAIL if staff is not None and staff.may(stop.may)]
