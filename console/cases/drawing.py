"""A dossier's page: what it is, and a form for each thing that can be done, with what is likely in
it and what the holder will read then."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import render_template
from sqlmodel import Session

import moment
from cases.history import Change
from console.cases import offers, words
from console.cases.correcting import offices_for
from console.cases.forms import (
    FORMS,
    Appointment,
    Ask,
    Brought,
    Correct,
    Deed,
    Move,
    Refuse,
    Reopen,
    arrival,
    suggested_due,
)
from console.cases.sheet import Entry, Sheet, default_appointment
from console.cases.told import Told
from console.forms import choices


@dataclass(frozen=True, slots=True)
class Kept:
    """A form that came back: with what is wrong in it, or because the dossier has moved."""

    deed: str
    form: Deed


@dataclass(frozen=True, slots=True)
class Block:
    """A deed on the page. `told`: what the holder will read then, by stage; "" where there is no
    stage to choose. `is_next`: the way on; `is_open`: it came back."""

    deed: str
    offer: offers.Offer
    form: Deed
    told: Mapping[str, Told] = field(default_factory=dict)
    is_next: bool = False
    is_open: bool = False

    @property
    def said(self) -> Told | None:
        return self.told.get("")


def page_of(db: Session, shown: Sheet, kept: Kept | None = None, reveals: bool = False) -> str:
    drawn = kept.form.version.data if kept else None
    meanwhile: list[Entry] = shown.since(drawn) if drawn else []
    on = next((o.deed for o in shown.offers.values() if o.deed in offers.ON and not o.barred), "")
    blocks = [_block(db, shown, offer, kept, on) for offer in shown.offers.values()]
    return render_template(
        "cases/case.html",
        sheet=shown,
        blocks=[one for one in blocks if not one.offer.barred],
        barred=[one for one in blocks if one.offer.barred],
        kept=kept,
        meanwhile=meanwhile,
        lost=kept if kept and kept.deed not in {one.deed for one in blocks} else None,
        reveals=reveals,
        words=words,
    )


def _block(db: Session, shown: Sheet, offer: offers.Offer, kept: Kept | None, on: str) -> Block:
    is_open = kept is not None and kept.deed == offer.deed
    form = kept.form if kept and is_open else _drawn(shown, offer)
    _fill(db, shown, form, offer)
    return Block(offer.deed, offer, form, _told(shown, offer), offer.deed == on, is_open)


def _drawn(shown: Sheet, offer: offers.Offer) -> Deed:
    """A form with what is likely in it."""
    case, made = shown.case, FORMS[offer.deed]
    likely: dict[str, Any] = {"version": case.version}
    if made is Ask:
        likely["due"] = shown.standing.due or suggested_due(offer.stage, shown.today)
    elif made is Move and len(offer.stages) == 1:
        likely["stage"] = offer.stage.code
    elif made is Brought:
        likely["documents"] = list(shown.standing.missing)
    elif made is Refuse:
        likely["appeal"] = shown.kind.appeal
    elif made is Appointment:
        at = case.appointment_at
        here = at.astimezone(shown.zone).replace(tzinfo=None) if at else None
        likely["at"] = here or default_appointment(moment.now(), shown.zone)
    elif made is Correct:
        likely |= {"office": str(case.office_id), "name": case.holder_name}
        likely["birth_year"] = case.birth_year
    return made(prefix=f"{offer.deed}-", **likely)


def _fill(db: Session, shown: Sheet, form: Deed, offer: offers.Offer) -> None:
    """What can be chosen, as the dossier stands now."""
    if isinstance(form, Move | Reopen):
        form.stage.choices = choices({one.code: one.name for one in offer.stages})
    elif isinstance(form, Ask):
        missing = shown.standing.missing
        form.documents.choices = choices(
            {one.code: one.name for one in shown.kind.documents if one.code not in missing}
        )
    elif isinstance(form, Brought):
        form.documents.choices = choices(
            {one: shown.kind.document(one) for one in shown.standing.missing}
        )
    elif isinstance(form, Correct):
        form.office.choices = choices(
            {str(one.id): one.name for one in offices_for(db, shown.case)}
        )


def _told(shown: Sheet, offer: offers.Offer) -> dict[str, Told]:
    """What a holder is told is told whole; of papers and reasons, the words are still to come."""
    match offer.deed:
        case offers.MOVE:
            return {one.code: shown.told(arrival(shown.kind, one)) for one in offer.stages}
        case offers.REOPEN:
            return {one.code: shown.told(Change("reopened", one.code)) for one in offer.stages}
        case offers.READY_NOW | offers.HAND_OVER:
            return {"": shown.told(arrival(shown.kind, offer.stage))}
        case offers.REFUSE:
            return {"": shown.told(arrival(shown.kind, offer.stage, Change("", reason="…")))}
        case offers.ASK:
            return {"": shown.told(Change("document_missing", documents=("…",)))}
        case offers.BROUGHT:
            return {"": shown.told(Change("document_received"))}
    return {}
