"""Messages: each is written in the transaction of what it tells, and moves forward only."""

from datetime import UTC, datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from database.columns import Moment
from database.sealing import Sealed
from sms.gateways import COST_LENGTH, ID_LENGTH, REASON_LENGTH

QUEUED = "queued"  # due at `due_at`
LEASED = "leased"  # claimed by a worker; nothing has left yet
SENDING = "sending"  # about to leave, or just left: from here on a crash leaves it uncertain
ACCEPTED = "accepted"  # the gateway has it, under `gateway_id`
UNCERTAIN = "uncertain"  # it may have left or not; `policy` says what then
FAILED = "failed"  # it will not be sent; `reason` says why

STATES = (QUEUED, LEASED, SENDING, ACCEPTED, UNCERTAIN, FAILED)

ONCE = "once"  # when uncertain: leave it, and show it
MUST_ARRIVE = "must_arrive"  # when uncertain: send it again, and count it


class Message(SQLModel, table=True):
    """`key` is unique: what would tell the same thing twice is written once."""

    __tablename__ = "message"
    __table_args__ = (
        Index(
            "message_unfinished",
            "state",
            "due_at",
            sqlite_where=text("state IN ('queued', 'leased', 'sending', 'uncertain')"),
            postgresql_where=text("state IN ('queued', 'leased', 'sending', 'uncertain')"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(max_length=80, unique=True)
    kind: str = Field(max_length=40)
    phone: str = Field(sa_type=Sealed)
    language: str = Field(max_length=3)
    body: str = Field(sa_type=Sealed)
    segments: int
    policy: str = Field(max_length=12)
    state: str = Field(default=QUEUED, max_length=12)
    # queued: when to send; leased, sending: the lease's end; uncertain: the end of the doubt
    due_at: datetime = Field(sa_type=Moment)
    lease: str | None = Field(default=None, max_length=32)
    attempts: int = Field(default=0)
    gateway: str | None = Field(default=None, max_length=20)
    gateway_id: str | None = Field(default=None, max_length=ID_LENGTH)
    cost: str | None = Field(default=None, max_length=COST_LENGTH)
    reason: str | None = Field(default=None, max_length=REASON_LENGTH)
    created_at: datetime = Field(default_factory=lambda: datetime.now(UTC), sa_type=Moment)
    sent_at: datetime | None = Field(default=None, sa_type=Moment)
