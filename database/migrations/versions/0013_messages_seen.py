"""Messages as the console looks through them: whose office's, by state, text, provider, day"""

import sqlalchemy as sa
from alembic import op

revision = "0013_messages_seen"
down_revision = "0012_people"
branch_labels = None
depends_on = None

_EMAIL = sa.text("channel = 'email'")
_INDEXES = {
    "message_of_state": ["state", "id"],
    "message_of_kind": ["kind", "id"],
    "message_of_gateway": ["gateway", "id"],
    "message_of_office": ["office_id", "id"],
    "message_created": ["created_at", "id"],
}
# What a key begins with -> the table that its number is of.
_SUBJECTS = {"ticket": "ticket", "case": "dossier", "complaint": "dossier"}


def upgrade() -> None:
    op.add_column("message", sa.Column("office_id", sa.Integer(), nullable=True))
    op.add_column("sms_bulk", sa.Column("office_id", sa.Integer(), nullable=True))
    for prefix, table in _SUBJECTS.items():
        _find_offices(prefix, table)
    for name, columns in _INDEXES.items():
        op.create_index(name, "message", columns)
    op.create_index(
        "message_by_email", "message", ["id"], sqlite_where=_EMAIL, postgresql_where=_EMAIL
    )
    op.create_index("inbound_keyword", "sms_inbound", ["keyword", "id"])


def _find_offices(prefix: str, table: str) -> None:
    start = len(prefix) + 2
    if op.get_bind().dialect.name == "sqlite":
        named = f"key GLOB '{prefix}:[0-9]*:*'"
        number = f"CAST(substr(key, {start}, instr(substr(key, {start}), ':') - 1) AS INTEGER)"
    else:
        named = f"key ~ '^{prefix}:[0-9]{{1,9}}:'"
        number = "CAST(split_part(key, ':', 2) AS INTEGER)"
    op.execute(
        f"UPDATE message SET office_id = (SELECT office_id FROM {table} "
        f"WHERE {table}.id = {number}) WHERE {named}"
    )


def downgrade() -> None:
    op.drop_index("inbound_keyword", "sms_inbound")
    for name in ("message_by_email", *_INDEXES):
        op.drop_index(name, "message")
    op.drop_column("sms_bulk", "office_id")
    op.drop_column("message", "office_id")
