"""Dossiers as other systems know them, brought in: each row makes one, moves one, or changes
nothing. The API, imports and connectors all come through here.

    checked(row)                         pure: what can be seen to be wrong by itself
    upsert(db, row, sender, now)         one row
    upsert_all(db, rows, sender, now)    many, in a few statements; wrong ones hold up no other

A row is planned as a whole before anything of it is written: there is no half of one.
"""

import json
import random
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from sqlmodel import Session, and_, col, or_, select

from cases import events, names, references
from cases.events import Happened, Sender
from cases.history import CORRECTED, Change, Standing
from cases.kinds.shape import CaseType
from cases.kinds.store import Kinds, kinds
from cases.models import Case
from cases.standings import Clash, NotThere, Row, Step, Wrong, course
from citizens.directory import find_or_add_all
from citizens.models import Citizen
from citizens.phones import normal
from queues.models import Office

__all__ = [
    "AT_ONCE",
    "Clash",
    "NotThere",
    "Result",
    "Row",
    "Wrong",
    "checked",
    "upsert",
    "upsert_all",
]

AT_ONCE: Final = 500  # rows in one transaction: others wait for no more than these
_LONGEST: Final = {"source_key": 64, "name": 80, "reason": 120, "appeal": 60}
_MOST_PAPERS: Final = 8
_PERSONAL: Final = ("citizen_id", "birth_year", "holder_name")
_MISSING: Final = 400  # characters, as the column has them
_OLDEST = datetime(2000, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=1)  # clocks that go wrong, and zones left out
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")  # PostgreSQL keeps no NUL, no screen shows the others
_chance = random.SystemRandom()

Outcome = Literal["created", "changed", "same", "wrong"]


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a row. `case` is None for a wrong one, which `wrong` says why."""

    outcome: Outcome
    case: Case | None = None
    wrong: Wrong | None = None


def checked(row: Row, now: datetime) -> Row:
    """The row as it is kept. Raises Wrong for what no dossier could have."""
    if row.reference is not None and not references.is_valid(row.reference):
        raise Wrong(
            "reference", "its check digits don't hold: ten digits, the last two of ISO 7064"
        )
    for name, text in _texts(row):
        if _CONTROL.search(text):
            raise Wrong(name, "it has characters that are none of a text")
    for one, most in _LONGEST.items():
        if len(getattr(row, one) or "") > most:
            raise Wrong(one, f"{most} characters at most")
    if len(row.documents) > _MOST_PAPERS or any(not 0 < len(one) <= 40 for one in row.documents):
        raise Wrong("documents", f"{_MOST_PAPERS} at most, of 1 to 40 characters")
    if row.birth_year is not None and not 1900 <= row.birth_year <= now.year:
        raise Wrong("birth_year", f"1900 to {now.year}")
    if row.at is not None and row.at.tzinfo is None:
        raise Wrong("at", "give its zone, such as Z or +00:00")
    if row.at is not None and not _OLDEST <= row.at <= now + _AHEAD:
        raise Wrong("at", "from 2000 to now")
    return replace(
        row,
        source_key=row.source_key or None,
        phone=_phone(row),
        documents=tuple(dict.fromkeys(row.documents)),
        name=" ".join((row.name or "").split()) or None,
    )


def _phone(row: Row) -> str | None:
    try:
        return normal(row.phone) if row.phone else None
    except ValueError as why:
        raise Wrong("phone", str(why)) from None


def _texts(row: Row) -> Iterator[tuple[str, str]]:
    for one in fields(row):
        said = getattr(row, one.name)
        for text in said if isinstance(said, tuple) else (said,):
            if isinstance(text, str):
                yield one.name, text


def upsert(
    db: Session,
    row: Row,
    sender: Sender,
    now: datetime,
    agency_id: int | None = None,
    by: Collection[str] | None = None,
) -> Result:
    """Raises Wrong: NotThere for a dossier or office of another agency, Clash for what the
    dossier's standing does not allow."""
    [result] = upsert_all(db, [row], sender, now, agency_id, by)
    if result.wrong is not None:
        raise result.wrong
    return result


def upsert_all(
    db: Session,
    rows: Sequence[Row],
    sender: Sender,
    now: datetime,
    agency_id: int | None = None,
    by: Collection[str] | None = None,
) -> list[Result]:
    """What came of each row, in order. `agency_id`: the only one whose dossiers and offices there
    are for who sends this, None for all; `by`: their roles, None for who may bring a dossier to
    any stage. Dossiers that are there are locked until the transaction ends. Call it with AT_ONCE
    rows or so at a time. Raises IntegrityError where another adds the same dossier or phone
    meanwhile: then begin the transaction again."""
    sound = [_or_wrong(row, now) for row in rows]
    book = _Book.open(db, [row for row in sound if isinstance(row, Row)], agency_id)
    batch = _Batch(sender, now)
    results = [
        _planned(one, book, batch, by) if isinstance(one, Row) else Result("wrong", wrong=one)
        for one in sound
    ]
    batch.write(db)
    return results


