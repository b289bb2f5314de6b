"""Scores as tables of text, for commands and benchmarks. Pure."""

from collections.abc import Iterable, Sequence

from queues.proof.scoring import Score, score
from queues.proof.trials import Trial
from queues.simulation import Outcome

_SCORED = ("judged", "WAPE", "hour mean", "last called", "bias", "in range", "all")
NOTES = (
    "WAPE: sum of absolute errors over sum of waits; beside it, what two simple rules would have",
    "got: the mean wait of that hour on past days, and the wait of the last one called.",
    "bias: minutes announced too much. in range: waits within their announced range (made for",
    "80 %), of those who were told to wait; all: also those for whom a counter was free.",
)


def of_trials(trials: Sequence[tuple[float, Trial]]) -> str:
    """A line for each load; one for all of them, if there are several."""
    head = ("load", "visits", "served", "no-shows", "gave up", "refused", "mean", "p90", *_SCORED)
    rows = [
        (
            f"{load:g}",
            f"{len(one.stays)}",
            f"{one.count(Outcome.SERVED)}",
            f"{one.count(Outcome.NO_SHOW)}",
            f"{one.count(Outcome.GAVE_UP)}",
            f"{one.count(Outcome.REFUSED)}",
            f"{one.mean:.1f}",
            f"{one.p90:.1f}",
            *_scored(score(one.judged)),
        )
        for load, one in trials
    ]
    if len(rows) > 1:
        judged = [one for _, trial in trials for one in trial.judged]
        rows.append(("all", *[""] * 7, *_scored(score(judged))))
    return _table(head, rows)


def of_history(name: str, found: Score) -> str:
    return _table(("history", "mean", *_SCORED), [(name, f"{found.mean:.1f}", *_scored(found))])


def _scored(found: Score) -> tuple[str, ...]:
    return (
        f"{found.count}",
        f"{found.wape:.3f}",
        f"{found.hour_mean_wape:.3f}",
        f"{found.last_entered_wape:.3f}",
        f"{found.bias:+.2f}",
        f"{found.covered:.1%}",
        f"{found.all_covered:.1%}",
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, *rows]
    widths = [max(len(line[at]) for line in lines) for at in range(len(head))]
    return "\n".join(
        "  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
