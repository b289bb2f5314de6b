"""`python -m benchmarks.menus`: publishing a large menu, on a database of its own."""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

import app
import database
from benchmarks.menus.large import LANGUAGES, large
from console.menus.showing import shown
from database import migrate, reading, writing
from menus import inspection, library, versions
from menus.commands import LAYOUTS
from menus.versions import Written
from settings import Settings

T = TypeVar("T")


@click.command()
@click.option("--screens", default=200, show_default=True)
@click.option("--runs", default=5, show_default=True)
def main(screens: int, runs: int) -> None:
    """Eight languages, all checks, all providers' layouts."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(var_dir=Path(folder))
        web = app.create_app(settings)
        migrate.upgrade()
        library.take_shipped()
        times: dict[str, list[float]] = {}
        with web.test_request_context():
            for run in range(runs):
                _run(large(screens, run), times)
        database.engine().dispose()
    size = len(large(screens, 0).text) // 1000
    click.echo(f"{screens} screens, {len(LANGUAGES)} languages, {size} kB of YAML")
    for what, seconds in times.items():
        click.echo(f"{what:8} {statistics.median(seconds):.2f} s, {max(seconds):.2f} s at most")


def _run(made: Written, times: dict[str, list[float]]) -> None:
    """A draft is saved, looked at beside what is live, and published."""
    with writing() as db:
        _timed(times, "save", lambda: versions.save_draft(db, made, "bench"))
    with reading() as db:
        present, live = versions.draft(db, "large"), versions.live(db).get("large")
        stored = versions.load(db, live.version) if live else None
        assert present is not None
        found = _timed(times, "look", lambda: inspection.inspected(db, present))
    assert found.tree is not None
    assert not found.of("error")
    old, new = stored.tree() if stored else None, found.tree
    _timed(times, "compare", lambda: shown(old, new))
    _timed(times, "publish", _publish)


def _publish() -> None:
    """As the console does: checked, told its stories, made live."""
    with reading() as db:
        vetted = versions.vet(db, "large", "bench", layouts=LAYOUTS)
    with writing() as db:
        versions.publish(db, vetted, "bench", "bench")


def _timed(times: dict[str, list[float]], what: str, do: Callable[[], T]) -> T:
    began = time.perf_counter()
    done = do()
    times.setdefault(what, []).append(time.perf_counter() - began)
    return done


if __name__ == "__main__":
    main()
