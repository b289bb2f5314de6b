"""Case types and procedures in the database, and as this process knows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import sqlalchemy
from sqlalchemy import func
from sqlmodel import Session, col, select

import moment
from cases.kinds.shape import CaseType, KindsFile, Procedure
from cases.models import Case, CaseTypeRow, ProcedureRow


@dataclass(frozen=True)
class Kinds:
    """All that are published, by id and by code; procedures in their order."""

    types: Mapping[int, CaseType]
    procedures: tuple[Procedure, ...]

    @cached_property
    def ids(self) -> Mapping[str, int]:
        """Of case types, by their code."""
        return {one.code: key for key, one in self.types.items()}

    def procedure(self, code: str) -> Procedure:
        """Raises LookupError."""
        for one in self.procedures:
            if one.code == code:
                return one
        raise LookupError(f"no procedure {code}")


class InUse(ValueError):
    """A change to a case type that dossiers at hand do not allow; its text says which."""


_Stamp = tuple[object, ...]
_known: tuple[_Stamp, Kinds] | None = None

_CHANGES = sqlalchemy.union_all(
    *(
        sqlalchemy.select(func.count(), func.sum(model.revision), func.max(model.changed_at))
        for model in (CaseTypeRow, ProcedureRow)
    )
)


def kinds(db: Session) -> Kinds:
    """What is published now: one small question in a session, and the rest only after a change."""
    global _known
    if "kinds" not in db.info:
        stamp = _stamp(db)
        if _known is None or _known[0] != stamp:
            _known = stamp, _read(db)
        db.info["kinds"] = _known[1]
    known: Kinds = db.info["kinds"]
    return known


def _stamp(db: Session) -> _Stamp:
    """Differs after each change, and between databases."""
    rows = db.execute(_CHANGES).all()
    return (str(db.get_bind().engine.url), *(tuple(row) for row in rows))


def _read(db: Session) -> Kinds:
    types = db.exec(select(CaseTypeRow)).all()
    procedures = db.exec(
        select(ProcedureRow).order_by(col(ProcedureRow.position), col(ProcedureRow.id))
    )
    return Kinds(
        {one.id or 0: CaseType.model_validate_json(one.definition) for one in types},
        tuple(Procedure.model_validate_json(one.definition) for one in procedures),
    )


def write(db: Session, wanted: KindsFile) -> list[str]:
    """Brings the database to what a file says, and says what changed. What the file does not name
    stays. Raises InUse for a stage that goes while dossiers stand in it."""
    changes = [change for one in wanted.case_types for change in _write_type(db, one)]
    known = {one.code: one for one in db.exec(select(ProcedureRow))}
    places = _places(known, [one.code for one in wanted.procedures])
    for position, one in zip(places, wanted.procedures, strict=True):
        definition, row = one.model_dump_json(), known.get(one.code)
        if row is None:
            db.add(ProcedureRow(code=one.code, definition=definition, position=position))
            changes.append(f"procedure {one.code}: new")
        elif (row.definition, row.position) != (definition, position):
            row.definition, row.position = definition, position
            row.revision, row.changed_at = row.revision + 1, moment.now()
            changes.append(f"procedure {one.code}: changed")
    db.flush()
    db.info.pop("kinds", None)
    return changes


def _places(known: Mapping[str, ProcedureRow], named: Sequence[str]) -> list[int]:
    """The positions of those that a file names, in its order: they share those that they had, new
    ones come after all that are there."""
    had = sorted(known[code].position for code in named if code in known)
    first = max((one.position for one in known.values()), default=-1) + 1
    return [*had, *range(first, first + len(named) - len(had))]


def _write_type(db: Session, wanted: CaseType) -> list[str]:
    row = db.exec(select(CaseTypeRow).where(CaseTypeRow.code == wanted.code)).first()
    definition = wanted.model_dump_json()
    if row is None:
        db.add(CaseTypeRow(code=wanted.code, definition=definition))
        return [f"case type {wanted.code}: new"]
    if row.definition == definition:
        return []
    used = dict(
        db.exec(select(Case.stage, Case.status).where(Case.type_id == row.id).distinct()).all()
    )
    for stage, status in used.items():
        there = next((one for one in wanted.stages if one.code == stage), None)
        if there is None or there.status != status:
            raise InUse(
                f"case type {wanted.code}: dossiers stand in its stage {stage} ({status}): keep it "
                "until they have moved on"
            )
    row.definition, row.revision, row.changed_at = definition, row.revision + 1, moment.now()
    return [f"case type {wanted.code}: changed"]
