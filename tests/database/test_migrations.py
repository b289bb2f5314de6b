"""Migrations lead to what the models say, and back to nothing, on both databases."""

import os
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import inspect

import database
from database import migrate
from settings import Settings


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request, tmp_path):
    """An engine on an empty database."""
    if request.param == "sqlite":
        yield database.use(Settings(database_url=f"sqlite:///{tmp_path}/empty.db"))
        database.engine().dispose()
        return
    server = request.getfixturevalue("postgres")
    name = f"empty_{os.urandom(4).hex()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        head, _, query = server.partition("?")
        url = f"{head.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")
        yield database.use(Settings(database_url=url))
        database.engine().dispose()
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_forward_the_database_is_what_the_models_say(empty):
    assert not migrate.is_current()
    migrate.upgrade()
    assert migrate.is_current()
    assert migrate.differences() == []


def test_back_nothing_is_left_and_forward_again_works(empty):
    migrate.upgrade()
    migrate.downgrade("base")
    assert set(inspect(empty).get_table_names()) <= {"alembic_version"}
    migrate.upgrade()
    assert migrate.differences() == []


def test_migrating_twice_changes_nothing(empty):
    migrate.upgrade()
    migrate.upgrade()
    assert migrate.is_current()


def test_each_migration_says_how_to_go_back():
    for path in Path(migrate.__file__).parent.joinpath("migrations/versions").glob("*.py"):
        down = path.read_text().split("def downgrade() -> None:")[1].strip()
        assert down
        assert down != "pass"
