"""Drafts: who has worked on one, who approved it, what was dropped; publications that are to come"""

import sqlalchemy as sa
from alembic import op

revision = "0010_drafts"
down_revision = "0009_dossiers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tree_draft", sa.Column("hands", sa.String(), nullable=False, server_default=""))
    op.add_column("tree_draft", sa.Column("approved_by", sa.String(60), nullable=True))
    op.execute("UPDATE tree_draft SET hands = saved_by")
    op.add_column("tree_publication", sa.Column("revision", sa.Integer(), nullable=True))
    op.add_column("tree_publication", sa.Column("drafted_by", sa.String(60), nullable=True))
    op.add_column("tree_publication", sa.Column("base", sa.String(16), nullable=True))
    op.add_column("tree_publication", sa.Column("approved_by", sa.String(60), nullable=True))
    op.create_table(
        "tree_draft_dropped",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tree", sa.String(48), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("translations", sa.String(), nullable=False),
        sa.Column("base", sa.String(16), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("saved_by", sa.String(60), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.Column("hands", sa.String(), nullable=False),
        sa.Column("dropped_by", sa.String(60), nullable=False),
        sa.Column("dropped_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_tree_draft_dropped_tree", "tree_draft_dropped", ["tree"])
    op.create_table(
        "tree_schedule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tree", sa.String(48), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content", sa.String(32), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("despite_stories", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(9), nullable=False),
        sa.Column("scheduled_by", sa.String(60), nullable=False),
        sa.Column("scheduled_at", sa.DateTime(), nullable=False),
        sa.Column("settled_by", sa.String(60), nullable=True),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.Column("why", sa.String(20), nullable=False),
        sa.Column("detail", sa.String(300), nullable=False),
        sa.Column("seen", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_tree_schedule_at", "tree_schedule", ["at"])
    op.create_index("ix_tree_schedule_tree", "tree_schedule", ["tree"])


def downgrade() -> None:
    op.drop_table("tree_schedule")
    op.drop_table("tree_draft_dropped")
    for column in ("approved_by", "base", "drafted_by", "revision"):
        op.drop_column("tree_publication", column)
    for column in ("approved_by", "hands"):
        op.drop_column("tree_draft", column)
