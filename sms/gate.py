"""Whether a message may go now: a pure decision from what is known of it and of its address.

Asked in the transaction that marks it as leaving, so that a STOP that came a second ago is heeded.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from citizens.countries import country, rests_until
from sms.states import EXPIRED, FAILED_PERMANENT, HELD, OPTED_OUT, PRIORITIES, SMS

SAME_TEXT = timedelta(minutes=5)
_CALL = PRIORITIES["call"]


@dataclass(frozen=True, slots=True)
class Asks:
    """What a message is, as far as it matters here."""

    channel: str
    address: str
    priority: int
    any_hour: bool
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of its address and of this day. `sent_today`: messages to this address;
    `said_just_now`: this very text, within SAME_TEXT; `spent_all`: the day's cap is reached."""

    withdrawn: bool = False
    bad_number: bool = False
    said_just_now: bool = False
    sent_today: int = 0
    most_a_day: int = 0  # 0: any number
    spent_all: bool = False


@dataclass(frozen=True, slots=True)
class Later:
    """Not now: at that time."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Never:
    """It ends in this state."""

    state: str
    reason: str


def decide(asks: Asks, known: Known, now: datetime) -> Later | Never | None:
    """None where it may go now. Calls for somebody who waits are not subject to limits: they are
    few, and of no use later."""
    if asks.expires_at is not None and asks.expires_at <= now:
        return Never(EXPIRED, "too_late")
    if known.withdrawn:
        return Never(OPTED_OUT, "consent_withdrawn")
    if known.bad_number:
        return Never(FAILED_PERMANENT, "invalid_number")
    if known.said_just_now:
        return Never(FAILED_PERMANENT, "same_text")
    if asks.channel != SMS:
        return None
    return _in_measure(asks, known, now) or _in_hours(asks, now)


def _in_hours(asks: Asks, now: datetime) -> Later | Never | None:
    until = None if asks.any_hour else rests_until(country(asks.address), now)
    return None if until is None else _put_off(asks, until, "quiet_hours")


def _in_measure(asks: Asks, known: Known, now: datetime) -> Later | Never | None:
    if asks.priority == _CALL:
        return None
    if 0 < known.most_a_day <= known.sent_today:
        return Never(HELD, "daily_limit")
    if known.spent_all:
        return _put_off(asks, _tomorrow(now), "spend_cap")
    return None


def _put_off(asks: Asks, until: datetime, reason: str) -> Later | Never:
    """Deferred, not dropped; unless it is useless by then, which is said."""
    if asks.expires_at is not None and asks.expires_at <= until:
        return Never(EXPIRED, reason)
    return Later(until, reason)


def _tomorrow(now: datetime) -> datetime:
    return datetime.combine(now.date() + timedelta(days=1), time(), now.tzinfo)
