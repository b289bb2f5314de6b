"""Some hundreds of rows at once, in one transaction: read by a few statements, written by a few.

Rows are planned against what is there without a lock; what the plans change is then locked, and
planned anew if somebody else has changed it meanwhile.
"""

import hashlib
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, cast

import sqlalchemy
from sqlalchemy import ColumnElement, bindparam, delete, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel, col, select

import moment
from cases import changes, events, names, references
from cases.history import NotPossible
from cases.imports import planning
from cases.imports.planning import Contradiction, Known, Plan
from cases.imports.rows import Complaint, Row, identities
from cases.imports.words import say
from cases.imports.world import World
from cases.models import Case
from citizens.models import Citizen
from database import bulk, reading, writing
from database.sealing import fingerprint, fingerprints

SOURCE: Final = "import"
RECENT, ALL, NONE = "recent", "all", "none"  # who is told by SMS
_RECENT_DAYS: Final = 3
_TELL_AFTER: Final = timedelta(minutes=3)  # so that a mistake can be mended before
_TRIES: Final = 20
_chance = random.SystemRandom()

_TABLES: Final = SQLModel.metadata.tables
_CASE, _EVENT, _NAME, _CITIZEN = (
    _TABLES[one] for one in ("dossier", "dossier_event", "dossier_name", "citizen")
)
_KNOWN = sqlalchemy.select(*(one for one in _CASE.c if one.name not in ("pin_hash", "created_at")))


class Overtaken(Exception):
    """Somebody else has changed what was to be written."""


@dataclass(slots=True)
class Outcome:
    """What came of a batch, by line."""

    opened: int = 0
    moved: int = 0
    same: int = 0
    complaints: list[Complaint] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Planned:
    """`case`: the row of its dossier, None for a new one."""

    row: Row
    case: Any
    plan: Plan
    citizen_id: int | None


