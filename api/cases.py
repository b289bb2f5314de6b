"""Dossiers, for the programs that feed them in and hear of them: where each stands and why, never
whose it is. A phone that is told comes back masked; a name or a year of birth does not come back.
"""

import base64
import binascii
import json
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
)
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

import moment
from api.endpoints import Api
from api.problems import Fault, Problem
from api.tokens import CASES_READ, CASES_WRITE, Program
from cases import changes, events, history
from cases.events import Sender
from cases.history import Change, NotPossible
from cases.kinds.shape import SYSTEM, Status
from cases.kinds.store import kinds
from cases.models import Case, CaseEvent
from cases.upserting import AT_ONCE, Clash, NotThere, Result, Row, Wrong, upsert, upsert_all
from citizens import audit
from citizens.models import Citizen
from citizens.phones import masked
from database import writing
from queues.models import Office
from queues.setup.shape import Code

_MOST_ROWS = 5000
_MOST_FAULTS = 100
_TRIES = 3
_AHEAD = timedelta(days=1)
_MISSING = 400  # characters of what is missing, as it is kept


_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d([Tt]\d\d:\d\d:\d\d|\Z)", re.ASCII)


def _as_rfc3339(given: Any) -> Any:
    """Pydantic reads numbers as dates, too."""
    if not isinstance(given, str) or not _RFC3339.match(given):
        raise ValueError("write it as 2026-11-24 or 2026-11-24T09:00:00Z")
    return given


