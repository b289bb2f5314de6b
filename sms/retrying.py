"""What follows from a refusal, by reason: a table, and a pure function that reads it.

Africa's Talking's codes: developers.africastalking.com/docs/sms/overview; which of them pass is
our own experience's and other senders' (retry what is transient, never a wrong number).
"""

import random
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Final


class Then(Enum):
    """What to do with the message."""

    GIVE_UP = "give up"  # it will never work: failed_permanent
    MARK_NUMBER = "mark number"  # the same, and the number is not tried again
    OPT_OUT = "opt out"  # the operator's list says no: opted_out, and into the ledger
    HOLD = "hold"  # a person has to decide: held
    AGAIN = "again"  # by the same gateway, later
    ELSEWHERE = "elsewhere"  # at once by the next gateway; where there is none, give up
    WAIT = "wait"  # the gateway as a whole can't: elsewhere, or here when it is well again


@dataclass(frozen=True, slots=True)
class Rule:
    """`first` is the wait before the second try, doubled each time up to `most`. `breaks`: the
    gateway (and sender) is to be left alone for a while, not only for this message."""

    then: Then
    first: timedelta = timedelta(seconds=30)
    most: timedelta = timedelta(hours=1)
    breaks: bool = False


RULES: Final[dict[str, Rule]] = {
    "risk_hold": Rule(Then.HOLD),
    "invalid_sender": Rule(Then.WAIT, timedelta(minutes=5), breaks=True),
    "invalid_number": Rule(Then.MARK_NUMBER),
    "unsupported_number": Rule(Then.MARK_NUMBER),
    "invalid_address": Rule(Then.MARK_NUMBER),  # an e-mail's
    "insufficient_balance": Rule(Then.WAIT, timedelta(minutes=5), breaks=True),
    "wrong_credentials": Rule(Then.WAIT, timedelta(minutes=5), breaks=True),
    "opted_out": Rule(Then.OPT_OUT),
    "could_not_route": Rule(Then.ELSEWHERE),
    "rejected_by_gateway": Rule(Then.ELSEWHERE),
    "do_not_disturb": Rule(Then.AGAIN, timedelta(minutes=30), timedelta(hours=12)),
    "gateway_error": Rule(Then.AGAIN),
    "too_fast": Rule(Then.AGAIN, timedelta(seconds=5), timedelta(minutes=5)),
    "too_late": Rule(Then.AGAIN, timedelta(seconds=1)),  # a worker did not get round to it
    "no_connection": Rule(Then.WAIT, breaks=True),
    "breaker_open": Rule(Then.WAIT),
}
OTHERWISE: Final = Rule(Then.GIVE_UP)  # a refusal that we have no word for


def rule(reason: str) -> Rule:
    return RULES.get(reason, OTHERWISE)


def wait(of: Rule, tries: int, chance: random.Random) -> timedelta:
    """How long until the next try, after so many: doubled each time, give or take a quarter, so
    that what failed together does not come back together."""
    doubled: timedelta = min(of.first * 2 ** min(tries - 1, 20), of.most)
    return doubled * chance.uniform(0.75, 1.25)
