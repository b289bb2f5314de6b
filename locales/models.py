"""What is translated at the console, as the database keeps it. Rows are added, never changed: the
latest of a text is what translators see, the latest in use is what citizens read."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

import moment
from database.columns import Moment


class MadeTranslation(SQLModel, table=True):
    """A text as it was once saved. `place`: the tree that it belongs to, empty for what stands in
    none. `in_use`: said from then on; a tree's are said by its versions, and never by this.
    `by` wrote it, `reviewed_by` stands for it."""

    __tablename__ = "made_translation"
    __table_args__ = (Index("made_translation_language", "language", "place"),)

    id: int | None = Field(default=None, primary_key=True)
    place: str = Field(default="", max_length=48)
    language: str = Field(max_length=3)
    context: str = Field(max_length=80)
    source: str
    text: str
    in_use: bool
    by: str = Field(max_length=60)
    at: datetime = Field(default_factory=moment.now, sa_type=Moment)
    reviewed_by: str | None = Field(default=None, max_length=60)
    reviewed_at: datetime | None = Field(default=None, sa_type=Moment)


class TranslationComment(SQLModel, table=True):
    """Said among translators of a text, in one language."""

    __tablename__ = "translation_comment"
    __table_args__ = (Index("translation_comment_language", "language", "place", "context"),)

    id: int | None = Field(default=None, primary_key=True)
    place: str = Field(default="", max_length=48)
    language: str = Field(max_length=3)
    context: str = Field(max_length=80)
    source: str
    words: str = Field(max_length=1000)
    by: str = Field(max_length=60)
    at: datetime = Field(default_factory=moment.now, sa_type=Moment)


class LettersChoice(SQLModel, table=True):
    """Whether letters outside GSM-7 are folded: of a language, or of the one text under `context`.
    None: as its language is."""

    __tablename__ = "letters_choice"

    id: int | None = Field(default=None, primary_key=True)
    language: str = Field(max_length=3)
    context: str = Field(default="", max_length=80)
    folded: bool | None
    by: str = Field(max_length=60)
    at: datetime = Field(default_factory=moment.now, sa_type=Moment)
