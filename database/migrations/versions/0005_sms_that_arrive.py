"""Messages with topics, receipts, inbound, consent, spending, bulk"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_BEFORE = sa.text("state IN ('queued', 'leased', 'sending', 'uncertain')")
_UNFINISHED = sa.text("state IN ('queued', 'leased', 'sending', 'uncertain', 'held')")
_TABLES = (
    "audit_entry",
    "sms_bulk_row",
    "sms_bulk",
    "sms_spent",
    "sms_bad_number",
    "sms_consent",
    "sms_inbound",
    "sms_receipt",
    "sms_attempt",
)


def _index(columns: list[str], where: sa.TextClause) -> None:
    op.create_index(
        "message_unfinished", "message", columns, sqlite_where=where, postgresql_where=where
    )


def upgrade() -> None:
    op.drop_index("message_unfinished", "message")
    with op.batch_alter_table("message") as message:
        message.alter_column("phone", new_column_name="address", nullable=True)
        message.alter_column("body", nullable=True)
        message.alter_column("state", type_=sa.String(20))
        message.alter_column("gateway", type_=sa.String(40))
        message.add_column(
            sa.Column("address_hash", sa.String(32), nullable=False, server_default="")
        )
        message.add_column(sa.Column("body_hash", sa.String(32), nullable=False, server_default=""))
        message.add_column(sa.Column("channel", sa.String(6), nullable=False, server_default="sms"))
        message.add_column(
            sa.Column("encoding", sa.String(6), nullable=False, server_default="GSM-7")
        )
        message.add_column(sa.Column("topic", sa.String(12), nullable=True))
        message.add_column(sa.Column("priority", sa.Integer(), nullable=False, server_default="1"))
        message.add_column(
            sa.Column("any_hour", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        message.add_column(sa.Column("bulk_id", sa.Integer(), nullable=True))
        message.add_column(sa.Column("expires_at", sa.DateTime(), nullable=True))
        message.add_column(sa.Column("resent", sa.Integer(), nullable=False, server_default="0"))
        message.add_column(sa.Column("avoid", sa.String(200), nullable=False, server_default=""))
        message.add_column(sa.Column("settled_at", sa.DateTime(), nullable=True))
    with op.batch_alter_table("citizen") as citizen:
        citizen.add_column(sa.Column("email", sa.String(), nullable=True))
    op.execute("UPDATE message SET state = 'failed_permanent' WHERE state = 'failed'")
    _index(["state", "priority", "due_at"], _UNFINISHED)
    op.create_index("message_address", "message", ["address_hash", "sent_at"])
    op.create_index("message_sent", "message", ["sent_at"])
    op.create_index("ix_message_bulk_id", "message", ["bulk_id"])
    op.create_index(
        "message_to_erase",
        "message",
        ["created_at"],
        sqlite_where=sa.text("address IS NOT NULL"),
        postgresql_where=sa.text("address IS NOT NULL"),
    )
    op.create_table(
        "sms_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("call", sa.String(16), nullable=False),
        sa.Column("gateway", sa.String(40), nullable=False),
        sa.Column("sender", sa.String(15), nullable=True),
        sa.Column("address_hash", sa.String(32), nullable=False),
        sa.Column("phase", sa.String(8), nullable=False),
        sa.Column("outcome", sa.String(10), nullable=True),
        sa.Column("code", sa.String(20), nullable=True),
        sa.Column("reason", sa.String(80), nullable=True),
        sa.Column("gateway_id", sa.String(80), nullable=True),
        sa.Column("cost", sa.String(20), nullable=True),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("message_id", "number"),
    )
    op.create_index("ix_sms_attempt_address_hash", "sms_attempt", ["address_hash"])
    op.create_index("ix_sms_attempt_gateway_id", "sms_attempt", ["gateway_id"])
    op.create_table(
        "sms_receipt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(32), nullable=False),
        sa.Column("gateway", sa.String(40), nullable=False),
        sa.Column("gateway_id", sa.String(80), nullable=True),
        sa.Column("address_hash", sa.String(32), nullable=True),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(80), nullable=True),
        sa.Column("network", sa.String(20), nullable=True),
        sa.Column("raw", sa.String(), nullable=True),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("came_at", sa.DateTime(), nullable=False),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.Column("found", sa.String(20), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("mark"),
    )
    op.create_index("ix_sms_receipt_gateway_id", "sms_receipt", ["gateway_id"])
    op.create_index("ix_sms_receipt_message_id", "sms_receipt", ["message_id"])
    op.create_index(
        "receipt_unsettled",
        "sms_receipt",
        ["came_at"],
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.create_table(
        "sms_inbound",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(32), nullable=False),
        sa.Column("gateway", sa.String(40), nullable=False),
        sa.Column("gateway_id", sa.String(80), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("phone_hash", sa.String(32), nullable=True),
        sa.Column("sent_to", sa.String(20), nullable=True),
        sa.Column("words", sa.String(), nullable=True),
        sa.Column("raw", sa.String(), nullable=True),
        sa.Column("came_at", sa.DateTime(), nullable=False),
        sa.Column("handled_at", sa.DateTime(), nullable=True),
        sa.Column("keyword", sa.String(20), nullable=True),
        sa.Column("reply_key", sa.String(80), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("mark"),
    )
    op.create_index("ix_sms_inbound_handled_at", "sms_inbound", ["handled_at"])
    op.create_index("ix_sms_inbound_phone_hash", "sms_inbound", ["phone_hash"])
    op.create_table(
        "sms_consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("phone_hash", sa.String(32), nullable=False),
        sa.Column("topic", sa.String(12), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(12), nullable=False),
        sa.Column("by", sa.String(60), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("consent_of", "sms_consent", ["phone_hash", "topic", "id"])
    op.create_table(
        "sms_bad_number",
        sa.Column("phone_hash", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(80), nullable=False),
        sa.Column("gateway", sa.String(40), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("phone_hash"),
    )
    op.create_table(
        "sms_spent",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("gateway", sa.String(40), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("millionths", sa.BigInteger(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("segments", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "gateway", "currency"),
    )
    op.create_table(
        "sms_bulk",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("topic", sa.String(12), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("by", sa.String(60), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=True),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "sms_bulk_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bulk_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("phone_hash", sa.String(32), nullable=True),
        sa.Column("language", sa.String(3), nullable=False),
        sa.Column("columns", sa.String(), nullable=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("problem", sa.String(200), nullable=True),
        sa.ForeignKeyConstraint(["bulk_id"], ["sms_bulk.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("bulk_id", "line"),
    )
    op.create_index(
        "bulk_row_once",
        "sms_bulk_row",
        ["bulk_id", "phone_hash"],
        sqlite_where=sa.text("state IN ('ready', 'posted')"),
        postgresql_where=sa.text("state IN ('ready', 'posted')"),
        unique=True,
    )
    op.create_index("bulk_row_state", "sms_bulk_row", ["bulk_id", "state", "id"])
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("who", sa.String(80), nullable=False),
        sa.Column("did", sa.String(40), nullable=False),
        sa.Column("about", sa.String(120), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_audit_entry_at", "audit_entry", ["at"])


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
    op.drop_column("citizen", "email")  # a batch would drop the table, which others refer to
    for index in (
        "message_to_erase",
        "ix_message_bulk_id",
        "message_sent",
        "message_address",
        "message_unfinished",
    ):
        op.drop_index(index, "message")
    op.execute("DELETE FROM message WHERE address IS NULL OR body IS NULL OR channel <> 'sms'")
    op.execute(
        "UPDATE message SET state = 'accepted' WHERE state IN "
        "('sent', 'submitted', 'buffered', 'delivered')"
    )
    op.execute(
        "UPDATE message SET state = 'failed' WHERE state IN "
        "('held', 'expired', 'opted_out', 'failed_temporary', 'failed_permanent')"
    )
    op.execute("UPDATE message SET gateway = substr(gateway, 1, 20)")
    with op.batch_alter_table("message") as message:
        for column in (
            *("settled_at", "avoid", "resent", "expires_at", "bulk_id", "any_hour", "priority"),
            *("topic", "encoding", "channel", "body_hash", "address_hash"),
        ):
            message.drop_column(column)
        message.alter_column("gateway", type_=sa.String(20))
        message.alter_column("state", type_=sa.String(12))
        message.alter_column("body", nullable=False)
        message.alter_column("address", new_column_name="phone", nullable=False)
    _index(["state", "due_at"], _BEFORE)
