"""People of the console: sessions, links, second steps; and more in the access log"""

import sqlalchemy as sa
from alembic import op

revision = "0012_people"
down_revision = "0011_translations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("staff", sa.Column("email", sa.String(), nullable=True))
    op.add_column("staff", sa.Column("totp_secret", sa.String(), nullable=True))
    op.add_column("staff", sa.Column("totp_step", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "staff_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("stamp", sa.Integer(), nullable=False),
        sa.Column("browser", sa.String(60), nullable=False),
        sa.Column("address", sa.String(45), nullable=False),
        sa.Column("began_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_staff_session_staff_id", "staff_session", ["staff_id"])
    op.create_table(
        "staff_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("nonce", sa.String(22), nullable=False),
        sa.Column("created_by", sa.String(80), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_staff_link_staff_id", "staff_link", ["staff_id"])
    op.create_table(
        "staff_recovery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_staff_recovery_staff_id", "staff_recovery", ["staff_id"])
    op.add_column("audit_entry", sa.Column("before", sa.String(500), nullable=True))
    op.add_column("audit_entry", sa.Column("after", sa.String(500), nullable=True))
    op.add_column("audit_entry", sa.Column("address", sa.String(45), nullable=True))


def downgrade() -> None:
    for name in ("address", "after", "before"):
        op.drop_column("audit_entry", name)
    for table in ("staff_recovery", "staff_link", "staff_session"):
        op.drop_table(table)
    for name in ("totp_step", "totp_secret", "email"):
        op.drop_column("staff", name)
