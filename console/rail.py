"""The places of the console, in their order, each with the least role that sees it."""

from dataclasses import dataclass

from flask import request, url_for

from console.sessions import who
from console.speaking import N_
from staff.models import AGENT, MANAGER


@dataclass(frozen=True, slots=True)
class Stop:
    """`icon` is one of `templates/icons.html`; `also`: where pages begin that are below it, too."""

    name: str
    endpoint: str
    icon: str
    may: str = AGENT
    also: str = ""

    @property
    def url(self) -> str:
        return url_for(self.endpoint)

    @property
    def is_here(self) -> bool:
        """Whether the page that is shown is this one, or one below it."""
        below = () if self.url.endswith("/") else (f"{self.url}/",)
        also = (self.also,) if self.also else ()
        return request.path == self.url or request.path.startswith((*below, *also))


RAIL = (
    Stop(N_("Aujourd'hui"), "console.today", "sun"),
    Stop(N_("File d'attente"), "console.queue", "people"),
    Stop(N_("Dossiers"), "console.cases", "folder", also="/console/citizens/"),
    Stop(N_("Plaintes"), "console.complaints_list", "envelope"),
    Stop(N_("Réglages"), "console.settings", "sliders"),
)

# What is within Settings: name, what it is for, where it leads.
SETTINGS: tuple[tuple[str, str, Stop], ...] = (
    (
        N_("Téléphone d'essai"),
        N_("Composer un menu, en ligne ou en brouillon, comme un citoyen le ferait"),
        Stop(N_("Téléphone d'essai"), "phone.show", "phone"),
    ),
    (
        N_("Bureaux"),
        N_("Heures, services, guichets, jours de fermeture"),
        Stop(N_("Bureaux"), "console.setup_offices", "clock", MANAGER),
    ),
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
