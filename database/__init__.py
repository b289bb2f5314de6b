"""The database: one engine per process, read and write transactions, sealed columns, migrations."""

from database.engine import after_commit, engine, reading, use, writing

__all__ = ["after_commit", "engine", "reading", "use", "writing"]
