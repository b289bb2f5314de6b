"""Fills the database for the benchmark: `python -m benchmarks.ussd.prepare FIRST COUNT`.

A program of its own, since settings are read once per process: it runs with the product's.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

import app
import database
from benchmarks.ussd.wrk import Phones
from citizens.models import Citizen
from database import migrate, writing
from database.sealing import fingerprint
from demo import office
from menus import library, versions
from settings import current

TREE = Path(__file__).with_name("tree.yaml")


def prepare(known: Phones) -> None:
    settings = current()
    app.create_app(settings)
    database.use(settings, patient=True)
    migrate.upgrade()
    library.take_shipped()
    office.seed()
    with writing() as db:
        made = versions.written(TREE.read_text(encoding="utf-8"), file=TREE.name)
        draft = versions.save_draft(db, made, "benchmark", file=TREE.name)
        versions.publish(
            db, versions.vet(db, draft.tree, "benchmark"), "benchmark", "to be measured"
        )
    now = datetime.now(UTC)
    with writing() as db:
        db.add_all(
            Citizen(phone_hash=fingerprint(phone), phone=phone, language="fr", created_at=now)
            for phone in known.numbers()
        )
    database.engine().dispose()


if __name__ == "__main__":
    first, count = map(int, sys.argv[1:])
    prepare(Phones(first, count))
