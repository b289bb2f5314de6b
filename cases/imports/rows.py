"""A row of a file of dossiers: checked, or told to be wrong, by column and in words that say what
to do. Pure.

    columns = Columns.of(names, {"Dossier": "source_key"})
    row = rows.check(2, columns.cells(values), context)        # a Row, or its complaints
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any, Final

from cases import references
from cases.imports.sheets import NoSheet
from cases.imports.words import Said, say
from cases.kinds.shape import CaseType
from cases.statuses import (
    DECIDED,
    DOCUMENTS_MISSING,
    HANDED_OVER,
    IN_PROGRESS,
    READY,
    RECEIVED,
    REFUSED,
    STATUSES,
)
from citizens.phones import local

# Our columns, each with the other words by which it is known (folded).
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "reference": ("numero de dossier", "numero du dossier"),
    "source_key": ("cle", "identifiant", "id"),
    "type": ("type de dossier",),
    "office": ("bureau", "guichet"),
    "phone": ("telephone", "tel", "portable"),
    "birth_year": ("annee de naissance", "naissance"),
    "name": ("nom", "titulaire"),
    "status": ("statut", "etat"),
    "stage": ("etape",),
    "since": ("depuis", "depuis le"),
    "documents": ("pieces", "pieces manquantes"),
    "due": ("echeance", "avant le"),
    "reason": ("motif",),
    "received": ("recu le", "depot", "date de depot"),
}
_OURS: Final = ("line", "problem")  # what a list of wrong rows has beside
_STATUS_WORDS: Final = {
    "recu": RECEIVED,
    "a completer": DOCUMENTS_MISSING,
    "en cours": IN_PROGRESS,
    "decide": DECIDED,
    "pret": READY,
    "remis": HANDED_OVER,
    "refuse": REFUSED,
    **{status.replace("_", " "): status for status in STATUSES},
}
_MOST_KEY, _MOST_NAME, _MOST_REASON, _MOST_WORD, _MOST_PAPERS = 64, 80, 120, 40, 8
_FORMULA: Final = ("=", "+", "-", "@")  # what a spreadsheet would take for one
_DAY: Final = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)(?:[T ].*)?|(\d\d?)[/.](\d\d?)[/.](\d{4})")
_APART: Final = re.compile(r"[\s.\-]")


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong in a line, with which column, and what to do about it."""

    line: int
    column: str
    message: Said

    def __str__(self) -> str:
        return f"line {self.line}: {self.column}: {self.message}"


class Wrong(ValueError):
    """A row can't be imported."""

    def __init__(self, complaints: Sequence[Complaint]) -> None:
        super().__init__("\n".join(map(str, complaints)))
        self.complaints = tuple(complaints)


@dataclass(frozen=True, slots=True)
class Row:
    """Where a dossier stands, as a file says. What is None or empty is not said. `type`, `office`
    and `agency` (whose `source_key` it is) are codes of ours, `phone` is E.164; `stage` is None
    where any stage of the status will do."""

    line: int
    reference: str | None
    source_key: str | None
    agency: str | None
    type: str
    office: str
    status: str
    stage: str | None = None
    phone: str | None = None
    birth_year: int | None = None
    name: str | None = None
    since: date | None = None
    documents: tuple[str, ...] = ()
    due: date | None = None
    reason: str = ""
    received: date | None = None


@dataclass(frozen=True)
class Context:
    """What rows are checked against: case types by their codes; offices, their names and agencies
    by theirs. `prefix`: of numbers written without a country; `agency`: whose keys they are, where
    a file says so as a whole; `only_office`: whose rows alone are taken; `by`: the roles of who
    brings the file, None for who may do all."""

    types: Mapping[str, CaseType]
    offices: Mapping[str, str]
    agencies: Mapping[str, str | None]
    prefix: str
    today: date
    agency: str | None = None
    only_office: str | None = None
    by: Collection[str] | None = None

    @cached_property
    def type_names(self) -> Mapping[str, str]:
        return {code: one.name for code, one in self.types.items()}


