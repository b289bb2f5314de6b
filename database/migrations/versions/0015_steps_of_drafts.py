"""What was saved in a draft, for undoing"""

import sqlalchemy as sa
from alembic import op

revision = "0015_steps_of_drafts"
down_revision = "0014_stories"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tree_draft_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tree", sa.String(48), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("translations", sa.String(), nullable=False),
        sa.Column("what", sa.String(80), nullable=False),
        sa.Column("saved_by", sa.String(60), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.Column("undone", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_tree_draft_step_tree", "tree_draft_step", ["tree"])


def downgrade() -> None:
    op.drop_table("tree_draft_step")
