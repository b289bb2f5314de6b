"""Migrations, forward and back, by Alembic, on this process's engine."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from database.engine import engine


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def upgrade(to: str = "head") -> None:
    command.upgrade(_config(), to)


def downgrade(to: str) -> None:
    command.downgrade(_config(), to)


def revision() -> str | None:
    """Where the database stands; None before the first migration."""
    with engine().connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_current() -> bool:
    return revision() == ScriptDirectory.from_config(_config()).get_current_head()


def new(message: str) -> None:
    """Writes the migration from what the database has to what the models say."""
    command.revision(_config(), message, autogenerate=True)


def differences() -> list[object]:
    """What the models say and the migrated database lacks, or the other way round."""
    from alembic.autogenerate import compare_metadata
    from sqlmodel import SQLModel

    with engine().connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, SQLModel.metadata))
