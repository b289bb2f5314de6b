"""The live board: each office's queues, SMS and USSD, drawn anew every ten seconds. Every figure
leads to what it is made of."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from flask import render_template
from sqlmodel import Session

import moment
from console import offices, today
from console.messages import words
from console.messages.outbox import midnight
from console.pages import page
from console.sessions import me
from console.speaking import N_
from database import reading
from menus import versions
from sms import breakers, browsing
from sms.browsing import GROUPS, Wanted
from sms.states import DELIVERED
from staff.models import MANAGER
from ussd.pulse import BAD, Pulse, pulse

EVERY: Final = 10  # seconds
FEW: Final = 20  # messages, below which a share would mislead
# What a dial came to.
OUTCOMES: Final = {
    "shown": N_("un écran montré"),
    "ended": N_("une fin"),
    "refused": N_("une saisie refusée"),
    "repeated": N_("la même demande, répétée par l'opérateur"),
    "promised": N_("la réponse viendra par SMS"),
    "closed": N_("une session close par l'opérateur"),
    "too_many": N_("trop d'appels à la fois"),
    "bad_request": N_("une demande illisible"),
    "unavailable": N_("base ou Redis absents"),
    "error": N_("une erreur de notre part"),
}


@dataclass(frozen=True, slots=True)
class Sms:
    """`late`: due and not left; `states`: how many of today's stand in each."""

    late: int
    oldest: datetime | None
    to_see: int
    states: dict[str, int]
    open: list[breakers.Open]
    day: date

    @property
    def written(self) -> int:
        return sum(self.states.values())

    @property
    def delivered(self) -> int:
        return self.states.get(DELIVERED, 0)

    @property
    def failed(self) -> int:
        return sum(self.states.get(state, 0) for state in GROUPS["failed"])

    @property
    def share(self) -> int | None:
        """In percent; None where so few were written that it would mislead."""
        return None if self.written < FEW else round(100 * self.delivered / self.written)


@page.route("/live", may=MANAGER)
def live() -> str:
    with reading() as db:
        trees = sorted(versions.live(db))
    return render_template("live/live.html", trees=trees, every=EVERY, **_now())


@page.route("/live/now", may=MANAGER, by_itself=True)
def live_now() -> str:
    return render_template("live/now.html", **_now())


def _now() -> dict[str, object]:
    now = moment.now()
    with reading() as db:
        sms = _sms(db, now)
    dials: Pulse | None = pulse()
    return {
        "now": now,
        "sheets": today.sheets(now),
        "sms": sms,
        "dials": dials,
        "outcomes": OUTCOMES,
        "bad": BAD,
        "words": words,
    }


def _sms(db: Session, now: datetime) -> Sms:
    """Of one's own office, for those who have one."""
    office = me().office_id
    day = now.astimezone(offices.zone()).date()
    of_today = Wanted(office=office, since=midnight(day), until=midnight(day + timedelta(days=1)))
    late = browsing.count(db, Wanted(state="waiting", office=office, due=now))
    return Sms(
        late=late,
        oldest=browsing.oldest_due(db, now) if late else None,
        to_see=browsing.count(db, Wanted(state="to_see", office=office)),
        states=browsing.by_state(db, of_today),
        open=breakers.states(),
        day=day,
    )