@dataclass(slots=True)
class Batch:
    """`seen`: lines by what dossiers are known by, of all rows before; rows are added to it.
    `also` is done in the transaction of what is written."""

    rows: Sequence[Row]
    world: World
    who: str
    tell: str
    seen: dict[str, int]
    also: Callable[[Session, Outcome], None]

    def look(self) -> Outcome:
        """What would come of it."""
        return self._planned()[1]

    def take(self) -> Outcome:
        """Raises Overtaken for what others change again and again."""
        for _ in range(_TRIES):
            planned, outcome = self._planned()
            try:
                with writing() as db:
                    self._write(db, planned)
                    self.also(db, outcome)
                return outcome
            except (_Changed, IntegrityError):
                continue
        raise Overtaken

    # Reading

    def _planned(self) -> tuple[list[_Planned], Outcome]:
        planned, outcome = [], Outcome()
        with reading() as db:
            cases = self._cases(db)
            erased = events.erased(
                db, [case.id for case in cases.values() if case.citizen_id is None]
            )
            citizens = _citizens(db, [row.phone for row in self.rows if row.phone])
        for row in self.rows:
            case = next((cases[one] for one in identities(row) if one in cases), None)
            try:
                self._only_once(row, case)
                one = self._plan(row, case, erased, citizens)
            except Contradiction as problem:
                outcome.complaints.append(Complaint(row.line, problem.column, problem.said))
                continue
            except NotPossible as problem:
                said = say("{problem}", problem=problem)
                outcome.complaints.append(Complaint(row.line, "status", said))
                continue
            if case is None:
                outcome.opened += 1
            elif one.plan.steps:
                outcome.moved += 1
            else:
                outcome.same += 1
                continue
            planned.append(one)
        return planned, outcome

    def _cases(self, db: Session) -> dict[str, Any]:
        """The dossiers that are there, by all that rows may know them by."""
        keys: dict[int, list[str]] = {}
        for row in self.rows:
            if row.source_key and row.agency:
                keys.setdefault(self.world.agency_ids[row.agency], []).append(row.source_key)
        numbers = [row.reference for row in self.rows if row.reference]
        wheres: list[ColumnElement[bool]] = []
        if numbers:
            wheres.append(col(Case.reference).in_(numbers))
        wheres += [
            (col(Case.agency_id) == agency) & col(Case.source_key).in_(theirs)
            for agency, theirs in keys.items()
        ]
        codes = {key: code for code, key in self.world.agency_ids.items()}
        found: dict[str, Any] = {}
        for where in wheres:
            for case in db.connection().execute(_KNOWN.where(where)):
                found[case.reference] = case
                if case.source_key:
                    found[f"{codes.get(case.agency_id)} {case.source_key}"] = case
        return found

    def _only_once(self, row: Row, case: Any) -> None:
        """Raises Contradiction for a dossier that an earlier line is of."""
        known_by = {*identities(row), *([case.reference] if case is not None else [])}
        for one in known_by:
            line = self.seen.setdefault(one, row.line)
            if line != row.line:
                said = "the same dossier as line {line}: keep the one that is true"
                column = "reference" if one == row.reference else "source_key"
                raise Contradiction(column, said, line=line)

    def _plan(self, row: Row, case: Any, erased: set[int], citizens: Mapping[str, int]) -> _Planned:
        """Raises Contradiction."""
        world, kind = self.world, self.world.context.types[row.type]
        today, closed = world.today(row.office), world.closed[row.office]
        citizen_id = _of(citizens, row.phone)
        if case is None:
            plan = planning.opening(row, kind, today, closed, world.context.by)
        else:
            known = self._known(case, case.id in erased)
            only = world.context.only_office
            if only not in (None, known.office):
                said = "the dossier is at {office}, and you import for {only} alone"
                raise Contradiction("office", said, office=known.office, only=only)
            plan = planning.moving(known, row, citizen_id, kind, today, closed, world.context.by)
        return _Planned(row, case, plan, citizen_id)

    def _known(self, case: Any, erased: bool) -> Known:
        types = {key: code for code, key in self.world.type_ids.items()}
        offices = {one.id: code for code, one in self.world.offices.items()}
        return Known(
            case.reference,
            case.source_key,
            types[case.type_id],
            offices[case.office_id],
            case.citizen_id,
            case.birth_year,
            case.holder_name,
            erased,
            events.standing(cast(Case, case)),
        )

    # Writing

    def _write(self, db: Session, planned: Sequence[_Planned]) -> None:
        """Raises _Changed, IntegrityError."""
        _lock(db, [one.case for one in planned if one.case is not None])
        citizens = _added(db, [one.row.phone for one in planned if one.row.phone])
        new = [one for one in planned if one.case is None]
        ids = self._open(db, new, citizens)
        moved = [one for one in planned if one.case is not None]
        self._move(db, moved, citizens)
        self._add_events(db, [*zip(ids, new, strict=True), *((one.case.id, one) for one in moved)])
        _index(
            db,
            [
                *((key, one.row.name) for key, one in zip(ids, new, strict=True) if one.row.name),
                *((one.case.id, one.row.name) for one in moved if "name" in one.plan.corrected),
            ],
        )

    def _open(self, db: Session, new: Sequence[_Planned], citizens: Mapping[str, int]) -> list[int]:
        """Their ids, in their order."""
        if not new:
            return []
        drawn = _free_references(db, sum(one.row.reference is None for one in new))
        numbers = [one.row.reference or next(drawn) for one in new]
        values = [
            self._new(one, number, citizens) for number, one in zip(numbers, new, strict=True)
        ]
        ids = bulk.ids(db, _CASE, len(values))
        bulk.add(db, _CASE, [{"id": key, **one} for key, one in zip(ids, values, strict=True)])
        return ids

    def _new(self, one: _Planned, reference: str, citizens: Mapping[str, int]) -> dict[str, Any]:
        row, world = one.row, self.world
        version = len(one.plan.steps)
        citizen_id = _of(citizens, row.phone)
        tells = self.tell == ALL and citizen_id is not None
        return {
            "reference": reference,
            "agency_id": world.agency_ids.get(row.agency or ""),
            "source_key": row.source_key,
            "office_id": world.offices[row.office].id,
            "type_id": world.type_ids[row.type],
            "citizen_id": citizen_id,
            "holder_name": row.name,
            "birth_year": row.birth_year,
            "pin_hash": None,
            **events.columns(one.plan.steps[-1].standing),
            "version": version,
            "told": 0 if tells else version,
            "tell_at": world.now + _TELL_AFTER if tells else None,
            "reminded": 0,
            "created_at": world.now,
            "changed_at": world.now,
        }

    def _move(self, db: Session, moved: Sequence[_Planned], citizens: Mapping[str, int]) -> None:
        if not moved:
            return
        values = [self._changed(one, citizens) for one in moved]
        columns: dict[str, Any] = {name: bindparam(name) for name in values[0] if name != "of"}
        changing = update(_CASE).where(_CASE.c.id == bindparam("of")).values(columns)
        db.connection().execute(changing, values)

    def _changed(self, one: _Planned, citizens: Mapping[str, int]) -> dict[str, Any]:
        row, case, world = one.row, one.case, self.world
        corrected = one.plan.corrected
        version = case.version + len(one.plan.steps)
        citizen_id = _of(citizens, row.phone) if "phone" in corrected else case.citizen_id
        told, tell_at = case.told, case.tell_at
        if one.plan.is_news and citizen_id is not None and self._is_told(one):
            tell_at = world.now + _TELL_AFTER
        elif tell_at is None:  # what waits to be told is told, as it stands by then
            told = version
        return {
            "of": case.id,
            **events.columns(one.plan.steps[-1].standing),
            "source_key": row.source_key if "source_key" in corrected else case.source_key,
            "agency_id": (
                world.agency_ids.get(row.agency or "")
                if "source_key" in corrected
                else case.agency_id
            ),
            "office_id": world.offices[row.office].id,
            "citizen_id": citizen_id,
            "birth_year": row.birth_year if "birth_year" in corrected else case.birth_year,
            "holder_name": row.name if "name" in corrected else case.holder_name,
            "version": version,
            "told": told,
            "tell_at": tell_at,
            "changed_at": world.now,
        }

    def _is_told(self, one: _Planned) -> bool:
        """What was long ago is no news any more."""
        if self.tell != RECENT:
            return self.tell == ALL
        oldest = self.world.today(one.row.office) - timedelta(days=_RECENT_DAYS)
        return max(step.day for step in one.plan.steps) >= oldest

    def _add_events(self, db: Session, planned: Sequence[tuple[int, _Planned]]) -> None:
        values = [value for case_id, one in planned for value in self._events_of(case_id, one)]
        changes.announce(db)
        bulk.add(db, _EVENT, values)
        events.told_of_file(db, [case_id for case_id, _ in planned], self.world.now)

    def _events_of(self, case_id: int, one: _Planned) -> Iterator[dict[str, Any]]:
        version = 0 if one.case is None else one.case.version
        digest = hashlib.sha256(repr(one.row).encode()).hexdigest()[:40]
        for step in one.plan.steps:
            version += 1
            yield {
                "case_id": case_id,
                "version": version,
                "kind": step.change.kind,
                "stage": step.standing.stage,
                "status": step.standing.status,
                "details": events.written(step.change),
                "note": step.change.note or None,
                "who": self.who,
                "source": SOURCE,
                # The same row may be true again after something else was.
                "transaction_id": f"{digest}:{version}",
                "at": self.world.moment(one.row.office, step.day),
                "recorded_at": self.world.now,
            }


