"""The screen as the phone beside the form shows it: cut into pages as the network gets them."""

from dataclasses import dataclass, field

from console.handset import Meter, meter
from console.speaking import N_
from menus.commands import LAYOUTS
from menus.drawing import Drawing, drawings, examples
from menus.layouts import USUAL, Layout
from menus.subject import Subject
from ussd.gateways import all_gateways


@dataclass(frozen=True, slots=True)
class Seen:
    """How one wants to see it: the language, whose phone, which page (from 1), and whether with the
    longest values."""

    language: str
    provider: str = "usual"
    page: int = 1
    longest: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """`fullest`: the page that takes most, with the longest values; `lacking`: why nothing is
    shown."""

    seen: Seen
    lines: list[str] = field(default_factory=list)
    meter: Meter | None = None
    fullest: Meter | None = None
    opening: bool = False
    lacking: str = ""


def providers() -> dict[str, str]:
    """What phones can be chosen, by the name of their layout."""
    gateways = all_gateways()
    found = {"usual": N_("Téléphone courant")}
    for name in sorted(LAYOUTS.keys() - {"usual"}):
        provider, _, network = name.partition("/")
        title = gateways[provider].contract.title if provider in gateways else provider
        found[name] = f"{title}, {network}" if network else title
    return found


def shown(subject: Subject, name: str, seen: Seen) -> Shown:
    layout = LAYOUTS.get(seen.provider, USUAL)
    worst = _of(drawings(subject, seen.language), name)
    drawn = worst if seen.longest else _of(examples(subject, seen.language), name)
    if drawn is None or worst is None:
        return Shown(seen, lacking=N_("Une action : rien ne s'affiche, la suite vient aussitôt."))
    try:
        pages, longest = drawn.pages(layout), worst.pages(layout)
    except ValueError:
        return Shown(seen, lacking=N_("Il n'y a pas la place d'une lettre : raccourcissez."))
    at = min(max(seen.page, 1), len(pages))
    meters = [
        _meter(page.text, worst.opening, n, len(longest), layout) for n, page in enumerate(longest)
    ]
    return Shown(
        Seen(seen.language, seen.provider, at, seen.longest),
        pages[at - 1].text.split("\n"),
        _meter(pages[at - 1].text, drawn.opening, at - 1, len(pages), layout),
        max(meters, key=lambda one: one.used / one.budget),
        drawn.opening,
    )


def _meter(text: str, opening: bool, at: int, pages: int, layout: Layout) -> Meter:
    budget = layout.first if opening and not at else layout.later
    return meter(text, budget, at + 1, pages)


def _of(drawn: tuple[Drawing, ...], name: str) -> Drawing | None:
    """As a session's first screen, where it may be that: there is less room then."""
    return next((one for one in drawn if one.screen == name), None)
