"""Each provider's health now, what messages cost; a provider is paused, or tried again, by hand."""

from typing import Final

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

import moment
from citizens import audit
from console.messages import bars, words
from console.pages import page
from console.sessions import me
from console.speaking import _
from database import reading, writing
from sms import breakers, browsing, routes, spending, vital_signs
from sms.browsing import Wanted
from staff.models import ADMINISTRATOR, MANAGER

_QUEUE: Final = ("waiting", "to_see")


@page.route("/messages/providers", may=MANAGER)
def providers() -> str:
    now = moment.now()
    with reading() as db:
        vitals = vital_signs.vitals(db, now)
        spend = vital_signs.spend(db, now)
        queue = {name: browsing.count(db, Wanted(state=name)) for name in _QUEUE}
        due = browsing.count(db, Wanted(state="waiting", due=now))
        oldest = browsing.oldest_due(db, now)
    return render_template(
        "messages/providers.html",
        vitals=vitals,
        spend=spend,
        bars=bars.by_day(spend.days, spending.today(now)),
        queue=queue,
        due=due,
        oldest=oldest,
        words=words,
    )


@page.route("/messages/providers/<name>/pause", methods=["POST"], may=ADMINISTRATOR)
def pause_provider(name: str) -> ResponseReturnValue:
    for way in _ways(name):
        breakers.pause(way)
    return _done(name, "sms.provider.pause", _("%(name)s est en pause.", name=name))


@page.route("/messages/providers/<name>/resume", methods=["POST"], may=ADMINISTRATOR)
def resume_provider(name: str) -> ResponseReturnValue:
    """Also one that was left alone because it failed: the next message tries it."""
    for way in _ways(name):
        breakers.close(way)
    return _done(name, "sms.provider.resume", _("%(name)s est de nouveau en marche.", name=name))


def _ways(name: str) -> list[routes.Way]:
    found = routes.all_ways().get(name)
    if not found:
        abort(404)
    return found


def _done(name: str, did: str, said: str) -> ResponseReturnValue:
    with writing() as db:
        audit.note(db, me().signature, did, name)
    flash(said, "done")
    return redirect(url_for("console.providers"), 303)
