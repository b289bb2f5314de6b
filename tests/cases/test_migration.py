"""What is known of readings survives its migration, forward and back."""

import database
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
