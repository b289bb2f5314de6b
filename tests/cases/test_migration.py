"""What is known of dossiers and their readings survives migrations, forward and back."""

from sqlmodel import select

import database
from cases import events
from cases.kinds.store import kinds
from cases.models import Case
from database import migrate


def test_readings_keep_how_they_went(office):
    migrate.downgrade("0002")
    columns = "reference_hash, phone_hash, case_id, own_phone"

    def run(statement: str) -> None:
        with database.engine().execution_options(writes=True).begin() as connection:
            connection.exec_driver_sql(statement)

    def rows(column: str) -> list[tuple]:
        query = f"SELECT {columns}, {column} FROM case_reading ORDER BY id"
        with database.engine().connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(query)]

    run(
        f"INSERT INTO case_reading (id, {columns}, shown, at) VALUES "
        "(1, 'r', 'p', NULL, true, true, '2026-11-23 10:00:00'), "
        "(2, 'r', 'p', NULL, false, false, '2026-11-23 10:01:00')"
    )
    before = rows("shown")
    migrate.upgrade("0003")
    assert [row[-1] for row in rows("outcome")] == ["shown", "wrong"]
    run("UPDATE case_reading SET outcome = 'locked' WHERE id = 2")
    migrate.downgrade("0002")
    assert rows("shown") == before


def test_dossiers_and_procedures_go_back_to_what_they_were_and_come_again(office):
    def run(statement: str) -> list[tuple]:
        with database.engine().execution_options(writes=True).begin() as connection:
            found = connection.exec_driver_sql(statement)
            return [tuple(row) for row in found] if found.returns_rows else []

    columns = "reference, citizen_id, office, birth_year, pin_hash, status, since, documents, due"
    migrate.downgrade("0008_staff")
    before = run(f"SELECT {columns} FROM case_file ORDER BY id")
    papers = run("SELECT code, office, label, fee_least, unsure, delay FROM procedure ORDER BY id")
    assert len(before) == 12
    assert "Préfecture" in str(papers)
    migrate.upgrade()
    with database.reading() as db:
        cases = db.exec(select(Case).order_by(Case.id)).all()
        assert [(one.reference, one.status) for one in cases] == [
            (row[0], row[5]) for row in before
        ]
        for case in cases:  # what was brought has a history that leads where it stands
            stands, replayed = events.standing(case), events.replayed(db, case)
            assert (stands.stage, stands.missing) == (replayed.stage, replayed.missing)
        assert len(kinds(db).procedures) == len(papers)
    migrate.downgrade("0008_staff")
    assert run(f"SELECT {columns} FROM case_file ORDER BY id") == before
    assert (
        run("SELECT code, office, label, fee_least, unsure, delay FROM procedure ORDER BY id")
        == papers
    )
    migrate.upgrade()
