"""Stories that an office keeps: conversations that must hold before a tree is published"""

import sqlalchemy as sa
from alembic import op

revision = "0014_stories"
down_revision = "0013_messages_seen"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tree_story",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tree", sa.String(48), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("kept_by", sa.String(60), nullable=False),
        sa.Column("kept_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("tree", "name"),
    )


def downgrade() -> None:
    op.drop_table("tree_story")
