"""A new dossier at the counter, and its receipt on paper.

The reference is drawn when the form is, and goes with it, signed: sent twice, the form opens one
dossier. The PIN is on the page that answers, once: it is kept nowhere but as a hash.
"""

import random
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeSerializer
from sqlmodel import Session, select
from wtforms import HiddenField, IntegerField, PasswordField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp, ValidationError

import moment
from cases import events
from cases.events import Sender
from cases.history import NOTE, Change
from cases.kinds.store import kinds
from cases.models import Case
from cases.opening import New, free_reference, open_case
from cases.reading import pin_hash
from citizens import phones
from citizens.directory import at_the_counter
from console import offices
from console.cases import access
from console.cases.forms import OLDEST, is_a_phone
from console.forms import Form, asks, choices, status
from console.pages import page
from console.sessions import me
from console.speaking import N_, _
from database import reading, writing
from locales.catalogues import NAMES
from menus.codes import code_to_dial
from queues.models import Office
from settings import current
from staff.models import AGENT

COMPLAINT: Final = "plainte"  # a dossier, too, but one that its citizen opens
HOLDER, HELPER = "holder", "helper"
_chance = random.SystemRandom()


class Opening(Form):
    type = SelectField(validators=[InputRequired(N_("Choisissez ce qui est demandé."))])
    office = SelectField(validators=[InputRequired(N_("Choisissez un bureau."))])
    birth_year = IntegerField(
        validators=[
            InputRequired(
                N_("Écrivez l'année de naissance : elle protège le dossier avec le PIN.")
            ),
            NumberRange(min=OLDEST, message=N_("Écrivez l'année en quatre chiffres.")),
        ]
    )
    name = StringField(validators=[Length(max=80)])
    phone = StringField(validators=[Optional(), Length(max=24)])
    whose = RadioField()
    language = SelectField(choices=choices(NAMES))
    pin = PasswordField(
        validators=[Optional(), Regexp(r"\A[0-9]{4}\Z", message=N_("Un PIN a quatre chiffres."))]
    )
    drawn = HiddenField()

    def validate_phone(self, field: Any) -> None:
        is_a_phone(field)

    def validate_birth_year(self, field: Any) -> None:
        if field.data and field.data > moment.now().year:
            raise ValidationError(N_("Cette année n'est pas encore venue."))

    def validate_pin(self, field: Any) -> None:
        if field.data and field.data == str(self.birth_year.data):
            raise ValidationError(N_("Pas l'année de naissance : choisissez autre chose."))


@dataclass(frozen=True, slots=True)
class Receipt:
    """`pin`: only right after the dossier was opened, and only where it was drawn."""

    reference: str
    type: str
    office: str
    address: str
    opened: datetime
    code: str
    pin: str = ""


@page.route("/cases/new", methods=["GET", "POST"], may=AGENT)
def new_case() -> ResponseReturnValue:
    with reading() as db:
        form = _form(db)
        if not asks(form):
            form.drawn.data = form.drawn.data or _signed(free_reference(db))
            return render_template("cases/new.html", fields=form), status(form)
    reference = _unsigned(str(form.drawn.data))
    drawn = "" if form.pin.data else f"{_chance.randrange(10_000):04d}"
    # Before the transaction: it takes a while, and others would wait.
    hashed = pin_hash(drawn or str(form.pin.data))
    with writing() as db:
        if reference is not None and _is_there(db, reference):
            flash(_("Ce dossier est déjà ouvert : son PIN n'est montré qu'une fois."), "attention")
            return redirect(url_for("console.case", reference=reference), 303)
        case = _open(db, form, reference, hashed)
        receipt = _receipt(db, case, drawn)
    return render_template("cases/receipt.html", receipt=receipt)


@page.route("/cases/<reference>/receipt", may=AGENT)
def case_receipt(reference: str) -> str:
    """Printed again, without the PIN."""
    with writing() as db:
        case = access.mine(db, reference)
        access.note_reading(db, "dossier.receipt", f"dossier:{case.id}")
        return render_template("cases/receipt.html", receipt=_receipt(db, case))


def _form(db: Session) -> Opening:
    form = Opening(
        request.form,
        language=current().default_language,
        whose=HOLDER,
        office=str(me().office_id or request.args.get("office", "")),
    )
    types = kinds(db).types.values()
    form.type.choices = choices(
        {"": "", **{one.code: one.name for one in types if one.code != COMPLAINT}}
    )
    mine = [one for one in offices.all_of_them(db) if offices.is_mine(one.id or 0)]
    form.office.choices = choices({str(one.id): one.name for one in mine})
    form.whose.choices = choices(
        {HOLDER: _("du titulaire"), HELPER: _("d'une personne qui l'aide")}
    )
    return form


def _open(db: Session, form: Opening, reference: str | None, hashed: str) -> Case:
    now = moment.now()
    sender = Sender(me().signature, "console")
    new = New(
        type_code=form.type.data,
        office_id=int(form.office.data),
        citizen_id=_citizen(db, form),
        reference=reference,
        holder_name=(form.name.data or "").strip() or None,
        birth_year=form.birth_year.data,
        pin_hash=hashed,
    )
    case = open_case(db, new, sender, now).case
    assert case.id is not None
    access.note(db, "dossier.new", f"dossier:{case.id}")
    if form.phone.data and form.whose.data == HELPER:
        said = _("Le téléphone est celui d'une personne qui aide.")
        events.add(db, case.id, Change(NOTE, note=said), sender, now)
    return case


def _citizen(db: Session, form: Opening) -> int | None:
    """Whom SMS go to. Of a helper we learn no birth year."""
    written = (form.phone.data or "").strip()
    if not written:
        return None
    number = phones.local(written, current().country_prefix)
    citizen = at_the_counter(db, number, form.language.data)
    if form.whose.data == HOLDER and citizen.birth_year is None:
        citizen.birth_year = form.birth_year.data
    return citizen.id


def _receipt(db: Session, case: Case, pin: str = "") -> Receipt:
    office = db.get_one(Office, case.office_id)
    return Receipt(
        reference=case.reference,
        type=kinds(db).types[case.type_id].name,
        office=office.name,
        address=office.address,
        opened=case.created_at,
        code=code_to_dial(db),
        pin=pin,
    )


def _is_there(db: Session, reference: str) -> bool:
    return db.exec(select(Case.id).where(Case.reference == reference)).first() is not None


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="new dossier")


def _signed(reference: str) -> str:
    return str(_serializer().dumps(reference))


def _unsigned(drawn: str) -> str | None:
    """None for what is not ours: then another reference is drawn."""
    try:
        return str(_serializer().loads(drawn))
    except BadSignature:
        return None
