"""Where people leave a menu: drawn on the tree, with the table behind the picture."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from flask import abort, current_app, render_template, request
from markupsafe import Markup

import moment
from console import offices
from console.pages import page
from console.speaking import _, ngettext
from database import reading
from locales.catalogues import NAMES
from menus import graph, versions
from menus.graph import Note
from staff.models import MANAGER
from ussd import funnels
from ussd.funnels import OFFER, Place

FEW: Final = 20  # passages, below which a share would mislead
PERIODS: Final = (1, 7, 30)
_WORST: Final = 5


@dataclass(frozen=True, slots=True)
class Line:
    """`share`: of those who saw the screen, how many left there, in percent; None for a few.
    `seconds`: until they went on."""

    screen: str
    place: Place
    is_gone: bool  # in the version that is live the screen is no more

    @property
    def share(self) -> int | None:
        return share(self.place)

    @property
    def seconds(self) -> float | None:
        return self.place.seconds / self.place.left if self.place.left else None


def share(place: Place) -> int | None:
    return None if place.shown < FEW else round(100 * place.dropped / place.shown)


def worst(lines: Iterable[Line]) -> list[Line]:
    """Where most people leave, of the screens that enough have seen."""
    known = [line for line in lines if line.share]
    return sorted(known, key=lambda line: -line.place.dropped)[:_WORST]


def noted(place: Place) -> Note:
    """`120 passages · 12 partis (10 %)`; of a few, without the share."""
    passed = ngettext("%(num)s passage", "%(num)s passages", place.shown)
    gone = ngettext("%(num)s parti", "%(num)s partis", place.dropped)
    of_all = share(place)
    if of_all is None:
        return Note(f"{passed} · {gone}")
    return Note(f"{passed} · {gone} ({of_all} %)", of_all / 100)


@page.route("/menus/<tree>/funnel", may=MANAGER)
def funnel(tree: str) -> str:
    days = request.args.get("days", 7, type=int)
    days = days if days in PERIODS else 7
    language = request.args.get("language")
    language = language if language in NAMES else None
    with reading() as db:
        past = versions.history(db, tree)
    if not past:
        abort(404)
    drawn = current_app.extensions["library"].version(past[0].version)
    today = moment.now().astimezone(offices.zone()).date()
    seen = list(dict.fromkeys(one.version for one in past))
    places = funnels.places(seen, today - timedelta(days=days - 1), language)
    notes = {place.screen: noted(place) for place in places if place.screen in drawn.screens}
    lines = [
        Line(one.screen, one, one.screen not in drawn.screens and one.screen != OFFER)
        for one in places
    ]
    return render_template(
        "live/funnel.html",
        tree=tree,
        days=days,
        periods=PERIODS,
        chosen=language,
        lines=lines,
        worst=worst(lines),
        picture=Markup(graph.svg(drawn, notes)),  # noqa: S704  (it escapes what it writes)
        few=FEW,
        offer=OFFER,
        title=_("Où l'on part : %(tree)s", tree=tree),
    )
