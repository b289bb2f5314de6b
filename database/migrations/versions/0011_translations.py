"""Translations made at the console, what translators say of them, and how letters are written"""

import sqlalchemy as sa
from alembic import op

revision = "0011_translations"
down_revision = "0010_drafts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "made_translation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(48), nullable=False),
        sa.Column("language", sa.String(3), nullable=False),
        sa.Column("context", sa.String(80), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("in_use", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("reviewed_by", sa.String(60), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("made_translation_language", "made_translation", ["language", "place"])
    op.create_table(
        "translation_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(48), nullable=False),
        sa.Column("language", sa.String(3), nullable=False),
        sa.Column("context", sa.String(80), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("words", sa.String(1000), nullable=False),
        sa.Column("by", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "translation_comment_language", "translation_comment", ["language", "place", "context"]
    )
    op.create_table(
        "letters_choice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(3), nullable=False),
        sa.Column("context", sa.String(80), nullable=False),
        sa.Column("folded", sa.Boolean(), nullable=True),
        sa.Column("by", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    op.drop_table("letters_choice")
    op.drop_index("translation_comment_language", "translation_comment")
    op.drop_table("translation_comment")
    op.drop_index("made_translation_language", "made_translation")
    op.drop_table("made_translation")
