"""What a dial costs as ever more sessions stand open."""

from benchmarks.ussd import guichet, phones
from benchmarks.ussd.bench import Bench
from benchmarks.ussd.conversations import FIVE_STEPS
from benchmarks.ussd.measuring import Figures, middle, noise, plain
from benchmarks.ussd.store import Record
from benchmarks.ussd.tables import Cell, Table

_SIZES = (1_000, 10_000, 100_000, 1_000_000)
_SOMEBODY = "+221790000001"


def run(bench: Bench) -> Table:
    rows: list[list[Cell]] = []
    data = {}
    found: dict[int, list[Figures]] = {}
    with guichet.started(bench.store, known=bench.known) as server:
        bench.warm(server)
        originals = _open_session(bench, server.url)
        filled = 0
        for size in _SIZES:
            before, more = bench.store.memory(), size - filled
            bench.store.fill(originals, more)
            each, filled = (bench.store.memory() - before) / more, size
            keys = bench.store.count()
            runs = [bench.measure(server).figures for _ in range(bench.runs)]
            found[size], one = runs, middle(runs)
            rows.append(
                [
                    *(f"{size:,}", keys, one.rate, one.p50, one.p99, one.cpu, one.redis_cpu),
                    *(round(each), one.rate / middle(found[_SIZES[0]]).rate, round(one.errors)),
                ]
            )
            data[str(size)] = {"bytes_per_session": round(each), "runs": plain(runs)}
        bench.store.clear()
    return Table(
        title="Open sessions",
        columns=[
            *("open", "keys", "requests/s", "p50 ms", "p99 ms", "CPU µs/req", "Redis µs/req"),
            *("bytes each", f"to {_SIZES[0]:,}", "errors"),
        ],
        rows=rows,
        notes=[
            "Copies of a real session, four screens deep, and of all that Redis keeps beside it; "
            "bytes of Redis' memory. keys: all that Redis holds when the run begins, with what it "
            "knows of those who dial.",
            *noise(found.values()),
        ],
        data=data,
    )


def _open_session(bench: Bench, url: str) -> list[Record]:
    """What Redis keeps of one person before the conversation's last dial. No other session stays
    open, but who the others are stays known."""
    bench.store.end_sessions()
    before = {key for key, _ in bench.store.records()}
    phones.converse(url, FIVE_STEPS.but_the_last(), _SOMEBODY)
    return [(key, kept) for key, kept in bench.store.records() if key not in before]
