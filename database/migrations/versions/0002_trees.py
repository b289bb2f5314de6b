"""Trees: versions, publications, drafts"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tree_version",
        sa.Column("version", sa.String(16), nullable=False),
        sa.Column("tree", sa.String(48), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("translations", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(60), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("version"),
    )
    op.create_index("ix_tree_version_tree", "tree_version", ["tree"])
    op.create_table(
        "tree_publication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tree", sa.String(48), nullable=False),
        sa.Column("version", sa.String(16), nullable=False),
        sa.Column("published_by", sa.String(60), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
        sa.ForeignKeyConstraint(["version"], ["tree_version.version"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_tree_publication_tree", "tree_publication", ["tree"])
    op.create_table(
        "tree_draft",
        sa.Column("tree", sa.String(48), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("translations", sa.String(), nullable=False),
        sa.Column("base", sa.String(16), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("saved_by", sa.String(60), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("tree"),
    )


def downgrade() -> None:
    op.drop_table("tree_draft")
    op.drop_index("ix_tree_publication_tree", "tree_publication")
    op.drop_table("tree_publication")
    op.drop_index("ix_tree_version_tree", "tree_version")
    op.drop_table("tree_version")