@dataclass(frozen=True, slots=True)
class Columns:
    """Where ours stand among those of a file; `unread`: theirs that are none of ours."""

    places: Mapping[str, int]
    unread: tuple[str, ...]

    @classmethod
    def of(cls, names: Sequence[str], named: Mapping[str, str] | None = None) -> "Columns":
        """`named`: what theirs is called here, where it isn't plain. Raises NoSheet."""
        ours = {_folded(theirs): our for theirs, our in (named or {}).items()}
        for our in ours.values():
            if our not in COLUMNS:
                known = ", ".join(COLUMNS)
                raise NoSheet("no column {name} here: there are {known}", name=our, known=known)
        lacking = set(ours) - {_folded(name) for name in names}
        if lacking:
            said = "no column {name} in the file: it has {known}"
            raise NoSheet(said, name=min(lacking), known=", ".join(names))
        places: dict[str, int] = {}
        unread: list[str] = []
        for place, name in enumerate(names):
            found = ours.get(_folded(name)) or _column(name)
            if found is None:
                if name and _folded(name) not in _OURS:
                    unread.append(name)
            elif found in places:
                said = "two columns are {our}: {one} and {other}"
                raise NoSheet(said, our=found, one=names[places[found]], other=name)
            else:
                places[found] = place
        for one_of in (("reference", "source_key"), ("type",), ("office",), ("status", "stage")):
            if not any(our in places for our in one_of):
                raise NoSheet(
                    "no column {ours}: the first line has to name the columns; where yours is "
                    "called otherwise, say so with --map",
                    ours=" / ".join(one_of),
                )
        return cls(places, tuple(unread))

    def cells(self, values: Sequence[str]) -> dict[str, str]:
        count = len(values)
        return {our: values[at] for our, at in self.places.items() if at < count and values[at]}


def check(line: int, cells: Mapping[str, str], context: Context) -> Row:
    """Raises Wrong, with all that is wrong."""
    return _Check(line, cells, context).row()


def identities(row: Row) -> Iterator[str]:
    """By what a dossier is known: what two rows of a file can't both have."""
    if row.reference:
        yield row.reference
    if row.source_key:
        yield f"{row.agency} {row.source_key}"


