"""`flask queues`: what is announced to those who wait, tried on invented days or on history."""

from typing import TextIO

import click
from flask.cli import AppGroup

from database import reading
from queues import checking
from queues.proof import backtest_file, score_tables
from queues.proof.backtest import replay, score
from queues.proof.trials import TRAINING, trial
from queues.simulation import MAIRIE

commands = AppGroup("queues", help="Queues, and how long people wait in them.")


@commands.command()
@click.option(
    "--load",
    "loads",
    type=click.FloatRange(0.1, 2.0),
    multiple=True,
    default=(0.9,),
    show_default=True,
    help="Work that comes, as a share of what the planned counters can do. May be repeated.",
)
@click.option("--days", type=click.IntRange(1, 250), default=20, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
def simulate(loads: tuple[float, ...], days: int, seed: int) -> None:
    """Lets days pass at an invented town hall, and says how true the announced waits were."""
    trials = [(load, trial(MAIRIE, load, days, seed)) for load in loads]
    if not any(one.judged for _, one in trials):
        raise click.ClickException("nobody came: take more days or a higher --load")
    click.echo(
        f"{days} days of 8:00 to 15:00 with {len(MAIRIE.desks)} counters, after {TRAINING} days "
        f"to learn from; seed {seed}. Minutes.\n"
    )
    click.echo(score_tables.of_trials(trials))
    click.echo("\n" + "\n".join(score_tables.NOTES))


@commands.command()
@click.argument("file", type=click.File(encoding="utf-8"))
def backtest(file: TextIO) -> None:
    """Replays the history in FILE (CSV) as it would have been announced.

    Columns: service, joined, called, ended, counter, left; times as 2026-11-24T09:05:30. Those who
    gave up have `left` and no `called`."""
    try:
        visits = backtest_file.read(file)
    except (backtest_file.BadFile, UnicodeDecodeError) as wrong:
        raise click.ClickException(f"{file.name}: {wrong}") from None
    judged = [one.judged for one in replay(visits) if one.judged is not None]
    if not judged:
        raise click.ClickException(
            f"{file.name}: nobody to judge. It takes two days, and 30 served on those before."
        )
    gave_up = sum(visit.called is None for visit in visits)
    click.echo(f"{len(visits)} visits, of which {gave_up} gave up. Minutes.\n")
    click.echo(score_tables.of_history(file.name, score(judged)))
    click.echo("\n" + "\n".join(score_tables.NOTES))


@commands.command()
@click.option("--over", is_flag=True, help="The day is over: every ticket has to be, too.")
def check(over: bool) -> None:
    """Whether all tickets' histories hold together, and everyone was told what they had to be."""
    with reading() as db:
        found = list(checking.problems(db, over=over))
    for problem in found:
        click.echo(problem)
    if found:
        raise click.ClickException(f"{len(found)} problems")
    click.echo("All tickets hold together.")
