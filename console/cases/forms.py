"""The forms of a dossier's page, one a deed. Each carries the version with which it was drawn."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

import moment
from cases.history import Change
from cases.kinds.shape import CaseType, Stage
from cases.statuses import HANDED_OVER, READY, REFUSED
from citizens import phones
from console import offices
from console.cases import offers
from console.forms import Form
from console.speaking import N_
from settings import current

OLDEST: Final = 1900  # of birth years
MOST_MISSING: Final = 8  # papers of one dossier at a time
_NOTHING: Final = Change("")
_TO: Final = {READY: "ready", HANDED_OVER: "handed_over", REFUSED: "refused"}


class Deed(Form):
    """`note` is for colleagues, in every form."""

    version = IntegerField(validators=[InputRequired()])
    note = StringField(validators=[Length(max=200)])

    def change(self, offer: offers.Offer, kind: CaseType, zone: ZoneInfo) -> Change:
        """What is asked for. `zone`: the office's."""
        raise NotImplementedError

    @property
    def said(self) -> str:
        return (self.note.data or "").strip()


class Plain(Deed):
    """Ready, handed over: nothing is asked."""

    def change(self, offer: offers.Offer, kind: CaseType, zone: ZoneInfo) -> Change:
        return arrival(kind, offer.stage, Change("", note=self.said))


class Move(Deed):
    stage = RadioField(
        validate_choice=False, validators=[InputRequired(N_("Choisissez une étape."))]
    )

    def change(self, offer: offers.Offer, kind: CaseType, zone: ZoneInfo) -> Change:
        return arrival(kind, kind.stage(self.stage.data), Change("", note=self.said))


class Reopen(Deed):
    stage = RadioField(
        validate_choice=False, validators=[InputRequired(N_("Choisissez une étape."))]
    )

    def change(self, offer: offers.Offer, kind: CaseType, zone: ZoneInfo) -> Change:
        return Change("reopened", self.stage.data, note=self.said)


class Ask(Deed):
    documents = SelectMultipleField(validate_choice=False)
    other = StringField(validators=[Length(max=40)])
    due = DateField(validators=[Optional()])

    def validate_other(self, field: Any) -> None:
        if not self.wanted:
            raise ValidationError(N_("Cochez au moins un papier, ou écrivez lequel."))

    def validate_due(self, field: Any) -> None:
        today = moment.now().astimezone(offices.zone()).date()
        if field.data and field.data < today:
            raise ValidationError(N_("Ce jour est passé : choisissez un jour à venir."))

    @property
    def wanted(self) -> tuple[str, ...]:
        other = (self.other.data or "").strip()
        return (*(self.documents.data or ()), *((other,) if other else ()))

    def change(self, offer: offers.Offer, kind: CaseType, zone: ZoneInfo) -> Change:
        return Change("document_missing", documents=self.wanted, due=self.due.data, note=self.said)


class Brought(Deed):
    documents = SelectMultipleField(
        validate_choice=False, validators=[InputRequired(N_("Cochez ce qui est arrivé."))]
    )

    def change(self, offer: offers.Offer, kind: CaseType, zone: ZoneInfo) -> Change:
        return Change(
            "document_received", documents=tuple(self.documents.data or ()), note=self.said
        )


class Refuse(Deed):
    reason = StringField(
        validators=[
            InputRequired(N_("Écrivez la raison : le titulaire la lira.")),
            Length(max=60, message=N_("60 caractères au plus : elle est lue sur un petit écran.")),
        ]
    )
    appeal = StringField(validators=[Length(max=60)])

    def change(self, offer: offers.Offer, kind: CaseType, zone: ZoneInfo) -> Change:
        reason, appeal = (self.reason.data or "").strip(), (self.appeal.data or "").strip()
        said = Change("", reason=reason, appeal=appeal, note=self.said)
        return arrival(kind, offer.stage, said)


class Appointment(Deed):
    """Nothing written: there is none any more."""

    at = DateTimeLocalField(format="%Y-%m-%dT%H:%M", validators=[Optional()])

    def change(self, offer: offers.Offer, kind: CaseType, zone: ZoneInfo) -> Change:
        at: datetime | None = self.at.data
        utc = at.replace(tzinfo=zone).astimezone(UTC) if at else None
        return Change("appointment", appointment=utc, note=self.said)


class Note(Deed):
    note = StringField(
        validators=[InputRequired(N_("Écrivez la note.")), Length(max=200)],
    )

    def change(self, offer: offers.Offer, kind: CaseType, zone: ZoneInfo) -> Change:
        return Change("note", note=self.said)


def is_a_phone(field: Any) -> None:
    try:
        phones.local(field.data, current().country_prefix)
    except ValueError:
        raise ValidationError(
            N_("Écrivez le numéro comme 77 000 00 01, ou avec + et l'indicatif du pays.")
        ) from None


class Correct(Deed):
    """What was written down wrong. An empty phone is left as it was."""

    office = SelectField(validate_choice=False)
    phone = StringField(validators=[Optional(), Length(max=24)])
    without_phone = BooleanField()
    birth_year = IntegerField(validators=[Optional(), NumberRange(min=OLDEST)])
    name = StringField(validators=[Length(max=80)])

    def validate_phone(self, field: Any) -> None:
        is_a_phone(field)


FORMS: Final[dict[str, type[Deed]]] = {
    offers.BROUGHT: Brought,
    offers.HAND_OVER: Plain,
    offers.READY_NOW: Plain,
    offers.MOVE: Move,
    offers.ASK: Ask,
    offers.APPOINTMENT: Appointment,
    offers.REFUSE: Refuse,
    offers.REOPEN: Reopen,
    offers.NOTE: Note,
    offers.CORRECT: Correct,
}


def arrival(kind: CaseType, stage: Stage, change: Change = _NOTHING) -> Change:
    """The event that brings a dossier to a stage, with what is said beside: the first stage of some
    public statuses has an event of its own."""
    event = _TO.get(stage.status)
    if event and kind.first_with(stage.status) == stage:
        return replace(change, kind=event)
    return replace(change, kind="moved", stage=stage.code)


def suggested_due(stage: Stage, today: date) -> date:
    """By when to bring what is missing: what the stage allows, in days of the week's length."""
    return today + timedelta(days=round((stage.days or 10) * 7 / 5))
