"""INSERT … ON CONFLICT, which SQLite and PostgreSQL share and SQLAlchemy has in two dialects."""

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel


def insert(db: Session, model: type[SQLModel]) -> sqlite.Insert | postgresql.Insert:
    """An insert for this session's database, with its `on_conflict_do_…`."""
    if db.get_bind().dialect.name == "sqlite":
        return sqlite.insert(model)
    return postgresql.insert(model)
