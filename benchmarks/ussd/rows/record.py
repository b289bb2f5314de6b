"""How much of a citizen stands in Redis, screen by screen, on the way to a ticket."""

from benchmarks.ussd import guichet, phones
from benchmarks.ussd.bench import Bench
from benchmarks.ussd.conversations import TICKET
from benchmarks.ussd.tables import Cell, Table

_SOMEBODY = "+221790000002"


def run(bench: Bench) -> Table:
    bench.store.clear()
    rows: list[list[Cell]] = []

    def look(place: int) -> None:
        step = TICKET.steps[place]
        named = [key for key, _ in bench.store.records()]
        largest = max(named, key=bench.store.held)
        rows.append(
            [
                *(step.word, len(named), bench.store.held(largest)),
                *(sum(map(bench.store.held, named)), sum(map(bench.store.occupied, named))),
            ]
        )

    with guichet.started(bench.store) as server:
        bench.store.clear()
        phones.converse(server.url, TICKET, _SOMEBODY, look)
    columns = ("screen", "keys", "record, bytes", "all, bytes", "Redis' memory, bytes")
    return Table(
        title="What is kept of one citizen, demo office",
        columns=columns,
        rows=rows,
        notes=[
            "The record is the largest value: where the citizen stands, and the reply that was "
            "sent. Memory counts keys, expiry and Redis' own housekeeping too."
        ],
        data={str(row[0]): dict(zip(columns[1:], row[1:], strict=True)) for row in rows},
    )