def _or_wrong(row: Row, now: datetime) -> Row | Wrong:
    try:
        return checked(row, now)
    except Wrong as wrong:
        return wrong


def _planned(row: Row, book: "_Book", batch: "_Batch", by: Collection[str] | None) -> Result:
    try:
        return _plan(row, book, batch, by)
    except Wrong as wrong:
        return Result("wrong", wrong=wrong)


def _plan(row: Row, book: "_Book", batch: "_Batch", by: Collection[str] | None) -> Result:
    office, (type_id, kind) = book.office(row.office), book.kind(row.type)
    case = book.case(row, office)
    at = row.at or batch.now
    day, closed = events.local_day(office, at), events.closed_days(office)
    before = batch.standing(case) if case is not None else None
    if case is not None and case.type_id != type_id:
        code = book.kinds.types[case.type_id].code
        raise Wrong("type", f"it is {code}: a dossier's type can't change")
    steps = course(kind, before, row, day, closed, by)
    for step in steps:
        if len(json.dumps(step.stands.missing, ensure_ascii=False)) > _MISSING:
            raise Wrong("documents", "they are too many, or their names too long")
    citizen = book.citizens.get(row.phone or "")
    if case is None:
        case = _new(row, office, type_id, citizen, book, batch.now)
        batch.begin(case, kind, steps, at)
        return Result("created", case)
    corrected = _correct(case, row, office, citizen, book.erased)
    batch.move(case, kind, corrected, steps, at)
    return Result("changed" if corrected or steps else "same", case)


def _new(
    row: Row, office: Office, type_id: int, citizen: Citizen | None, book: "_Book", now: datetime
) -> Case:
    """Not added yet, and without its standing."""
    case = Case(
        reference=row.reference or book.drawn.pop(),
        agency_id=office.agency_id,
        source_key=row.source_key,
        office_id=office.id or 0,
        type_id=type_id,
        citizen_id=citizen.id if citizen is not None else None,
        holder_name=row.name,
        birth_year=row.birth_year,
        stage="",
        status="",
        since=now.date(),
        version=0,
        created_at=now,
        changed_at=now,
    )
    book.add(case)
    return case


def _correct(
    case: Case, row: Row, office: Office, citizen: Citizen | None, erased: set[int]
) -> list[str]:
    """Writes what the row says otherwise of whose it is and where; the names of that. Whose it is
    stays unsaid once its holder had that erased."""
    wanted = {
        "office_id": office.id,
        "citizen_id": citizen.id if citizen is not None else None,
        "birth_year": row.birth_year,
        "holder_name": row.name,
        "source_key": row.source_key,
    }
    corrected = [
        field
        for field, value in wanted.items()
        if value is not None
        and getattr(case, field) != value
        and not (case.id in erased and field in _PERSONAL)
    ]
    for one in corrected:
        setattr(case, one, wanted[one])
    return corrected


@dataclass
class _Book:
    """What is known before rows are planned, asked for in a few statements."""

    kinds: Kinds
    offices: Mapping[str, Office]
    citizens: Mapping[str, Citizen]
    agency_id: int | None
    drawn: list[str]
    erased: set[int] = field(default_factory=set)
    by_reference: dict[str, Case] = field(default_factory=dict)
    by_key: dict[tuple[int | None, str], Case] = field(default_factory=dict)

    @classmethod
    def open(cls, db: Session, rows: Sequence[Row], agency_id: int | None) -> "_Book":
        wanted = select(Office).where(col(Office.code).in_({row.office for row in rows}))
        offices = {one.code: one for one in db.exec(wanted)}
        known = kinds(db)
        book = cls(
            known,
            {
                code: one
                for code, one in offices.items()
                if agency_id is None or one.agency_id == agency_id
            },
            find_or_add_all(db, {row.phone for row in rows if row.phone}),
            agency_id,
            list(_free_references(db, sum(row.reference is None for row in rows))),
        )
        for case in _locked(db, rows, {one.agency_id for one in offices.values()}):
            book.add(case)
        nobodys = [one.id or 0 for one in book.by_reference.values() if one.citizen_id is None]
        book.erased = events.erased(db, nobodys)
        return book

    def add(self, case: Case) -> None:
        self.by_reference[case.reference] = case
        if case.source_key is not None:
            self.by_key[case.agency_id, case.source_key] = case

    def office(self, code: str) -> Office:
        if code not in self.offices:
            raise NotThere("office", f"no office {code}")
        return self.offices[code]

    def kind(self, code: str) -> tuple[int, CaseType]:
        if code not in self.kinds.ids:
            raise Wrong("type", f"no case type {code}: there are {', '.join(self.kinds.ids)}")
        type_id = self.kinds.ids[code]
        return type_id, self.kinds.types[type_id]

    def case(self, row: Row, office: Office) -> Case | None:
        """The dossier that the row means; None for a new one."""
        named = self.by_reference.get(row.reference or "")
        if named is not None and self.agency_id not in (None, named.agency_id):
            raise NotThere("reference", "no such dossier")
        keyed = self.by_key.get((office.agency_id, row.source_key or ""))
        if row.reference is None or keyed is None:
            found = named or keyed
        elif keyed is not named:
            raise Clash("source_key", f"{row.source_key} is the dossier {keyed.reference}")
        else:
            found = named
        if found is None:
            return None
        if found.agency_id != office.agency_id:
            raise Clash("office", "it is another agency's: a dossier stays with its own")
        if row.source_key and found.source_key not in (None, row.source_key):
            raise Clash("source_key", f"it is {found.source_key} already")
        return found


