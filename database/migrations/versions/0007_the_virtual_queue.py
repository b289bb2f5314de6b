"""The virtual queue: agencies, counters, rosters, special days, tickets with a rank, paces"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_LIVE = sa.text("state IN ('waiting', 'called', 'recalled', 'serving', 'held')")
_WAITING = sa.text("state IN ('waiting')")
_AT_A_COUNTER = sa.text("state IN ('called', 'recalled', 'serving')")
_EVENTS = "id, ticket_id, kind, at"


def _partial(name: str, columns: list[str], where: sa.TextClause, unique: bool = False) -> None:
    op.create_index(
        name, "ticket", columns, unique=unique, sqlite_where=where, postgresql_where=where
    )


def upgrade() -> None:
    _places()
    _set_events_aside()
    _tickets()
    _events()
    op.create_table(
        "pace",
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("fitted_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"]),
        sa.PrimaryKeyConstraint("office_id"),
    )
    op.add_column("citizen", sa.Column("travel_minutes", sa.Integer(), nullable=True))


def _places() -> None:
    op.create_table(
        "agency",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code"),
    )
    # Columns are added one by one, not in a batch: rows of other tables refer to these.
    for column in (
        sa.Column("phone", sa.String(16), nullable=False, server_default=""),
        sa.Column("zone", sa.String(40), nullable=False, server_default=""),
        sa.Column("country", sa.String(2), nullable=False, server_default=""),
        sa.Column("languages", sa.String(40), nullable=False, server_default="fr"),
        sa.Column("grace_minutes", sa.Integer(), nullable=False, server_default="30"),
        sa.Column("late_places", sa.Integer(), nullable=False, server_default="3"),
    ):
        op.add_column("office", column)
    op.add_column("office", sa.Column("agency_id", sa.Integer(), nullable=True))
    for column in (
        sa.Column("minutes", sa.Integer(), nullable=False, server_default="10"),
        sa.Column("documents", sa.String(80), nullable=False, server_default=""),
        sa.Column("quota", sa.Integer(), nullable=True),
        sa.Column("head_start", sa.Integer(), nullable=False, server_default="30"),
        sa.Column("slot_minutes", sa.Integer(), nullable=False, server_default="30"),
        sa.Column("slot_places", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("horizon_days", sa.Integer(), nullable=False, server_default="14"),
    ):
        op.add_column("service", column)
    op.create_table(
        "special_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("hours", sa.String(60), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("announced_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("office_id", "day"),
    )
    op.create_table(
        "counter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("office_id", "number"),
        sa.UniqueConstraint("staff_id"),
    )
    op.create_table(
        "counter_service",
        sa.Column("counter_id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["counter_id"], ["counter.id"]),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"]),
        sa.PrimaryKeyConstraint("counter_id", "service_id"),
    )
    op.create_table(
        "roster",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("counter_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Integer(), nullable=False),
        sa.Column("closes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["counter_id"], ["counter.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_roster_counter_id", "roster", ["counter_id"])


def _set_events_aside() -> None:
    """So that tickets can be made anew: SQLite can't while rows refer to them."""
    op.execute(f"CREATE TABLE events_aside AS SELECT {_EVENTS} FROM ticket_event")
    op.drop_table("ticket_event")


def _tickets() -> None:
    op.drop_index("ticket_one_live_per_person", "ticket")
    op.drop_index("ticket_queue", "ticket")
    with op.batch_alter_table("ticket") as ticket:
        ticket.alter_column("citizen_id", existing_type=sa.Integer(), nullable=True)
        ticket.alter_column("number", existing_type=sa.Integer(), nullable=True)
        for column in (
            sa.Column("office_id", sa.Integer(), nullable=True),
            sa.Column("taken_by_id", sa.Integer(), nullable=True),
            sa.Column("previous_id", sa.Integer(), nullable=True),
            sa.Column("priority", sa.String(12), nullable=False, server_default=""),
            sa.Column("rank", sa.BigInteger(), nullable=True),
            sa.Column("callable_from", sa.DateTime(), nullable=True),
            sa.Column("appointment", sa.Boolean(), nullable=False, server_default=sa.false()),
            sa.Column("reserved_id", sa.Integer(), nullable=True),
            sa.Column("counter_id", sa.Integer(), nullable=True),
            sa.Column("travel_minutes", sa.Integer(), nullable=True),
            sa.Column("announced_low", sa.Integer(), nullable=True),
            sa.Column("announced_high", sa.Integer(), nullable=True),
            sa.Column("ahead", sa.Integer(), nullable=True),
            sa.Column("predicted", sa.Float(), nullable=True),
            sa.Column("told", sa.Integer(), nullable=False, server_default="0"),
            sa.Column("moved_back", sa.Boolean(), nullable=False, server_default=sa.false()),
            sa.Column("recalls", sa.Integer(), nullable=False, server_default="0"),
            sa.Column("steps", sa.Integer(), nullable=False, server_default="1"),
            sa.Column("outcome", sa.String(20), nullable=False, server_default=""),
            sa.Column("called_at", sa.DateTime(), nullable=True),
            sa.Column("started_at", sa.DateTime(), nullable=True),
            sa.Column("ended_at", sa.DateTime(), nullable=True),
        ):
            ticket.add_column(column)
        ticket.create_foreign_key("ticket_office", "office", ["office_id"], ["id"])
        ticket.create_foreign_key("ticket_taker", "citizen", ["taken_by_id"], ["id"])
        ticket.create_foreign_key("ticket_reserved", "counter", ["reserved_id"], ["id"])
        ticket.create_foreign_key("ticket_counter_of", "counter", ["counter_id"], ["id"])
    milliseconds = (
        "CAST(strftime('%s', created_at) AS INTEGER) * 1000"
        if op.get_bind().dialect.name == "sqlite"
        else "CAST(extract(epoch FROM created_at) * 1000 AS BIGINT)"
    )
    op.execute(
        f"UPDATE ticket SET rank = {milliseconds}, callable_from = created_at, told = 1, "
        "office_id = (SELECT office_id FROM service WHERE service.id = ticket.service_id)"
    )
    # A person had one live ticket a day; now it is one. Those of former days are over.
    op.execute("UPDATE ticket SET state = 'expired' WHERE state = 'waiting' AND day < CURRENT_DATE")
    with op.batch_alter_table("ticket") as ticket:
        ticket.alter_column("office_id", existing_type=sa.Integer(), nullable=False)
        ticket.alter_column("rank", existing_type=sa.BigInteger(), nullable=False)
        ticket.alter_column("callable_from", existing_type=sa.DateTime(), nullable=False)
    _partial("ticket_one_live_per_person", ["citizen_id", "service_id"], _LIVE, unique=True)
    _partial("ticket_one_at_a_counter", ["counter_id"], _AT_A_COUNTER, unique=True)
    _partial("ticket_queue", ["service_id", "rank", "id"], _WAITING)
    op.create_index("ticket_of_day", "ticket", ["office_id", "day", "state"])
    op.create_index("ticket_citizen", "ticket", ["citizen_id"])
    op.create_index("ticket_taken_by", "ticket", ["taken_by_id"])
    op.create_index("ticket_previous", "ticket", ["previous_id"])