def _in_utc(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise ValueError("no such moment") from None


Reference = Annotated[str, Field(pattern=r"^[0-9]{10}$", examples=["1234567889"])]
Day = Annotated[date, Field(strict=False), BeforeValidator(_as_rfc3339)]
At = Annotated[
    AwareDatetime, Field(strict=False), BeforeValidator(_as_rfc3339), AfterValidator(_in_utc)
]


def _said(most: int, least: int = 0) -> Any:
    """A line of text: PostgreSQL keeps no NUL, and no screen shows what controls it."""
    return Field(min_length=least, max_length=most, pattern=r"^[^\x00-\x1f\x7f]*$")


Paper = Annotated[str, _said(40, 1)]
Papers = Annotated[list[Paper], Field(max_length=8)]


EventKind = Literal[
    "moved",
    "document_missing",
    "document_received",
    "appointment",
    "decided",
    "ready",
    "handed_over",
    "refused",
    "reopened",
    "note",
]


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class DossierBody(_Said):
    """A dossier as your system knows it. What is left out stays as it is. Where it stands is said
    by `stage` or by `status`; without both, a new one begins, and one that is there stays."""

    type: Code = Field(description="Code of its case type")
    office: Code = Field(description="Code of the office where it is")
    source_key: Annotated[str, _said(64, 1)] | None = Field(
        default=None, description="Your system's own key of it"
    )
    stage: Code | None = None
    status: Status | None = None
    phone: Annotated[str, Field(pattern=r"^\+[1-9][0-9]{7,14}$")] | None = Field(
        default=None, description="Who is told; E.164"
    )
    birth_year: Annotated[int, Field(ge=1900, le=2100)] | None = None
    name: Annotated[str, _said(80)] | None = Field(
        default=None, description="For staff who search; never told"
    )
    documents: Papers = Field(default=[], description="What is missing: codes, or words")
    due: Day | None = Field(default=None, description="By when these are to be brought")
    reason: Annotated[str, _said(120)] = Field(default="", description="Why it is refused")
    appeal: Annotated[str, _said(60)] = ""
    at: At | None = Field(default=None, description="Since when it stands so; else now")

    def row(self, reference: str | None) -> Row:
        said = self.model_dump(exclude={"documents", "reference"})
        return Row(**said, reference=reference, documents=tuple(self.documents))


class DossierRow(DossierBody):
    """One of many: a reference or a source_key says which it is."""

    reference: Reference | None = None


class BulkBody(_Said):
    rows: list[dict[str, Any]] = Field(
        max_length=_MOST_ROWS,
        description="Each as the body of PUT /cases/{reference}, with `reference` or `source_key`; "
        "what is wrong with one is told in its own result",
    )
    all_or_nothing: bool = Field(
        default=False, description="Whether one wrong row holds up all others"
    )


class EventBody(_Said):
    """Something that happened to a dossier. `transaction_id` is your own name for it: sent twice,
    it happens once. `version`: that of the dossier as you know it, if it must be no other."""

    kind: EventKind
    transaction_id: Annotated[str, _said(80, 1)]
    at: At | None = Field(default=None, description="When it happened; else now")
    stage: Code | None = None
    documents: Papers = []
    due: Day | None = None
    reason: Annotated[str, _said(120)] = ""
    appeal: Annotated[str, _said(60)] = ""
    appointment: At | None = None
    note: Annotated[str, _said(200)] = Field(default="", description="For staff alone")
    version: Annotated[int, Field(ge=1)] | None = None

    def change(self) -> Change:
        said = self.model_dump(exclude={"documents", "transaction_id", "at", "version"})
        return Change(**said, documents=tuple(self.documents))


class Dossier(BaseModel):
    reference: Reference
    type: str
    office: str
    source_key: str | None
    stage: str
    status: Status
    since: date = Field(description="When it came to its stage")
    expected: date | None = Field(description="When it should have left it")
    missing: list[str]
    due: date | None
    reason: str
    appeal: str
    appointment: datetime | None
    late: bool
    phone: str | None = Field(description="Who is told, masked", examples=["+22177•••••01"])
    version: int = Field(description="How many events it has had")
    created_at: datetime
    changed_at: datetime


class Dossiers(BaseModel):
    """`cursor`: after which to go on, now where there are `more`, and later."""

    cases: list[Dossier]
    cursor: str
    more: bool


class DossierEvent(BaseModel):
    """`who`: what kind of sender: staff, token, citizen, clock, operator."""

    version: int
    kind: str
    stage: str
    status: Status
    at: datetime
    recorded_at: datetime
    who: str
    transaction_id: str | None = Field(description="Your own; null where others told of it")
    documents: list[str]
    due: date | None
    reason: str
    appeal: str
    appointment: datetime | None


class DossierEvents(BaseModel):
    reference: Reference
    version: int
    events: list[DossierEvent]


class RowResult(BaseModel):
    row: int = Field(description="Which, from 0")
    outcome: Literal["created", "changed", "same", "wrong"]
    reference: Reference | None
    errors: list[Fault] = []


class BulkResult(BaseModel):
    created: int
    changed: int
    same: int
    wrong: int
    rows: list[RowResult]


def add_to(api: Api) -> None:
    api.endpoint("GET", "/cases", scope=CASES_READ)(list_cases)
    api.endpoint("POST", "/cases", scope=CASES_WRITE, status=201, also=200)(open_dossier)
    api.endpoint("POST", "/cases/bulk", scope=CASES_WRITE)(put_many)
    api.endpoint("GET", "/cases/{reference}", scope=CASES_READ)(get_dossier)
    api.endpoint("PUT", "/cases/{reference}", scope=CASES_WRITE, also=201)(put_dossier)
    api.endpoint("GET", "/cases/{reference}/events", scope=CASES_READ)(list_events)
    api.endpoint("POST", "/cases/{reference}/events", scope=CASES_WRITE, status=201, also=200)(
        add_event
    )


# -- reading --------------------------------------------------------------------------------------

Limit = Annotated[int, Field(ge=1, le=500)]
Cursor = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")]


def list_cases(
    db: Session,
    program: Program,
    changed_since: At | None = None,
    cursor: Cursor | None = None,
    limit: Limit = 100,
) -> Dossiers:
    """Dossiers in the order in which they changed last.

    Go on with `cursor`: no change is missed, and one that changes meanwhile comes again."""
    after = _read_cursor(cursor) if cursor is not None else 0
    page = changes.page(db, after, limit, program.agency_id, changed_since)
    if page.cases:
        audit.note(db, program.signature, "case.list", f"{len(page.cases)} after {after}")
    return Dossiers(
        cases=_dossiers(db, page.cases), cursor=_written_cursor(page.upto), more=page.more
    )


def get_dossier(db: Session, program: Program, reference: Reference) -> Dossier:
    """Where a dossier stands."""
    case = _case(db, program, reference)
    audit.note(db, program.signature, "case.read", reference)
    return _dossier(db, case)


def list_events(db: Session, program: Program, reference: Reference) -> DossierEvents:
    """What happened to a dossier, in order."""
    case = _case(db, program, reference)
    audit.note(db, program.signature, "case.read", reference)
    return DossierEvents(
        reference=reference,
        version=case.version,
        events=[_event(one, program) for one in events.of(db, case.id or 0)],
    )


def _case(db: Session, program: Program, reference: str, lock: bool = False) -> Case:
    query = select(Case).where(Case.reference == reference)
    case = db.exec(query.with_for_update() if lock else query).first()
    if case is None or not program.sees(case.agency_id):
        raise Problem(HTTPStatus.NOT_FOUND, f"No dossier {reference}.")
    return case


def _dossier(db: Session, case: Case) -> Dossier:
    [one] = _dossiers(db, [case])
    return one


def _dossiers(db: Session, found: Sequence[Case]) -> list[Dossier]:
    types, offices = kinds(db).types, _offices(db, {case.office_id for case in found})
    holders = {case.citizen_id for case in found if case.citizen_id is not None}
    phones = {
        one.id: masked(one.phone)
        for one in db.exec(select(Citizen).where(col(Citizen.id).in_(holders)))
    }
    return [
        Dossier(
            reference=case.reference,
            type=types[case.type_id].code,
            office=offices[case.office_id],
            source_key=case.source_key,
            stage=case.stage,
            status=case.status,
            since=case.since,
            expected=case.expected,
            missing=json.loads(case.missing),
            due=case.due,
            reason=case.reason,
            appeal=case.appeal,
            appointment=case.appointment_at,
            late=case.late,
            phone=phones.get(case.citizen_id),
            version=case.version,
            created_at=case.created_at,
            changed_at=case.changed_at,
        )
        for case in found
    ]


def _offices(db: Session, ids: Iterable[int]) -> dict[int, str]:
    found = db.exec(select(Office).where(col(Office.id).in_(set(ids))))
    return {one.id or 0: one.code for one in found}


def _event(event: CaseEvent, program: Program) -> DossierEvent:
    change = events.change_of(event)
    return DossierEvent(
        version=event.version,
        kind=event.kind,
        stage=event.stage,
        status=event.status,
        at=event.at,
        recorded_at=event.recorded_at,
        who=event.who.partition(":")[0],
        transaction_id=event.transaction_id if event.source == program.signature else None,
        documents=list(change.documents),
        due=change.due,
        reason=change.reason,
        appeal=change.appeal,
        appointment=change.appointment,
    )


def _written_cursor(upto: int) -> str:
    return base64.urlsafe_b64encode(f"v1.{upto}".encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> int:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError):
        text = ""
    found = re.fullmatch(r"v1\.(\d{1,10})", text, re.ASCII)
    if found is None:
        raise _unfit([Fault(pointer="?cursor", detail="none of ours: begin without")])
    return int(found[1])


# -- writing --------------------------------------------------------------------------------------


def put_dossier(
    db: Session, program: Program, reference: Reference, body: DossierBody
) -> tuple[Dossier, int]:
    """Makes a dossier, or brings it to where the body says.

    Sent again, it changes nothing, and nobody is told anything."""
    return _upserted(db, program, body.row(reference))


def open_dossier(db: Session, program: Program, body: DossierBody) -> tuple[Dossier, int]:
    """Makes a dossier, whose reference is drawn here.

    With a `source_key` that is known already, it brings that dossier to where the body says."""
    return _upserted(db, program, body.row(None))


def put_many(program: Program, body: BulkBody) -> BulkResult:
    """Makes or moves up to 5,000 dossiers.

    Each row has its own result, and a wrong one holds up no other, unless `all_or_nothing`."""
    rows = [_row(one) for one in body.rows]
    if body.all_or_nothing:
        results = _all_or_nothing(program, rows)
    else:
        starts = range(0, len(rows), AT_ONCE)
        results = [one for at in starts for one in _some(program, rows[at : at + AT_ONCE])]
    told = [_result(number, one) for number, one in enumerate(results)]
    outcomes = [one.outcome for one in told]
    return BulkResult(
        created=outcomes.count("created"),
        changed=outcomes.count("changed"),
        same=outcomes.count("same"),
        wrong=outcomes.count("wrong"),
        rows=told,
    )


def add_event(
    db: Session, program: Program, reference: Reference, body: EventBody
) -> tuple[DossierEvent, int]:
    """Adds an event to a dossier, after those that others have added.

    The same `transaction_id` again: the event that it was. With a `version`, only if the dossier
    has had no other event since."""
    case = _case(db, program, reference, lock=True)
    sender = Sender(program.signature, program.signature, body.transaction_id)
    known = _known(db, case, sender)
    if known is not None:
        if known.kind != body.kind:
            raise Problem(HTTPStatus.CONFLICT, f"This transaction was {known.kind}.")
        return _event(known, program), HTTPStatus.OK
    if body.version is not None and body.version != case.version:
        raise Problem(HTTPStatus.CONFLICT, f"It has version {case.version} now.")
    now = moment.now()
    _must_be_fit(case, body, now)
    before = case.stage
    try:
        happened = events.add(db, case.id or 0, body.change(), sender, now, body.at)
        assert happened is not None
        stands = events.standing(happened.case)
        history.permitted(happened.kind, before, stands, body.kind, (SYSTEM,))
    except NotPossible as why:
        raise Problem(HTTPStatus.CONFLICT, str(why)) from None
    return _event(happened.event, program), HTTPStatus.CREATED


def _known(db: Session, case: Case, sender: Sender) -> CaseEvent | None:
    return db.exec(
        select(CaseEvent).where(
            CaseEvent.case_id == case.id,
            CaseEvent.source == sender.source,
            CaseEvent.transaction_id == sender.transaction,
        )
    ).first()


def _must_be_fit(case: Case, body: EventBody, now: datetime) -> None:
    """Raises Problem."""
    if body.at is not None and not datetime(2000, 1, 1, tzinfo=UTC) <= body.at <= now + _AHEAD:
        raise _unfit([Fault(pointer="/at", detail="from 2000 to now")])
    missing = [*json.loads(case.missing), *body.documents]
    if len(json.dumps(missing, ensure_ascii=False)) > _MISSING:
        raise _unfit([Fault(pointer="/documents", detail="they are too many")])


def _upserted(db: Session, program: Program, row: Row) -> tuple[Dossier, int]:
    try:
        done = upsert(db, row, _sender(program), moment.now(), program.agency_id, (SYSTEM,))
    except Wrong as wrong:
        raise _problem(wrong) from None
    assert done.case is not None
    status = HTTPStatus.CREATED if done.outcome == "created" else HTTPStatus.OK
    return _dossier(db, done.case), status


def _sender(program: Program) -> Sender:
    return Sender(program.signature, program.signature)


def _problem(wrong: Wrong) -> Problem:
    faults = [_fault(wrong)]
    if isinstance(wrong, NotThere) and wrong.field == "reference":
        return Problem(HTTPStatus.NOT_FOUND, str(wrong))
    if isinstance(wrong, Clash):
        return Problem(HTTPStatus.CONFLICT, str(wrong), faults)
    return _unfit(faults)


def _unfit(faults: list[Fault]) -> Problem:
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "See errors.", faults)


