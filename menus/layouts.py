"""What phones can show, by network."""

from dataclasses import dataclass

from gsm.pages import Budget


@dataclass(frozen=True, slots=True)
class Layout:
    """What a phone on this network can show: the session's first screen, and the later ones."""

    first: Budget
    later: Budget


# 160 septets are 140 octets, 70 UCS-2 letters; some networks cut the first screen to 140.
USUAL = Layout(first=Budget(septets=140, units=61), later=Budget(septets=160, units=70))
