"""How a dossier stands, as values that screens show."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlmodel import Session

from cases import phrases, references
from cases.kinds.shape import CaseType
from cases.kinds.store import kinds
from cases.models import Case
from cases.statuses import CLOSED, DOCUMENTS_MISSING, READY, REFUSED, STATUSES
from locales.catalogues import translated
from locales.values import DATE, MOMENT, Kind, Value, plain
from queues.overview import Live, overview
from queues.phrases import named

_SEEN: Final = {"tail": phrases.TAIL, "since": DATE, "case_office": phrases.OFFICE}
_NEXT: Final = {**_SEEN, "told": phrases.TOLD, "what_next": phrases.NEXT_STEP}
READY_BOOKED: Final = "ready_booked"  # ready, with an appointment to collect it
# What a screen may show of each public status.
OUTCOMES: Final[Mapping[str, Mapping[str, Kind]]] = {
    **dict.fromkeys(STATUSES, _NEXT),
    DOCUMENTS_MISSING: {**_SEEN, "documents": phrases.DOCUMENTS, "in_time": phrases.IN_TIME},
    READY: {**_SEEN, "price": phrases.PRICE},
    READY_BOOKED: {**_SEEN, "price": phrases.PRICE, "moment": MOMENT},
    REFUSED: {**_SEEN, "reason": plain(120), "appeal": plain(60)},
}


@dataclass(frozen=True, slots=True)
class Seen:
    """A dossier with its type and its office as they are now, for one who reads a language."""

    case: Case
    kind: CaseType
    live: Live
    language: str

    @property
    def tail(self) -> str:
        return references.tail(self.case.reference)

    @property
    def office(self) -> str:
        return named(self.language, self.live.place.office.name)

    @property
    def today(self) -> date:
        return self.live.local.date()

    @property
    def codes_missing(self) -> list[str]:
        """The papers that are missing: codes of its type, or words."""
        return list(json.loads(self.case.missing))

    @property
    def missing(self) -> list[str]:
        """Their names."""
        return [self.kind.document(one) for one in self.codes_missing]

    @property
    def meeting(self) -> datetime | None:
        """An appointment that is still to come, in the office's zone."""
        when = self.case.appointment_at
        if when is None or self.case.status in CLOSED:
            return None
        local = self.live.place.local(when)
        return local if local >= self.live.local else None


def see(db: Session, case: Case, language: str, now: datetime) -> Seen:
    kind = kinds(db).types[case.type_id]
    return Seen(case, kind, overview(now).office(case.office_id), language)


def outcome(seen: Seen) -> tuple[str, dict[str, Value]]:
    """Which of OUTCOMES it is, with its values."""
    shown = _values(seen)
    if seen.case.status == READY and seen.meeting is not None:
        return READY_BOOKED, {**shown, "moment": seen.meeting.isoformat()}
    return seen.case.status, shown


def _values(seen: Seen) -> dict[str, Value]:
    case, language = seen.case, seen.language
    shown: dict[str, Value] = {
        "tail": seen.tail,
        "since": case.since.isoformat(),
        "case_office": seen.office,
    }
    if case.status == DOCUMENTS_MISSING:
        shown["documents"] = phrases.in_words(language, seen.missing, len(_LONGEST))
        shown["in_time"] = phrases.in_time(language, case.due, seen.today)
    elif case.status == REFUSED:
        shown["reason"] = translated(language, phrases.STATUS, case.reason)
        appeal = case.appeal or seen.kind.appeal
        shown["appeal"] = appeal or phrases.say(language, phrases.APPEAL)
    elif case.status == READY:
        shown["price"] = phrases.price(language, seen.kind.fee)
    else:
        shown["told"] = _told(seen)
        what = _next(seen)
        is_fixed = seen.meeting is not None or not what
        expected = None if is_fixed else case.expected
        shown["what_next"] = phrases.until(language, what, expected, seen.today)
    return shown


_LONGEST: Final = phrases.DOCUMENTS.longest


def _told(seen: Seen) -> str:
    own = seen.kind.stage(seen.case.stage).told
    if own:
        return phrases.named(seen.language, own)
    return translated(seen.language, phrases.STATUS, phrases.SHORT[seen.case.status])


def _next(seen: Seen) -> str:
    """An appointment comes first; then what the agency says, then what the status says."""
    if seen.meeting is not None:
        return phrases.meet(seen.language, seen.meeting)
    own = seen.kind.stage(seen.case.stage).next
    if own:
        return phrases.named(seen.language, own)
    usual = phrases.NEXT.get(seen.case.status)
    return phrases.say(seen.language, usual) if usual else ""
