"""The words for where a message stands, and in which order it may move.

queued -> leased -> sending -> accepted -> sent, submitted, buffered -> delivered, or another end.
A message moves forward only: news that comes late, twice or out of order changes nothing.
"""

from typing import Final

QUEUED = "queued"  # due at `due_at`
HELD = "held"  # a person has to look at it: `reason` says why
LEASED = "leased"  # claimed by a worker; nothing has left yet
SENDING = "sending"  # about to leave, or just left: from here on a crash leaves it uncertain
UNCERTAIN = "uncertain"  # it may have left or not; `policy` says what then
ACCEPTED = "accepted"  # the gateway has it, under `gateway_id`
SENT = "sent"  # the gateway has passed it on
SUBMITTED = "submitted"  # the operator has it
BUFFERED = "buffered"  # the operator waits for the phone
EXPIRED = "expired"  # it would have come too late to be of use, or the operator gave up waiting
OPTED_OUT = "opted_out"  # the citizen wants none of these
FAILED_TEMPORARY = "failed_temporary"  # all tries failed for reasons that may pass
FAILED_PERMANENT = "failed_permanent"  # it can't be sent, or was turned down; `reason` says why
DELIVERED = "delivered"  # the phone has it

# In which order receipts may move a message: from a lower rank to a higher one only.
RANK: Final = {
    QUEUED: 0,
    HELD: 0,
    LEASED: 1,
    SENDING: 2,
    UNCERTAIN: 3,
    ACCEPTED: 4,
    SENT: 5,
    SUBMITTED: 6,
    BUFFERED: 7,
    EXPIRED: 8,
    OPTED_OUT: 8,
    FAILED_TEMPORARY: 8,
    FAILED_PERMANENT: 8,
    DELIVERED: 9,  # a phone that has it after all is the truth
}
STATES: Final = tuple(RANK)
FINAL: Final = frozenset(state for state, rank in RANK.items() if rank >= 8)

ONCE = "once"  # when uncertain: leave it, and show it
MUST_ARRIVE = "must_arrive"  # when uncertain: send it again, and count it

SMS, EMAIL = "sms", "email"  # channels

# What a citizen may want or not; EVERYTHING is what an operator's own list says.
TICKETS, DOSSIERS, SURVEYS, EVERYTHING = "tickets", "dossiers", "surveys", "everything"
TOPICS: Final = (TICKETS, DOSSIERS, SURVEYS)

# What goes first.
PRIORITIES: Final = {"call": 0, "notice": 1, "reminder": 2, "bulk": 3}


def below(state: str) -> list[str]:
    """The states from which a message may move to this one."""
    return [one for one, rank in RANK.items() if rank < RANK[state]]
