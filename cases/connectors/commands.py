"""`flask connectors`: the systems of record that are asked."""

import click
from flask.cli import AppGroup

import moment
from cases.connectors import running
from cases.connectors.models import ConnectorState
from database import reading

commands = AppGroup("connectors", help="Systems of record that dossiers come from.")


@commands.command("list")
def show() -> None:
    """Which are configured, and how they fare."""
    systems = running.configured()
    with reading() as db:
        states = {name: db.get(ConnectorState, name) for name in systems}
    click.echo(f"{'name':<19} {'kind':<12} {'agency':<20} {'every':>6} {'asked last':<17} problem")
    for name, one in systems.items():
        state = states[name]
        asked = f"{state.polled_at:%Y-%m-%d %H:%M}" if state and state.polled_at else "never"
        problem = state.problem if state else ""
        if state and state.wrong:
            problem = f"{problem} {state.wrong} rows left".strip()
        click.echo(
            f"{name:<19} {one.kind:<12} {one.agency:<20} {one.every:>6} {asked:<17} "
            f"{problem or 'none'}"
        )


@commands.command()
@click.argument("name")
def run(name: str) -> None:
    """Asks the system NAME now, and tells it what happened here."""
    systems = running.configured()
    if name not in systems:
        known = ", ".join(systems) or "none: CONNECTORS names the file"
        raise click.ClickException(f"no connector {name}: there are {known}")
    report = running.run(systems[name], moment.now())
    click.echo(
        f"{report.rows} rows: {report.created} new, {report.changed} changed, "
        f"{len(report.wrong)} left; {report.pushed} events told"
    )
    for why in report.wrong[:20]:
        click.echo(f"  left: {why}")
    if report.problem:
        raise click.ClickException(report.problem)