def _locked(db: Session, rows: Sequence[Row], agencies: set[int | None]) -> Iterable[Case]:
    """In one order, so that two who lock the same ones don't wait for each other."""
    keys = {row.source_key for row in rows if row.source_key}
    ours = or_(
        col(Case.agency_id).in_(agencies - {None}),
        and_(col(Case.agency_id).is_(None), None in agencies),
    )
    return db.exec(
        select(Case)
        .where(
            or_(
                col(Case.reference).in_({row.reference for row in rows if row.reference}),
                and_(col(Case.source_key).in_(keys), ours),
            )
        )
        .order_by(col(Case.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _free_references(db: Session, count: int) -> Iterator[str]:
    while count > 0:
        drawn = {references.draw(_chance) for _ in range(count)}
        taken = db.exec(select(Case.reference).where(col(Case.reference).in_(drawn)))
        free = drawn - set(taken)
        yield from free
        count -= len(free)


@dataclass(frozen=True, slots=True)
class _Move:
    """An event to be added, where its dossier stood before (None: it is the first) and stands
    then."""

    change: Change
    before: Standing | None
    stands: Standing
    at: datetime


@dataclass
class _Plan:
    """What is to happen to a dossier, in order."""

    case: Case
    kind: CaseType
    is_new: bool
    moves: list[_Move] = field(default_factory=list)

    @property
    def stands(self) -> Standing:
        return self.moves[-1].stands if self.moves else events.standing(self.case)

    def follow(self, steps: Iterable[Step], at: datetime) -> None:
        for step in steps:
            before = None if self.is_new and not self.moves else self.stands
            self.moves.append(_Move(step.change, before, step.stands, at))


@dataclass
class _Batch:
    """What is to be written: in rounds, so that who follows an event sees the dossier as it was
    then, also where it moves twice."""

    sender: Sender
    now: datetime
    plans: dict[int, _Plan] = field(default_factory=dict)  # by the dossier, as an object
    renamed: list[Case] = field(default_factory=list)

    def standing(self, case: Case) -> Standing:
        """Where it stands once what is planned so far is done."""
        plan = self.plans.get(id(case))
        return plan.stands if plan is not None else events.standing(case)

    def begin(self, case: Case, kind: CaseType, steps: Sequence[Step], at: datetime) -> None:
        plan = self.plans[id(case)] = _Plan(case, kind, is_new=True)
        plan.follow(steps, at)
        case.version = 1
        events.stand(case, steps[0].stands)

    def move(
        self,
        case: Case,
        kind: CaseType,
        corrected: Sequence[str],
        steps: Sequence[Step],
        at: datetime,
    ) -> None:
        plan = self.plans.setdefault(id(case), _Plan(case, kind, is_new=False))
        if corrected:
            change = Change(CORRECTED, note=", ".join(corrected))
            plan.follow([Step(change, plan.stands)], at)
        plan.follow(steps, at)
        if "holder_name" in corrected and not plan.is_new:
            self.renamed.append(case)

    def write(self, db: Session) -> None:
        new = [plan.case for plan in self.plans.values() if plan.is_new]
        db.add_all(new)
        db.flush()
        names.add(db, new)
        for case in self.renamed:
            names.index(db, case)
        for turn in range(max((len(plan.moves) for plan in self.plans.values()), default=0)):
            self._round(
                db,
                [
                    (plan, plan.moves[turn])
                    for plan in self.plans.values()
                    if turn < len(plan.moves)
                ],
            )

    def _round(self, db: Session, moves: Sequence[tuple[_Plan, _Move]]) -> None:
        happened = []
        for plan, move in moves:
            case = plan.case
            if move.before is not None:  # else it was added so
                case.version += 1
                case.changed_at = self.now
                events.stand(case, move.stands)
            event = events.row(case, move.change, self.sender, move.at, self.now)
            happened.append(Happened(case, plan.kind, event, move.before))
        db.add_all(one.event for one in happened)
        db.flush()
        for one in happened:
            events.told(db, one)
