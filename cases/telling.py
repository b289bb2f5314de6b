"""What an SMS says of a dossier: which text of sms/texts.yaml, with which values.

The tail of the reference, the office, what to do. No name and no matter: a paper is named only
where its type says that it may be (Document.in_sms), a reason only where it is one of
phrases.REASONS.
"""

from dataclasses import dataclass
from typing import Final

from cases import phrases
from cases.standing import Seen
from cases.statuses import (
    DECIDED,
    DOCUMENTS_MISSING,
    HANDED_OVER,
    IN_PROGRESS,
    READY,
    RECEIVED,
    REFUSED,
)
from locales.catalogues import translated
from locales.values import Value, Values

MOST_MISSING: Final = 40


@dataclass(frozen=True, slots=True)
class Telling:
    text: str
    values: Values


def telling(seen: Seen, code: str) -> Telling:
    """Where it stands now; `code` is what to dial."""
    text, more = _by_status(seen)
    return Telling(text, {"tail": seen.tail, "office": seen.office, "code": code, **more})


def reminder(seen: Seen, code: str) -> Telling:
    """That it is still there to be collected."""
    of_it = {"tail": seen.tail, "office": seen.office, "code": code}
    return Telling("case_reminder", {**of_it, "since": seen.case.since.isoformat(), **_open(seen)})


def _by_status(seen: Seen) -> tuple[str, dict[str, Value]]:
    if seen.meeting is not None:
        return "case_appointment", {"moment": seen.meeting.isoformat()}
    match seen.case.status:
        case "received" | "in_progress":
            return _goes_on(seen)
        case "documents_missing":
            return _missing(seen)
        case "ready":
            return _ready(seen)
        case "refused":
            return _refused(seen)
    told = seen.kind.stage(seen.case.stage).told
    if told:
        return "case_stands", {"told": phrases.named(seen.language, told)}
    return _PLAIN[seen.case.status], {}


_PLAIN: Final = {
    RECEIVED: "case_received",
    IN_PROGRESS: "case_in_progress",
    DECIDED: "case_decided",
    HANDED_OVER: "case_handed_over",
}


def _goes_on(seen: Seen) -> tuple[str, dict[str, Value]]:
    text, expected = _PLAIN[seen.case.status], seen.case.expected
    if expected is None or expected < seen.today:
        return text, {}
    return f"{text}_until", {"until": expected.isoformat()}


def _missing(seen: Seen) -> tuple[str, dict[str, Value]]:
    assert seen.case.status == DOCUMENTS_MISSING
    codes = seen.codes_missing
    if seen.kind.may_be_sent(codes):
        what = phrases.in_words(seen.language, seen.missing, MOST_MISSING)
    else:
        what = phrases.say(seen.language, phrases.PAPERS, count=len(codes))
    in_time = phrases.in_time(seen.language, seen.case.due, seen.today)
    return "case_documents_missing", {"what": what, "in_time": in_time}


def _ready(seen: Seen) -> tuple[str, dict[str, Value]]:
    assert seen.case.status == READY
    fee = seen.kind.fee
    if fee is None:
        return "case_ready", _open(seen)
    if fee == 0:
        return "case_ready_free", _open(seen)
    return "case_ready_priced", {**_open(seen), "price": fee}


def _open(seen: Seen) -> dict[str, Value]:
    """When to come; "demandez au bureau" where it does not open within a week."""
    live, spoken = seen.live, seen.language
    hours = phrases.opening(spoken, live.place.calendar, live.local)
    return {"hours": hours or phrases.say(spoken, phrases.ASK)}


def _refused(seen: Seen) -> tuple[str, dict[str, Value]]:
    assert seen.case.status == REFUSED
    spoken = seen.language
    appeal = seen.case.appeal or seen.kind.appeal or phrases.say(spoken, phrases.APPEAL)
    if seen.case.reason not in phrases.REASONS:
        return "case_refused", {"appeal": appeal}
    why = translated(spoken, phrases.STATUS, seen.case.reason)
    return "case_refused_why", {"why": why, "appeal": appeal}
