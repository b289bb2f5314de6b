"""The seven public statuses. Any number of internal stages maps onto them. Pure."""

from typing import Final

RECEIVED: Final = "received"
DOCUMENTS_MISSING: Final = "documents_missing"
IN_PROGRESS: Final = "in_progress"
DECIDED: Final = "decided"
READY: Final = "ready"
HANDED_OVER: Final = "handed_over"
REFUSED: Final = "refused"

STATUSES: Final = (
    RECEIVED,
    DOCUMENTS_MISSING,
    IN_PROGRESS,
    DECIDED,
    READY,
    HANDED_OVER,
    REFUSED,
)
CLOSED: Final = (HANDED_OVER, REFUSED)  # until it is reopened
# What asks something of its holder comes first in a list; what is over comes last.
ATTENTION: Final = (DOCUMENTS_MISSING, READY, REFUSED, DECIDED, IN_PROGRESS, RECEIVED, HANDED_OVER)