def _events() -> None:
    op.create_table(
        "ticket_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("who", sa.String(20), nullable=False),
        sa.Column("counter_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("ticket_id", "step"),
    )
    op.create_index("ticket_event_at", "ticket_event", ["at"])
    op.execute(
        "INSERT INTO ticket_event (ticket_id, step, kind, state, who, note, at) "
        "SELECT ticket_id, (SELECT count(*) FROM events_aside AS earlier WHERE "
        "earlier.ticket_id = events_aside.ticket_id AND earlier.id <= events_aside.id), kind, "
        "CASE kind WHEN 'cancelled' THEN 'cancelled' ELSE 'waiting' END, 'citizen', '', at "
        "FROM events_aside ORDER BY id"
    )
    op.drop_table("events_aside")
    op.execute(
        "INSERT INTO ticket_event (ticket_id, step, kind, state, who, note, at) SELECT id, 2, "
        "'expired', 'expired', 'clock', '', created_at FROM ticket WHERE state = 'expired'"
    )
    op.execute(
        "UPDATE ticket SET steps = "
        "(SELECT count(*) FROM ticket_event WHERE ticket_event.ticket_id = ticket.id)"
    )


def downgrade() -> None:
    """Keeps what there was a place for: later legs of a visit and tickets without a phone go, and
    of states only `waiting` and `cancelled` were known."""
    op.drop_table("pace")
    gone = "SELECT id FROM ticket WHERE citizen_id IS NULL OR number IS NULL"
    op.execute(f"DELETE FROM ticket_event WHERE ticket_id IN ({gone})")
    op.execute("DELETE FROM ticket_event WHERE kind NOT IN ('joined', 'cancelled')")
    op.execute(f"CREATE TABLE events_aside AS SELECT {_EVENTS} FROM ticket_event")
    op.drop_table("ticket_event")
    for name in (
        *("ticket_one_live_per_person", "ticket_one_at_a_counter", "ticket_queue"),
        *("ticket_of_day", "ticket_citizen", "ticket_taken_by", "ticket_previous"),
    ):
        op.drop_index(name, "ticket")
    op.execute("DELETE FROM ticket WHERE citizen_id IS NULL OR number IS NULL")
    op.execute("UPDATE ticket SET state = 'cancelled' WHERE state != 'waiting'")
    with op.batch_alter_table("ticket") as ticket:
        for constraint in (
            *("ticket_office", "ticket_taker", "ticket_reserved", "ticket_counter_of"),
        ):
            ticket.drop_constraint(constraint, type_="foreignkey")
        for column in (
            *("office_id", "taken_by_id", "previous_id", "priority", "rank", "callable_from"),
            *("appointment", "reserved_id", "counter_id", "travel_minutes", "announced_low"),
            *("announced_high", "ahead", "predicted", "told", "moved_back", "recalls", "steps"),
            *("outcome", "called_at", "started_at", "ended_at"),
        ):
            ticket.drop_column(column)
        ticket.alter_column("citizen_id", existing_type=sa.Integer(), nullable=False)
        ticket.alter_column("number", existing_type=sa.Integer(), nullable=False)
    op.create_index(
        "ticket_one_live_per_person",
        "ticket",
        ["citizen_id", "service_id", "day"],
        unique=True,
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )
    op.create_index("ticket_queue", "ticket", ["service_id", "day", "state", "number"])
    op.create_table(
        "ticket_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_ticket_event_ticket_id", "ticket_event", ["ticket_id"])
    op.execute(
        "INSERT INTO ticket_event (ticket_id, kind, at) "
        "SELECT ticket_id, kind, at FROM events_aside ORDER BY id"
    )
    op.drop_table("events_aside")
    for table in ("roster", "counter_service", "counter", "special_day"):
        op.drop_table(table)
    for column in (
        *("minutes", "documents", "quota", "head_start", "slot_minutes", "slot_places"),
        "horizon_days",
    ):
        op.drop_column("service", column)
    for column in (
        *("agency_id", "phone", "zone", "country", "languages", "grace_minutes", "late_places"),
    ):
        op.drop_column("office", column)
    op.drop_table("agency")
    op.drop_column("citizen", "travel_minutes")