def _fault(wrong: Wrong, at: str = "") -> Fault:
    return Fault(pointer=f"{at}/{wrong.field}", detail=wrong.why)


# -- many -----------------------------------------------------------------------------------------

_ROW = TypeAdapter(DossierRow)
Read = Row | list[Fault]


def _row(given: dict[str, Any]) -> Read:
    try:
        said = _ROW.validate_json(json.dumps(given))
    except ValidationError as wrong:
        return [
            Fault(pointer="".join(f"/{part}" for part in one["loc"]), detail=one["msg"])
            for one in wrong.errors(include_url=False, include_input=False)
        ]
    if said.reference is None and said.source_key is None:
        # Without either, the same row again would be another dossier.
        return [Fault(pointer="/source_key", detail="give a reference or a source_key")]
    return said.row(said.reference)


def _some(program: Program, rows: Sequence[Read]) -> list[Result | list[Fault]]:
    """In a transaction of their own, so that others get their turn between them."""
    for _ in range(_TRIES):
        try:
            with writing() as db:
                return _written(db, program, rows)
        except IntegrityError:
            continue
    raise _others_write()


def _all_or_nothing(program: Program, rows: Sequence[Read]) -> list[Result | list[Fault]]:
    for _ in range(_TRIES):
        try:
            with writing() as db:
                results = [
                    one
                    for at in range(0, len(rows), AT_ONCE)
                    for one in _written(db, program, rows[at : at + AT_ONCE])
                ]
                faults = list(_faults(results))
                if faults:
                    raise _unfit(faults[:_MOST_FAULTS])
                return results
        except IntegrityError:
            continue
    raise _others_write()


def _others_write() -> Problem:
    return Problem(HTTPStatus.CONFLICT, "Others write the same dossiers just now: ask again.")


def _written(db: Session, program: Program, rows: Sequence[Read]) -> list[Result | list[Fault]]:
    sound = [one for one in rows if isinstance(one, Row)]
    done = iter(
        upsert_all(db, sound, _sender(program), moment.now(), program.agency_id, by=(SYSTEM,))
    )
    return [next(done) if isinstance(one, Row) else one for one in rows]


def _faults(results: Iterable[Result | list[Fault]]) -> Iterable[Fault]:
    for number, one in enumerate(results):
        for fault in _result(number, one).errors:
            yield Fault(pointer=f"/rows/{number}{fault.pointer}", detail=fault.detail)


def _result(number: int, done: Result | list[Fault]) -> RowResult:
    if isinstance(done, list):
        return RowResult(row=number, outcome="wrong", reference=None, errors=done)
    reference = done.case.reference if done.case is not None else None
    errors = [_fault(done.wrong)] if done.wrong is not None else []
    return RowResult(row=number, outcome=done.outcome, reference=reference, errors=errors)
