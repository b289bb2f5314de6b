"""The transaction in which messages begin to leave: checked, given a way, grouped into calls.

What may not go now is put off or ended here; what may is marked as being sent, with its attempt,
before any gateway is called.
"""

import secrets
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import chain

from cryptography.fernet import InvalidToken
from sqlalchemy import insert, update
from sqlmodel import Session, col, select

from citizens.countries import prefix
from database.sealing import fingerprints
from settings import current
from sms import breakers, consent, pace, spending
from sms.gate import SAME_TEXT, Asks, Known, Later, Never, decide
from sms.gateways import Letter
from sms.models import Attempt, BadNumber, Bulk, Message
from sms.moves import avoided
from sms.routes import Way, ways
from sms.states import (
    EMAIL,
    EXPIRED,
    FAILED_PERMANENT,
    HELD,
    LEASED,
    PRIORITIES,
    QUEUED,
    RANK,
    SENDING,
    SMS,
    UNCERTAIN,
)
from sms.texts import secret_kinds, subject

_JUST_NOW = timedelta(hours=1)  # for so long somebody waits for what they asked for
_ALL_BROKEN = timedelta(seconds=5)  # until the ways' breakers are looked at again


@dataclass(frozen=True, slots=True)
class Begun:
    """The row of an attempt (sms.models.Attempt) as it stands before the call."""

    message_id: int
    number: int
    call: str
    gateway: str
    sender: str | None
    address_hash: str
    started_at: datetime
    phase: str = "begun"


_INSERT = insert(Attempt)  # made once: building a statement takes longer than running it


@dataclass(frozen=True, slots=True)
class Parcel:
    """One call that is to be made: the letter, the way, and the messages and their attempts, in
    the order of the letter's addresses."""

    way: Way
    letter: Letter
    messages: Sequence[Message]
    attempts: Sequence[Begun]
    lease: str
    until: datetime


def begin(
    db: Session, ids: Sequence[int], lease: str, now: datetime, until: datetime
) -> list[Parcel]:
    """The calls to make for those of the messages that are still leased to us; `until`: when the
    lease for sending ends."""
    messages = _of_live_bulks(db, _ours(db, ids, lease, now), now)
    going = [
        (message, way)
        for message, known in _with_facts(db, messages, now)
        if _may_go(message, known, now) and (way := _way(message, now)) is not None
    ]
    parcels = [
        _parcel(way, letters, lease, now, until) for way, letters in _grouped(_paced(going, now))
    ]
    rows = [asdict(attempt) for parcel in parcels for attempt in parcel.attempts]
    if rows:
        db.connection().execute(_INSERT, rows)
    return parcels


def _ours(db: Session, ids: Sequence[int], lease: str, now: datetime) -> list[Message]:
    ours = (
        select(Message)
        .where(col(Message.id).in_(ids), col(Message.lease) == lease, col(Message.state) == LEASED)
        .order_by(col(Message.priority), col(Message.due_at), col(Message.id))
        .with_for_update()
    )
    try:
        return list(db.exec(ours))
    except InvalidToken:
        _end_unreadable(db, ids, lease, now)
        return list(db.exec(ours))


def _of_live_bulks(db: Session, messages: list[Message], now: datetime) -> list[Message]:
    """Without those whose bulk was paused or cancelled while they were in a worker's hands."""
    wanted = {message.bulk_id for message in messages if message.bulk_id is not None}
    if not wanted:
        return messages
    states = dict(db.exec(select(Bulk.id, Bulk.state).where(col(Bulk.id).in_(wanted))).all())
    for message in messages:
        state = states.get(message.bulk_id)
        if state == "paused":
            _end(message, HELD, "bulk_paused", now)
        elif state == "cancelled":
            _end(message, EXPIRED, "bulk_cancelled", now)
    return [message for message in messages if message.state == LEASED]


def _end_unreadable(db: Session, ids: Sequence[int], lease: str, now: datetime) -> None:
    """Messages sealed with a key that is gone: they must not hold up the others."""
    for message_id in ids:
        try:
            db.exec(select(Message.address, Message.body).where(Message.id == message_id)).all()
        except InvalidToken:
            db.execute(
                update(Message)
                .where(col(Message.id) == message_id, col(Message.lease) == lease)
                .values(state=FAILED_PERMANENT, reason="unreadable", lease=None, settled_at=now)
            )


def _with_facts(
    db: Session, messages: Sequence[Message], now: datetime
) -> list[tuple[Message, Known]]:
    """Each message with what is known of its address, in four queries for all of them."""
    addresses = {message.address_hash for message in messages}
    names = {message.id: _names(message) for message in messages}
    every = set(chain.from_iterable(names.values()))
    bad = set(db.exec(select(BadNumber.phone_hash).where(_in(BadNumber.phone_hash, every))))
    withdrawn = consent.withdrawn(db, every)
    today, just_now = _said(db, addresses, now)
    spent = spending.cap_reached(db, now)
    most = current().sms_per_number
    found = []
    for message in messages:
        said = (message.address_hash, message.body_hash)
        known = Known(
            withdrawn=any(
                consent.stops(withdrawn[name], message.topic) for name in names[message.id]
            ),
            bad_number=any(name in bad for name in names[message.id]),
            said_just_now=_repeats(message, just_now[said]),
            sent_today=today[message.address_hash],
            most_a_day=most,
            spent_all=spent,
        )
        just_now[said].add(message.id)
        found.append((message, known))
    return found


def _names(message: Message) -> list[str]:
    """The address's fingerprints under every key: the ledger may still have an older one."""
    return [] if message.address is None else fingerprints(message.address)


