"""The ledger of consent: what a number agreed to and refused, and a change of mind told at the
counter."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session, select

from citizens import audit, phones
from citizens.directory import find
from console.cases import access
from console.messages import numbers, words
from console.messages.outbox import Number
from console.pages import page
from console.sessions import me
from console.speaking import N_, _
from database import reading, writing
from database.sealing import fingerprints
from settings import current
from sms import consent as ledger
from sms.models import BadNumber, Consent
from sms.states import EVERYTHING, TOPICS
from staff.models import AGENT


@dataclass(frozen=True, slots=True)
class Sheet:
    """`wants`: by topic; `barred`: an operator's own list says no to all; `bad`: why a provider
    says that the number can't be reached."""

    phone: str
    wants: Mapping[str, bool]
    barred: bool
    bad: str | None
    history: list[Consent]


@page.route("/messages/consent", methods=["GET", "POST"], may=AGENT)
def consent() -> ResponseReturnValue:
    form = Number(request.form)
    if request.method == "POST" and form.validate():
        try:
            phone = phones.local(str(form.number.data), current().country_prefix)
        except ValueError:
            form.number.errors = [_WRONG]
        else:
            with writing() as db:
                access.note_reading(db, "sms.consent.read", _about(db, phone))
            return redirect(url_for("console.consent", of=numbers.token(phone)), 303)
    phone_of = numbers.of_token(request.args.get("of"))
    sheet = None
    if phone_of is not None:
        with reading() as db:
            sheet = _sheet(db, phone_of)
    return (
        render_template(
            "messages/consent.html",
            fields=form,
            sheet=sheet,
            token=request.args.get("of"),
            words=words,
        ),
        422 if form.errors else 200,
    )


_WRONG: Final = N_("Écrivez le numéro comme 77 000 00 01, ou avec + et l'indicatif du pays.")


@page.route("/messages/consent/change", methods=["POST"], may=AGENT)
def change_consent() -> ResponseReturnValue:
    """What the person at the counter asks for: `stop` or `give`, a topic or all of them."""
    phone = numbers.of_token(request.form.get("of"))
    topic, given = request.form.get("topic", ""), request.form.get("what") == "give"
    if phone is None or topic not in (*TOPICS, EVERYTHING):
        abort(400)
    with writing() as db:
        changed = _change(db, phone, topic, given)
        if changed:
            did = "sms.consent.give" if given else "sms.consent.stop"
            audit.note(db, me().signature, did, f"{_about(db, phone)} {topic}")
    if changed:
        flash(
            _("C'est noté : ces SMS partiront de nouveau.")
            if given
            else _("C'est noté : plus de ces SMS, dès maintenant."),
            "done",
        )
    else:
        flash(_("Il en était déjà ainsi."), "attention")
    return redirect(url_for("console.consent", of=numbers.token(phone)), 303)


def _change(db: Session, phone: str, topic: str, given: bool) -> list[str]:
    """The topics that changed: what stands already is not written again."""
    off = ledger.unwanted(db, phone)
    wanted = TOPICS if topic == EVERYTHING else (topic,)
    changed = [one for one in wanted if (one in off) is given]
    if given and EVERYTHING in off:
        changed.append(EVERYTHING)
    ledger.change(db, phone, changed, given=given, source="console", by=me().display_name[:60])
    return changed


def _about(db: Session, phone: str) -> str:
    citizen = find(db, phone)
    return f"citizen:{citizen.id}" if citizen else "unknown number"


def _sheet(db: Session, phone: str) -> Sheet:
    off = ledger.unwanted(db, phone)
    bad = db.exec(
        select(BadNumber.reason).where(BadNumber.phone_hash.in_(fingerprints(phone)))  # type: ignore[attr-defined]
    ).first()
    return Sheet(
        phone,
        {topic: not ledger.stops(off, topic) for topic in TOPICS},
        EVERYTHING in off,
        bad,
        list(reversed(ledger.history(db, phone))),
    )
