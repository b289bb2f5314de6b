"""Garbage collection, for a process that answers within milliseconds."""

import gc

_YOUNG = 20_000  # objects made before the youngest are looked through


def settle() -> None:
    """What is loaded now stays: the collector never looks through it again. The little that dials
    leave behind is found as before, and seldom: looking through all there is takes tens of
    milliseconds, in which no dial is answered."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, 10, 10)
