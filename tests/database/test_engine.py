"""Transactions."""

import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlmodel import select

import database
from citizens.directory import find, find_or_add, keep_language
from citizens.models import Citizen
from database import after_commit, reading, writing
from database.columns import Moment


def test_a_block_that_raises_leaves_nothing(office):
    with pytest.raises(ZeroDivisionError), writing() as db:
        find_or_add(db, "+221771234567")
        raise ZeroDivisionError
    with reading() as db:
        assert find(db, "+221771234567") is None


def test_what_follows_a_commit_runs_once_and_only_then(office):
    called: list[str] = []
    with writing() as db:
        after_commit(db, "wake", lambda: called.append("first"))
        after_commit(db, "wake", lambda: called.append("second"))
        assert called == []
    assert called == ["second"]
    with pytest.raises(ZeroDivisionError), writing() as db:
        after_commit(db, "wake", lambda: called.append("never"))
        raise ZeroDivisionError
    assert called == ["second"]


def test_writers_wait_for_one_another(office):
    """Each reads, then writes what it read plus one: none may be lost."""
    with writing() as db:
        citizen_id = find_or_add(db, "+221771234567").id
        db.get(Citizen, citizen_id).language = "0"

    def add() -> None:
        for _ in range(10):
            with writing() as db:
                query = select(Citizen).where(Citizen.id == citizen_id).with_for_update()
                citizen = db.exec(query).one()
                citizen.language = str(int(citizen.language) + 1)

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with reading() as db:
        assert db.get(Citizen, citizen_id).language == "40"


def test_a_moment_comes_back_as_it_went_in_with_its_zone(office):
    moment = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
    with writing() as db:
        citizen = find_or_add(db, "+221771234567")
        citizen.created_at = moment
    with reading() as db:
        assert db.get(Citizen, citizen.id).created_at == moment


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        Moment().process_bind_param(datetime(2026, 11, 23), None)  # noqa: DTZ001


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_dial_s_statements_are_cut_off_in_time_an_operator_s_are_not(office):
    assert _said("SHOW statement_timeout") == "3s"
    database.use(office.settings, patient=True)
    assert _said("SHOW statement_timeout") == "0"


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_server_that_went_away_meanwhile_is_not_noticed(office):
    with reading() as first, reading() as other:
        process = first.execute(text("SELECT pg_backend_pid()")).scalar_one()
        other.execute(text(f"SELECT pg_terminate_backend({process}, 3000)"))
    for _ in range(3):
        assert _said("SELECT 'well'") == "well"


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_what_only_reads_keeps_no_transaction_open(office):
    with reading() as db, reading() as other:
        db.execute(text("SELECT 1 -- mine"))
        state = "SELECT state FROM pg_stat_activity WHERE query = 'SELECT 1 -- mine'"
        assert other.execute(text(state)).scalar_one() == "idle"


def test_what_is_changed_while_reading_stays_out_of_the_database(office):
    with writing() as db:
        keep_language(db, "+221771234567", "fr")
    with reading() as db:
        find(db, "+221771234567").language = "wo"
        db.exec(select(Citizen)).all()
    with reading() as db:
        assert find(db, "+221771234567").language == "fr"


def _said(statement: str) -> str:
    with reading() as db:
        return db.execute(text(statement)).scalar_one()
