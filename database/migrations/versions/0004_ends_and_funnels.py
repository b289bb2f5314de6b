"""How sessions end, and where people leave"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ussd_session_end",
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("provider", sa.String(20), nullable=False),
        sa.Column("how", sa.String(12), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("cost", sa.String(40), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.Column("hops", sa.Integer(), nullable=True),
        sa.Column("version", sa.String(16), nullable=True),
        sa.Column("screen", sa.String(32), nullable=True),
        sa.Column("language", sa.String(3), nullable=True),
        sa.Column("typed", sa.String(500), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("ix_ussd_session_end_provider", "ussd_session_end", ["provider"])
    op.create_index("ix_ussd_session_end_at", "ussd_session_end", ["at"])
    op.create_table(
        "funnel_count",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("version", sa.String(16), nullable=False),
        sa.Column("screen", sa.String(32), nullable=False),
        sa.Column("language", sa.String(3), nullable=False),
        sa.Column("what", sa.String(48), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", "version", "screen", "language", "what"),
    )
    op.create_table(
        "funnel_fold",
        sa.Column("id", sa.String(24), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    for table in ("funnel_fold", "funnel_count", "ussd_session_end"):
        op.drop_table(table)
