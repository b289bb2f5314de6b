"""One message's whole story: why it was written, each try, what was heard of it, what it cost, who
did what. Its words and number are shown to managers on demand, and that is noted."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session, col, select

import moment
from citizens import audit
from citizens.audit import AuditEntry
from console.cases.people import names
from console.messages import numbers, outbox, words
from console.pages import page
from console.sessions import me
from console.showing import figure
from console.speaking import N_, _, language
from database import reading, writing
from queues.models import Office
from sms import resending
from sms.models import Attempt, Bulk, Message, Receipt
from sms.states import EXPIRED, FAILED_PERMANENT, FAILED_TEMPORARY, HELD, UNCERTAIN
from sms.texts import secret_kinds
from staff.models import AGENT, MANAGER

_DEEDS: Final = {
    "sms.resend": N_("Envoyé à nouveau par %(who)s"),
    "sms.reveal": N_("Texte et numéro affichés par %(who)s"),
}
CAN_AGAIN: Final = {
    UNCERTAIN: N_("On ne sait pas s'il est parti : la personne peut le recevoir deux fois."),
    HELD: N_("Il part tout de suite, au-delà des limites du jour."),
    EXPIRED: N_("Il était trop tard pour qu'il serve : vérifiez que ce qu'il dit est encore vrai."),
    FAILED_PERMANENT: N_("Le numéro est essayé encore une fois, même s'il a été dit faux."),
    FAILED_TEMPORARY: N_("Tous les essais reprennent du début."),
}


@dataclass(frozen=True, slots=True)
class Step:
    """`kind`: written, try, receipt, deed."""

    at: datetime
    kind: str
    what: str
    more: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    message: Message
    office: Office | None
    bulk: Bulk | None
    steps: list[Step]
    now: datetime

    @property
    def is_secret(self) -> bool:
        return self.message.kind in secret_kinds()

    @property
    def is_erased(self) -> bool:
        return self.message.address is None or self.message.body is None

    @property
    def again(self) -> str | None:
        """What sending it again means; None where that can't be done."""
        return None if self.is_erased else CAN_AGAIN.get(self.message.state)


@page.route("/messages/<int:message_id>", may=AGENT)
def message(message_id: int) -> str:
    with reading() as db:
        return _page(_sheet(db, message_id))


@page.route("/messages/<int:message_id>/reveal", methods=["POST"], may=MANAGER)
def reveal_message(message_id: int) -> str:
    with writing() as db:
        _mine(db, message_id)
        audit.note(db, me().signature, "sms.reveal", f"message {message_id}")
        db.flush()
        return _page(_sheet(db, message_id), reveals=True)


@page.route("/messages/<int:message_id>/resend", methods=["POST"], may=MANAGER)
def resend_message(message_id: int) -> ResponseReturnValue:
    try:
        with writing() as db:
            resending.again(db, _mine(db, message_id, change=True), moment.now())
            audit.note(db, me().signature, "sms.resend", f"message {message_id}")
    except resending.NotNow:
        flash(_("Il a bougé entre-temps : voyez où il en est."), "attention")
    else:
        flash(_("Il part à nouveau. Cette page dit ce qu'il devient."), "done")
    return redirect(url_for("console.message", message_id=message_id), 303)


def _mine(db: Session, message_id: int, change: bool = False) -> Message:
    found = outbox.mine(db, message_id, change)
    if found is None:
        abort(404)
    return found


def _page(sheet: Sheet, reveals: bool = False) -> str:
    return render_template(
        "messages/message.html",
        sheet=sheet,
        message=sheet.message,
        reveals=reveals and not sheet.is_secret,
        masked=numbers.masked,
        words=words,
        here=language(),
    )


def _sheet(db: Session, message_id: int) -> Sheet:
    found = _mine(db, message_id)
    steps = [*_tries(db, found), *_receipts(db, found), *_deeds(db, found)]
    steps.append(Step(found.created_at, "written", _written(found, steps)))
    return Sheet(
        found,
        outbox.office_of(db, found),
        None if found.bulk_id is None else db.get(Bulk, found.bulk_id),
        sorted(steps, key=lambda step: step.at),
        moment.now(),
    )


def _written(message: Message, steps: list[Step]) -> str:
    """When it is sent again by hand, its time begins anew."""
    began_anew = any(step.at < message.created_at for step in steps)
    return _("Remis en file") if began_anew else _("Écrit")


def _tries(db: Session, of: Message) -> Iterator[Step]:
    tries = select(Attempt).where(Attempt.message_id == of.id).order_by(col(Attempt.id))
    for one in db.exec(tries):
        said = words.OUTCOMES.get(one.outcome or "")
        what = _(
            "Essai %(number)s, %(gateway)s : %(outcome)s",
            number=one.number,
            gateway=one.gateway,
            outcome=_(said) if said else _("sans réponse encore"),
        )
        more = (
            words.reason(one.reason or one.code),
            _("expéditeur %(sender)s", sender=one.sender) if one.sender else "",
            "" if one.seconds is None else f"{figure(round(one.seconds, 1))} s",
            one.cost or "",
        )
        yield Step(one.started_at, "try", what, " · ".join(filter(None, more)))


def _receipts(db: Session, of: Message) -> Iterator[Step]:
    receipts = select(Receipt).where(Receipt.message_id == of.id).order_by(col(Receipt.id))
    for one in db.exec(receipts):
        what = _("Nouvelle de %(gateway)s : %(status)s", gateway=one.gateway, status=one.status)
        more = (words.reason(one.reason), _("trouvé par le numéro") if one.found == "doubt" else "")
        yield Step(one.came_at, "receipt", what, " · ".join(filter(None, more)))


def _deeds(db: Session, of: Message) -> Iterator[Step]:
    noted = select(AuditEntry).where(
        AuditEntry.about == f"message {of.id}", col(AuditEntry.did).in_(_DEEDS)
    )
    entries = db.exec(noted.order_by(col(AuditEntry.id))).all()
    who = names(db, {one.who for one in entries})
    for one in entries:
        yield Step(one.at, "deed", _(_DEEDS[one.did], who=who[one.who]))
