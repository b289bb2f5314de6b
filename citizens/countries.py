"""What depends on a number's country: hours of rest, and whether a citizen can answer an SMS.

Two-way SMS: where Africa's Talking offers short codes that take replies
(help.africastalking.com, "Two-way SMS"); Senegal, Côte d'Ivoire, Togo and Benin have none. Where we
are unsure it counts as absent: the text then points to the code, which works everywhere.
Nigeria's regulator forbids what is not wanted from 20:00 to 08:00 (NCC, 2442 "Do Not Disturb"); the
other hours of rest are custom, not law.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Country:
    """`quiet`: from when to when nobody is to be disturbed, in the country's own time."""

    name: str  # ISO 3166-1 alpha-2
    zone: str
    two_way: bool = False
    quiet: tuple[time, time] = (time(21), time(7))


COUNTRIES: Final[dict[str, Country]] = {
    "221": Country("SN", "Africa/Dakar"),
    "223": Country("ML", "Africa/Bamako"),
    "224": Country("GN", "Africa/Conakry"),
    "225": Country("CI", "Africa/Abidjan"),
    "226": Country("BF", "Africa/Ouagadougou"),
    "227": Country("NE", "Africa/Niamey"),
    "228": Country("TG", "Africa/Lome"),
    "229": Country("BJ", "Africa/Porto-Novo"),
    "220": Country("GM", "Africa/Banjul"),
    "222": Country("MR", "Africa/Nouakchott"),
    "233": Country("GH", "Africa/Accra"),
    "234": Country("NG", "Africa/Lagos", two_way=True, quiet=(time(20), time(8))),
    "237": Country("CM", "Africa/Douala"),
    "245": Country("GW", "Africa/Bissau"),
    "238": Country("CV", "Atlantic/Cape_Verde"),
    "250": Country("RW", "Africa/Kigali", two_way=True),
    "251": Country("ET", "Africa/Addis_Ababa"),
    "254": Country("KE", "Africa/Nairobi", two_way=True),
    "255": Country("TZ", "Africa/Dar_es_Salaam", two_way=True),
    "256": Country("UG", "Africa/Kampala", two_way=True),
    "265": Country("MW", "Africa/Blantyre", two_way=True),
}
_ELSEWHERE: Final = Country("??", "UTC", quiet=(time(0), time(0)))


def country(phone: str) -> Country:
    """The country of a number (E.164). One that is not listed has no hours of rest."""
    return COUNTRIES.get(phone[1:4], _ELSEWHERE)


def prefix(phone: str) -> str:
    """`+221` of a number; the first three digits where the country is not listed."""
    return phone[:4]


def rests_until(of: Country, now: datetime) -> datetime | None:
    """When the hours of rest end, in UTC terms of `now`'s zone; None where people may be written
    to now."""
    begin, end = of.quiet
    if begin == end:
        return None
    here = now.astimezone(ZoneInfo(of.zone))
    at = here.time()
    resting = begin <= at or at < end if begin > end else begin <= at < end
    if not resting:
        return None
    wakes = here.replace(hour=end.hour, minute=end.minute, second=0, microsecond=0)
    if wakes <= here:
        wakes += timedelta(days=1)
    return wakes.astimezone(now.tzinfo)
