"""What one message adds to the transaction of a ticket: the same with and without it, in turns."""

import statistics
import time
from datetime import UTC, datetime
from itertools import count

from benchmarks.sms import messages
from benchmarks.ussd.tables import Table
from citizens.directory import find_or_add
from database import writing
from sms import outbox

_numbers = count(50_000_000)


def run(kind: str, turns: int) -> Table:
    bare, with_message = [], []
    for _ in range(turns):
        bare.append(_seconds(posts=False))
        with_message.append(_seconds(posts=True))
    medians = [statistics.median(times) * 1000 for times in (bare, with_message)]
    added = medians[1] - medians[0]
    return Table(
        f"What a message adds to its transaction, {kind}",
        ("", "ms, median"),
        (("a citizen is found", medians[0]), ("and a message posted", medians[1])),
        (f"added: {added:.2f} ms at the median of {turns} transactions each, in turns",),
        {"added_ms": added},
    )


def _seconds(posts: bool) -> float:
    of = next(_numbers)
    began = time.perf_counter()
    with writing() as db:
        find_or_add(db, messages.number(of))
        if posts:
            outbox.post(
                db,
                key=f"posting:{of}",
                text="ticket_taken",
                phone=messages.number(of),
                language="fr",
                values=messages.values(of),
                now=datetime.now(UTC),
            )
    return time.perf_counter() - began
