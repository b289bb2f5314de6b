"""What the SMS channel keeps: messages and each try to send them, receipts, what citizens wrote,
what they agreed to, what it cost. Addresses and words are sealed, found by fingerprint."""

from datetime import date, datetime

from sqlalchemy import JSON, BigInteger, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

import moment
from database.columns import Moment
from database.sealing import Sealed
from sms.gateways import COST_LENGTH, ID_LENGTH, NAME_LENGTH, REASON_LENGTH

_UNFINISHED = text("state IN ('queued', 'leased', 'sending', 'uncertain', 'held')")
_UNSETTLED = text("settled_at IS NULL")
_EMAIL = text("channel = 'email'")


def _now() -> datetime:
    return moment.now()


class Message(SQLModel, table=True):
    """`key` is unique: what would tell the same thing twice is written once. What its fields may
    hold: sms/states.py."""

    __tablename__ = "message"
    __table_args__ = (
        Index(
            *("message_unfinished", "state", "priority", "due_at"),
            sqlite_where=_UNFINISHED,
            postgresql_where=_UNFINISHED,
        ),
        Index("message_address", "address_hash", "sent_at"),
        Index("message_sent", "sent_at"),
        # The console looks through them, the latest first, by one of these.
        Index("message_of_state", "state", "id"),
        Index("message_of_kind", "kind", "id"),
        Index("message_of_gateway", "gateway", "id"),
        Index("message_of_office", "office_id", "id"),
        Index("message_created", "created_at", "id"),
        Index("message_by_email", "id", sqlite_where=_EMAIL, postgresql_where=_EMAIL),
        Index(
            *("message_to_erase", "created_at"),
            sqlite_where=text("address IS NOT NULL"),
            postgresql_where=text("address IS NOT NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(max_length=80, unique=True)
    kind: str = Field(max_length=40)
    channel: str = Field(default="sms", max_length=6)
    address: str | None = Field(sa_type=Sealed)  # a number (E.164) or an e-mail's; None: erased
    address_hash: str = Field(max_length=32)
    language: str = Field(max_length=3)
    body: str | None = Field(sa_type=Sealed)  # None: erased
    body_hash: str = Field(max_length=32)
    encoding: str = Field(default="GSM-7", max_length=6)
    segments: int
    policy: str = Field(max_length=12)
    topic: str | None = Field(default=None, max_length=12)  # None: needs no consent
    priority: int = Field(default=1)
    any_hour: bool = Field(default=False)  # asked for just now, or waited for: hours of rest or not
    bulk_id: int | None = Field(default=None, index=True)
    office_id: int | None = None  # whose it is, where that can be told
    state: str = Field(default="queued", max_length=20)
    # queued: when to send; leased, sending: the lease's end; uncertain: the end of the doubt
    due_at: datetime = Field(sa_type=Moment)
    expires_at: datetime | None = Field(default=None, sa_type=Moment)  # useless from then on
    lease: str | None = Field(default=None, max_length=32)
    attempts: int = Field(default=0)  # calls that were begun
    resent: int = Field(default=0)  # those of them after a doubt: the citizen may have it twice
    avoid: str = Field(default="", max_length=200)  # gateways that can't, by commas
    gateway: str | None = Field(default=None, max_length=NAME_LENGTH)
    gateway_id: str | None = Field(default=None, max_length=ID_LENGTH)
    cost: str | None = Field(default=None, max_length=COST_LENGTH)
    reason: str | None = Field(default=None, max_length=REASON_LENGTH)
    created_at: datetime = Field(default_factory=_now, sa_type=Moment)
    sent_at: datetime | None = Field(default=None, sa_type=Moment)  # accepted by a gateway
    settled_at: datetime | None = Field(default=None, sa_type=Moment)  # final


class Attempt(SQLModel, table=True):
    """One message in one call to a gateway. `outcome` None: the call is under way, or was cut off
    by a crash. Several messages of one text may share a `call`."""

    __tablename__ = "sms_attempt"
    __table_args__ = (UniqueConstraint("message_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    message_id: int = Field(foreign_key="message.id")
    number: int
    call: str = Field(max_length=16)
    gateway: str = Field(max_length=NAME_LENGTH)
    sender: str | None = Field(default=None, max_length=15)
    address_hash: str = Field(max_length=32, index=True)
    phase: str = Field(default="begun", max_length=8)
    outcome: str | None = Field(default=None, max_length=10)  # accepted, refused, unknown
    code: str | None = Field(default=None, max_length=20)
    reason: str | None = Field(default=None, max_length=REASON_LENGTH)
    gateway_id: str | None = Field(default=None, max_length=ID_LENGTH, index=True)
    cost: str | None = Field(default=None, max_length=COST_LENGTH)
    started_at: datetime = Field(sa_type=Moment)
    seconds: float | None = None


class Receipt(SQLModel, table=True):
    """What a gateway said of a message later on. `mark`: digest of the gateway's name and all that
    it said, so that the same receipt is kept once. `raw` is kept as it came."""

    __tablename__ = "sms_receipt"
    __table_args__ = (
        Index(
            *("receipt_unsettled", "came_at"),
            sqlite_where=_UNSETTLED,
            postgresql_where=_UNSETTLED,
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    mark: str = Field(max_length=32, unique=True)
    gateway: str = Field(max_length=NAME_LENGTH)
    gateway_id: str | None = Field(default=None, max_length=ID_LENGTH, index=True)
    address_hash: str | None = Field(default=None, max_length=32)
    status: str = Field(max_length=40)
    reason: str | None = Field(default=None, max_length=REASON_LENGTH)
    network: str | None = Field(default=None, max_length=20)
    raw: str | None = Field(sa_type=Sealed)
    message_id: int | None = Field(default=None, foreign_key="message.id", index=True)
    came_at: datetime = Field(default_factory=_now, sa_type=Moment)
    settled_at: datetime | None = Field(default=None, sa_type=Moment)
    found: str | None = Field(default=None, max_length=20)  # how it was matched, or why not


class Inbound(SQLModel, table=True):
    """What a citizen wrote. `mark`: the gateway's id of it, else a digest of all that came."""

    __tablename__ = "sms_inbound"
    __table_args__ = (Index("inbound_keyword", "keyword", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    mark: str = Field(max_length=32, unique=True)
    gateway: str = Field(max_length=NAME_LENGTH)
    gateway_id: str | None = Field(default=None, max_length=ID_LENGTH)
    phone: str | None = Field(default=None, sa_type=Sealed)  # None: none was given, or erased
    phone_hash: str | None = Field(default=None, max_length=32, index=True)
    sent_to: str | None = Field(default=None, max_length=20)
    words: str | None = Field(sa_type=Sealed)
    raw: str | None = Field(sa_type=Sealed)
    came_at: datetime = Field(default_factory=_now, sa_type=Moment)
    handled_at: datetime | None = Field(default=None, sa_type=Moment, index=True)
    keyword: str | None = Field(default=None, max_length=20)  # what it was taken for
    reply_key: str | None = Field(default=None, max_length=80)  # of the message that answers


class Consent(SQLModel, table=True):
    """The ledger: each change of mind is a row, the last one holds. `topic`: sms/states.py."""

    __tablename__ = "sms_consent"
    __table_args__ = (Index("consent_of", "phone_hash", "topic", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    phone: str = Field(sa_type=Sealed)
    phone_hash: str = Field(max_length=32)
    topic: str = Field(max_length=12)
    given: bool
    source: str = Field(max_length=12)  # sms, gateway, ussd, console
    by: str | None = Field(default=None, max_length=60)
    at: datetime = Field(default_factory=_now, sa_type=Moment)


class BadNumber(SQLModel, table=True):
    """A number that a gateway says can't be reached, ever. It is forgiven when it writes to us."""

    __tablename__ = "sms_bad_number"

    phone_hash: str = Field(max_length=32, primary_key=True)
    reason: str = Field(max_length=REASON_LENGTH)
    gateway: str = Field(max_length=NAME_LENGTH)
    at: datetime = Field(default_factory=_now, sa_type=Moment)


class Spent(SQLModel, table=True):
    """What a day's messages cost, by gateway and currency. `millionths` of the currency's unit."""

    __tablename__ = "sms_spent"

    day: date = Field(primary_key=True)
    gateway: str = Field(max_length=NAME_LENGTH, primary_key=True)
    currency: str = Field(max_length=3, primary_key=True)
    millionths: int = Field(default=0, sa_type=BigInteger)
    messages: int = Field(default=0)
    segments: int = Field(default=0)


class Bulk(SQLModel, table=True):
    """One text to many. `texts`: language -> text; `state`: loading, draft, running, paused,
    cancelled, done."""

    __tablename__ = "sms_bulk"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=60)
    texts: dict[str, str] = Field(sa_type=JSON)
    topic: str = Field(max_length=12)
    office_id: int | None = None  # whose it is; None: of all
    state: str = Field(default="draft", max_length=10)
    by: str = Field(max_length=60)
    created_at: datetime = Field(default_factory=_now, sa_type=Moment)
    started_at: datetime | None = Field(default=None, sa_type=Moment)
    finished_at: datetime | None = Field(default=None, sa_type=Moment)


class BulkRow(SQLModel, table=True):
    """One recipient. `line`: where it stood in the file (from 1); `state`: ready, posted, bad,
    double. A number is written to once in a bulk."""

    __tablename__ = "sms_bulk_row"
    __table_args__ = (
        UniqueConstraint("bulk_id", "line"),
        Index("bulk_row_state", "bulk_id", "state", "id"),
        Index(
            *("bulk_row_once", "bulk_id", "phone_hash"),
            unique=True,
            sqlite_where=text("state IN ('ready', 'posted')"),
            postgresql_where=text("state IN ('ready', 'posted')"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    bulk_id: int = Field(foreign_key="sms_bulk.id")
    line: int
    phone: str | None = Field(default=None, sa_type=Sealed)
    phone_hash: str | None = Field(default=None, max_length=32)
    language: str = Field(max_length=3)
    columns: str | None = Field(default=None, sa_type=Sealed)  # JSON: name -> what it says
    state: str = Field(default="ready", max_length=10)
    problem: str | None = Field(default=None, max_length=200)
