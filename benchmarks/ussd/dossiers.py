"""Fills a database with dossiers, by the way an agency does: `python -m benchmarks.ussd.dossiers
FIRST COUNT DOSSIERS`, with the product's settings. These numbers have one each; the others belong
to people who do not dial."""

import csv
import io
import sys
from datetime import timedelta

import app
import database
import moment
from benchmarks.ussd.wrk import Phones
from cases.imports import running
from cases.imports.batches import NONE
from cases.imports.running import File, Options
from settings import current

_COLUMNS = ("source_key", "type", "office", "phone", "birth_year", "status", "since")
_ELSEWHERE = 760_000_000


def fill(holders: Phones, count: int) -> None:
    app.create_app(current())
    database.use(current(), patient=True)
    done = running.run(
        File("benchmark.csv", _file(holders, count)), Options(tell=NONE), lambda seen: None
    )
    if done.opened != count:
        raise SystemExit(f"{done} instead of {count} dossiers")
    database.engine().dispose()


def _file(holders: Phones, count: int) -> bytes:
    others = Phones(_ELSEWHERE, max(0, count - holders.count))
    since = moment.now().date() - timedelta(days=9)
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(_COLUMNS)
    for at, phone in enumerate((*holders.numbers(), *others.numbers())):
        kind = ("permis-construire", "mairie")
        rows.writerow([f"BENCH-{at}", *kind, phone, 1950 + at % 50, "in_progress", since])
    return text.getvalue().encode()


if __name__ == "__main__":
    first, phones, dossiers = map(int, sys.argv[1:])
    fill(Phones(first, phones), dossiers)
