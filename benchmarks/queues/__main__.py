"""`python -m benchmarks.queues waits`: announced waits beside two simple rules."""

import click

from queues.proof import score_tables
from queues.proof.trials import trial
from queues.simulation import MAIRIE


@click.group()
def main() -> None:
    """Measures on simulated days; no database, nothing on the network."""


@main.command()
@click.option("--seed", "seeds", type=int, multiple=True, default=(1,), show_default=True)
@click.option("--loads", default="0.7,0.9,1.1", show_default=True)
@click.option("--days", default=20, show_default=True, type=click.IntRange(1, 250))
def waits(seeds: tuple[int, ...], loads: str, days: int) -> None:
    """One table a seed, one line a load."""
    try:
        wanted = [float(load) for load in loads.split(",")]
    except ValueError:
        raise click.BadParameter("write loads as 0.7,0.9,1.1", param_hint="--loads") from None
    for seed in seeds:
        click.echo(f"\nseed {seed}, {days} days")
        trials = [(load, trial(MAIRIE, load, days, seed)) for load in wanted]
        click.echo(score_tables.of_trials(trials))
    click.echo("\n" + "\n".join(score_tables.NOTES))


if __name__ == "__main__":
    main()
