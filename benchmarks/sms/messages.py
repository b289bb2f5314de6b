"""The messages that are sent: each with a number and a text of its own, as tickets have."""

from datetime import UTC, datetime

from database import writing
from sms import outbox

_STEP = 200


def number(of: int) -> str:
    return f"+2217{of:08d}"


def values(of: int) -> dict[str, str | int]:
    return {
        "ticket": f"A{of % 1000:03d}",
        "office": f"Bureau {of}",
        "service": "Etat civil",
        "ahead": of % 50,
        "moment": "2026-11-24T09:30:00+00:00",
        "code": "*384*50#",
    }


def post(first: int, count: int) -> None:
    for start in range(first, first + count, _STEP):
        with writing() as db:
            for of in range(start, min(start + _STEP, first + count)):
                outbox.post(
                    db,
                    key=f"bench:{of}",
                    text="ticket_taken",
                    phone=number(of),
                    language="fr",
                    values=values(of),
                    now=datetime.now(UTC),
                )
