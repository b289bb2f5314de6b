"""Programs that may use the API, what they asked for lately, and what they are told of."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

import moment
from database.columns import Moment
from database.sealing import Sealed


class ApiToken(SQLModel, table=True):
    """A program's key: shown once, kept as a hash. `scopes` with blanks between them; without an
    agency it may do so for all."""

    __tablename__ = "api_token"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=40, unique=True)
    agency_id: int | None = Field(default=None, foreign_key="agency.id")
    scopes: str = Field(max_length=120)
    token_hash: str = Field(max_length=64, unique=True)
    created_by: str = Field(max_length=80)
    created_at: datetime = Field(default_factory=moment.now, sa_type=Moment)
    last_used_at: datetime | None = Field(default=None, sa_type=Moment)
    expires_at: datetime | None = Field(default=None, sa_type=Moment)
    revoked_at: datetime | None = Field(default=None, sa_type=Moment)


class ApiAnswer(SQLModel, table=True):
    """What was answered to a request with an idempotency key: the same request gets it again."""

    __tablename__ = "api_answer"
    __table_args__ = (UniqueConstraint("token_id", "key"), Index("api_answer_at", "at"))

    id: int | None = Field(default=None, primary_key=True)
    token_id: int = Field(foreign_key="api_token.id")
    key: str = Field(max_length=255)
    request_hash: str = Field(max_length=64)
    status: int
    body: str
    at: datetime = Field(default_factory=moment.now, sa_type=Moment)


class Webhook(SQLModel, table=True):
    """A program that is told of an agency's dossiers as they move; `secret` signs what it gets."""

    __tablename__ = "webhook"

    id: int | None = Field(default=None, primary_key=True)
    agency_id: int | None = Field(default=None, foreign_key="agency.id")
    url: str = Field(max_length=300)
    secret: str = Field(sa_type=Sealed)
    active: bool = Field(default=True)
    created_by: str = Field(max_length=80)
    created_at: datetime = Field(default_factory=moment.now, sa_type=Moment)


class WebhookCall(SQLModel, table=True):
    """One event to be told to one program. `state`: waiting, delivered or given_up."""

    __tablename__ = "webhook_call"
    __table_args__ = (
        UniqueConstraint("webhook_id", "event_id"),
        Index("webhook_call_due", "state", "due_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    webhook_id: int = Field(foreign_key="webhook.id")
    event_id: int = Field(foreign_key="dossier_event.id")
    state: str = Field(default="waiting", max_length=10)
    attempts: int = Field(default=0)
    due_at: datetime = Field(default_factory=moment.now, sa_type=Moment)
    answered: int | None = None  # the last HTTP status
    problem: str = Field(default="", max_length=120)
    settled_at: datetime | None = Field(default=None, sa_type=Moment)