def _repeats(message: Message, saying_it: set[int | None]) -> bool:
    """Whether others said the same just now. An answer may be asked for twice, somebody may be
    called twice, and one that was in doubt is its own repetition."""
    if message.topic is None or message.priority == PRIORITIES["call"] or message.resent:
        return False
    return bool(saying_it - {message.id})


def _in(column: object, values: Iterable[str]):  # type: ignore[no-untyped-def]
    return col(column).in_(list(values))


def _said(
    db: Session, addresses: set[str], now: datetime
) -> tuple[dict[str, int], dict[tuple[str, str], set[int | None]]]:
    """How many messages each address got on this day, and which texts it may have got just now."""
    midnight = now.astimezone(current().zone).replace(hour=0, minute=0, second=0, microsecond=0)
    since = min(midnight.astimezone(now.tzinfo), now - SAME_TEXT)
    rows = db.exec(
        select(Message.id, Message.address_hash, Message.body_hash, Message.sent_at).where(
            _in(Message.address_hash, addresses),
            (col(Message.sent_at) >= since)
            # Or it may have left just now; what is left in doubt for good is long ago.
            | (
                col(Message.state).in_((SENDING, UNCERTAIN))
                & (col(Message.due_at) > now - SAME_TEXT)
            ),
        )
    )
    today: dict[str, int] = defaultdict(int)
    just_now: dict[tuple[str, str], set[int | None]] = defaultdict(set)
    for message_id, address, body, sent_at in rows:
        if sent_at is not None and sent_at >= midnight:
            today[address] += 1
        if sent_at is None or sent_at >= now - SAME_TEXT:
            just_now[address, body].add(message_id)
    return today, just_now


def _may_go(message: Message, known: Known, now: datetime) -> bool:
    if message.address is None or message.body is None:
        _end(message, FAILED_PERMANENT, "erased", now)
        return False
    asks = Asks(
        channel=message.channel,
        address=message.address,
        priority=message.priority,
        any_hour=message.any_hour and now - message.created_at < _JUST_NOW,
        expires_at=message.expires_at,
    )
    verdict = decide(asks, known, now.astimezone(current().zone))
    if isinstance(verdict, Later):
        _put_off(message, verdict.at, verdict.reason)
    elif isinstance(verdict, Never):
        _end(message, verdict.state, verdict.reason, now)
    return verdict is None


def _way(message: Message, now: datetime) -> Way | None:
    """The first way that is not avoided, not broken."""
    assert message.address is not None
    led = ways(message.channel, message.address)
    if message.resent:  # it may be with that gateway already: no other one is to have it, too
        led = tuple(way for way in led if way.name == message.gateway) or led
    if not led:
        _end(message, FAILED_PERMANENT, "no_gateway", now)
        return None
    names = avoided(message.avoid) if not message.resent else set()
    for way in led:
        if way.name not in names and not breakers.is_open(way):
            return way
    _put_off(message, now + _ALL_BROKEN, "breaker_open")
    return None


def _put_off(message: Message, at: datetime, reason: str) -> None:
    message.state, message.due_at, message.reason, message.lease = QUEUED, at, reason, None


def _end(message: Message, state: str, reason: str, now: datetime) -> None:
    message.state, message.reason, message.lease = state, reason, None
    if RANK[state] >= RANK[FAILED_PERMANENT]:
        message.settled_at = now


def _paced(going: list[tuple[Message, Way]], now: datetime) -> list[tuple[Message, Way]]:
    """Those for which their gateway has room now; the others come back when it has."""
    queues: dict[tuple[Way, str], list[Message]] = defaultdict(list)
    for message, way in going:
        assert message.address is not None
        queues[way, prefix(message.address) if message.channel == SMS else ""].append(message)
    paced = []
    for (way, to), messages in queues.items():
        room, seconds = pace.take(way, to, len(messages))
        paced += [(message, way) for message in messages[:room]]
        # One after the other: all at once, they would only be put off again.
        for place, message in enumerate(messages[room:], start=1):
            _put_off(message, now + timedelta(seconds=seconds * place), "pace")
    return paced


def _grouped(going: list[tuple[Message, Way]]) -> list[tuple[Way, list[Message]]]:
    """One text to many by one way is one call; a number stands in it once, since the answers come
    back by number."""
    groups: dict[tuple[Way, str | None, str, int], list[Message]] = defaultdict(list)
    times: Counter[tuple[str | None, str | None]] = Counter()
    for message, way in going:
        said = message.address, message.body
        times[said] += 1
        groups[way, message.body, message.language, times[said]].append(message)
    return [
        (way, messages[start : start + way.gateway.most])
        for (way, *_), messages in groups.items()
        for start in range(0, len(messages), way.gateway.most)
    ]


def _parcel(
    way: Way, messages: list[Message], lease: str, now: datetime, until: datetime
) -> Parcel:
    first, call = messages[0], secrets.token_hex(8)
    assert first.body is not None
    attempts = []
    for message in messages:
        assert message.id is not None
        message.state, message.due_at, message.reason = SENDING, until, None
        message.attempts += 1
        attempts.append(
            Begun(
                message.id,
                message.attempts,
                call,
                way.name,
                way.sender,
                message.address_hash,
                now,
            )
        )
    letter = Letter(
        body=first.body,
        addresses=[message.address or "" for message in messages],
        references=[message.key for message in messages],
        sender=way.sender,
        subject=subject(first.language) if first.channel == EMAIL else None,
        language=first.language,
        secret=first.kind in secret_kinds(),
    )
    return Parcel(way, letter, messages, attempts, lease, until)
