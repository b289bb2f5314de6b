"""What menus can do with dossiers and procedures."""

import json

from cases import reading, references
from cases.kinds.shape import Procedure
from cases.kinds.store import kinds
from cases.models import Case
from cases.phrases import SHORT
from cases.statuses import DOCUMENTS_MISSING, STATUSES
from locales.catalogues import translated
from locales.values import DATE, PIN, REFERENCE, YEAR, Value, plain, text
from menus import words
from menus.actions import Context, Item, Outcome, action, chosen, fact, source
from menus.entries import check, digits
from queues.overview import overview

_SEEN = {"tail": plain(4), "since": DATE, "case_office": text(22)}
_STATUS = {
    **dict.fromkeys(STATUSES, _SEEN),
    DOCUMENTS_MISSING: {**_SEEN, "documents": plain(60), "due": DATE},
}


@source("cases.mine", gives=REFERENCE, writes=True)
def mine(context: Context) -> list[Item]:
    """The dossiers that name this phone: the tail of the reference and the status, no matter."""
    found = reading.shown_on_own_phone(context.db, context.phone, context.now)
    return [Item(case.reference, _line(context, case)) for case in found]


def _line(context: Context, case: Case) -> str:
    status = translated(context.language, "status", SHORT[case.status])
    return f"{references.tail(case.reference)} : {status}"


@check(
    "reference",
    least=10,
    most=10,
    kind=REFERENCE,
    complaint=words.WRONG_REFERENCE,
    sample="1234567889",
)
def reference_entry(entry: str, least: int, most: int) -> str | None:
    """A reference whose check digits hold, typed in any grouping."""
    typed = digits(entry, least, most)
    return typed if typed is not None and references.is_valid(typed) else None


@fact("has_dossier")
def has_dossier(context: Context) -> bool:
    """Those whose phone a dossier names."""
    return bool(reading.cases_of(context.db, context.phone))


@action(
    "cases.find",
    parameters={"reference": REFERENCE},
    outcomes={**_STATUS, "not_yours": {}},
)
def find_case(context: Context, reference: str) -> Outcome:
    """A dossier by its reference. `not_yours` says nothing on whether it exists."""
    case = reading.on_own_phone(context.db, context.phone, reference, context.now)
    return _status(context, case) if case else Outcome("not_yours")


@action(
    "cases.unlock",
    parameters={"reference": REFERENCE, "birth_year": YEAR, "pin": PIN},
    outcomes={**_STATUS, "locked": {}},
)
def unlock(context: Context, reference: str, birth_year: str, pin: str) -> Outcome:
    """A dossier on a phone that is not its holder's."""
    case = reading.on_other_phone(
        context.db, context.phone, reference, int(birth_year), pin, context.now
    )
    return _status(context, case) if case else Outcome("locked")


def _status(context: Context, case: Case) -> Outcome:
    values: dict[str, Value] = {
        "tail": references.tail(case.reference),
        "since": case.since.isoformat(),
        "case_office": _office(context, case),
    }
    if case.status == DOCUMENTS_MISSING:
        kind = kinds(context.db).types[case.type_id]
        missing = (_said(context, kind.document(one)) for one in json.loads(case.missing))
        values["documents"] = ", ".join(missing)
        values["due"] = (case.due or case.since).isoformat()
    return Outcome(case.status, values)


def _office(context: Context, case: Case) -> str:
    place = overview(context.now).office(case.office_id).place
    return translated(context.language, "offices", place.office.name)


@source("cases.procedure_offices")
def procedure_offices(context: Context) -> list[Item]:
    """The offices whose papers and prices we know."""
    codes = {code for one in kinds(context.db).procedures for code in one.offices}
    offices = (live.place.office for live in overview(context.now).offices)
    return [
        Item(office.code, translated(context.language, "offices", office.name))
        for office in offices
        if office.code in codes
    ]


@source("cases.procedures", parameters={"procedure_office": chosen("cases.procedure_offices")})
def procedures(context: Context, procedure_office: str) -> list[Item]:
    """What can be asked for at an office."""
    return [
        Item(one.code, _said(context, one.label))
        for one in kinds(context.db).procedures
        if procedure_office in one.offices
    ]


_PAPERS = {"procedure_name": plain(22), "papers": plain(80), "delay": plain(40)}


@action(
    "cases.papers",
    parameters={"procedure": chosen("cases.procedures")},
    outcomes={"priced": {**_PAPERS, "fee": plain(18)}, "free": _PAPERS, "unsure": _PAPERS},
    writes=False,
)
def papers(context: Context, procedure: str) -> Outcome:
    """What to bring, what it costs, how long it takes."""
    found: Procedure = kinds(context.db).procedure(procedure)
    values: dict[str, Value] = {
        "procedure_name": _said(context, found.label),
        "papers": _said(context, found.short),
        "delay": _said(context, found.delay),
    }
    if "fee" in found.unsure or found.fee is None:
        return Outcome("unsure", values)
    least, most = found.fee
    if most == 0:
        return Outcome("free", values)
    amount = f"{most}" if most == least else f"{least}-{most}"
    return Outcome("priced", {**values, "fee": f"{amount} FCFA"})


def _said(context: Context, french: str) -> str:
    return translated(context.language, "procedures", french)
