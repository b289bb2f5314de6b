"""The places of the console, in their order, each with the least role that sees it; and the one
where people begin."""

from dataclasses import dataclass

from flask import current_app, request, url_for

from console.sessions import who
from console.speaking import N_
from console.translations.access import TRANSLATES
from staff.models import ADMINISTRATOR, AGENT, ANY_ROLE, MANAGER, TRANSLATOR


@dataclass(frozen=True, slots=True)
class Stop:
    """`icon` is one of `templates/icons.html`; `also`: where pages begin that are below it, too,
    with blanks between them."""

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
        return request.path == self.url or request.path.startswith((*below, *self.also.split()))


RAIL = (
    Stop(N_("Aujourd'hui"), "console.today", "sun", also="/console/live"),
    Stop(N_("File d'attente"), "console.queue", "people"),
    Stop(N_("Dossiers"), "console.cases", "folder", also="/console/citizens/ /console/complaints"),
    Stop(N_("Messages"), "console.messages", "bubble"),
    Stop(N_("Menus"), "console.menus", "phone", MANAGER),
    Stop(
        N_("Réglages"),
        "console.settings",
        "sliders",
        ANY_ROLE,
        also="/console/people /console/tokens /console/audit",
    ),
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
        N_("Personnes"),
        N_("Qui travaille ici, rôles, invitations, mots de passe"),
        Stop(N_("Personnes"), "console.people", "people", MANAGER),
    ),
    (
        N_("Traductions"),
        N_("Menus, SMS et tableau dans chaque langue"),
        Stop(N_("Traductions"), "console.translations", "globe", TRANSLATES),
    ),
    (
        N_("Mon compte"),
        N_("Langue, mot de passe, appareils connectés"),
        Stop(N_("Mon compte"), "console.account", "person", ANY_ROLE),
    ),
    (
        N_("Importer des dossiers"),
        N_("Des fichiers CSV ou XLSX : où en est chaque dossier"),
        Stop(N_("Importer des dossiers"), "console.imports", "folder", MANAGER),
    ),
    (
        N_("Jetons"),
        N_("Les programmes qui lisent ou apportent des dossiers"),
        Stop(N_("Jetons"), "console.api_tokens", "key", ADMINISTRATOR),
    ),
    (
        N_("Journal"),
        N_("Qui a vu ou changé quoi, quand, d'où"),
        Stop(N_("Journal"), "console.audit_log", "list", ADMINISTRATOR),
    ),
)


def stops() -> list[Stop]:
    staff = who()
    return [stop for stop in RAIL if staff is not None and staff.may(stop.may)]


def home() -> str:
    """Where one comes to: Today, which is not for translators; they have their texts."""
    staff = who()
    if staff is None or staff.role != TRANSLATOR:
        return url_for("console.today")
    has_texts = "console.translations" in current_app.view_functions
    return url_for("console.translations" if has_texts else "console.account")