class _Check:
    """One row's; collects complaints."""

    def __init__(self, line: int, cells: Mapping[str, str], context: Context) -> None:
        self._line, self._cells, self._context = line, cells, context
        self._complaints: list[Complaint] = []

    def row(self) -> Row:
        reference, source_key = self._reference(), self._words("source_key", _MOST_KEY)
        if not self._cells.get("reference") and not source_key:
            self._complain("source_key", "write it, or a reference: else it is opened every time")
        kind, office = self._type(), self._office()
        agency = self._agency(office, source_key)
        stage, status = self._stands(kind)
        since, received = self._day("since"), self._day("received")
        self._past("since", since)
        self._past("received", received)
        if since and received and received > since:
            said = "after since ({since}): a dossier is received first"
            self._complain("received", said, since=since)
        row = Row(
            line=self._line,
            reference=reference,
            source_key=source_key or None,
            agency=agency,
            type=kind.code if kind else "",
            office=office,
            status=status,
            stage=stage,
            phone=self._phone(),
            birth_year=self._year(),
            name=self._words("name", _MOST_NAME) or None,
            since=since,
            documents=self._documents(kind, status),
            due=self._day("due"),
            reason=self._words("reason", _MOST_REASON),
            received=received,
        )
        if self._complaints:
            raise Wrong(self._complaints)
        return row

    def _complain(self, column: str, english: str, **values: Any) -> None:
        self._complaints.append(Complaint(self._line, column, say(english, **values)))

    def _no(self, column: str, written: str, known: Iterable[str]) -> None:
        """It is none of these; or nothing was written, and it has to be one."""
        there = ", ".join(known)
        if written:
            said = "{written} is not here: there are {known}"
            self._complain(column, said, written=written[:30], known=there)
        else:
            self._complain(column, "write one of {known}", known=there)

    def _words(self, column: str, most: int) -> str:
        said = plain(self._cells.get(column, ""))
        if len(said) > most:
            english = "{count} characters: shorten it to {most}"
            self._complain(column, english, count=len(said), most=most)
        return said

    def _reference(self) -> str | None:
        written = self._cells.get("reference")
        if not written:
            return None
        # A spreadsheet takes it for a number, and its first zeros away.
        digits = _APART.sub("", plain(written)).zfill(references.LENGTH)
        if not references.is_valid(digits):
            said = "{written} is none: ten digits, as on the receipt"
            self._complain("reference", said, written=written[:20])
            return None
        return digits

    def _type(self) -> CaseType | None:
        written = self._cells.get("type", "")
        code = _found(written, self._context.type_names)
        if code is None:
            self._no("type", written, self._context.types)
            return None
        return self._context.types[code]

    def _office(self) -> str:
        written, only = self._cells.get("office", ""), self._context.only_office
        code = _found(written, self._context.offices)
        if code is None:
            self._no("office", written, self._context.offices)
        elif only not in (None, code):
            said = "{code}: you import for {only} alone: take the row out"
            self._complain("office", said, code=code, only=only)
        return code or ""

    def _agency(self, office: str, source_key: str) -> str | None:
        """The office's own, and the one that was named for all."""
        own, named = self._context.agencies.get(office), self._context.agency
        if office and named and own not in (None, named):
            said = "{office} is of the agency {own}, not of {named}"
            self._complain("office", said, office=office, own=own, named=named)
        if office and source_key and not (own or named):
            said = "whose key? {office} has no agency: name one (--agency)"
            self._complain("source_key", said, office=office)
        return own or named

    def _stands(self, kind: CaseType | None) -> tuple[str | None, str]:
        """Stage and status, which go together."""
        stage, written = self._cells.get("stage"), self._cells.get("status")
        if not stage and not written:
            self._no("status", "", STATUSES)
        status = _STATUS_WORDS.get(_folded(written)) if written else None
        if written and status is None:
            self._no("status", written, STATUSES)
            return None, ""
        if kind is None:
            return None, status or ""
        if not stage:
            if status is not None and kind.first_with(status) is None:
                statuses = dict.fromkeys(one.status for one in kind.stages)
                said = "no stage of {type} is {status}: there are {known}"
                known = ", ".join(statuses)
                self._complain("status", said, type=kind.code, status=status, known=known)
            return None, status or ""
        code = _found(stage, {one.code: one.name for one in kind.stages})
        if code is None:
            self._no("stage", stage, [one.code for one in kind.stages])
            return None, ""
        has = kind.stage(code).status
        if status not in (None, has):
            said = "{status}, but the stage {stage} is {has}: mend one of them"
            self._complain("status", said, status=status, stage=code, has=has)
        return code, has

    def _phone(self) -> str | None:
        written = self._cells.get("phone")
        if not written:
            return None
        try:
            return _number(plain(written), self._context.prefix)
        except ValueError:
            self._complain("phone", "no phone number: write it such as +221770000001")
            return None

    def _year(self) -> int | None:
        written = self._cells.get("birth_year", "")
        if not written:
            return None
        last = self._context.today.year
        if not (written.isascii() and written.isdecimal() and 1900 <= int(written) <= last):
            said = "{written}: write a year, from 1900 to {last}"
            self._complain("birth_year", said, written=written[:20], last=last)
            return None
        return int(written)

    def _documents(self, kind: CaseType | None, status: str) -> tuple[str, ...]:
        if status != DOCUMENTS_MISSING:
            return ()
        words = [plain(one.strip()) for one in self._cells.get("documents", "").split(";")]
        known = {one.code: one.name for one in kind.documents} if kind else {}
        found = tuple(dict.fromkeys(_found(one, known) or one for one in words if one))
        if not found:
            self._complain("documents", "write what is missing, several by a ;")
        if len(found) > _MOST_PAPERS:
            said = "{count} of them: {most} at most"
            self._complain("documents", said, count=len(found), most=_MOST_PAPERS)
        for one in found:
            if len(one) > _MOST_WORD:
                said = "{written}…: shorten it to {most} characters"
                self._complain("documents", said, written=one[:20], most=_MOST_WORD)
        return found

    def _day(self, column: str) -> date | None:
        written = self._cells.get(column)
        if not written:
            return None
        found = day(written)
        if found is None:
            said = "{written}: write a day such as 2026-12-24"
            self._complain(column, said, written=written[:20])
        return found

    def _past(self, column: str, found: date | None) -> None:
        if found is not None and found > self._context.today:
            self._complain(column, "{day} is to come: write the day on which it was so", day=found)


@lru_cache(maxsize=4096)
def day(written: str) -> date | None:
    """`2026-12-24`, also with an hour after it, or `24/12/2026`; None for anything else."""
    parts = _DAY.fullmatch(written)
    if parts is None:
        return None
    year, month, of_month, first, second, last = parts.groups()
    try:
        if year:
            return date(int(year), int(month), int(of_month))
        return date(int(last), int(second), int(first))
    except ValueError:
        return None


def plain(cell: str) -> str:
    """A cell without what `guarded` put before it."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in _FORMULA else cell


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


@lru_cache(maxsize=65536)
def _number(written: str, prefix: str) -> str:
    return local(written, prefix)


@lru_cache(maxsize=4096)
def _folded(text: str) -> str:
    """`Année_de  naissance` -> `annee de naissance`"""
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    return " ".join(re.split(r"[\s_]+", bare.strip()))


def _column(name: str) -> str | None:
    folded = _folded(name)
    for our, others in COLUMNS.items():
        if folded in (our.replace("_", " "), *others):
            return our
    return None


def _found(written: str, names: Mapping[str, str]) -> str | None:
    """A code, written as it is or by its name."""
    if written in names:
        return written
    folded = _folded(written)
    return next(
        (code for code, name in names.items() if folded in (_folded(code), _folded(name))), None
    )