class _Changed(Exception):
    """A dossier is not as it was when it was planned for."""


def _citizens(db: Session, phones: Sequence[str]) -> dict[str, int]:
    """Their ids by fingerprint, under whichever key."""
    hashes = [one for phone in set(phones) for one in fingerprints(phone)]
    if not hashes:
        return {}
    asked = select(Citizen.phone_hash, Citizen.id).where(col(Citizen.phone_hash).in_(hashes))
    return {one: key for one, key in db.exec(asked) if key is not None}


def _of(citizens: Mapping[str, int], phone: str | None) -> int | None:
    if phone is None:
        return None
    return next((citizens[one] for one in fingerprints(phone) if one in citizens), None)


def _added(db: Session, phones: Sequence[str]) -> dict[str, int]:
    """The ids of all, those included who were not there. Raises IntegrityError if somebody else
    adds the same one."""
    there = _citizens(db, phones)
    lacking = sorted(
        (fingerprint(phone), phone) for phone in set(phones) if _of(there, phone) is None
    )
    now, ids = moment.now(), bulk.ids(db, _CITIZEN, len(lacking))
    bulk.add(
        db,
        _CITIZEN,
        [
            {"id": key, "phone_hash": one, "phone": phone, "created_at": now}
            for key, (one, phone) in zip(ids, lacking, strict=True)
        ],
    )
    return there | {one: key for key, (one, _) in zip(ids, lacking, strict=True)}


def _lock(db: Session, cases: Sequence[Any]) -> None:
    """Raises _Changed."""
    if not cases:
        return
    asked = select(Case.id, Case.version).where(col(Case.id).in_([case.id for case in cases]))
    there = dict(db.exec(asked.order_by(col(Case.id)).with_for_update()).all())
    if any(there.get(case.id) != case.version for case in cases):
        raise _Changed


def _free_references(db: Session, count: int) -> Iterator[str]:
    free: set[str] = set()
    while len(free) < count:
        drawn = {references.draw(_chance) for _ in range(count - len(free))}
        taken = set(db.exec(select(Case.reference).where(col(Case.reference).in_(drawn))))
        free |= drawn - taken
    return iter(free)


def _index(db: Session, named: Sequence[tuple[int, str | None]]) -> None:
    """Makes dossiers be found by their holders' names, and by no others."""
    if not named:
        return
    db.connection().execute(delete(_NAME).where(_NAME.c.case_id.in_([key for key, _ in named])))
    values = [
        {"case_id": key, "word_hash": fingerprint(word)}
        for key, name in named
        for word in names.words(name or "")
    ]
    bulk.add(db, _NAME, values)
