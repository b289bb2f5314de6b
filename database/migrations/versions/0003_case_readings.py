"""Readings of dossiers: their outcome, and whose and of what they were, sealed"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("case_reading", schema=None) as batch_op:
        batch_op.add_column(sa.Column("outcome", sa.String(8), nullable=True))
        # A fingerprint can't be turned back: what was noted before stays without these two.
        batch_op.add_column(sa.Column("phone", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("reference", sa.String(), nullable=True))

    # What was locked was noted as not shown, like what was wrong: it counts as wrong for a day.
    op.execute("UPDATE case_reading SET outcome = CASE WHEN shown THEN 'shown' ELSE 'wrong' END")
    with op.batch_alter_table("case_reading", schema=None) as batch_op:
        batch_op.alter_column("outcome", existing_type=sa.String(8), nullable=False)
        batch_op.drop_column("shown")


def downgrade() -> None:
    with op.batch_alter_table("case_reading", schema=None) as batch_op:
        batch_op.add_column(sa.Column("shown", sa.Boolean(), nullable=True))

    op.execute("UPDATE case_reading SET shown = (outcome = 'shown')")
    with op.batch_alter_table("case_reading", schema=None) as batch_op:
        batch_op.alter_column("shown", existing_type=sa.Boolean(), nullable=False)
        batch_op.drop_column("reference")
        batch_op.drop_column("phone")
        batch_op.drop_column("outcome")
